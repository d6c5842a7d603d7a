"""Rows in the order of a figure; there may be a million of them.

Rows of the past do not change. So the rows in whole blocks, all but a few at both ends, are sorted once and
kept. For each reply only the few are sorted, and merged with the others by rank: their places among the kept
ones are found by bisection, and only the page that is asked for is put together. The order is that of sorting
all rows (tests/ledger/queries/test_ranking.py).
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple

import numpy as np

from metermock.ledger.arrays import Integers, Integers32
from metermock.ledger.cache import TABLES
from metermock.ledger.calendar import Window

_BLOCK = 64  # rows


class Rows(NamedTuple):
    """Rows that start at these instants, one ending where the next starts; the ends are cut by a window."""

    starts: Sequence[int]
    window: Window

    def edges(self, first: int, last: int) -> array[int]:
        """The edges of the rows [first, last)."""
        edges = array("q", self.starts[first : last + 1])
        if first == 0:
            edges[0] = self.window.start
        if last == len(self.starts):
            edges.append(self.window.end)
        return edges

    def lasting(self) -> tuple[int, int]:
        """The rows of all whole blocks: the first of them, and the first after them."""
        # Blocks are counted from 1970, not from the first row: so the same rows make a block while the window
        # moves on, and what is kept of them is found for up to 64 steps. The first row and the last, which
        # the window cuts, are in none. `-n % 64` is how far it is from n to the next multiple of 64.
        number = len(self.starts)
        if not isinstance(self.starts, range) or number <= 2 * _BLOCK:
            return number, number
        first = self.starts.start // self.starts.step
        return 1 + -(first + 1) % _BLOCK, number - 1 - (first + number - 1) % _BLOCK


class _Sorted(NamedTuple):
    """Figures in ascending order, and where each stood before it was sorted."""

    figures: Integers
    places: Integers32

    def before(self, figures: Integers, *, equal: bool, descending: bool) -> Integers:
        """How many of these come before each of some others; with `equal`, also those of the same figure."""
        if descending:
            return len(self.figures) - self.figures.searchsorted(figures, "left" if equal else "right")
        return self.figures.searchsorted(figures, "right" if equal else "left")

    def placed(self, ranks: Integers, *, descending: bool) -> Integers32:
        """Where the rows of these ranks stood; descending, equal figures stay in the order of time."""
        if descending:
            # Read from the end, equal figures come in reverse. The place p of a run [left, right) of equal
            # figures is mirrored inside the run: left + right - 1 - p, with p = number - 1 - rank.
            number = len(self.figures)
            found = self.figures[number - 1 - ranks]
            ranks = ranks - number + self.figures.searchsorted(found, "left")
            ranks += self.figures.searchsorted(found, "right")
        return self.places[ranks]


_NOTHING = _Sorted(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int32))


def ordered(
    rows: Rows,
    name: Hashable,
    figures: Callable[[Sequence[int]], Integers],
    page: slice,
    *,
    descending: bool,
) -> list[int]:
    """The places in time of a page of rows, sorted by their figures in either direction, and then by time.

    `figures` makes them from the rows' edges, and from nothing else; the name stands for it.
    """
    number = len(rows.starts)
    first, last = rows.lasting()
    lasting = _NOTHING
    if first < last:
        lasting = TABLES.recall(
            ("ranking", name, rows.starts[first:last]),
            lambda: _sort(figures(rows.edges(first, last))),
            lambda made: made.figures.nbytes + made.places.nbytes,
        )
    moving = _moving(rows, first, last, figures)
    order = (-moving if descending else moving).argsort(kind="stable")
    moving, places = moving[order], np.concatenate([np.arange(first), np.arange(last, number)])[order]
    # The rank of a moving row: the moving rows before it, and the lasting rows before it. Of rows with the
    # same figure, those before the lasting ones in time come first, and those after them last.
    early = places < first
    ranks = np.arange(len(places))
    for some, equal in ((early, False), (~early, True)):
        ranks[some] += lasting.before(moving[some], equal=equal, descending=descending)
    # A rank of the page belongs to a moving row, or else to a lasting one. Of a lasting one, the rank among
    # the lasting rows is less by the moving rows passed so far. (With none passed, index -1 has another
    # rank.)
    wanted = np.arange(*page.indices(number))
    passed = ranks.searchsorted(wanted, side="right")
    found = places[passed - 1]
    others = ranks[passed - 1] != wanted
    found[others] = first + lasting.placed((wanted - passed)[others], descending=descending)
    listed: list[int] = found.tolist()
    return listed


def _moving(rows: Rows, first: int, last: int, figures: Callable[[Sequence[int]], Integers]) -> Integers:
    """The figures of the rows before `first` and from `last` on, counted in one go."""
    number = len(rows.starts)
    if first == last:
        return figures(rows.edges(0, number))
    found = figures(rows.edges(0, first) + rows.edges(last, number))
    # What lies between the two ends was counted as one row; it is taken out.
    return np.delete(found, first)


def _sort(figures: Integers) -> _Sorted:
    order = figures.argsort(kind="stable")
    return _Sorted(figures[order], order.astype(np.int32))
