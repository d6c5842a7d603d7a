from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

Ask = Callable[..., Any]

USAGE = "getAccountUsage"
CLOCKS = ("2025-06-02T03:00:00Z", "2026-03-18T15:42:07Z", "2027-08-31T12:00:00Z", "2029-12-31T23:59:59Z")
ANY_TIME = tuple((now, seed) for now in CLOCKS for seed in (0, 7))


def test_steady_has_far_more_than_fifty_calls(ask: Ask) -> None:
    """`steady` has thousands of calls, and a full list of recent ones."""
    bodies = [ask(USAGE, "steady", now, seed).body for now, seed in ANY_TIME]
    assert all(body["summary"]["total_calls"] > 5_000 and len(body["recent"]) == 50 for body in bodies)


def test_the_recent_calls_of_quiet_are_all_its_calls(ask: Ask) -> None:
    """`quiet` has fewer than 50 calls in its life, so that `recent` lists them all."""
    for now, seed in ANY_TIME:
        body = ask(USAGE, "quiet", now, seed).body
        assert 0 < body["summary"]["total_calls"] == len(body["recent"]) < 50


def test_the_recent_calls_of_occasional_reach_back_for_days(ask: Ask) -> None:
    """`occasional` has more than 50 calls, of which `recent` reaches further back than 24 hours."""
    for now, seed in ANY_TIME:
        body = ask(USAGE, "occasional", now, seed).body
        assert body["summary"]["total_calls"] > 50
        assert body["recent"][-1]["created_at"][:10] < body["daily"][-3]["day"]


def test_empty_has_zeros_for_thirty_days(ask: Ask) -> None:
    """`empty` has thirty days without calls, no recent calls, and a latency of 0."""
    body = ask(USAGE, "empty").body
    assert set(body["summary"].values()) == {0}
    assert [row["calls"] for row in body["daily"]] == [0] * 30
    assert body["recent"] == []


def test_an_outage_shows_in_errors_and_latency(ask: Ask) -> None:
    """`outage` has ten times the share of errors of `steady`, and a higher latency."""
    for now, seed in ANY_TIME:
        outage, steady = (ask(USAGE, account, now, seed).body["summary"] for account in ("outage", "steady"))
        shares = [one["error_calls"] / one["total_calls"] for one in (outage, steady)]
        assert shares[0] > 5 * shares[1]
        assert outage["avg_latency_ms"] > steady["avg_latency_ms"]


def test_huge_is_ten_million_calls_a_month(ask: Ask) -> None:
    """`huge` has about ten million calls in 30 days."""
    for now, seed in ANY_TIME:
        days = ask(USAGE, "huge", now, seed).body["daily"]
        assert 8_500_000 < sum(row["calls"] for row in days) < 11_500_000


def test_an_outage_shows_at_the_default_clock(ask: Ask) -> None:
    """Today's outage: a tenth of the recent calls failed at least, slowly, and the day has few calls."""
    for seed in (0, 1, 2, 7):
        body = ask(USAGE, "outage", CLOCKS[1], seed).body
        failed = [row for row in body["recent"] if row["status"] == "error"]
        assert len(failed) >= 5
        assert all(row["tokens_out"] == 0 for row in failed)
        days = [row["calls"] for row in body["daily"]]
        assert days[-1] < 0.75 * sum(days[:-1]) / 29


def test_latency_follows_the_answer(ask: Ask) -> None:
    """Of the recent calls, those with the longest answers took longest."""
    for now, seed in ANY_TIME:
        rows = [row for row in ask(USAGE, "steady", now, seed).body["recent"] if row["status"] == "ok"]
        rows.sort(key=lambda row: row["tokens_out"])
        short, long = (sum(row["latency_ms"] for row in part) for part in (rows[:15], rows[-15:]))
        assert long > 1.8 * short


def test_a_team_asks_in_its_own_words(ask: Ask) -> None:
    """Recent questions hardly repeat, have no random words, and few of them are cut."""
    for account, now, seed in product(("steady", "outage", "huge"), CLOCKS, (0, 7)):
        asked = [row["query"] for row in ask(USAGE, account, now, seed).body["recent"]]
        assert len(set(asked)) >= 40
        assert sum(len(query) == 200 for query in asked) <= 10
        assert not any("{" in query for query in asked)
