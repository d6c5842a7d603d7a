"""Invoices and people: what stands in one object belongs together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from metermock.server.generation.values.pools import pool
from tests.server.generation.made import ACCOUNTS, AMOUNT, COUNT, TEXT, asking, object_of, rows_of

MAIL: dict[str, Any] = {"type": "string", "format": "email"}


@pytest.mark.parametrize(
    ("quantity", "price", "amount", "factor"),
    [
        (("quantity", COUNT), ("unit_price", AMOUNT), ("amount", AMOUNT), 1),
        (("qty", COUNT), ("unit_amount_cents", COUNT), ("amount_cents", COUNT), 1),
        (("units", COUNT), ("price", AMOUNT), ("total_cents", COUNT), 100),
    ],
)
def test_lines_make_the_invoice(tmp_path: Path, quantity: Any, price: Any, amount: Any, factor: int) -> None:
    """Quantity times price is the amount, the amounts are the subtotal, and with the tax the total."""
    lines = rows_of(**dict([quantity, price, amount]))
    money = COUNT if "cents" in amount[0] else AMOUNT
    unit = "_cents" if "cents" in amount[0] else ""
    fields = {f"{name}{unit}": money for name in ("subtotal", "tax", "total")}
    body = asking(tmp_path, object_of(lines=lines, **fields))()

    for line in body["lines"]:
        assert line[amount[0]] == pytest.approx(line[quantity[0]] * line[price[0]] * factor, abs=0.51)
    assert body[f"subtotal{unit}"] == pytest.approx(sum(line[amount[0]] for line in body["lines"]), abs=0.01)
    assert body[f"subtotal{unit}"] + body[f"tax{unit}"] == pytest.approx(body[f"total{unit}"], abs=0.01)
    assert 0 < body[f"tax{unit}"] < body[f"subtotal{unit}"]


def test_a_tax_has_its_rate_and_a_discount_is_taken_off(tmp_path: Path) -> None:
    """The tax is the rate's part of what the discount leaves."""
    schema = object_of(subtotal=AMOUNT, discount=AMOUNT, tax_rate=AMOUNT, tax=AMOUNT, total=AMOUNT)
    body = asking(tmp_path, schema)()

    net = body["subtotal"] - body["discount"]
    assert body["tax"] == pytest.approx(net * body["tax_rate"], abs=0.01)
    assert body["total"] == pytest.approx(net + body["tax"], abs=0.02)


@pytest.mark.parametrize(
    "fields",
    [
        {"name": TEXT, "email": MAIL},
        {"full_name": TEXT, "email": TEXT},
        {"first_name": TEXT, "last_name": TEXT, "email": MAIL},
        {"owner_name": TEXT, "owner_email": MAIL},
    ],
)
def test_the_mail_is_that_of_the_name(tmp_path: Path, fields: dict[str, Any]) -> None:
    """Each row is of one person."""
    people = asking(tmp_path, object_of(people=rows_of(**fields)))()["people"]

    assert people
    for row in people:
        *parts, mail = row.values()
        assert mail.partition("@")[0] == ".".join(parts).lower().replace(" ", ".").replace("'", ".")


def test_whole_and_parts_of_a_name_agree(tmp_path: Path) -> None:
    """The name is the first and the last one, and the one to sign in with is like the mail."""
    body = asking(
        tmp_path, object_of(first_name=TEXT, last_name=TEXT, name=TEXT, username=TEXT, email=MAIL)
    )()

    assert body["name"] == f"{body['first_name']} {body['last_name']}"
    assert body["username"] == body["email"].partition("@")[0]


def test_mails_of_two_people_are_two(tmp_path: Path) -> None:
    """The billing's mail is not the owner's."""
    body = asking(tmp_path, object_of(owner_name=TEXT, billing_email=MAIL))()

    assert body["billing_email"].partition("@")[0] != body["owner_name"].lower().replace(" ", ".")


@pytest.mark.parametrize(
    ("name", "schema", "scale"),
    [
        ("tax_rate", {"type": "number", "minimum": 0, "maximum": 1}, 1),
        ("taxPercent", {"type": "number"}, 100),
        ("vat_percentage", COUNT, 100),
        ("gst_rate", AMOUNT, 1),
    ],
)
def test_a_tax_has_one_plausible_rate(tmp_path: Path, name: str, schema: Any, scale: int) -> None:
    """All invoices of an account have it, between five and thirty hundredths, and the tax follows."""
    row = {"id": TEXT, "subtotal": AMOUNT, name: schema, "tax": AMOUNT, "total": AMOUNT}
    for account in ("steady", "huge", "quiet"):
        several = asking(tmp_path, object_of(invoices=rows_of(**row)))(account)["invoices"]
        assert len({each[name] for each in several}) == 1
        for each in several:
            assert 0.05 * scale <= each[name] <= 0.3 * scale
            assert each["tax"] == pytest.approx(each["subtotal"] * each[name] / scale, abs=0.011)


def test_other_numbers_of_taxes_are_no_rates(tmp_path: Path) -> None:
    """Neither `tax` nor a rate of its amount is the account's one rate."""
    several = [asking(tmp_path, object_of(tax=AMOUNT, tax_amount_rate=AMOUNT))(each) for each in ACCOUNTS]
    assert len({(each["tax"], each["tax_amount_rate"]) for each in several}) > 1
    assert len({each["tax_amount_rate"] for each in several}) > 1


@pytest.mark.parametrize(
    ("name", "told", "low", "high"),
    [
        ("tax_rate_id", {}, 10_000, 10**7),
        ("tax_rate_bps", {}, 26, 10**6),
        ("tax_percent_change", {}, 0, 100),
        ("tax_rate", {"example": 8}, 5, 12.8),
        ("tax_rate", {"default": 700}, 400, 1_200),
    ],
)
def test_an_example_says_what_a_rate_of_a_tax_is(
    tmp_path: Path, name: str, told: Any, low: float, high: float
) -> None:
    """Also its name, where the rate is one of hundredths of hundredths, or stands for another thing."""
    made = {asking(tmp_path, object_of(**{name: {**COUNT, **told}}), path=f"/{n}")()[name] for n in range(6)}
    assert all(low <= each <= high for each in made)
    assert len(made) > 1


def test_plans_cities_and_members_have_their_names(tmp_path: Path) -> None:
    """A plan is called as plans are, and a `member_name` is that of a person."""
    plans = [asking(tmp_path, object_of(plan=object_of(name=TEXT)))(each)["plan"] for each in ACCOUNTS]
    assert {each["name"] for each in plans} <= {*pool("plan_name")}
    body = asking(tmp_path, object_of(member_name=TEXT, city_name=TEXT, other_name=TEXT))()
    assert body["member_name"] in pool("person")
    assert body["city_name"] in pool("city")
    assert body["other_name"] in pool("thing")
