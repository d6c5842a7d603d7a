from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from tests.contracts.onepin.conftest import Ask, Scene

CLOCKS = (
    "2025-06-01T01:00:00Z",
    "2026-03-01T00:30:00Z",
    "2026-03-08T12:00:00Z",
    "2026-03-18T15:42:07Z",
    "2026-11-01T09:30:00Z",
    "2028-02-29T23:59:30Z",
    "2030-12-31T23:59:59Z",
)
SEEDS = (0, 7, 23)
SATURDAY = 5


@pytest.mark.parametrize("now", CLOCKS)
@pytest.mark.parametrize("seed", SEEDS)
def test_near_limit_is_between_80_and_100_percent(summary: Ask, at: type[Scene], now: str, seed: int) -> None:
    """The account near its limit is there at any clock, in any world."""
    assert 80 <= summary(at("near-limit", now, seed)).data["credits"]["percent"] < 100


@pytest.mark.parametrize("now", CLOCKS)
@pytest.mark.parametrize("seed", SEEDS)
def test_over_limit_is_over_it(summary: Ask, at: type[Scene], now: str, seed: int) -> None:
    """The account over its limit has used more than its quota, and its percentage stays at 100."""
    credits_ = summary(at("over-limit", now, seed)).data["credits"]
    assert credits_["used"] > credits_["quota"]
    assert credits_["percent"] == 100


@pytest.mark.parametrize("now", CLOCKS)
@pytest.mark.parametrize("seed", SEEDS)
def test_steady_is_well_within_its_quota(summary: Ask, at: type[Scene], now: str, seed: int) -> None:
    """The steady account has runs in its range, and uses less than its quota."""
    data = summary(at("steady", now, seed)).data
    assert data["credits"]["percent"] < 80
    assert data["runs"]["total"] > 300


@pytest.mark.parametrize("now", CLOCKS)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_outage_shows(summary: Ask, at: type[Scene], now: str, seed: int) -> None:
    """Within the last seven days many more runs failed than usual."""
    outage, calm = (summary(at(name, now, seed)).data["runs"] for name in ("outage", "unlimited"))
    assert outage["failed"] / outage["total"] > 1.2 * calm["failed"] / calm["total"]


@pytest.mark.parametrize("now", CLOCKS)
def test_quiet_has_a_few_runs_a_month(summary: Ask, at: type[Scene], now: str) -> None:
    """The quiet account has something to show in 90 days, and few days of them."""
    rows = summary(at("quiet", now), range="90d").data["daily"]
    assert 5 < sum(row["runs"] > 0 for row in rows) < 45
    assert sum(row["runs"] for row in rows) < 60


def test_empty_has_nothing_but_its_days(summary: Ask, at: type[Scene]) -> None:
    """Without traffic every total is 0, every mean null, and every day still there."""
    data = summary(at("empty"), range="90d").data
    assert data["lines"] == {"total": 0, "avg_chars_per_line": None}
    assert data["credits"] == {"used": 0, "quota": 5000, "percent": 0}
    assert data["activity"]["peak"] is None
    assert len(data["daily"]) == 90


def test_unlimited_has_no_quota(summary: Ask, at: type[Scene]) -> None:
    """A plan without a quota has neither quota nor percent."""
    credits_ = summary(at("unlimited")).data["credits"]
    assert credits_["used"] > 0
    assert (credits_["quota"], credits_["percent"]) == (None, None)


def test_huge_counts_ten_million_events_a_month(summary: Ask, at: type[Scene]) -> None:
    """The huge account's runs are four fifths of ten million events a month."""
    assert 7_000_000 < summary(at("huge")).data["runs"]["total"] < 9_000_000


def test_a_revoked_keys_history_counts(summary: Ask, at: type[Scene]) -> None:
    """The legacy key was used until it was revoked, and its runs are still the workspace's."""
    before, after = (
        summary(at(now=now)).data["runs"]["total"] for now in ("2025-02-28T23:00:00Z", "2025-04-30T23:00:00Z")
    )
    assert before > 1.2 * after


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("month", ["2025-06", "2026-03", "2027-08"])
def test_climbing_reaches_its_quota_about_the_20th(
    summary: Ask, at: type[Scene], month: str, seed: int
) -> None:
    """The climbing account uses up its credits day by day, and has none left in its fourth week."""
    early, middle, late = (
        summary(at("climbing", f"{month}-{day}T00:00:00Z", seed)).data["credits"]["percent"]
        for day in ("08", "15", "25")
    )
    assert 15 < early < 50 < middle < 95
    assert late == 100


@pytest.mark.parametrize("seed", SEEDS)
def test_the_outage_has_weekdays(summary: Ask, at: type[Scene], seed: int) -> None:
    """The account with an outage works from Monday to Friday, as others do."""
    rows = summary(at("outage", seed=seed), range="90d").data["daily"]
    weekend, week = (
        [row["runs"] for row in rows if (date.fromisoformat(row["date"]).weekday() >= SATURDAY) == ends]
        for ends in (True, False)
    )
    assert sum(weekend) / len(weekend) < 0.4 * sum(week) / len(week)


def test_characters_are_no_multiple_of_lines(events: Ask, at: type[Scene]) -> None:
    """Lines of a run differ in length, so that few runs have a whole number of characters per line."""
    found = [
        event["metadata"] for event in events(at(), type="workflow_run", limit=100).exchange.body["data"]
    ]
    runs = [run for run in found if run["lines"] > 1]
    assert sum(run["characters"] % run["lines"] == 0 for run in runs) < len(runs) / 3


def test_people_keep_their_address_for_days(events: Ask, at: type[Scene]) -> None:
    """Within a month a person has a few addresses, one after the other, and the API has one."""
    found = events(at(), limit=100).exchange.body["data"][::-1]
    served = {event["ip"] for event in found if event["kind"] == "api"}
    assert len(served) <= 1
    people = {event["user"]["id"] for event in found}
    for person in people:
        seen = [e["ip"] for e in found if e["user"]["id"] == person and e["kind"] not in {"api", "scheduled"}]
        changes = sum(before != after for before, after in pairwise(seen))
        assert changes == len(set(seen)) - 1 <= 5
