from __future__ import annotations

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


@pytest.mark.parametrize("now", CLOCKS)
@pytest.mark.parametrize("seed", SEEDS)
def test_near_limit_is_between_80_and_90_percent(summary: Ask, at: type[Scene], now: str, seed: int) -> None:
    """The account near its limit is there at any clock, in any world."""
    assert 80 <= summary(at("near-limit", now, seed)).data["credits"]["percent"] < 90


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
def test_quiet_has_fewer_than_50_calls_in_its_life(summary: Ask, at: type[Scene], now: str) -> None:
    """The quiet account's whole life fits in a page of events."""
    data = summary(at("quiet", now), activity_view="monthly").data
    assert sum(bucket["runs"] for bucket in data["activity"]["buckets"]) < 50


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
