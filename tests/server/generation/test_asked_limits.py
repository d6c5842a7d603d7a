"""What is used of a limit is of the span and the part that a request asks for, as what is beside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import (
    AMOUNT,
    COUNT,
    DATE,
    SEEDS,
    TEXT,
    Ask,
    asking_all,
    object_of,
    query,
    rows_of,
)

ACCOUNTS = ("steady", "quiet", "near-limit", "over-limit", "empty", "huge", "unlimited")
SPANS = [("2026-02-01", "2026-02-28"), ("2026-03-02", "2026-03-06"), ("2025-11-11", "2026-03-18")]
OR_NULL: dict[str, Any] = {"type": ["integer", "null"], "minimum": 0}
PART = {"type": "number", "minimum": 0}
WORDS = [("messages", "messages_included", "messages_remaining"), ("used", "limit", "remaining")]
LAST = "2026-03-18"


def document(folder: Path, words: tuple[str, str, str], seed: int = 0) -> Ask:
    """A summary with a limit beside the span, and days of the same thing."""
    used, limit, left = words
    fields = {"from": DATE, "to": DATE, used: COUNT, limit: OR_NULL, left: OR_NULL, "percent_used": PART}
    asked = query(**{"from": DATE, "to": DATE}, channel=TEXT)
    days = object_of(data=rows_of(date=DATE, messages=COUNT, cost=AMOUNT))
    paths = {"/stats/total": (object_of(**fields, cost=AMOUNT), asked), "/stats/days": (days, asked)}
    return asking_all(folder, paths, "/stats/total", seed=seed)


def sum_of(ask: Ask, account: str, column: str, asked: Mapping[str, str]) -> float:
    """What the days of a span have."""
    days = ask(account, path="/stats/days", **asked)["data"]
    total: float = round(sum(day[column] for day in days), 2)
    return total


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_a_limit_is_compared_to_the_use_of_the_span(
    tmp_path: Path, words: tuple[str, str, str], seed: int
) -> None:
    """It is the sum of the days of the span; the limit stays that of the month, and the rest follows."""
    used, limit, left = words
    ask = document(tmp_path, words, seed)
    for account in ACCOUNTS:
        month = ask(account)
        assert (month["from"], month["to"]) == ("2026-03-01", "2026-03-31")
        assert month[used] == sum_of(ask, account, "messages", {"from": "2026-03-01"})
        for first, last in SPANS:
            asked = {"from": first, "to": last}
            body = ask(account, **asked)
            assert (body["from"], body["to"], body[limit]) == (first, last, month[limit])
            assert body[used] == sum_of(ask, account, "messages", asked)
            assert body["cost"] == pytest.approx(sum_of(ask, account, "cost", asked), abs=0.01)
            assert (body[used] > 0) is (account != "empty")
            if body[limit]:
                assert body[left] == max(body[limit] - body[used], 0)
                assert body["percent_used"] == pytest.approx(100 * body[used] / body[limit], abs=0.006)


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_more_than_the_limit_leaves_nothing(tmp_path: Path, words: tuple[str, str, str]) -> None:
    """Four months have more than the limit of one."""
    body = document(tmp_path, words)(**{"from": "2025-11-11", "to": LAST})
    assert body[words[0]] > body[words[1]] > body[words[2]] == 0
    assert body["percent_used"] > 100


@pytest.mark.parametrize("asked", [{}, {"from": "2026-02-01", "to": "2026-02-28"}], ids=["month", "span"])
def test_a_filter_leaves_a_part_of_what_is_used_of_a_limit(tmp_path: Path, asked: dict[str, str]) -> None:
    """The same part as of the days, and another for another value; the limit is that of all."""
    ask = document(tmp_path, WORDS[0])
    found = []
    for value in ("sms", "push"):
        body = ask(**asked, channel=value)
        days = {"from": "2026-03-01", **asked, "channel": value}
        assert body["messages"] == sum_of(ask, "steady", "messages", days)
        assert body["messages_remaining"] == body["messages_included"] - body["messages"]
        found.append(body["messages"])
    assert len({*found, ask(**asked)["messages"]}) == len(found) + 1
    assert max(found) < ask(**asked)["messages"]


def test_one_operation_alone_compares_the_span_too(tmp_path: Path) -> None:
    """No series tells what the days have: two halves make the whole."""
    fields = {"start": DATE, "end": DATE, "scans": COUNT, "scans_limit": COUNT, "scans_remaining": COUNT}
    paths = {"/usage": (object_of(**fields), query(start=DATE, end=DATE))}
    ask = asking_all(tmp_path, paths, "/usage")
    halves = [
        ask(start=f"2026-02-{first}", end=f"2026-02-{last}") for first, last in (("01", "12"), ("13", "28"))
    ]
    whole = ask(start="2026-02-01", end="2026-02-28")
    assert sum(each["scans"] for each in halves) == whole["scans"] > halves[0]["scans"] > 0
    assert {each["scans_limit"] for each in halves} == {whole["scans_limit"]} == {ask()["scans_limit"]}


@pytest.mark.parametrize(
    "period",
    [
        {"current_period": object_of(start=DATE, end=DATE)},
        {"subscription_period": object_of(start=DATE, end=DATE)},
        {"current_period_start": DATE, "current_period_end": DATE},
    ],
    ids=" ".join,
)
def test_the_period_of_a_plan_stays_this_month(tmp_path: Path, period: dict[str, Any]) -> None:
    """Whatever a request asks for: what is used of the limit in it is what it was without a question."""
    plan = object_of(**period, scans_used=COUNT, scans_limit=COUNT, scans_remaining=COUNT, cost=AMOUNT)
    paths = {"/usage": (plan, query(start_date=DATE, end_date=DATE))}
    ask = asking_all(tmp_path, paths, "/usage")
    asked = ask(start_date="2026-02-01", end_date="2026-02-10")
    assert asked == ask()
    first = next(iter(asked.values()))
    assert (first["start"] if isinstance(first, dict) else first) == "2026-03-01"


def test_a_billing_period_that_is_asked_for_is_the_one_that_is_told(tmp_path: Path) -> None:
    """What is used of the limit is of that period."""
    period = object_of(start=DATE, end=DATE)
    bill = object_of(billing_period=period, scans_used=COUNT, scans_limit=COUNT)
    ask = asking_all(tmp_path, {"/billing/usage": (bill, query(month=TEXT))}, "/billing/usage")
    asked = ask(month="2026-02")
    assert asked["billing_period"] == {"start": "2026-02-01", "end": "2026-02-28"}
    assert asked["scans_used"] != ask()["scans_used"]


def test_a_quota_inside_stays_that_of_the_month(tmp_path: Path) -> None:
    """Beside the span of a report, an object of its own says what is left now."""
    quota = object_of(used=COUNT, limit=COUNT, remaining=COUNT)
    report = object_of(start=DATE, end=DATE, scans=COUNT, quota=quota)
    ask = asking_all(tmp_path, {"/usage": (report, query(start=DATE, end=DATE))}, "/usage")
    asked = ask(start="2026-02-01", end="2026-02-10")
    assert asked["quota"] == ask()["quota"]
    assert asked["scans"] != ask()["scans"]


def test_a_filter_of_quotas_does_not_use_less_of_them(tmp_path: Path) -> None:
    """What an operation of limits is asked for chooses which, and no part of one."""
    quota = object_of(calls_used=COUNT, calls_limit=COUNT, calls_remaining=COUNT)
    paths = {
        "/quota": (quota, query(product=TEXT)),
        "/usage": (object_of(data=rows_of(date=DATE, calls=COUNT)), query(start=DATE)),
    }
    ask = asking_all(tmp_path, paths, "/quota")
    assert ask(product="maps") == ask()
