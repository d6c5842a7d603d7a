"""One amount in two units of money is one amount, in an object, in its rows and in its breakdowns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from metermock.server.generation.agreeing.money_units import scale_of
from tests.server.generation.made import AMOUNT, COUNT, SEEDS, TEXT, asking, asking_all, object_of, rows_of

TEXTUAL: dict[str, Any] = {"type": "string", "pattern": r"^\d+\.\d{2,4}$"}


@pytest.mark.parametrize("account", ["steady", "empty", "over-limit"])
@pytest.mark.parametrize(
    ("large", "schema", "small"),
    [
        ("cost", TEXTUAL, "costCents"),
        ("total_amount", TEXTUAL, "total_amount_in_cents"),
        ("amount_usd", AMOUNT, "amountMinor"),
        ("spend", AMOUNT, "spend_micros"),
        ("price", TEXTUAL, "priceMinorUnits"),
    ],
)
def test_an_amount_beside_its_small_unit(
    tmp_path: Path, large: str, schema: Any, small: str, account: str
) -> None:
    """The integer is the amount with digits, so many times as large."""
    fields = {small: COUNT, large: schema, "messages": COUNT}
    made = asking(tmp_path, object_of(**fields))(account)

    assert made[small] == round(float(made[large]) * (1_000_000 if "micros" in small else 100))
    assert made[small] > 0 or account == "empty"


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("rows", ["map", "list", "numbers"])
def test_parts_in_cents_make_a_total_in_whole_units(tmp_path: Path, rows: str, seed: int) -> None:
    """To the cent, however the rows are written."""
    entry = object_of(messages=COUNT, costCents=COUNT)
    several: Any = {
        "map": {"byChannel": {"type": "object", "additionalProperties": entry}},
        "list": {"channels": rows_of(channel=TEXT, messages=COUNT, costCents=COUNT)},
        "numbers": {"costCentsByChannel": {"type": "object", "additionalProperties": COUNT}},
    }[rows]
    schema = object_of(totalMessages=COUNT, totalCost=TEXTUAL, **several)
    made = asking_all(tmp_path, {"/usage": (schema, ())}, "/usage", seed=seed)()

    told = made[next(iter(several))]
    entries = told if rows == "list" else [*told.values()]
    cents = entries if rows == "numbers" else [each["costCents"] for each in entries]
    assert cents
    assert sum(cents) == round(float(made["totalCost"]) * 100) > 0


def test_lines_in_cents_make_a_subtotal(tmp_path: Path) -> None:
    """Of an invoice whose own amounts are in whole units."""
    lines = rows_of(quantity=COUNT, unit_price=AMOUNT, amount_cents=COUNT)
    made = asking(tmp_path, object_of(subtotal=AMOUNT, tax=AMOUNT, total=AMOUNT, lines=lines))()

    assert made["subtotal"] == round(sum(line["amount_cents"] for line in made["lines"]) / 100, 2) > 0


@pytest.mark.parametrize(
    ("large", "small"),
    [
        # An integer may be in cents itself, and what is no money is no amount.
        ({"total": COUNT}, "totalCents"),
        ({"issues": AMOUNT}, "minorIssues"),
        ({"duration": AMOUNT}, "durationMicros"),
    ],
)
def test_other_numbers_are_left_alone(tmp_path: Path, large: dict[str, Any], small: str) -> None:
    """A count beside cents, what is of minor weight, and times."""
    (name,) = large
    made = asking(tmp_path, object_of(**large, **{small: COUNT}))()

    assert made[small] != made[name] * scale_of(small)


@pytest.mark.parametrize("account", ["steady", "huge"])
@pytest.mark.parametrize(
    ("subtotal", "tax", "total"),
    [
        ("subtotal_cents", "tax_cents", "total"),
        ("subtotal", "tax_cents", "total"),
        ("subtotal", "tax", "total_cents"),
    ],
)
def test_the_amounts_of_an_invoice_may_be_in_two_units(
    tmp_path: Path, subtotal: str, tax: str, total: str, account: str
) -> None:
    """The total is the subtotal and the tax, to the cent."""
    fields = {name: COUNT if "cents" in name else AMOUNT for name in (subtotal, tax, total)}
    made = asking(tmp_path, object_of(**fields), path="/invoice")(account)
    cents = [round(made[name] * (1 if "cents" in name else 100)) for name in (subtotal, tax, total)]

    assert cents[0] + cents[1] == pytest.approx(cents[2], abs=1)
    assert 0.04 < cents[1] / cents[0] < 0.25


def test_what_is_due_may_be_in_another_unit_than_what_is_paid(tmp_path: Path) -> None:
    """The rest of a total in whole units, which was paid in cents."""
    rows = object_of(total=AMOUNT, amount_paid_cents=COUNT, amount_due=AMOUNT)
    for seed in range(6):
        made = asking_all(tmp_path, {"/invoice": (rows, ())}, "/invoice", seed=seed)()
        assert made["amount_due"] == pytest.approx(made["total"] - made["amount_paid_cents"] / 100)


@pytest.mark.parametrize(("one", "other", "times"), [("cents", "micros", 10_000), ("cents", "minor", 1)])
def test_a_limit_is_one_amount_in_two_units(tmp_path: Path, one: str, other: str, times: int) -> None:
    """Of what is used, and in a plan."""
    used = {f"spend_limit_{one}": COUNT, f"spend_{one}": COUNT, f"spend_remaining_{one}": COUNT}
    plan = {"name": TEXT, f"monthly_spend_limit_{other}": COUNT}
    paths = {"/usage/budget": (object_of(**used), ()), "/billing/plan": (object_of(**plan), ())}
    ask = asking_all(tmp_path, paths, "/usage/budget")
    told = ask(path="/billing/plan")[f"monthly_spend_limit_{other}"]
    assert told == ask()[f"spend_limit_{one}"] * times > 0
