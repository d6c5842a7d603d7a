"""What is still to come and what was before go with what there is now."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from metermock.server.generation.agreeing.facts import Facts
from metermock.server.generation.agreeing.forecasts import forecasts
from tests.server.generation.made import (
    ACCOUNTS,
    AMOUNT,
    COUNT,
    DATE,
    TEXT,
    WHOLE,
    asking,
    object_of,
    rows_of,
)


@pytest.mark.parametrize("account", ACCOUNTS)
def test_a_forecast_is_no_less_than_what_there_is(tmp_path: Path, account: str) -> None:
    """And a change in percent follows from the span before, beside a series too."""
    days = rows_of(date=DATE, cost=AMOUNT)
    schema = object_of(
        total_cost=AMOUNT, previous_total_cost=AMOUNT, change_percent={"type": "number"},
        forecasted_cost=AMOUNT, daily=days,
    )  # fmt: skip
    body = asking(tmp_path, schema)(account)
    now, before = body["total_cost"], body["previous_total_cost"]

    assert now == pytest.approx(sum(row["cost"] for row in body["daily"]), abs=0.01)
    assert body["forecasted_cost"] >= now
    if account == "empty":
        assert (now, before, body["forecasted_cost"]) == (0, 0, 0)
    else:
        assert 0.7 * before < now < 1.5 * before
        assert body["change_percent"] == pytest.approx(100 * (now - before) / before, abs=0.01)


@pytest.mark.parametrize("spent", ["current_spend", "month_to_date_cost"])
def test_a_budget_bounds_what_is_spent(tmp_path: Path, spent: str) -> None:
    """The percentage is the part of the budget, and the forecast goes beyond what is spent."""
    schema = object_of(
        budget_amount=AMOUNT, **{spent: AMOUNT}, forecasted_spend=AMOUNT, percent_used=AMOUNT, name=TEXT
    )
    bodies = {
        account: asking(tmp_path, schema)(account) for account in ("steady", "near-limit", "over-limit")
    }

    for body in bodies.values():
        assert body["percent_used"] == pytest.approx(100 * body[spent] / body["budget_amount"], abs=0.01)
    assert (
        bodies["steady"][spent] < bodies["steady"]["budget_amount"] < 1.2 * bodies["over-limit"][spent] * 50
    )


@pytest.mark.parametrize(
    "beside",
    [
        ("cost", "forecasted_requests"),
        ("cost", "estimated_cost"),
        ("page", "previous_page"),
        ("spend_today", "spend_week", "projected_spend"),
        ("forecast_accuracy", "accuracy"),
    ],
)
def test_what_looks_like_a_forecast_is_left_alone(beside: tuple[str, ...]) -> None:
    """Of another noun, a guess of the same, a page, and what may be of two spans."""
    assert [*forecasts([Facts(name, is_number=True) for name in beside])] == []


def test_it_costs_nothing_to_be_below_one_of_two_limits(tmp_path: Path) -> None:
    """Seats beside tokens do not make an overage of tokens cost money."""
    schema = object_of(
        tokens_used=COUNT, tokens_included=COUNT, overage_tokens=COUNT, overage_cost=AMOUNT,
        seats_used=COUNT, seats_total=COUNT,
    )  # fmt: skip
    body = asking(tmp_path, schema)()

    assert (body["overage_tokens"], body["overage_cost"]) == (0, 0)


def test_cached_tokens_are_some_of_those_that_are_read(tmp_path: Path) -> None:
    """Also where nothing says how many there are in all."""
    days = object_of(
        days=rows_of(
            date=DATE,
            prompt_tokens=COUNT,
            completion_tokens=COUNT,
            cached_tokens=COUNT,
            reasoning_tokens=COUNT,
        )
    )
    rows = asking(tmp_path, days)()["days"]

    assert all(row["cached_tokens"] <= row["prompt_tokens"] for row in rows)
    assert all(row["reasoning_tokens"] <= row["completion_tokens"] for row in rows)


@pytest.mark.parametrize("name", ["total_cost_usd", "rate", "anything"])
@pytest.mark.parametrize(
    "pattern",
    [
        r"^(?!^[-+.]*$)[+-]?0*\d*\.?\d*$",
        r"^(?!^[-+.]*$)[+-]?0*(?:\d{0,8}|(?=[\d.]{1,11}0*$)\d{0,8}\.\d{0,2}0*$)",
    ],
)
def test_the_decimals_of_fastapi_are_numbers(tmp_path: Path, name: str, pattern: str) -> None:
    """Of the size that their names have as numbers, and not twenty digits."""
    value = asking(tmp_path, object_of(**{name: {"type": "string", "pattern": pattern}}))()[name]

    assert value == f"{float(value):.2f}"
    assert 0 <= float(value) < 1_000_000


def test_limits_of_tokens_are_those_of_many_calls(tmp_path: Path) -> None:
    """A call takes hundreds: a plan has millions of them, and a minute tens of thousands."""
    body = asking(tmp_path, object_of(token_limit=WHOLE, tokens_per_minute=WHOLE, request_limit=WHOLE))()

    assert body["token_limit"] >= 500_000
    assert body["tokens_per_minute"] >= 60_000
    assert body["request_limit"] <= 500_000


CHANGE = {"type": ["number", "null"]}


@pytest.mark.parametrize("account", ACCOUNTS)
@pytest.mark.parametrize(
    ("beside", "inside", "pairs"),
    [
        (
            {"messages": COUNT, "cost": AMOUNT},
            {"previousMessages": COUNT, "previousCost": AMOUNT, "changePercent": CHANGE},
            {"changePercent": ("messages", "previousMessages")},
        ),
        (
            {"calls": COUNT, "cost": AMOUNT},
            {"previous_cost": AMOUNT, "previous_calls": COUNT, "cost_change_percent": CHANGE},
            {"cost_change_percent": ("cost", "previous_cost")},
        ),
        (
            {"name": TEXT},
            {"current": COUNT, "previous": COUNT, "change_pct": CHANGE},
            {"change_pct": ("current", "previous")},
        ),
    ],
)
def test_a_comparison_follows_from_the_numbers_beside_it(
    tmp_path: Path, account: str, beside: Any, inside: Any, pairs: Any
) -> None:
    """In an object of its own; null of nothing before."""
    body = asking(tmp_path, object_of(**beside, comparison=object_of(**inside)))(account)
    told = {**body, **body["comparison"]}

    for change, (now, before) in pairs.items():
        if not told[before]:
            assert told[change] is None
        else:
            assert 0.7 * told[before] <= told[now] + 1 <= 1.5 * told[before] + 2
            assert told[change] == pytest.approx(100 * (told[now] - told[before]) / told[before], abs=0.01)


@pytest.mark.parametrize("account", ACCOUNTS)
def test_an_object_of_the_time_before_is_one_of_the_same_numbers(tmp_path: Path, account: str) -> None:
    """What it has is near what there is now, and the change beside it follows."""
    before = object_of(calls=COUNT)
    body = asking(tmp_path, object_of(calls=COUNT, previous_period=before, change_percent=CHANGE))(account)
    now, then = body["calls"], body["previous_period"]["calls"]

    if then:
        assert body["change_percent"] == pytest.approx(100 * (now - then) / then, abs=0.01)
        assert 0.6 * then <= now + 1 <= 1.5 * then + 2
    else:
        assert body["change_percent"] is None


def test_a_change_of_something_else_is_left_alone(tmp_path: Path) -> None:
    """A comparison of other numbers, and one that names another noun, follow from nothing."""
    other = object_of(previous_sessions=COUNT, change_percent=CHANGE, latency_change_percent=CHANGE)
    alone = asking(tmp_path, object_of(comparison=other))("huge")["comparison"]
    beside = asking(tmp_path, object_of(calls=COUNT, comparison=other))("huge")["comparison"]

    assert alone == beside
