"""Days differ as real ones do: rates wander, weeks drift, holidays are free, incidents come irregularly."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from metermock.errors import WorldError
from metermock.ledger.calendar import DAY, HOUR, day_edges, local_date, read_instant
from metermock.ledger.world import World
from metermock.ledger.world_file import world_of
from metermock.source import source_of
from metermock.timezones import zone

CLOCK = "2026-03-18T15:42:07Z"
EVEN = {"hours": [1] * 24, "weekdays": [1] * 7, "noise": 0}
OUTCOMES = {"values": {"ok": 990, "error": 10}, "bad_day": {"ok": 80, "error": 20}}
LATENCY = {"median": 100, "bad_day": 3}


def made(shape: dict[str, Any] | None = None, seed: int = 0, **account: Any) -> World:
    """A world of two accounts, `one` and `two`, that have as many calls and bad days."""
    one = {"about": "", "since": "2024-01-01T00:00:00Z", "traffic": [{"month": 60_000, "shape": "even"}]}
    document = {
        "clock": CLOCK,
        "calls": {"dimensions": {"outcome": OUTCOMES}, "measures": {"latency_ms": LATENCY}},
        "holidays": {"ours": ["12-25", "2026-02-16"]},
        "shapes": {"even": EVEN | (shape or {})},
        "accounts": {"one": one | account, "two": one},
        "credentials": [],
    }
    return world_of(source_of("made", json.dumps(document).encode(), error=WorldError), "made", seed=seed)


def days(world: World, name: str = "one", count: int = 400) -> dict[str, np.ndarray[Any, Any]]:
    """What an account has on each of so many days up to yesterday."""
    end = world.clock // DAY * DAY
    edges, usage = range(end - count * DAY, end + 1, DAY), world.usage(name, world.clock)
    errors = usage.series(edges, where={"outcome": "error"})["calls"]
    return {each: np.array(row) for each, row in usage.series(edges).items()} | {"errors": np.array(errors)}


def likeness(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> float:
    """How two rows of numbers go together: 1 where they are alike, about 0 where nothing joins them."""
    return float(np.corrcoef(one, other)[0, 1])


def test_rates_and_latency_wander() -> None:
    """Errors and latency lie between a usual day's and the worst day's, near each other on near days."""
    world = made()
    found = days(world)
    rates, latency = found["errors"] / found["calls"], found["latency_ms"] / found["calls"]

    assert 0.008 < rates.min() < 0.02
    assert 0.03 < np.median(rates) < 0.07
    assert 0.12 < rates.max() < 0.22
    assert latency.max() > 1.5 * latency.min()
    assert likeness(rates[1:], rates[:-1]) > 0.3 > likeness(rates[60:], rates[:-60])
    assert likeness(rates, latency) > 0.7


def test_accounts_and_seeds_have_bad_days_of_their_own() -> None:
    """A bad day of one account is a day like others to another, and under another seed."""
    first = days(made())["errors"]

    assert abs(likeness(first, days(made(), "two")["errors"])) < 0.35
    assert abs(likeness(first, days(made(seed=1))["errors"])) < 0.35


def test_weeks_drift() -> None:
    """With `drift` the level of traffic changes slowly; without, even days stay even."""
    still, drifting = days(made())["calls"], days(made({"drift": 50}))["calls"]

    assert still.max() - still.min() <= 1
    assert 0.1 < drifting.std() / drifting.mean() < 0.2
    assert likeness(drifting[1:], drifting[:-1]) > 0.5
    assert drifting.mean() == pytest.approx(still.mean(), rel=0.08)


@pytest.mark.parametrize("where", ["UTC", "Pacific/Auckland", "America/New_York"])
def test_a_holiday_is_a_local_day(where: str) -> None:
    """On a holiday the shape's share of the calls comes, from local midnight to local midnight."""
    world = made({"holiday": 20}, zone=where, holidays="ours")
    usage = world.usage("one", world.clock)
    edges = day_edges(local_date(world.clock, zone(where)), 120, zone(where))
    rows = usage.series(edges)["calls"]
    usual = sorted(rows)[60]
    free = {
        str(local_date(edge, zone(where))): calls
        for edge, calls in zip(edges, rows, strict=False)
        if calls < 0.9 * usual
    }
    free.pop(str(local_date(world.clock, zone(where))))

    assert free.keys() == {"2025-12-25", "2026-02-16"}
    assert all(calls == pytest.approx(0.2 * usual, rel=0.02) for calls in free.values())


def test_a_shape_without_a_share_has_no_holidays() -> None:
    """Holidays change nothing where the shape does not say what is left of them."""
    assert days(made(holidays="ours"))["calls"].tolist() == days(made())["calls"].tolist()


@pytest.mark.parametrize("every", [1, 2, 3, 4, 5])
def test_incidents_come_at_irregular_distances_and_every_week(every: int) -> None:
    """Distances differ by days, lengths by hours, and no week is without one."""
    incidents = made(incidents={"every_days": every, "hours": [2, 9]}).traffic["one"].incidents
    assert incidents is not None
    start = read_instant("2025-01-01T00:00:00Z")
    found = list(incidents.between(start, start + 1500 * DAY))
    lengths = [end - begin for begin, end in found]
    gaps = [after[0] - before[0] for before, after in pairwise(found)]

    assert max(gaps) < 7 * DAY
    assert every == 1 or max(gaps) - min(gaps) > DAY
    assert 2 * HOUR <= min(lengths) < 3 * HOUR < 7 * HOUR < max(lengths) <= 9 * HOUR
    assert len(set(lengths)) > 100
    assert sum(lengths) / len(lengths) < 5.5 * HOUR


def test_rare_incidents_come_on_any_day_of_their_turn() -> None:
    """With a turn of weeks, the distances are from days to nearly two turns."""
    incidents = made(incidents={"every_days": 30, "hours": 2}).traffic["one"].incidents
    assert incidents is not None
    begun = [begin for begin, _ in incidents.between(0, 20_000 * DAY)]
    gaps = [(after - before) / DAY for before, after in pairwise(begun)]

    assert min(gaps) < 10
    assert max(gaps) > 50


def test_wandering_changes_no_sum() -> None:
    """Windows that meet add up, on bad days and holidays too."""
    world = made({"noise": 50, "drift": 60, "holiday": 10}, holidays="ours")
    usage = world.usage("one", world.clock)
    edges = range(world.clock - 3 * DAY, world.clock + 1, DAY // 7)
    rows = usage.series(edges)
    total = usage.series([edges[0], edges[-1]])

    assert {name: sum(row) for name, row in rows.items()} == {name: row[0] for name, row in total.items()}
