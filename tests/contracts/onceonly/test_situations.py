from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from metermock import read_instant
from metermock.project import Service

Ask = Callable[..., Any]

ALL = "getAllMonthlyUsage"
KINDS = ("make", "ai")
ANY_TIME = (
    *((now, seed) for now in ("2025-06-01T00:16:00Z", "2026-02-28T23:59:59Z") for seed in range(0, 15, 3)),
    *((now, 7) for now in ("2026-03-18T15:42:07Z", "2027-08-31T12:00:00Z", "2029-12-31T23:59:59Z")),
)


@pytest.mark.parametrize("kind", KINDS)
def test_near_limit_has_used_most_of_its_plan(ask: Ask, kind: str) -> None:
    """`near-limit` has used 80 to 100 % of both limits, at any clock and seed."""
    parts = [ask(ALL, "near-limit", now, seed).body[kind] for now, seed in ANY_TIME]
    assert [part for part in parts if not 0.8 <= part["usage"] / part["limit"] < 1] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_free_account_stays_at_its_limit(ask: Ask, kind: str) -> None:
    """`over-limit` is free: its usage stays at the limit, and what comes after is blocked."""
    parts = [ask(ALL, "over-limit", now, seed).body[kind] for now, seed in ANY_TIME]
    assert [part["usage"] for part in parts] == [part["limit"] for part in parts]
    assert all(part["blocked_total_month"] > 0 for part in parts)


@pytest.mark.parametrize("kind", KINDS)
def test_a_paid_account_goes_on(ask: Ask, kind: str) -> None:
    """`over-limit-paid` is beyond its limits, and nothing of it is blocked."""
    parts = [ask(ALL, "over-limit-paid", now, seed).body[kind] for now, seed in ANY_TIME]
    assert all(part["usage"] > part["limit"] and part["blocked_total_month"] == 0 for part in parts)


def test_attaching_stays_free_at_the_limit(ask: Ask) -> None:
    """A blocked account still attaches to running work: its polling grows while its usage does not."""
    early, late = (
        ask(ALL, "over-limit", now).body["ai"] for now in ("2026-03-02T00:00:00Z", "2026-03-31T23:00:00Z")
    )
    assert early["usage"] == late["usage"] == 3000
    assert early["polling_total_month"] < late["polling_total_month"]


def test_steady_is_far_from_its_limits(ask: Ask) -> None:
    """`steady` has used something, and less than 60 % of its limits."""
    parts = [ask(ALL, "steady", now, seed).body[kind] for now, seed in ANY_TIME[5:] for kind in KINDS]
    assert all(0 < part["usage"] < 0.6 * part["limit"] for part in parts)


def test_quiet_has_a_few_requests_a_month(ask: Ask) -> None:
    """`quiet` sends now and then, a few requests in each month."""
    bodies = [
        ask(ALL, "quiet", f"{year}-{month:02}-28T12:00:00Z").body
        for year in (2026, 2029)
        for month in range(1, 13)
    ]
    totals = [body["make"]["requests_total_month"] + body["ai"]["requests_total_month"] for body in bodies]
    assert all(1 < total < 50 for total in totals)


def test_empty_has_nothing(ask: Ask) -> None:
    """`empty` has zeros beside its limits."""
    body = ask(ALL, "empty").body
    assert {value for kind in KINDS for name, value in body[kind].items() if name != "limit"} == {0}


def test_an_outage_is_within_the_last_week(service: Callable[..., Service], clocks: tuple[str, ...]) -> None:
    """`outage` has had, in the last seven days, an hour in which far more failed than usual."""
    for now in map(read_instant, clocks):
        usage = service().world.usage("outage", now)
        edges = range(now - 7 * 86_400, now + 1, 3_600)
        failed = usage.series(edges, where={"answer": "failed"})["calls"]
        assert max(failed) > 10 * (sorted(failed)[len(failed) // 2] + 1)


def test_huge_is_ten_million_requests(ask: Ask) -> None:
    """`huge` sends about ten million requests a month."""
    body = ask(ALL, "huge", "2026-03-31T23:59:59Z").body
    total = body["make"]["requests_total_month"] + body["ai"]["requests_total_month"]
    assert 9_000_000 < total < 11_500_000


@pytest.mark.parametrize("kind", KINDS)
def test_climbing_is_blocked_from_about_the_20th(ask: Ask, kind: str) -> None:
    """`climbing` climbs to its limit, and is blocked from then to the end of the month, not before."""
    for month, seed in product(("2025-06", "2026-03", "2027-08"), (0, 7)):
        days = [
            ask(ALL, "climbing", f"{month}-{day}T00:00:00Z", seed).body[kind]
            for day in ("08", "15", "25", "28")
        ]
        used = [day["usage"] / day["limit"] for day in days]
        assert 0.15 < used[0] < 0.5 < used[1] < 1 == used[2] == used[3]
        assert days[1]["blocked_total_month"] == 0 < days[2]["blocked_total_month"]
        assert days[2]["blocked_total_month"] < days[3]["blocked_total_month"]
