"""What slots stay below, by the hour in which they start.

The weights of the minutes tell how many calls to expect before each minute, of all lines together. A slot has
less than one call more than expected of each line, or two across midnight (see `Line.lives_at`).
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np

from metermock.ledger import effort
from metermock.ledger.arrays import Integers, Integers32, Reals
from metermock.ledger.cache import TABLES
from metermock.ledger.queries.selection import Selection
from metermock.ledger.traffic.weights import BLOCK, MINUTES, MinuteWeights

HOURS = 24
ROUNDING = 1e-3
"""Floats only choose what is counted; at 2**31 calls a day, a line's are off by up to 1e-4."""
_TOGETHER = 1, 60  # minutes of the slots that reports ask for: what is expected is reckoned once for both
_DAY = 32  # a day of a stream takes as long as so many minutes of a query


def hourly_bounds(selection: Selection, days: range, length: int) -> Reals:
    """What the calls of slots of so many minutes stay below, by the hour of some days in which they start."""
    lengths = tuple(sorted({*_TOGETHER, length})) if length in _TOGETHER else (length,)
    made: Reals = TABLES.recall(
        ("bounds", selection.token, days, lengths),
        functools.partial(_bounds, selection, days, lengths),
        lambda bounds: bounds.nbytes,
    )
    bounds: Reals = made[lengths.index(length)]
    return bounds


def _bounds(selection: Selection, days: range, lengths: Sequence[int]) -> Reals:
    """The bounds of slots of each length (first axis)."""
    effort.begin(len(days) * len(selection.lines) * _DAY)
    bounds = np.full((len(lengths), len(days), HOURS), ROUNDING)
    alike = _counts_by_weights(selection, days)
    # Of each of the lines' weights, what spare calls depend on: the weights before these minutes of each day.
    minutes = np.concatenate([_minutes_of(length) for length in lengths])
    known = np.zeros((len(alike), len(days) + 1, len(minutes)), dtype=np.int32)
    for block in range(days.start // BLOCK, (days.stop - 1) // BLOCK + 1):
        here = range(max(block * BLOCK, days.start), min((block + 1) * BLOCK, days.stop))
        some = slice(here.start - days.start, here.stop - days.start)
        # What is expected before each minute of these days, and of the next one as far as slots reach.
        expected = np.zeros(len(here) * MINUTES + lengths[-1] + 1)
        for number, (weights, counts) in enumerate(alike):
            own = counts[:, some.start : some.stop + 1]
            if own.any():
                rows = weights.block(block)[here.start % BLOCK :][: len(here)]
                known[number, some] = rows[:, minutes]
                _expect(expected, own, rows, weights.cumulative(here.stop))
        for number, length in enumerate(lengths):
            runs = expected[length : len(here) * MINUTES + length + 1] - expected[: len(here) * MINUTES + 1]
            # Within a minute, calls to expect grow evenly: a slot that starts there expects at most what one
            # of the two does that start with it and with the next.
            heaviest = np.maximum(runs[:-1].reshape(-1, 60).max(axis=1), runs[60::60])
            bounds[number, some] += heaviest.reshape(-1, HOURS)
    for (_, counts), rows in zip(alike, known, strict=True):
        parts = rows.reshape(len(rows), len(lengths), 3, HOURS)
        for number in range(len(lengths)):
            bounds[number] += _spare(np.count_nonzero(counts, axis=0), parts[:, number])
    return bounds.reshape(len(lengths), -1)


def _minutes_of(length: int) -> Integers:
    """Of each hour, where slots that start in it begin, where they end, and those of the day before."""
    begin = np.arange(0, MINUTES, 60)
    end = begin + 60 + length
    return np.concatenate([begin, np.minimum(end, MINUTES), np.clip(end - MINUTES, 0, MINUTES)])


def _spare(lines: Integers, parts: Integers32) -> Integers:
    """How many calls more than expected slots stay below, by day and hour of their start.

    From the number of lines that have calls on each day, and the weights before the minutes of `_minutes_of`.
    """
    # A line has exactly nothing in minutes without weights.
    begin, end, reached = parts.swapaxes(0, 1)
    spare: Integers = lines[:-1, None] * (end > begin)[:-1]
    spare += lines[1:, None] * (reached > 0)[1:]
    return spare


def _counts_by_weights(selection: Selection, days: range) -> list[tuple[MinuteWeights, Integers]]:
    """Each of the lines' weights, with the calls of every line that follows them; none after the last day."""
    alike: dict[MinuteWeights, list[Integers]] = {}
    for line in selection.lines:
        counts = line.counts[days.start - line.timeline.first :][: len(days)]
        if counts.any():
            alike.setdefault(line.stream.weights, []).append(np.append(counts, 0))
    return [(weights, np.stack(counts)) for weights, counts in alike.items()]


def _expect(expected: Reals, counts: Integers, rows: Integers32, following: Integers32) -> None:
    """Add the calls to expect before each minute, from the weights of some days and of the next one."""
    calls = counts.sum(axis=0)
    sums = np.cumsum(calls)
    shares = calls[:-1] / np.maximum(rows[:, -1], 1)
    within = expected[: len(rows) * MINUTES].reshape(len(rows), MINUTES)
    within += rows[:, :-1] * shares[:, None] + (sums[:-1] - calls[:-1])[:, None]
    after = expected[len(rows) * MINUTES :]
    after += following[: len(after)] * (calls[-1] / max(following.item(-1), 1)) + sums.item(-2)
