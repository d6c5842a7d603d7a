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

from metermock.ledger.arrays import Integers
from metermock.ledger.cache import TABLES
from metermock.ledger.calendar import DAY, MINUTE
from metermock.ledger.queries.selection import Selection
from metermock.ledger.traffic.book import Line
from metermock.ledger.traffic.deck import BITS, LENGTH, VARIANTS, Deck, Only
from metermock.ledger.traffic.weights import BLOCK, MINUTES

_ROUNDS = 8  # of the deck that tables hold: few days of a line deal more
_BITS = BITS + _ROUNDS.bit_length() - 1
_REST = (1 << _BITS) - 1


class _Tables(NamedTuple):
    """Of each measure (first axis) and variant the sums before each slot of some rounds, and over all."""

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
    lives = np.zeros(len(edges), dtype=np.int64)
    for line in selection.lines:
        lives += _lives_on(line, edges)
    return np.diff(lives)


def grid_series(selection: Selection, edges: range, names: tuple[str, ...]) -> dict[str, Integers]:
    """The sum of each measure between each edge on a grid and the next."""
    # A count of all calls needs no look at the deck: the number of the call is the count.
    counted = "calls" in names and not selection.only
    dealt = tuple(name for name in names if not (counted and name == "calls"))
    sums = np.zeros((1 + len(dealt), len(edges)), dtype=np.int64)
    if selection.lines:
        # All lines of a book are cut at the same instants, so what is one number for each segment is added
        # for all of them together.
        segments, widths = _segments(selection.lines[0], edges)
        bases = np.zeros((1 + len(dealt), len(widths)), dtype=np.int64)
        for line in selection.lines:
            if line.lives.item(segments.start) < line.lives.item(segments.stop):
                _add(line, _tables(line.deck, dealt, selection.only) if dealt else None, edges, sums, bases)
        sums += np.repeat(bases, widths, axis=1)
    shown = dict(zip(("calls", *dealt) if counted else ("", *dealt), np.diff(sums, axis=1), strict=True))
    return {name: shown[name] for name in names}


def _add(line: Line, tables: _Tables | None, edges: range, sums: Integers, bases: Integers) -> None:
    """Add the calls before each edge (first row) and the sums of measures, less their bases.

    Bases are by segment. Only differences of the sums have a meaning.
    """
    before = _lives_before(line, edges)
    sums[0] += before
    if tables is None:
        return
    segments, widths = _segments(line, edges)
    variants, starts = line.variants[segments], line.first_slots[segments]
    lives = line.lives[segments.start : segments.stop + 1]
    ends = starts + np.diff(lives)
    before += np.repeat(starts - lives[:-1], widths)
    rounds = before >> _BITS if ends.max() > _REST else None
    before &= _REST
    before += np.repeat(variants << _BITS, widths)
    for number, (dealt, whole) in enumerate(zip(tables.before, tables.whole, strict=True), 1):
        first, last = (
            dealt[variants, place & _REST] + (place >> _BITS) * whole[variants] for place in (starts, ends)
        )
        # A segment goes on from where the one before has ended.
        bases[number] += np.cumsum(last - first) - last
        sums[number] += dealt.reshape(-1).take(before)
        if rounds is not None:
            sums[number] += rounds * np.repeat(whole[variants], widths)


def _lives_before(line: Line, edges: range) -> Integers:
    """The calls of a line's life before each edge on a grid (see `Line.lives_at`)."""
    step, first = edges.step // MINUTE, line.timeline.first
    days = range(edges[0] // DAY - first, edges[-1] // DAY + 1 - first)
    minutes = slice(edges.start // MINUTE % step, MINUTES, step)
    lives = np.empty((len(days), MINUTES // step), dtype=np.int64)
    for block in range((days.start + first) // BLOCK, (days.stop - 1 + first) // BLOCK + 1):
        begin, end = max(block * BLOCK - first, days.start), min((block + 1) * BLOCK - first, days.stop)
        found, counts = lives[begin - days.start : end - days.start], line.counts[begin:end]
        if not counts.any():
            found[:] = line.sums[begin:end, None]
            continue
        rows = line.stream.weights.block(block)[begin + first - block * BLOCK :][: end - begin]
        whole = np.maximum(rows[:, -1].astype(np.int64), 1)
        np.multiply(rows[:, minutes], counts[:, None], out=found, dtype=np.int64)
        # At the starts of minutes all is a multiple of 60, but for the phase, of which whole minutes count.
        found += ((line.phases[begin:end] * (60 * whole) >> 32) // 60)[:, None]
        for row, number in zip(found, whole.tolist(), strict=True):
            np.floor_divide(row, number, out=row)
        # Not before the division, as so many times the whole: over a life that may pass 63 bits.
        found += line.sums[begin:end, None]
    skipped = (edges.start // MINUTE - (days.start + first) * MINUTES) // step
    return lives.reshape(-1)[skipped : skipped + len(edges)]


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
    for day, (start, stop) in enumerate(pairwise([*starts, len(edges)]), first):
        _before(line, day, edges[start:stop], line.sums.item(day), lives[start:stop])
    return lives


def _before(line: Line, day: int, edges: range, offset: int, found: Integers) -> None:
    """Write the calls of a day of a line's book before edges in the day, and `offset` more."""
    count = line.counts.item(day)
    if not count:
        found.fill(offset)
        return
    row = line.stream.weights.cumulative(day + line.timeline.first)
    whole = row.item(-1) * 60 or 1
    begin, second = divmod(edges.start % DAY, MINUTE)
    end, step = begin + len(edges) * edges.step // MINUTE, edges.step // MINUTE
    some = row[begin:end:step]
    np.multiply(some, 60 * count, out=found, dtype=np.int64)
    if second:
        found += np.multiply(row[begin + 1 : end + 1 : step] - some, second * count, dtype=np.int64)
    # So many times the whole before the division are as many calls after it.
    found += (line.phases.item(day) * whole >> 32) + offset * whole
    found //= whole


def _tables(deck: Deck, names: tuple[str, ...], only: Only) -> _Tables:
    def make() -> _Tables:
        columns = np.stack([deck.column(name, only) for name in names]).reshape(len(names), VARIANTS, LENGTH)
        rounds = np.tile(columns, _ROUNDS)
        sums = np.cumsum(rounds, axis=2)
        return _Tables(sums - rounds, sums[:, :, -1].copy())

    made: _Tables = TABLES.recall(
        ("grid", deck.token, names, only), make, lambda tables: tables.before.nbytes + tables.whole.nbytes
    )
    return made
