"""Sums at the minutes of many days, one segment after the other.

Rows of a long window lie on a grid: each minute, or each few minutes, of whole days. Inside a segment the
day's calls, the sum of its weights and the variant of the deck are single numbers, so that all arithmetic is
of an array with a number, and the arrays stay small. It gives what `meter.Meter` gives, in a fifth of
the time (tests/ledger/queries/test_grid.py).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeGuard

import numpy as np

from metermock.ledger.arrays import Integers
from metermock.ledger.cache import TABLES
from metermock.ledger.calendar import DAY, MINUTE
from metermock.ledger.queries.selection import Selection
from metermock.ledger.traffic.book import Line
from metermock.ledger.traffic.deck import BITS, LENGTH, VARIANTS, Deck, Only

_REST = LENGTH - 1


class _Tables(NamedTuple):
    """Of each measure (first axis) the sums before each slot of a variant, and over each whole variant."""

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
    reached = np.zeros(len(shown), dtype=np.int64)
    for segment, columns in _segments(line, edges):
        if tables is None:
            calls[columns] += _lives(line, segment, edges[columns])
            continue
        variant, first = line.variants.item(segment), line.first_slots.item(segment)
        if line.lives.item(segment) == line.lives.item(segment + 1):
            shown[:, columns] += reached[:, None]
            calls[columns] += line.lives.item(segment)
            continue
        slots = _lives(line, segment, edges[columns])
        calls[columns] += slots
        slots += first - line.lives.item(segment)
        rounds = slots >> BITS if line.last_slot(segment) > LENGTH else None
        slots &= _REST
        start = _shown(tables, variant, first)
        # A row goes on from where the segment before has ended.
        for number, base in enumerate((reached - start).tolist()):
            found = tables.before[number, variant].take(slots)
            if rounds is not None:
                found += rounds * tables.whole.item(number, variant)
            found += base
            shown[number, columns] += found
        reached += _shown(tables, variant, line.last_slot(segment)) - start


def _segments(line: Line, edges: range) -> Iterator[tuple[int, slice]]:
    """The segments of a line from that of the first edge to that of the last, and which edges lie in each."""
    listed, first, step = line.timeline.listed, edges.start, edges.step
    begin, end = (bisect_right(listed, edge) - 1 for edge in (edges[0], edges[-1]))
    columns = [max(-(-(start - first) // step), 0) for start in listed[begin : end + 1]]
    for segment, inside in zip(range(begin, end + 1), pairwise([*columns, len(edges)]), strict=True):
        yield segment, slice(*inside)


def _lives(line: Line, segment: int, edges: range) -> Integers:
    """The calls of a line's life before edges that lie in one segment (see `Line.lives_at`)."""
    index = line.timeline.days.item(segment)
    sums, count = line.sums.item(index), line.counts.item(index)
    if not count or not edges:
        return np.full(len(edges), sums, dtype=np.int64)
    row = line.stream.weights.cumulative(index + line.timeline.first)
    whole = row.item(-1) * 60 or 1
    begin, second = divmod(edges.start % DAY, MINUTE)
    end, step = begin + len(edges) * edges.step // MINUTE, edges.step // MINUTE
    some = row[begin:end:step]
    lives = np.multiply(some, 60 * count, dtype=np.int64)
    if second:
        lives += np.multiply(row[begin + 1 : end + 1 : step] - some, second * count, dtype=np.int64)
    lives += line.phases.item(index) * whole >> 32
    lives //= whole
    lives += sums
    return lives


def _shown(tables: _Tables, variant: int, slot: int) -> Integers:
    shown: Integers = tables.before[:, variant, slot & _REST] + (slot >> BITS) * tables.whole[:, variant]
    return shown


def _tables(deck: Deck, names: tuple[str, ...], only: Only) -> _Tables:
    def make() -> _Tables:
        columns = np.stack([deck.column(name, only) for name in names]).reshape(len(names), VARIANTS, LENGTH)
        sums = np.cumsum(columns, axis=2)
        return _Tables(sums - columns, sums[:, :, -1].copy())

    made: _Tables = TABLES.recall(
        ("grid", deck.token, names, only), make, lambda tables: tables.before.nbytes + tables.whole.nbytes
    )
    return made
