"""Rows in the order of a figure; there may be a million of them.

Rows of the past do not change. So the figures of the rows in whole blocks, all but a few at both ends, are
counted once and kept. For each reply only the few are sorted, and merged with the others by rank: their
places among the kept ones are found by bisection, and only the page that is asked for is put together. The
order is that of sorting all rows (tests/ledger/queries/test_ranking.py).
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

import numpy as np

from metermock.ledger import effort
from metermock.ledger.arrays import Integers
from metermock.ledger.cache import TABLES
from metermock.ledger.calendar import Window

_BLOCK = 64  # rows
_PART = 16 * 1_440  # rows that are worked on at once: minutes of 16 days


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


class _Ranked:
    """Figures of rows in the order of time, and the ranks at which each figure begins and ends.

    A million rows have some thousand figures. Of each is known how many rows have it, so that the rows of a
    page are found by looking for their few figures: to sort all rows first takes five times as long.
    """

    def __init__(self, parts: Iterable[Integers]) -> None:
        self._figures: Integers = np.concatenate([_narrow(part) for part in parts])
        self._values, times = _counted(self._figures)
        self._stops = np.cumsum(times)
        self._starts = self._stops - times

    @property
    def nbytes(self) -> int:
        """How many bytes it takes."""
        return int(self._figures.nbytes) + 3 * int(self._values.nbytes)

    def before(self, figures: Integers, *, equal: bool, descending: bool) -> Integers:
        """How many of these come before each of some others; with `equal`, also those of the same figure."""
        side: Literal["left", "right"] = "right" if equal != descending else "left"
        number = len(self._figures)
        ranks: Integers = np.append(self._starts, number)[self._values.searchsorted(figures, side)]
        return number - ranks if descending else ranks

    def placed(self, first: int, stop: int, *, descending: bool) -> Integers:
        """Where the rows of the ranks [first, stop) stood; equal figures are always in the order of time."""
        if first >= stop:
            return np.zeros(0, dtype=np.int64)
        values, starts = self._values, self._starts
        if descending:
            values, starts = values[::-1], len(self._figures) - self._stops[::-1]
        low, high = (starts.searchsorted((first, stop - 1), "right") - 1).tolist()
        begin = starts.item(low)
        if low == high:
            return self._equal(values.item(low), first - begin, stop - begin)
        # All rows whose figures lie between those two are of the page.
        ends = sorted((values.item(low), values.item(high)))
        inner = np.flatnonzero((self._figures > ends[0]) & (self._figures < ends[1]))
        figures = self._figures[inner].astype(np.int64)
        return np.concatenate(
            [
                self._equal(values.item(low), first - begin, starts.item(low + 1) - begin),
                inner[(-figures if descending else figures).argsort(kind="stable")],
                self._equal(values.item(high), 0, stop - starts.item(high)),
            ]
        )

    def _equal(self, figure: int, first: int, stop: int) -> Integers:
        """Where the rows with a figure stood: those from the first on until the last is before `stop`."""
        found, passed = [], 0
        for begin in range(0, len(self._figures), _PART):
            here = np.flatnonzero(self._figures[begin : begin + _PART] == figure)
            found.append(here[max(first - passed, 0) : max(stop - passed, 0)] + begin)
            passed += len(here)
            if passed >= stop:
                break
        return np.concatenate(found)


def _narrow(figures: Integers) -> Integers:
    """The same figures in as few bytes each as they need."""
    low, high = figures.min(), figures.max()
    for kind in (np.uint16, np.int32):
        if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max:
            return figures.astype(kind)
    return figures


def _counted(figures: Integers) -> tuple[Integers, Integers]:
    """The figures that there are, ascending, and how often each is there."""
    low = int(figures.min())
    span = int(figures.max()) - low + 1
    if span < len(figures):
        # Most rows have few figures: to count each takes less time than to sort them.
        times, part = np.zeros(span, dtype=np.int64), max(span, _PART)
        for begin in range(0, len(figures), part):
            found = np.bincount(figures[begin : begin + part].astype(np.int64) - low)
            times[: len(found)] += found
        there = np.flatnonzero(times)
        return there + low, times[there]
    ascending = np.sort(figures)
    starts = np.flatnonzero(np.append(True, ascending[1:] != ascending[:-1]))
    return ascending[starts].astype(np.int64), np.diff(starts, append=len(figures))


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
    lasting: _Ranked | None = None
    if first < last:
        lasting = TABLES.recall(
            ("ranking", name, rows.starts[first:last]),
            lambda: _Ranked(_lasting(rows, first, last, figures)),
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
    if others.any():
        start = (wanted - passed).item(others.argmax())
        found[others] = first + lasting.placed(start, start + others.sum(), descending=descending)
    listed: list[int] = found.tolist()
    return listed


def _lasting(
    rows: Rows, first: int, last: int, figures: Callable[[Sequence[int]], Integers]
) -> Iterator[Integers]:
    """The figures of the rows of all whole blocks, part by part."""
    effort.begin(last - first)
    # Arrays that fit into the processor's cache are faster, and other threads wait less long.
    for start in range(first, last, _PART):
        yield figures(rows.edges(start, min(start + _PART, last)))


def _moving(rows: Rows, first: int, last: int, figures: Callable[[Sequence[int]], Integers]) -> Integers:
    """The figures of the rows before `first` and from `last` on, counted in one go."""
    number = len(rows.starts)
    if first == last:
        return figures(rows.edges(0, number))
    found = figures([*rows.edges(0, first), *rows.edges(last, number)])
    # What lies between the two ends was counted as one row; it is taken out.
    return np.delete(found, first)
