"""Rows in the order of a figure; there may be a million of them.

Rows of the past do not change. So the rows in whole blocks, all but a few at both ends, are sorted once and
kept. For each reply only the few are sorted, and merged with the others by rank: their places among the kept
ones are found by bisection, and only the page that is asked for is put together. The order is that of sorting
all rows (tests/ledger/queries/test_ranking.py).
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Sequence
from typing import Literal, NamedTuple

import numpy as np

from metermock.ledger import effort
from metermock.ledger.arrays import Integers, Integers32
from metermock.ledger.cache import TABLES
from metermock.ledger.calendar import Window

_BLOCK = 64  # rows
_PART = 16 * 1_440  # rows that are worked on at once: minutes of 16 days
_DIGIT = (1 << 16) - 1


class Rows(NamedTuple):
    """Rows that start at these instants, one ending where the next starts; the ends are cut by a window."""

    starts: Sequence[int]
    window: Window

    def edges(self, first: int, last: int) -> Sequence[int]:
        """The edges of the rows [first, last)."""
        some = self.starts[first : last + 1]
        if first > 0 and last < len(self.starts):
            return some
        edges = array("q", some)
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


class _Sorted:
    """Rows in ascending order of their figures: where each stood, and the ranks at which figures begin.

    A million rows have some thousand figures. Each is kept once, so that a row takes four bytes.
    """

    def __init__(self, figures: Integers) -> None:
        self.places: Integers32 = _order(figures)
        self._number = len(figures)
        self._values, times = _counted(figures, self.places)
        self._stops = np.cumsum(times)
        self._starts = self._stops - times

    @property
    def nbytes(self) -> int:
        """How many bytes it takes."""
        return int(self.places.nbytes) + 3 * int(self._values.nbytes)

    def before(self, figures: Integers, *, equal: bool, descending: bool) -> Integers:
        """How many of these come before each of some others; with `equal`, also those of the same figure."""
        side: Literal["left", "right"] = "right" if equal != descending else "left"
        ranks: Integers = np.append(self._starts, self._number)[self._values.searchsorted(figures, side)]
        return self._number - ranks if descending else ranks

    def placed(self, ranks: Integers, *, descending: bool) -> Integers32:
        """Where the rows of these ranks stood; descending, equal figures stay in the order of time."""
        if descending:
            # Read from the end, equal figures come in reverse. The place p of a run [left, right) of equal
            # figures is mirrored inside the run: left + right - 1 - p, with p = number - 1 - rank.
            run = self._starts.searchsorted(self._number - 1 - ranks, "right") - 1
            ranks = ranks - self._number + self._starts[run] + self._stops[run]
        placed: Integers32 = self.places[ranks]
        return placed


def _counted(figures: Integers, places: Integers32) -> tuple[Integers, Integers]:
    """The figures that there are, ascending, and how often each is there; `places` are in their order."""
    low = figures.min()
    if figures.max() - low < len(figures):
        # Most rows have few figures: to count each takes less time than to read the rows in their order.
        times = np.bincount(figures - low)
        there = np.flatnonzero(times)
        return there + low, times[there]
    ascending = figures[places]
    starts = np.append(0, np.flatnonzero(ascending[1:] != ascending[:-1]) + 1)
    return ascending[starts], np.diff(starts, append=len(figures))


def _order(figures: Integers) -> Integers32:
    """The places of figures in ascending order; equal figures stay in their order."""
    low = figures.min(initial=0)
    span = int(figures.max(initial=0)) - int(low)
    # numpy sorts numbers of 16 bits by counting, in a fifth of the time; twice for those of 32 bits.
    if span >= 1 << 32:
        usual: Integers32 = figures.argsort(kind="stable").astype(np.int32)
        return usual
    digits = (figures - low).astype(np.uint32)
    if _DIGIT < span < len(figures):
        there = np.flatnonzero(np.bincount(digits))
        if len(there) <= _DIGIT:
            # Few figures lie far apart: their numbers in ascending order fit into 16 bits.
            numbers = np.zeros(span + 1, dtype=np.uint16)
            numbers[there] = np.arange(len(there))
            digits, span = numbers[digits], len(there)
    order: Integers32 = digits.astype(np.uint16).argsort(kind="stable").astype(np.int32)
    if span > _DIGIT:
        order = order[(digits >> 16).astype(np.uint16)[order].argsort(kind="stable")]
    return order


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
    lasting: _Sorted | None = None
    if first < last:
        lasting = TABLES.recall(
            ("ranking", name, rows.starts[first:last]),
            lambda: _Sorted(_lasting(rows, first, last, figures)),
            lambda made: made.nbytes,
        )
    moving = _moving(rows, first, last, figures)
    order = (-moving if descending else moving).argsort(kind="stable")
    moving, places = moving[order], np.concatenate([np.arange(first), np.arange(last, number)])[order]
    # The rank of a moving row: the moving rows before it, and the lasting rows before it. Of rows with the
    # same figure, those before the lasting ones in time come first, and those after them last.
    early = places < first
    ranks = np.arange(len(places))
    if lasting is None:
        unsorted: list[int] = places[page].tolist()
        return unsorted
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


def _lasting(rows: Rows, first: int, last: int, figures: Callable[[Sequence[int]], Integers]) -> Integers:
    """The figures of the rows of all whole blocks."""
    effort.begin(last - first)
    found = np.empty(last - first, dtype=np.int64)
    # Part by part: arrays that fit into the processor's cache are faster, and other threads wait less long.
    for start in range(first, last, _PART):
        stop = min(start + _PART, last)
        found[start - first : stop - first] = figures(rows.edges(start, stop))
    return found


def _moving(rows: Rows, first: int, last: int, figures: Callable[[Sequence[int]], Integers]) -> Integers:
    """The figures of the rows before `first` and from `last` on, counted in one go."""
    number = len(rows.starts)
    if first == last:
        return figures(rows.edges(0, number))
    found = figures([*rows.edges(0, first), *rows.edges(last, number)])
    # What lies between the two ends was counted as one row; it is taken out.
    return np.delete(found, first)
