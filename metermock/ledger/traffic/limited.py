"""Minute weights that keep the calls of a minute within a limit."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from metermock.ledger.arrays import Integers, Integers32
from metermock.ledger.traffic.weights import DayWeight, DayWeights, MinuteWeights

_HIGHEST = 64  # weights of a day
_SPAN = 128  # days whose calls are counted at once


class LimitedWeights(MinuteWeights):
    """Weights whose heaviest minutes are cut off, so that none has more than so many of the day's calls."""

    def __init__(self, unlimited: MinuteWeights, calls: Callable[[range], Integers], limit: int) -> None:
        super().__init__()
        self._unlimited = unlimited
        self._calls = calls
        self._limit = limit
        self._counted: dict[int, Integers] = {}

    def day(self, day: int) -> DayWeight:
        """How busy a day is; cutting off its minutes does not change that."""
        return self._unlimited.day(day)

    def days(self, days: range) -> DayWeights:
        """How busy each of many days is: as without the limit."""
        return self._unlimited.days(days)

    def _rows(self, days: Sequence[int]) -> Integers32:
        rows = self._unlimited.rows(days)
        weights: Integers32 = np.diff(rows, axis=1)
        tops = weights.max(axis=1).astype(np.int64)
        calls = self._calls_of(days)
        # Most days keep the limit as they are: a cut at their heaviest minute changes nothing.
        broken = np.flatnonzero((tops > 1) & (calls * tops > self._limit * rows[:, -1].astype(np.int64)))
        if not len(broken):
            return rows
        rows, cut = rows.copy(), weights[broken]
        np.minimum(cut, self._levels(cut, calls[broken])[:, None], out=cut)
        rows[broken, 1:] = np.cumsum(cut, axis=1, dtype=np.int32)
        return rows

    def _calls_of(self, days: Sequence[int]) -> Integers:
        """The calls of some days, which are counted together with those around them."""
        spans = sorted({day // _SPAN for day in days})
        for span in spans:
            if span not in self._counted:
                self._counted[span] = self._calls(range(span * _SPAN, (span + 1) * _SPAN))
        if len(spans) == 1:
            calls: Integers = self._counted[spans[0]][np.array(days) - spans[0] * _SPAN]
            return calls
        return np.array([self._counted[day // _SPAN].item(day % _SPAN) for day in days], dtype=np.int64)

    def _levels(self, weights: Integers32, calls: Integers, looked: int = _HIGHEST) -> Integers32:
        """The largest weight of a minute that keeps the limit, of days (rows) that break it; or 1.

        So many of the highest weights of each day are looked at first: most days are cut at one of them.
        """
        # Cut at a level, a day's heaviest minute has calls * level / sum calls. The sum grows at most in
        # proportion to the level: once a level breaks the limit, all higher ones do. Of the levels that are
        # weights, the first that breaks it. Those up to it leave the weights before it as they are and are as
        # high as themselves in all other minutes, so the last that keeps it is a quotient. Calls and weights
        # are below 2**31, and so is a limit that some level breaks.
        looked = min(looked, weights.shape[1])
        highest: Integers = np.partition(weights, -looked, axis=1)[:, -looked:].astype(np.int64)
        highest.sort(axis=1)
        before = np.cumsum(highest, axis=1) - highest
        before += weights.sum(axis=1, dtype=np.int64)[:, None] - highest.sum(axis=1)[:, None]
        others = np.arange(looked, 0, -1)
        breaks = calls[:, None] * highest > self._limit * (before + others * highest)
        first, days = breaks.argmax(axis=1), np.arange(len(calls))
        rest = calls - self._limit * others[first]
        levels: Integers32 = np.maximum(self._limit * before[days, first] // rest, 1).astype(np.int32)
        # Where the lowest of them breaks the limit, one below may be the first that does.
        unsure = np.flatnonzero(breaks[:, 0]) if looked < weights.shape[1] else ()
        if len(unsure):
            levels[unsure] = self._levels(weights[unsure], calls[unsure], weights.shape[1])
        return levels
