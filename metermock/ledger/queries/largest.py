"""The largest single values, from a table of maxima over ranges of the deck.

The table holds the maximum of 1, 2, 4 … slots from each slot on. Two such ranges, which may overlap, cover
any run of slots: the largest of a run is the larger of two entries, however long it is.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from metermock.ledger import effort
from metermock.ledger.arrays import Integers
from metermock.ledger.cache import TABLES
from metermock.ledger.queries.selection import Selection
from metermock.ledger.queries.sums import chunks
from metermock.ledger.traffic.book import Line, lives_of
from metermock.ledger.traffic.deck import BITS, LENGTH, SLOTS, Deck, Only

_REST = LENGTH - 1
_FEW = 8  # so few edges: looking up their windows one by one is faster
_LOGARITHMS = np.array([max(number.bit_length() - 1, 0) for number in range(LENGTH + 1)])


def largest_between(selection: Selection, edges: Integers, measure: str) -> Integers:
    """The largest value of a measure between each edge and the next, 0 without calls."""
    if len(edges) <= _FEW:
        windows = pairwise(edges.tolist())
        return np.array([_in_window(selection, *window, measure) for window in windows], dtype=np.int64)
    effort.begin(len(edges) * len(selection.lines))
    rows = np.zeros(max(len(edges) - 1, 0), dtype=np.int64)
    for part in chunks(len(edges)):
        rows[part.start : part.stop - 1] = _chunk(selection, edges[part], measure)
    return rows


def _in_window(selection: Selection, start: int, end: int, measure: str) -> int:
    """The largest value of a measure in one window, 0 without calls."""
    return max((_of_line(line, start, end, measure, selection.only) for line in selection.lines), default=0)


def _of_line(line: Line, start: int, end: int, measure: str, only: Only) -> int:
    first, last = line.position(start), line.position(end)
    if first.calls == last.calls:
        return 0
    table = _table(line.deck, measure, only)
    if first.segment == last.segment:
        return _run(line, table, first.segment, first.slot, last.slot)
    whole = _whole(line, measure, only)[first.segment + 1 : last.segment]
    opening = _run(line, table, first.segment, first.slot, line.last_slot(first.segment))
    closing = _run(line, table, last.segment, line.first_slots.item(last.segment), last.slot)
    return max(opening, closing, *whole)


def _run(line: Line, table: Integers, segment: int, first: int, last: int) -> int:
    """The largest value of the slots [first, last) that a segment deals."""
    # A run as long as the deck has all its slots. One that passes the deck's end goes on at its beginning.
    base, start, calls = line.variants.item(segment) << BITS, first & _REST, min(last - first, LENGTH)
    found = 0
    for begin, length in ((start, min(calls, LENGTH - start)), (0, start + calls - LENGTH)):
        if length > 0:
            level = length.bit_length() - 1
            at = base + begin
            found = max(found, table.item(level, at), table.item(level, at + length - (1 << level)))
    return found


def _whole(line: Line, measure: str, only: Only) -> list[int]:
    """The largest value of each segment of a line."""

    def make() -> list[int]:
        segments = np.arange(len(line.variants))
        tops: list[int] = _between(line, segments, line.lives, _table(line.deck, measure, only)).tolist()
        return tops

    made: list[int] = TABLES.recall(("tops", line.token, measure, only), make, lambda tops: 36 * len(tops))
    return made


def _chunk(selection: Selection, edges: Integers, measure: str) -> Integers:
    rows = np.zeros(len(edges) - 1, dtype=np.int64)
    if not selection.lines:
        return rows
    # A row is cut where a segment starts, so that each part deals from one variant; the rows' maxima are
    # taken over their parts.
    cuts = selection.lines[0].timeline.starts
    # np.union1d gives the same, but imports numpy.ma first: as long as all the rest of a short reply.
    both = np.sort(np.concatenate([edges, cuts[(cuts > edges[0]) & (cuts < edges[-1])]]))
    points = both[np.append(True, both[1:] != both[:-1])]
    if len(points) == 1:
        return rows
    at = np.searchsorted(points, edges)
    first = np.minimum(at[:-1], len(points) - 2)
    for line, segments, lives in lives_of(selection.lines, points):
        found = _between(line, segments[:-1], lives, _table(line.deck, measure, selection.only))
        np.maximum(rows, np.maximum.reduceat(found, first), out=rows)
    # Where two edges are the same, reduceat gives the value at that place, not that of an empty range.
    rows[at[:-1] == at[1:]] = 0
    return rows


def _between(line: Line, segments: Integers, lives: Integers, table: Integers) -> Integers:
    """The largest value of each run of calls, none of which crosses a segment's edge."""
    calls = np.minimum(np.diff(lives), LENGTH)
    base = line.variants[segments] << BITS
    start = (line.first_slots[segments] + lives[:-1] - line.lives[segments]) & _REST
    until = np.minimum(start + calls, LENGTH)
    wrapped = np.maximum(start + calls - LENGTH, 0)
    return np.maximum(_over(table, base + start, until - start), _over(table, base, wrapped))


def _over(table: Integers, first: Integers, length: Integers) -> Integers:
    level = _LOGARITHMS[length]
    last = np.maximum(first + length - (1 << level), first)
    maxima = np.maximum(table[level, np.minimum(first, SLOTS - 1)], table[level, np.minimum(last, SLOTS - 1)])
    return np.where(length > 0, maxima, 0)


def _table(deck: Deck, measure: str, only: Only) -> Integers:
    """Maxima over 1, 2, 4 … slots from each slot on."""
    name = ("largest", deck.token, measure, only)
    made: Integers = TABLES.recall(
        name, lambda: _maxima(deck.column(measure, only)), lambda table: table.nbytes
    )
    return made


def _maxima(numbers: Integers) -> Integers:
    levels = [numbers.astype(np.int32) if numbers.max() < 1 << 31 else numbers]
    for level in range(BITS):
        step, below = 1 << level, levels[-1]
        # Entries near the end of the deck reach past it and are too small; no run of slots does, so none is
        # read.
        above = below.copy()
        np.maximum(below[:-step], below[step:], out=above[:-step])
        levels.append(above)
    return np.stack(levels)
