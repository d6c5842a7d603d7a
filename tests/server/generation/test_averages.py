"""What one of many costs or takes follows from the numbers beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import ACCOUNTS, AMOUNT, COUNT, TEXT, asking, asking_all, object_of, rows_of

DECIMAL: dict[str, Any] = {"type": "string", "pattern": r"^\d+\.\d{4}$"}


@pytest.mark.parametrize(
    ("mean", "whole", "count"),
    [
        ("averageCostPerMessage", "cost", "messages"),
        ("cost_per_call", "total_cost", "requests"),
        ("avg_tokens_per_request", "total_tokens", "request_count"),
        ("mean_characters_per_call", "characters", "calls"),
        ("price_per_email", "spend", "emails"),
    ],
)
def test_a_mean_is_the_whole_divided_by_how_many(tmp_path: Path, mean: str, whole: str, count: str) -> None:
    """In an object and in the rows of a list, also of an account that has not used anything."""
    fields = {mean: AMOUNT, whole: AMOUNT, count: COUNT}
    ask = asking(tmp_path, object_of(**fields, by_team=rows_of(team=TEXT, **fields)))

    for account in ACCOUNTS:
        body = ask(account)
        for made in (body, *body["by_team"]):
            expected = made[whole] / made[count] if made[count] else 0
            assert made[mean] == pytest.approx(expected, abs=0.0001), account


def test_a_mean_is_in_the_unit_of_its_field(tmp_path: Path) -> None:
    """Cents of dollars, and a text with its digits."""
    fields = {"average_cost_per_message_cents": AMOUNT, "cost": AMOUNT, "messages": COUNT}
    made = asking(tmp_path, object_of(**fields))("huge")
    expected = 100 * made["cost"] / made["messages"]
    assert made["average_cost_per_message_cents"] == pytest.approx(expected, abs=0.0001)

    texts = object_of(averageCostPerMessage=DECIMAL, cost=DECIMAL, messages=COUNT)
    made = asking(tmp_path, texts)("huge")
    expected = float(made["cost"]) / made["messages"]
    assert float(made["averageCostPerMessage"]) == pytest.approx(expected, abs=0.00006)


@pytest.mark.parametrize(
    "name",
    [
        "requests_per_minute",
        "max_tokens_per_request",
        "overage_price_per_request",
        "target_cost_per_request",
        "cost_per_seat",
    ],
)
def test_limits_prices_and_paces_are_no_means(tmp_path: Path, name: str) -> None:
    """They are as they are without the numbers beside them."""
    beside = {"cost": AMOUNT, "tokens": COUNT, "requests": COUNT}
    paths = {"/a": (object_of(**{name: AMOUNT}), ()), "/b": (object_of(**{name: AMOUNT}, **beside), ())}
    ask = asking_all(tmp_path, paths, "/a")

    for account in ("steady", "huge"):
        made = ask(account, path="/b")
        assert made["requests"]
        assert all(
            made[name] != pytest.approx(made[whole] / made["requests"], rel=0.01)
            for whole in ("cost", "tokens")
        )


def test_the_price_of_a_plan_is_no_mean(tmp_path: Path) -> None:
    """Beside a limit some of what is used costs nothing."""
    schema = object_of(price_per_message=AMOUNT, cost=AMOUNT, messages_used=COUNT, messages_limit=COUNT)
    found = [asking(tmp_path, schema)(account) for account in ("steady", "huge", "near-limit")]

    assert any(
        made["price_per_message"] != pytest.approx(made["cost"] / made["messages_used"], rel=0.01)
        for made in found
    )
