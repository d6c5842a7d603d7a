"""A type of money that many fields share shows a form, and no size."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import ACCOUNTS, AMOUNT, COUNT, TEXT, asking_all, object_of, rows_of

MONEY: dict[str, Any] = {"$ref": "#/components/schemas/Money"}
TEXTS: dict[str, Any] = {"type": "string", "pattern": r"^-?\d+\.\d{2,4}$", "examples": ["182.4400"]}
NUMBER: dict[str, Any] = {"type": "number", "example": 182.44}
OTHER: dict[str, Any] = {"$ref": "#/components/schemas/Other"}
OWN: dict[str, Any] = {"example": 182.44}
LINE = {"quantity": COUNT, "unitPrice": MONEY, "amount": MONEY}


@pytest.mark.parametrize("money", [TEXTS, NUMBER])
def test_amounts_of_a_shared_type_are_of_the_size_of_their_names(tmp_path: Path, money: Any) -> None:
    """A unit costs a fraction, though the type's example is the amount of an invoice."""
    schema = object_of(lines=rows_of(**LINE), overageUnitPrice=MONEY)
    ask = asking_all(tmp_path, {"/plan": (schema, ())}, "/plan", shared={"Money": money})

    for account in ACCOUNTS:
        body = ask(account)
        assert 0 <= float(body["overageUnitPrice"]) < 1
        for line in body["lines"]:
            assert 0 <= float(line["unitPrice"]) < 1
            assert float(line["amount"]) == pytest.approx(
                line["quantity"] * float(line["unitPrice"]), abs=0.01
            )


def test_texts_keep_the_digits_of_the_example(tmp_path: Path) -> None:
    """Four of them, where the pattern takes two as well, and all that a product of two has."""
    schema = object_of(messages=rows_of(id=TEXT, segments=COUNT, unitPrice=MONEY, price=MONEY))
    ask = asking_all(tmp_path, {"/messages": (schema, ())}, "/messages", shared={"Money": TEXTS})

    for row in (row for account in ACCOUNTS for row in ask(account)["messages"]):
        assert [len(row[name].partition(".")[2]) for name in ("unitPrice", "price")] == [4, 4]
        assert float(row["price"]) == pytest.approx(row["segments"] * float(row["unitPrice"]), abs=0.00001)


@pytest.mark.parametrize("unit_price", [MONEY, {"type": "number", **OWN}, {"allOf": [OTHER, OWN]}])
def test_the_example_of_one_field_says_its_size(tmp_path: Path, unit_price: Any) -> None:
    """Also where a type shows it that no other field has, or that the field shows one of its own of."""
    fields = {"unitPrice": unit_price, "total": OTHER}
    shared = {"Money": NUMBER, "Other": AMOUNT}
    ask = asking_all(tmp_path, {"/plan": (object_of(**fields), ())}, "/plan", shared=shared)

    assert all(100 < ask(account)["unitPrice"] < 300 for account in ACCOUNTS if account != "empty")
