"""Sums at the minutes of many days.

Rows of a long window lie on a grid: each minute, or each few minutes, of whole days. The calls before each
are counted day by day: a day's calls and the sum of its weights are single numbers, and to divide an array by
one number takes a fifth of the time. What follows is done for all days at once. It gives what `meter.Meter`
gives, in less time (tests/ledger/queries/test_grid.py).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple, TypeGuard

import numpy as np

from metermock.ledger.arrays import Integers, Integers32
from metermock.ledger.cache import TABLES
from metermock.ledger.calendar import DAY, MINUTE
from metermock.ledger.queries.selection import Selection
from metermock.ledger.traffic.book import Line
from metermock.ledger.traffic.deck import BITS, LENGTH, VARIANTS, Deck, Only

_REST = LENGTH - 1


class _Tables(NamedTuple):
    """Of each measure (first axis) the sums before each slot in its variant, and over each whole variant."""

    before: Integers
    whole: Integers


def on_grid(edges: Sequence[int]) -> TypeGuard[range]:
    """Whether edges are evenly spaced, at the starts of minutes."""
    if not isinstance(edges, range):
        return False
    return edges.step > 0 and not (edges.step % MINUTE or edges.start % MINUTE or DAY % edges.step)


def grid_counts(selection: Selection, edges: range) -> Integers:
    """How many calls of a selection without a filter lie between each edge and the next.

    The edges are whole minutes apart, and may begin at any second.
    """
    lives, nothing = np.zeros(len(edges), dtype=np.int64), np.zeros((0, len(edges)), dtype=np.int64)
    for line in selection.lines:
        _add(line, None, edges, lives, nothing)
    return np.diff(lives)


def grid_series(selection: Selection, edges: range, names: tuple[str, ...]) -> dict[str, Integers]:
    """The sum of each measure between each edge on a grid and the next."""
    # A count of all calls needs no look at the deck: the number of the call is the count.
    counted = "calls" in names and not selection.only
    dealt = tuple(name for name in names if not (counted and name == "calls"))
    lives, shown = np.zeros(len(edges), dtype=np.int64), np.zeros((len(dealt), len(edges)), dtype=np.int64)
    for line in selection.lines:
        _add(line, _tables(line.deck, dealt, selection.only) if dealt else None, edges, lives, shown)
    sums = dict(zip(dealt, np.diff(shown, axis=1), strict=True))
    if counted:
        sums["calls"] = np.diff(lives)
    return {name: sums[name] for name in names}


def _add(line: Line, tables: _Tables | None, edges: range, calls: Integers, shown: Integers) -> None:
    """Add the calls before each edge, and the sums of measures; only differences have a meaning."""
    segments, widths = _segments(line, edges)
    if line.lives.item(segments.start) == line.lives.item(segments.stop):
        return
    lives = _lives_on(line, edges)
    calls += lives
    if tables is None:
        return
    variants, starts = line.variants[segments], line.first_slots[segments]
    before = line.lives[segments.start : segments.stop + 1]
    ends = starts + np.diff(before)
    # From calls to slots of the deck, and from there to sums: what is added is one number for each segment.
    slots = lives
    slots += np.repeat(starts - before[:-1], widths)
    rounds = slots >> BITS if ends.max() >= LENGTH else None
    slots &= _REST
    slots += np.repeat(variants << BITS, widths)
    for number, sums in enumerate(tables.before):
        whole = tables.whole[number, variants]
        first, last = (
            sums[(variants << BITS) + (place & _REST)] + (place >> BITS) * whole for place in (starts, ends)
        )
        found = sums.take(slots)
        if rounds is not None:
            found += rounds * np.repeat(whole, widths)
        # A segment goes on from where the one before has ended.
        found += np.repeat(np.cumsum(last - first) - last, widths)
        shown[number] += found


def _segments(line: Line, edges: range) -> tuple[slice, list[int]]:
    """The segments of a line from that of the first edge to that of the last, and how many edges each has."""
    listed, first, step = line.timeline.listed, edges.start, edges.step
    begin, end = (bisect_right(listed, edge) - 1 for edge in (edges[0], edges[-1]))
    columns = [max(-(-(start - first) // step), 0) for start in listed[begin : end + 1]]
    widths = [stop - start for start, stop in pairwise([*columns, len(edges)])]
    return slice(begin, end + 1), widths


def _lives_on(line: Line, edges: range) -> Integers:
    """The calls of a line's life before each edge (see `Line.lives_at`)."""
    lives = np.empty(len(edges), dtype=np.int64)
    begin, until = edges[0] // DAY, edges[-1] // DAY + 1
    starts = [max(-(-(day * DAY - edges.start) // edges.step), 0) for day in range(begin, until)]
    first = begin - line.timeline.first
    # The numbers of all days at once: to take each out of its array costs more than to reckon with it.
    some = slice(first, first + until - begin)
    days = (each[some].tolist() for each in (line.sums, line.counts, line.phases))
    for day, (start, stop), sums, count, phase in zip(
        range(begin, until), pairwise([*starts, len(edges)]), *days, strict=True
    ):
        here = lives[start:stop]
        if not count:
            here.fill(sums)
            continue
        row = line.stream.weights.cumulative(day)
        whole = row.item(-1) * 60 or 1
        _before(row, edges[start:stop], count, here)
        here += phase * whole >> 32
        here //= whole
        here += sums
    return lives


def _before(row: Integers32, edges: range, count: int, found: Integers) -> None:
    """Write the weights of a day before its edges, in seconds, times its calls."""
    begin, second = divmod(edges.start % DAY, MINUTE)
    end, step = begin + len(edges) * edges.step // MINUTE, edges.step // MINUTE
    some = row[begin:end:step]
    np.multiply(some, 60 * count, out=found, dtype=np.int64)
    if second:
        found += np.multiply(row[begin + 1 : end + 1 : step] - some, second * count, dtype=np.int64)


def _tables(deck: Deck, names: tuple[str, ...], only: Only) -> _Tables:
    def make() -> _Tables:
        columns = np.stack([deck.column(name, only) for name in names]).reshape(len(names), VARIANTS, LENGTH)
        sums = np.cumsum(columns, axis=2)
        return _Tables((sums - columns).reshape(len(names), -1), sums[:, :, -1].copy())

    made: _Tables = TABLES.recall(
        ("grid", deck.token, names, only), make, lambda tables: tables.before.nbytes + tables.whole.nbytes
    )
    return made
