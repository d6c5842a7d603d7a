"""Rows in the order of a figure."""

from __future__ import annotations

import tracemalloc
from collections.abc import Sequence

import numpy as np
import pytest

from metermock.ledger.arrays import Integers
from metermock.ledger.calendar import DAY, HOUR, MINUTE, Window
from metermock.ledger.dice import key, words
from metermock.ledger.queries.ranking import _Ranked
from metermock.ledger.world import World

PAGES = [slice(0, 40), slice(3_000, 3_100), slice(11_000, 13_000), slice(5, 5)]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("later", [0, 1, 59, 61, 600 * MINUTE])
def test_many_rows_are_in_order(harbour: World, later: int, *, descending: bool) -> None:
    """Rows of which most are kept sorted come in the order of sorting them all; ties by time."""
    usage = harbour.usage("tug", harbour.clock + later)
    window = Window.trailing(usage.now, 8 * DAY)
    starts = range(window.start // MINUTE * MINUTE, window.end, MINUTE)
    calls = usage.columns([window.start, *starts[1:], window.end])["calls"].tolist()
    expected = sorted(range(len(calls)), key=lambda row: -calls[row] if descending else calls[row])

    def figures(edges: Sequence[int]) -> Integers:
        return usage.columns(edges)["calls"]

    for page in PAGES:
        found = usage.order(starts, window, figures, page, name="calls", descending=descending)
        assert found == expected[page]


def test_few_rows_are_in_order(harbour: World) -> None:
    """Rows that are not evenly long are sorted too."""
    usage = harbour.usage("tug", harbour.clock)
    window = Window(harbour.clock - DAY, harbour.clock + 1)
    starts = [window.start, window.start + HOUR, window.start + 9 * HOUR]
    calls = usage.columns([*starts, window.end])["calls"].tolist()
    for descending in (False, True):
        found = usage.order(
            starts,
            window,
            lambda edges: usage.columns(edges)["calls"],
            slice(0, 9),
            name="calls",
            descending=descending,
        )
        assert found == sorted(range(3), key=lambda row: -calls[row] if descending else calls[row])


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("span", [1 << 10, 1 << 20, 1 << 33])
@pytest.mark.parametrize("kinds", [2, 5_000, 70_000])
def test_rows_have_the_ranks_of_their_figures(span: int, kinds: int, *, descending: bool) -> None:
    """Few figures or many, near each other or far apart, have the ranks of sorting them all; ties by time."""
    drawn = words(key("figures", kinds), np.arange(100_000)) % min(kinds, span)
    figures = drawn * (span // min(kinds, span)) - 7
    order = (-figures if descending else figures).argsort(kind="stable")
    ranked = _Ranked(np.array_split(figures, 9))

    for first, stop in ((0, 40), (49_990, 50_020), (7, 7), (99_000, 100_000), (0, 100_000)):
        assert np.array_equal(ranked.placed(first, stop, descending=descending), order[first:stop])


@pytest.mark.parametrize("descending", [False, True])
def test_figures_have_ranks_among_others(*, descending: bool) -> None:
    """As many rows come before a figure as are smaller, or larger, with or without those that are equal."""
    figures, others = words(key("figures"), np.arange(2_000)) % 90, np.arange(-3, 94)
    ranked = _Ranked([figures])

    for equal in (False, True):
        found = ranked.before(others, equal=equal, descending=descending)
        ahead = figures > others[:, None] if descending else figures < others[:, None]
        assert np.array_equal(found, (ahead | (equal & (figures == others[:, None]))).sum(axis=1))


def test_a_page_of_many_rows_needs_no_order_of_all() -> None:
    """A page of a million rows is found in less memory than the places of all of them would take."""
    figures = words(key("figures"), np.arange(1 << 20)) % 3_000

    tracemalloc.start()
    ranked = _Ranked(np.array_split(figures, 64))
    ranked.placed(5_000, 6_000, descending=True)
    memory = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert memory < 8 * len(figures)
