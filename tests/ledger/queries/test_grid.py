"""Sums at the minutes of many days."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from metermock.ledger.calendar import DAY, HOUR, MINUTE, read_clock
from metermock.ledger.queries.grid import _lives_before, grid_counts
from metermock.ledger.world import World
from metermock.project import open_project
from tests.work import steps_of


@pytest.mark.parametrize("account", ["tug", "tanker", "ferry", "lighthouse", "barge"])
@pytest.mark.parametrize("step", [MINUTE, 15 * MINUTE, HOUR])
@pytest.mark.parametrize("where", [None, {"outcome": "error"}])
def test_a_grid_has_the_sums_of_its_edges(
    harbour: World, account: str, step: int, where: dict[str, str] | None
) -> None:
    """Rows that are evenly spaced, and so counted day by day, have the sums of the same edges as a list."""
    usage = harbour.usage(account, harbour.clock)
    start = harbour.clock // DAY * DAY - 100 * DAY - 3 * HOUR
    edges = range(start, start + 3_000 * step, step)
    names = tuple(usage.columns([start, start + 1]))
    found, listed = usage.columns(edges, where=where), usage.columns(list(edges), where=where)

    for name in names:
        assert np.array_equal(found[name], listed[name])
    assert np.array_equal(usage.columns(edges, where=where, measures=("calls",))["calls"], listed["calls"])


@pytest.mark.parametrize("account", ["tug", "tanker", "ferry", "lighthouse", "barge"])
@pytest.mark.parametrize("second", [0, 1, 59])
@pytest.mark.parametrize("step", [MINUTE, 7 * MINUTE])
def test_a_grid_counts_from_any_second(harbour: World, account: str, second: int, step: int) -> None:
    """Slots that begin at any second of a minute have the calls that they have one by one."""
    usage = harbour.usage(account, harbour.clock)
    start = harbour.clock // DAY * DAY - 30 * DAY + second
    edges = range(start, start + 3_000 * step, step)

    assert np.array_equal(grid_counts(usage._select(()), edges), usage.columns(list(edges))["calls"])


def test_a_grid_counts_behind_as_many_calls_as_a_life_may_have(harbour: World) -> None:
    """Each edge has so many more before it as the life had before: no product of them passes 63 bits."""
    selection = harbour.usage("tug", harbour.clock)._select(())
    start = harbour.clock // DAY * DAY - 30 * DAY
    edges, earlier = range(start, start + 3_000 * MINUTE, MINUTE), 1 << 54
    for line in selection.lines:
        longer: Any = SimpleNamespace(
            stream=line.stream,
            timeline=line.timeline,
            counts=line.counts,
            phases=line.phases,
            sums=line.sums + earlier,
        )
        assert np.array_equal(_lives_before(longer, edges), _lives_before(line, edges) + earlier)


def test_a_segment_that_ends_with_the_deck_keeps_its_calls() -> None:
    """After a part of a day that deals the deck's last slot, all its calls stay counted."""
    usage = open_project().load_world("zkscore").usage("steady", read_clock("2039-12-31T23:59:59Z"))
    start = read_clock("2037-12-20T03:00:00Z")
    edges, where = range(start, start + 3_000 * MINUTE, MINUTE), {"outcome": "failure"}
    # The nightly batch ends in these minutes, in slot 4,096 of the deck.
    found, listed = (usage.columns(kind, where=where)["calls"] for kind in (edges, list(edges)))

    assert np.array_equal(found, listed)


@pytest.mark.parametrize("where", [None, {"outcome": "error"}])
def test_a_day_of_a_grid_takes_few_steps(harbour: World, where: dict[str, str] | None) -> None:
    """Days are counted together: each takes a few lines of Python for each of the account's streams."""
    usage = harbour.usage("tug", harbour.clock)
    streams, start = len(harbour.traffic["tug"].streams), harbour.clock // DAY * DAY - 100 * DAY

    def steps(days: int) -> int:
        edges = range(start, start + days * DAY, MINUTE)
        usage.columns(edges, where=where)
        return steps_of(lambda: usage.columns(edges, where=where))

    assert steps(80) - steps(16) < 12 * 64 * streams
