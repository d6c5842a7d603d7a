"""Traffic has the shape that its world gives it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from metermock.ledger.calendar import DAY, HOUR, Window, day_edges, local_date, read_instant
from metermock.ledger.world import World
from metermock.timezones import zone

LIFE = Window(0, 1 << 40)


def test_weekdays_and_hours_show(harbour: World) -> None:
    """An office works on its own weekdays, in its own daytime, through DST."""
    usage = harbour.usage("tug", harbour.clock)
    where = zone("America/New_York")
    edges = day_edges(local_date(harbour.clock, where), 365, where)
    rows = usage.series(edges, where={"key": "key_bridge"})["calls"]
    week = [
        sum(row for edge, row in zip(edges, rows, strict=False) if local_date(edge, where).weekday() == day)
        for day in range(7)
    ]
    assert min(week[:5]) > 3 * max(week[5:]) > 0
    starts = range(harbour.clock - 365 * DAY, harbour.clock, HOUR)
    hourly = [0] * 24
    for start, calls in zip(starts, usage.series(starts, where={"key": "key_bridge"})["calls"], strict=False):
        hourly[datetime.fromtimestamp(start, tz=where).hour] += calls
    assert min(hourly[9:17]) > 5 * max(hourly[0:5])


def test_growth_shows_and_levels_off(small_world: Callable[..., World]) -> None:
    """Two percent a month are a quarter more after a year, and no more after two."""
    world = small_world(
        {"key": "a", "month": 100_000, "growth": 2, "shape": "steady"}, since="2021-01-01T00:00:00Z"
    )
    usage = world.usage("one", world.clock)
    start = read_instant("2021-01-01T00:00:00Z")
    years = usage.series([start + year * 365 * DAY for year in range(6)])["calls"]
    assert years[1] / years[0] == pytest.approx(1.02**12, rel=0.06)
    assert years[3] / years[2] == pytest.approx(1, rel=0.06)


def test_days_differ(small_world: Callable[..., World]) -> None:
    """Most days are near the average, a few are far below it, a few far above."""
    world = small_world({"key": "a", "month": 300_000, "shape": "steady"})
    now = world.clock // DAY * DAY
    days = sorted(world.usage("one", world.clock).series(range(now - 700 * DAY, now + 1, DAY))["calls"])
    assert days[10] < 0.6 * days[350]
    assert days[690] > 1.4 * days[350]
    assert days[600] < 1.3 * days[350]


def test_flat_traffic_is_flat(small_world: Callable[..., World]) -> None:
    """A shape without noise gives each minute the same number of calls, or one more."""
    world = small_world({"key": "a", "month": 304_375 * 24 * 6, "shape": "flat"})
    now = world.clock // DAY * DAY
    minutes = world.usage("one", world.clock).series(range(now - 2 * DAY, now + 1, 60))["calls"]
    assert max(minutes) - min(minutes) <= 1


def test_latency_has_a_heavy_tail(harbour: World) -> None:
    """The median is as declared, the 95th percentile thrice that, and some calls take far longer."""
    calls = harbour.usage("tug", harbour.clock).calls(LIFE, where={"status": "200"}, limit=4_000)
    latency = sorted(call.measures["latency_ms"] for call in calls)
    assert latency[2_000] == pytest.approx(180, rel=0.08)
    assert 2.5 < latency[3_800] / latency[2_000] < 4.5
    assert latency[-1] > 15 * latency[2_000]


def test_shares_are_as_weighted(harbour: World) -> None:
    """Endpoints and statuses have the shares of their weights, and vary from day to day."""
    usage = harbour.usage("tanker", harbour.clock)
    groups = usage.groups(Window.trailing(harbour.clock, 300 * DAY), "endpoint")
    calls = sum(group["calls"] for group in groups.values())
    assert groups["/tide"]["calls"] / calls == pytest.approx(0.50, abs=0.02)
    assert groups["/wreck"]["calls"] / calls == pytest.approx(0.01, abs=0.005)
    days = {
        usage.groups(Window(start, start + DAY), "status")["404"]["calls"]
        for start in range(harbour.clock - 9 * DAY, harbour.clock, DAY)
    }
    assert len(days) > 5


@pytest.mark.parametrize(
    "clock", ["2025-06-03T04:00:00Z", "2026-03-18T15:42:07Z", "2027-12-31T23:59:59Z", "2029-08-20T11:11:11Z"]
)
def test_incidents_show_at_any_clock(harbour: World, clock: str) -> None:
    """Within the last seven days there were hours with many errors and slow calls."""
    incidents = harbour.traffic["lighthouse"].incidents
    assert incidents is not None
    for now in range(read_instant(clock), read_instant(clock) + 10 * DAY, 13 * HOUR):
        begin, end = next(incidents.between(now - 7 * DAY, now + 1))
        usage, window = harbour.usage("lighthouse", now), Window(max(begin, now - 7 * DAY), min(end, now))
        total, usual = usage.total(window), usage.total(Window.trailing(now, 60 * DAY))
        if window.end - window.start > HOUR:
            assert usage.groups(window, "outcome")["error"]["calls"] > 0.35 * total["calls"]
            assert total["latency_ms"] * usual["calls"] > 3 * usual["latency_ms"] * total["calls"]


def test_there_is_an_incident_in_every_week(harbour: World) -> None:
    """Incidents every five days leave no seven days without one, and never overlap."""
    incidents = harbour.traffic["lighthouse"].incidents
    assert incidents is not None
    spans = list(
        incidents.between(read_instant("2025-01-01T00:00:00Z"), read_instant("2031-01-01T00:00:00Z"))
    )
    assert all(end - begin == 3 * HOUR for begin, end in spans)
    assert all(later[0] > earlier[1] for earlier, later in pairwise(spans))
    assert all(later[0] - earlier[1] < 7 * DAY - 3 * HOUR for earlier, later in pairwise(spans))


def test_a_revoked_key_falls_silent(harbour: World) -> None:
    """A key has calls until it is revoked, and none from then on; none before it is created."""
    usage = harbour.usage("tug", harbour.clock)
    keys = {key.name: key for key in harbour.accounts["tug"].keys}
    revoked, created = keys["old"].revoked, keys["engine"].created
    assert revoked is not None
    assert usage.total(Window(revoked - 7 * DAY, revoked), where={"key": "key_old"})["calls"] > 0
    assert usage.total(Window(revoked, 1 << 40), where={"key": "key_old"})["calls"] == 0
    first = usage.first(where={"key": "key_engine"})
    assert first is not None
    assert created <= first < created + 2 * DAY


def test_jobs_run_on_time(harbour: World) -> None:
    """A monthly job has all its calls in its minutes on the 1st, in UTC; a daily one every day."""
    usage = harbour.usage("ferry", harbour.clock)
    month = read_instant("2026-03-01T00:00:00Z")
    assert usage.total(Window(month, month + 900), where={"key": "key_ramp"})["calls"] == 840
    assert usage.total(Window(month - 20 * DAY, month), where={"key": "key_ramp"})["calls"] == 0
    assert usage.total(Window(month + 900, month + 17 * DAY), where={"key": "key_ramp"})["calls"] == 0
    runs = [
        usage.total(Window(day + DAY - 1_800, day + DAY))["calls"]
        for day in range(month, month + 9 * DAY, DAY)
    ]
    assert min(runs) >= 1_590


@pytest.mark.parametrize("seed", [0, 7, 99])
def test_a_minute_never_has_more_than_its_limit(small_world: Callable[..., World], seed: int) -> None:
    """In any 60 seconds, also across midnight, a stream keeps `at_most_per_minute`."""
    busy = {"key": "a", "month": 5_000_000, "shape": "office", "at_most_per_minute": 40}
    job = {
        "key": "b",
        "job": {"on": "day", "at": "23:50", "minutes": 10, "calls": 900},
        "at_most_per_minute": 55,
    }
    world = small_world(busy, job, seed=seed)
    usage = world.usage("one", world.clock)
    for key, limit in (("key_a", 40), ("key_b", 55)):
        seconds = usage.columns(range(world.clock - 20 * DAY, world.clock), where={"key": key})["calls"]
        sliding = seconds.cumsum()
        assert limit - 6 <= max(sliding[60:] - sliding[:-60]) <= limit


@pytest.mark.parametrize("seed", range(5))
def test_a_life_never_has_more_than_its_limit(small_world: Callable[..., World], seed: int) -> None:
    """`at_most` ends a stream for good; a rate below one call a month still gives some."""
    world = small_world(
        {"key": "a", "month": 0.7, "at_most": 30}, {"key": "b", "month": 900, "at_most": 49}, seed=seed
    )
    calls = [world.usage("one", world.clock + years * 365 * DAY).groups(LIFE, "key") for years in (0, 6, 13)]
    assert [found["key_b"]["calls"] for found in calls] == [49, 49, 49]
    assert calls[2]["key_a"]["calls"] == 30
    assert 5 < calls[0]["key_a"]["calls"] < 30


def test_hours_are_the_zones_own() -> None:
    """In summer and in winter the office opens at the same local time."""
    where = zone("America/New_York")
    summer, winter = (datetime(2025, month, 15, 9, tzinfo=where) for month in (7, 1))
    assert summer.astimezone(UTC).hour != winter.astimezone(UTC).hour


@pytest.mark.parametrize(("percent", "low", "high"), [(0, 0, 0), (30, 0.2, 0.4), (150, 1.35, 1.65)])
def test_an_incident_changes_how_many_calls_come(
    small_world: Callable[..., World], percent: int, low: float, high: float
) -> None:
    """During incidents, `traffic` percent of the usual calls come; those of other hours stay the same."""
    entry = {"key": "a", "month": 600_000, "shape": "flat"}
    usual, changed = (
        small_world(entry, incidents={"every_days": 5, "hours": 6, "traffic": share})
        for share in (100, percent)
    )
    incidents = changed.traffic["one"].incidents
    assert incidents is not None
    usages = [world.usage("one", world.clock) for world in (usual, changed)]
    for begin, end in incidents.between(usual.clock - 60 * DAY, usual.clock - DAY):
        inside = [usage.total(Window(begin, end))["calls"] for usage in usages]
        assert low * inside[0] <= inside[1] <= high * inside[0]
        after = [usage.total(Window(end, end + 5 * HOUR))["calls"] for usage in usages]
        assert after[1] == pytest.approx(after[0], rel=0.03)


def test_incidents_of_a_date_come_too(small_world: Callable[..., World]) -> None:
    """`also` adds incidents at its instants, as long as the others, whatever the seed."""
    for seed in (0, 7):
        world = small_world(
            {"key": "a", "month": 300_000, "shape": "steady"},
            seed=seed,
            incidents={"every_days": 300, "hours": 4, "also": ["2026-03-18T09:30:00Z"]},
        )
        begin = read_instant("2026-03-18T09:30:00Z")
        usage, failed = world.usage("one", world.clock), {"outcome": "error"}
        shares = [
            usage.total(window, where=failed)["calls"] / usage.total(window)["calls"]
            for window in (Window(begin, begin + 4 * HOUR), Window(begin - 4 * HOUR, begin))
        ]
        assert shares[0] > 0.4
        assert shares[1] < 0.2


def test_days_differ_as_much_as_their_shape_says(small_world: Callable[..., World]) -> None:
    """`day_noise` 0 gives all days of a weekday the same number, and half of it half the difference."""
    spans = []
    for noise in (0, 25, 50):
        world = small_world({"key": "a", "month": 300_000, "shape": "flat"}, day_noise=noise)
        now = world.clock // DAY * DAY
        days = world.usage("one", world.clock).series(range(now - 300 * DAY, now + 1, DAY))["calls"]
        spans.append(max(days) - min(days))
    assert spans[0] <= 1
    assert 0.4 * spans[2] < spans[1] < 0.6 * spans[2]


def test_a_measure_follows_another(harbour: World) -> None:
    """What `plus` adds shows: of calls with many characters, each one adds 1.5 bytes on average."""
    calls = harbour.usage("tug", harbour.clock).calls(LIFE, where={"endpoint": "/berth"}, limit=9_000)
    calls.sort(key=lambda call: call.measures["characters"])
    few, many = calls[:3_000], calls[-3_000:]
    mean = [sum(call.measures["bytes"] for call in part) / 3_000 for part in (few, many)]
    written = [sum(call.measures["characters"] for call in part) / 3_000 for part in (few, many)]
    assert mean[1] - mean[0] == pytest.approx(1.5 * (written[1] - written[0]), rel=0.5)
    assert all(call.measures["bytes"] >= 1.5 * call.measures["characters"] // 1 for call in many)


def test_units_of_a_measure_differ(harbour: World) -> None:
    """A sum over units is seldom a multiple of their number, and keeps the bounds of each."""
    calls = harbour.usage("tug", harbour.clock).calls(LIFE, where={"endpoint": "/berth"}, limit=2_000)
    sums = [(call.measures["lines"], call.measures["characters"]) for call in calls]
    several = [(lines, characters) for lines, characters in sums if lines > 3]
    assert sum(characters % lines == 0 for lines, characters in several) < 0.25 * len(several)
    assert all(5 * lines <= characters <= 200 * lines for lines, characters in sums)
