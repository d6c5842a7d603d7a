"""Lines of bills say how much of what they are, and movements of money why the money moved."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from metermock.server.generation.values.pools import pool
from tests.server.generation.made import AMOUNT, COUNT, DATE, SEEDS, TEXT, asking_all, object_of, rows_of

TIMES = " \N{MULTIPLICATION SIGN} "
PRODUCT = {"enum": ["Tickets", "Parking"]}


def lines(folder: Path, fields: dict[str, Any], name: str = "items") -> list[dict[str, Any]]:
    """The lines of bills under several seeds."""
    bill = object_of(id=TEXT, **{name: rows_of(**fields)}, total=AMOUNT)
    asks = [asking_all(folder, {"/bill": (bill, ())}, "/bill", seed=seed) for seed in SEEDS]
    return [line for ask in asks for line in ask()[name]]


@pytest.mark.parametrize(
    ("text", "quantity", "amount"),
    [("description", "quantity", "amount"), ("memo", "qty", "total"), ("description", "units", "line_total")],
)
def test_a_line_says_how_much_of_what_it_is(tmp_path: Path, text: str, quantity: str, amount: str) -> None:
    """Its quantity stands in its text, however the numbers came about."""
    found = lines(tmp_path, {text: TEXT, quantity: COUNT, "unit_price": AMOUNT, amount: AMOUNT})
    assert found
    for line in found:
        count, what = line[text].split(TIMES)
        assert count == f"{line[quantity]:,}"
        assert what in pool("charge")


def test_a_line_names_its_product_and_its_month(tmp_path: Path) -> None:
    """Where its other fields say them."""
    found = lines(tmp_path, {"description": TEXT, "product": PRODUCT, "quantity": COUNT, "amount": AMOUNT})
    assert found
    for line in found:
        assert line["description"] == f"{line['quantity']:,}{TIMES}{line['product']}"
    billed = object_of(
        issued_at=DATE,
        description=TEXT,
        quantity=COUNT,
        amount=AMOUNT,
        period_start=DATE,
        period_end=DATE,
    )
    invoice = asking_all(tmp_path, {"/bill": (object_of(invoice=billed), ())}, "/bill")()["invoice"]
    month = dt.date.fromisoformat(invoice["period_start"])
    assert month.day == 1
    assert invoice["description"].endswith(f", {month:%B %Y}")


@pytest.mark.parametrize("most", [8, 20])
def test_a_text_that_would_be_too_long_is_not_sent(tmp_path: Path, most: int) -> None:
    """A reply that would be invalid is not made: the text is a shorter one."""
    found = lines(tmp_path, {"description": {**TEXT, "maxLength": most}, "quantity": COUNT, "amount": AMOUNT})
    assert all(len(line["description"]) <= most for line in found)


def test_what_the_document_shows_stays(tmp_path: Path) -> None:
    """Texts of an example are like it, and things in stock are described as they were."""
    shown = {**TEXT, "example": "One night, double room"}
    assert not any(
        TIMES in line["description"]
        for line in lines(tmp_path, {"description": shown, "quantity": COUNT, "amount": AMOUNT})
    )
    assert not any(
        TIMES in line["description"]
        for line in lines(tmp_path, {"description": TEXT, "quantity": COUNT, "shelf": TEXT})
    )


def test_movements_of_money_say_why(tmp_path: Path) -> None:
    """A payment is described as one."""
    found = lines(tmp_path, {"id": TEXT, "description": TEXT, "amount": AMOUNT}, "transactions")
    assert {line["description"] for line in found} <= {*pool("movement")}
    assert len({line["description"] for line in found}) > 1
