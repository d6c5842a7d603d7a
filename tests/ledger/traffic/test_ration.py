"""A limit of a day or a month lets calls in until it is reached, and none after that until it begins anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from metermock.ledger.calendar import DAY, Window, month_edge, read_instant
from metermock.ledger.queries.usage import Usage
from metermock.ledger.world import World
from metermock.timezones import zone

UTC = zone("UTC")
INSIDE, OUTSIDE = {"dock": "north"}, {"dock": "outer"}


@pytest.fixture
def limited(small_world: Callable[..., World]) -> Callable[..., Usage]:
    """Makes the usage of an account with one limited stream, at the harbour's clock."""

    def make(*, seed: int = 0, limit: dict[str, Any], **traffic: Any) -> Usage:
        entry = {"key": "a", "dock": "north", "limit": limit | {"beyond": {"dock": "outer"}}} | traffic
        world = small_world(entry, seed=seed)
        return world.usage("one", world.clock)

    return make


def calls(usage: Usage, window: Window, where: dict[str, str]) -> int:
    """The calls of a window."""
    return usage.total(window, where=where)["calls"]


@pytest.mark.parametrize("seed", range(4))
def test_a_day_lets_in_its_first_calls(limited: Callable[..., Usage], seed: int) -> None:
    """Of each UTC day the first 400 calls are let in, and every later one is beyond."""
    usage = limited(seed=seed, limit={"calls": 400, "per": "day"}, month=20_000, shape="steady")
    full = 0
    for start in range(usage.now // DAY * DAY - 60 * DAY, usage.now // DAY * DAY, DAY):
        day = Window(start, start + DAY)
        let_in, beyond = (calls(usage, day, where) for where in (INSIDE, OUTSIDE))
        if beyond:
            first, last = usage.nth(day, 1, where=OUTSIDE), usage.nth(day, let_in, where=INSIDE)
            assert let_in == 400
            assert first is not None
            assert last is not None
            assert last < first
        full += beyond > 0
    assert full > 40


@pytest.mark.parametrize("seed", range(4))
def test_a_month_lets_in_its_first_calls(limited: Callable[..., Usage], seed: int) -> None:
    """A month is full on some day of it; from then on all calls are beyond, until the 1st."""
    usage = limited(seed=seed, limit={"calls": 1_000, "per": "month"}, month=1_600, shape="office")
    for months in range(-12, 0):
        month = Window(month_edge(usage.now, months, UTC), month_edge(usage.now, months + 1, UTC))
        reached = usage.nth(month, 1, where=OUTSIDE)
        assert calls(usage, month, INSIDE) == 1_000
        assert reached is not None
        assert 12 * DAY < reached - month.start < 26 * DAY
        assert calls(usage, Window(reached, month.end), INSIDE) == 0
        assert calls(usage, Window(month.start, reached), OUTSIDE) == 0


def test_a_limit_changes_no_count(limited: Callable[..., Usage], small_world: Callable[..., World]) -> None:
    """The calls let in and those beyond are those that the stream has without a limit, day by day."""
    usage = limited(limit={"calls": 300, "per": "day"}, month=12_000, shape="steady")
    plain = small_world({"key": "a", "dock": "north", "month": 12_000, "shape": "steady"})
    days = range(read_instant("2026-01-01T00:00:00Z"), usage.now // DAY * DAY + 1, DAY)
    assert usage.series(days)["calls"] == plain.usage("one", plain.clock).series(days)["calls"]


@pytest.mark.parametrize("limit", [0, 1, 799, 800, 801])
def test_a_limit_at_the_edge_of_a_day(limited: Callable[..., Usage], limit: int) -> None:
    """A limit of no calls, of one, and of about all calls of a day lets in exactly so many."""
    usage = limited(
        limit={"calls": limit, "per": "day"}, job={"on": "day", "at": "09:00", "minutes": 20, "calls": 800}
    )
    day = Window(read_instant("2026-03-10T00:00:00Z"), read_instant("2026-03-11T00:00:00Z"))
    assert calls(usage, day, INSIDE) == min(limit, 800)
    assert calls(usage, day, OUTSIDE) == max(800 - limit, 0)
    assert calls(usage, Window(day.start + 9 * 3_600, day.start + 9 * 3_600 + 1_200), {}) == 800


def test_both_parts_keep_the_limit_of_a_minute(limited: Callable[..., Usage]) -> None:
    """`at_most_per_minute` holds for what is let in and for what is beyond."""
    usage = limited(
        limit={"calls": 2_000, "per": "day"}, month=100_000, shape="office", at_most_per_minute=12
    )
    for where in (INSIDE, OUTSIDE):
        seconds = usage.columns(range(usage.now - 9 * DAY, usage.now), where=where)["calls"].cumsum()
        assert 0 < max(seconds[60:] - seconds[:-60]) <= 12
