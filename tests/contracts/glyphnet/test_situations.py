from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from metermock import Window, read_instant
from metermock.project import Service

Ask = Callable[..., Any]

USAGE = "getOrganizationUsage"
ACCOUNTS = ("steady", "quiet", "empty", "near-limit", "over-limit", "climbing", "outage", "huge")
ANY_TIME = (
    *((now, seed) for now in ("2025-06-01T00:21:00Z", "2026-02-28T23:59:59Z") for seed in range(0, 15, 3)),
    *((now, 7) for now in ("2026-03-18T15:42:07Z", "2027-08-31T12:00:00Z", "2029-12-31T23:59:59Z")),
)


def test_near_limit_has_used_most_of_its_plan(ask: Ask) -> None:
    """`near-limit` has used 80 to 100 % of its month, at any clock and seed."""
    used = [ask(USAGE, "near-limit", now, seed).body["percentage_used"] for now, seed in ANY_TIME]
    assert [share for share in used if not 80 <= share < 100] == []


def test_over_limit_has_nothing_left(ask: Ask) -> None:
    """`over-limit` is beyond its month: nothing remains, and more than 100 % is used."""
    bodies = [ask(USAGE, "over-limit", now, seed).body for now, seed in ANY_TIME]
    assert all(body["remaining"] == 0 and body["percentage_used"] > 100 for body in bodies)


def test_steady_is_far_from_its_limit(ask: Ask) -> None:
    """`steady` has used something, and less than 70 % of its month."""
    used = [ask(USAGE, "steady", now, seed).body["percentage_used"] for now, seed in ANY_TIME[5:]]
    assert all(0 < share < 70 for share in used)


def test_quiet_has_a_few_requests_a_month(ask: Ask) -> None:
    """`quiet` has something to show in each quarter, and never 50 requests."""
    quarters = ("2025-04-01", "2025-10-01", "2026-01-01", "2027-07-01")
    for start in quarters:
        end = f"{start[:5]}{int(start[5:7]) + 2:02}-28"
        body = ask(USAGE, "quiet", "2029-12-31T23:59:59Z", start_date=start, end_date=end).body
        assert 5 < body["current_usage"] < 50


def test_empty_has_nothing_but_days(ask: Ask) -> None:
    """`empty` has a row of zeros for every day."""
    body = ask(USAGE, "empty").body
    assert len(body["daily"]) == 18
    assert {
        row[name] for row in body["daily"] for name in ("requests", "verified_claims", "avg_confidence")
    } == {0}


def test_huge_is_ten_million_requests(ask: Ask) -> None:
    """`huge` sends about ten million requests a month."""
    assert 9_000_000 < ask(USAGE, "huge", "2026-03-31T23:59:59Z").body["current_usage"] < 11_500_000


def test_an_outage_is_within_the_last_week(service: Callable[..., Service], clocks: tuple[str, ...]) -> None:
    """`outage` has had, in the last seven days, an hour in which far more failed than usual."""
    for now in map(read_instant, clocks):
        usage = service().world.usage("outage", now)
        edges = range(now - 7 * 86_400, now + 1, 3_600)
        failed = usage.series(edges, where={"answer": "error"})["calls"]
        assert max(failed) > 10 * (sorted(failed)[len(failed) // 2] + 1)


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize("account", ACCOUNTS)
def test_no_minute_exceeds_the_plan(service: Callable[..., Service], account: str, seed: int) -> None:
    """GL-7: in no 60 seconds, wherever they begin, does an account send more than its plan allows."""
    world = service(seed).world
    plan = world.accounts[account].plan
    assert plan is not None
    usage = world.usage(account, read_instant("2026-03-31T23:59:59Z"))
    start = read_instant("2026-03-01T00:00:00Z")
    peaks = [usage.peak(Window(start, usage.now + 1 - phase), 60) for phase in range(0, 60, 7)]
    assert max(peaks) <= plan.facts["minute"]


def test_the_current_minute_is_in_the_headers(ask: Ask) -> None:
    """The headers have the limit, what the last 60 seconds left of it, and when the oldest call leaves."""
    answer = ask(USAGE, "huge", "2026-03-18T15:42:07Z")
    used = answer.body["rate_limit"]["current_minute_usage"]
    assert 0 < used < 2000
    assert answer.headers["x-ratelimit-limit"] == "2000"
    assert answer.headers["x-ratelimit-remaining"] == str(2000 - used)
    assert 0 < int(answer.headers["x-ratelimit-reset"]) - read_instant("2026-03-18T15:42:07Z") <= 60


def test_climbing_reaches_its_limit_about_the_20th(ask: Ask) -> None:
    """`climbing` adds to its month on every working day, and reaches the limit in its third week."""
    for month, seed in product(("2025-06", "2026-03", "2027-08"), (0, 7)):
        early, middle, late = (
            ask(USAGE, "climbing", f"{month}-{day}T00:00:00Z", seed).body["percentage_used"]
            for day in ("08", "15", "24")
        )
        assert 15 < early < 50 < middle < 95
        assert late > 100


def test_everyday_use_climbs_after_the_batch(ask: Ask) -> None:
    """Near and over the limit, the days after the 1st add up to a visible part of the month."""
    for account, part in (("near-limit", 9), ("over-limit", 100)):
        used = [
            ask(USAGE, account, f"2026-03-{day}T12:00:00Z").body["percentage_used"]
            for day in ("02", "12", "31")
        ]
        assert used[0] + part / 4 < used[1] < used[2] - part / 4
        assert used[2] - used[0] > part


def test_an_outage_verifies_fewer_claims(ask: Ask) -> None:
    """On the worst day of a week, a request of `outage` has far fewer verified claims than on the best."""
    for now, seed in ANY_TIME:
        rows = ask(USAGE, "outage", now, seed, period="week").body["daily"]
        rows += ask(USAGE, "outage", now, seed, start_date="2025-05-10", end_date="2025-05-20").body["daily"]
        shares = [row["verified_claims"] / row["requests"] for row in rows if row["requests"] > 500]
        assert min(shares) < 0.9 * max(shares)
