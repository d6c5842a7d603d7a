"""Amounts that are texts agree as numbers do, with the digits that the document shows."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from metermock.contract.schemas import Schemas
from metermock.server.generation.agreeing.agreement import Agreement
from metermock.server.generation.agreeing.decimals import frozen, thawed, usual, without_amounts
from metermock.server.generation.agreeing.facts import Facts
from metermock.server.generation.makers.building import Builder
from metermock.server.generation.makers.objects import OFTEN, Object
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.values.texts import decimals_of
from tests.server.generation.made import COUNT, DATE, TEXT, asking_all, object_of, query, rows_of

SHOWN: dict[str, Any] = {"type": "string", "example": "12.40"}
PATTERN: dict[str, Any] = {"type": "string", "pattern": r"^\d+\.\d{2}$"}
LONG: dict[str, Any] = {"type": ["string", "null"], "example": "0.0125"}


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(("schema", "digits"), [(SHOWN, 2), (PATTERN, 2), (TEXT, 2)])
def test_lines_make_the_subtotal(tmp_path: Path, seed: int, schema: dict[str, Any], digits: int) -> None:
    """Quantity times price is the amount of a line, and the lines make the subtotal."""
    lines = rows_of(quantity=COUNT, unit_price=schema, amount=schema)
    fields = {"currency": TEXT, "lines": lines, "subtotal": schema}
    ask = asking_all(tmp_path, {"/invoice": (object_of(**fields), ())}, "/invoice", seed=seed)
    body = ask()

    for line in body["lines"]:
        assert Decimal(line["amount"]) == line["quantity"] * Decimal(line["unit_price"])
        assert len(line["amount"].partition(".")[2]) == digits
    assert sum(Decimal(line["amount"]) for line in body["lines"]) == Decimal(body["subtotal"]) > 0
    assert Decimal(ask("empty")["subtotal"]) == 0


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_costs_of_days_make_the_cost_of_the_month(tmp_path: Path, seed: int) -> None:
    """In two operations, one of which says it in texts, and beside a list."""
    span = query(start_date=DATE)
    cents = {"type": "integer", "minimum": 0}
    paths = {
        "/usage": (object_of(total_cost=SHOWN, data=rows_of(date=DATE, requests=COUNT, cost=SHOWN)), span),
        "/billing/summary": (object_of(total_cost_cents=cents, total_requests=COUNT), span),
    }
    ask = asking_all(tmp_path, paths, "/usage", seed=seed)
    body, told = ask(start_date="2026-03-01"), ask(path="/billing/summary", start_date="2026-03-01")

    assert sum(Decimal(day["cost"]) for day in body["data"]) == Decimal(body["total_cost"]) > 0
    assert 100 * Decimal(body["total_cost"]) == told["total_cost_cents"]
    assert sum(day["requests"] for day in body["data"]) == told["total_requests"]


@pytest.mark.parametrize(
    ("name", "shown", "digits"),
    [
        ("unit_cost_usd", "0.0020", 4),
        ("spend_today", "12.4", 1),
        ("total_due", "12.40", 2),
        ("num_media", "0", 0),
        ("total_label", "12", None),
        ("due_word", "12", None),
    ],
)
def test_an_amount_is_known_by_any_word_of_money(name: str, shown: str, digits: int | None) -> None:
    """Words such as total and due say it only at the end."""
    assert decimals_of(name, {"type": "string", "example": shown}) == digits


def test_what_is_no_amount_stays_a_text(tmp_path: Path) -> None:
    """A version and a currency are no numbers, and null stays null."""
    schema = object_of(
        version={"type": "string", "example": "1.20"},
        currency={"type": "string", "example": "USD"},
        cost=LONG,
    )
    body = asking_all(tmp_path, {"/a": (schema, ())}, "/a")("empty")

    assert (body["version"], body["currency"]) == ("1.20", "USD")
    assert body["cost"] in (None, "0.0000")


def test_rules_are_suggested_of_no_texts() -> None:
    """Rules add up numbers, so that a column of texts is no number of theirs."""
    column = Facts("cost", is_number=True, decimals=2)
    rows = Facts("data", is_list=True, rows=[column, Facts("calls", is_number=True)])

    assert [each.is_number for each in without_amounts(rows).rows] == [False, True]


ROW = Facts(
    "data", rows=[Facts("cost", decimals=2), Facts("name"), Facts("lines", rows=[Facts("sum", decimals=0)])]
)
AROUND = Facts("invoice", fields=[Facts("total", decimals=1), ROW])


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ("012.4", Facts("cost", decimals=2)),
        ("a lot", Facts("cost", decimals=2)),
        ("12.40", Facts("cost", decimals=2)),
        ("-0.00", Facts("cost", decimals=2)),
        ("1.5\u0660", Facts("cost", decimals=2)),
        ("1.50\n", Facts("cost", decimals=2)),
        ("9999999999999.99", Facts("cost", decimals=2)),
        ("99999999999999.99", Facts("cost", decimals=2)),
        ("0.12345678901234567890", Facts("cost", decimals=20)),
        ("7", Facts("cost", decimals=0)),
        ("07", Facts("cost", decimals=0)),
        (7, Facts("cost", decimals=2)),
        (True, Facts("cost", decimals=2)),
        (None, AROUND),
        ([{"cost": "1.50", "name": "1.5"}, {"cost": "1.5"}, {"cost": None}, 7], ROW),
        ([{"lines": [{"sum": "7.4"}, {"sum": "7"}, {}]}, {"lines": None}], ROW),
        ({"total": "3", "data": [{"cost": 2, "lines": [{"sum": "01"}]}], "name": "x"}, AROUND),
    ],
)
def test_the_usual_form_is_that_of_numbers_and_back(value: Any, field: Facts) -> None:
    """Texts of amounts are written as their numbers are; all else stays, also inside of rows."""
    before = repr(value)
    assert repr(usual(value, field)) == repr(frozen(thawed(value, field), field))
    assert repr(value) == before, "a value that is a document's is changed"


def test_rows_in_the_usual_form_are_no_copies() -> None:
    """Of the rows, those alone are made anew of which a text changes."""
    rows = [{"cost": "1.50", "name": "x"}, {"cost": "1.5"}]
    made = usual(rows, ROW)
    assert made[0] is rows[0]
    assert made[1] == {"cost": "1.50"}


def test_amounts_in_rows_are_looked_at_once() -> None:
    """Each row writes its own; what stands around it leaves them, but where a request says one of them."""
    rows = rows_of(name=TEXT, price=PATTERN)
    node = Builder(Schemas({})).node(object_of(items=rows, price=PATTERN)).node
    assert isinstance(node, Object)
    for key in range(OFTEN):
        node.make(Scene(now=1_773_848_527), key, 0, main=True)
    odd = {"items": [{"name": "a", "price": "7"}], "price": "7"}

    def settled(**said: str) -> dict[str, Any]:
        made: dict[str, Any] = json.loads(json.dumps(odd))
        node.agreement.settle(made, Scene(now=1_773_848_527, said=said), frozenset())
        return made

    assert node.agreement.agreed_inside == {"items": {"price"}}
    assert settled() == {**odd, "price": "7.00"}
    assert settled(price="7") == {"items": [{"name": "a", "price": "7.00"}], "price": "7.00"}


@pytest.mark.parametrize(("digits", "total"), [(None, 12), (2, "12.00")])
def test_texts_that_no_total_needs_are_not_read(digits: int | None, total: Any) -> None:
    """The total of numbers leaves rows as they are, with the texts in them; that of texts reads these."""
    amount = Facts("amount", is_number=True, decimals=digits)
    units = Facts("units", is_number=True, decimals=1)
    agreement = Agreement([amount, Facts("charges", is_list=True, rows=[units, amount])])
    values = (5, 7) if digits is None else ("5.00", "7.00")
    rows = [{"units": "1.5", "amount": value} for value in values]
    made: dict[str, Any] = {"amount": values[0], "charges": rows}

    agreement.settle(made, Scene(now=1_773_848_527), frozenset())

    assert made["amount"] == total
    assert made["charges"] == rows
    assert (made["charges"][0] is rows[0]) == (digits is None)
