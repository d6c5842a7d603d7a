"""A bill of a span adds up as any bill does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import AMOUNT, COUNT, DATE, TEXT, asking_all, object_of, query, rows_of

SPAN = query(**{"from": DATE, "to": DATE})
PERIOD = query(period={"type": "string", "enum": ["CURRENT_MONTH", "LAST_MONTH"]})
LINES = rows_of(category=TEXT, quantity=AMOUNT, unitPrice=AMOUNT, amount=AMOUNT, percentage=AMOUNT)
NUMBER: dict[str, Any] = {"type": "number"}


@pytest.mark.parametrize("credits_of", ["creditsApplied", "credits"])
@pytest.mark.parametrize("asked", [{}, {"period": "LAST_MONTH"}])
def test_costs_of_a_span_add_up(tmp_path: Path, credits_of: str, asked: dict[str, str]) -> None:
    """Lines make the subtotal; with the tax and without the credits it is the total, and no more is ahead."""
    costs = object_of(
        items=LINES,
        subtotal=NUMBER,
        taxRate={"type": "number", "description": "percent"},
        tax=NUMBER,
        total=NUMBER,
        projectedTotal=NUMBER,
        **{credits_of: NUMBER},
    )
    paths = {"/costs": (costs, PERIOD), "/usage/summary": (object_of(calls=COUNT, currentCost=AMOUNT), SPAN)}
    ask = asking_all(tmp_path, paths, "/costs")
    for account in ("steady", "quiet", "over-limit", "huge", "empty"):
        body = ask(account, **asked)
        for line in body["items"]:
            assert line["amount"] == pytest.approx(line["quantity"] * line["unitPrice"], abs=0.006)
        amounts = [line["amount"] for line in body["items"]]
        assert body["subtotal"] == pytest.approx(sum(amounts))
        assert body["tax"] == pytest.approx(body["subtotal"] * body["taxRate"] / 100, abs=0.01)
        assert body["total"] == pytest.approx(body["subtotal"] + body["tax"] - body[credits_of])
        assert body["projectedTotal"] >= body["total"] >= 0 <= body[credits_of]
        for line in body["items"] if sum(amounts) else ():
            assert line["percentage"] == pytest.approx(100 * line["amount"] / sum(amounts), abs=0.1)


def test_a_total_beside_no_tax_is_still_what_the_account_has_used(tmp_path: Path) -> None:
    """It is no bill, so it grows with the span."""
    paths = {"/usage": (object_of(total=COUNT), SPAN)}
    ask = asking_all(tmp_path, paths, "/usage")
    days = [ask(**{"from": "2026-02-01", "to": f"2026-02-{day:02}"})["total"] for day in (2, 9, 27)]

    assert days == sorted(days)
    assert days[0] < days[2]
