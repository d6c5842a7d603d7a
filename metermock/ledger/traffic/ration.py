"""A limit on the calls of a day or a month: the calls that it lets in, and those beyond it.

The calls of one stream become two streams. On the day that reaches the limit, its first calls are in the one
stream and all later ones in the other. So are all calls of the days after it, until the limit begins anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from metermock.ledger import dice
from metermock.ledger.arrays import Integers, Integers32
from metermock.ledger.calendar import DAY, local_date
from metermock.ledger.traffic.stream import Stream
from metermock.ledger.traffic.weights import BLOCK, MINUTES, DayWeight, DayWeights, MinuteWeights
from metermock.timezones import zone


class _Reached(NamedTuple):
    """Of the days of a block: the minute that reaches the limit, and how many are open before and after."""

    minutes: list[int]
    opened: list[tuple[int, int]]


class Ration:
    """So many calls of a stream on each day, or in each month, of UTC."""

    def __init__(self, stream: Stream, calls: int, *, monthly: bool) -> None:
        self.stream = stream
        self._calls = calls
        self._monthly = monthly
        self._months: dict[int, list[int]] = {}
        self._parts: dict[int, tuple[int, int]] = {}
        self._reached: dict[int, _Reached] = {}

    def within(self, day: int) -> int:
        """The calls of a day that are within the limit: its first ones."""
        return self.part(day)[0]

    def beyond(self, day: int) -> int:
        """The calls of a day that come after the limit is reached."""
        return self.part(day)[1]

    def within_on(self, days: range) -> Integers:
        """`within` of many days."""
        within: Integers = self._parts_on(days)[0]
        return within

    def beyond_on(self, days: range) -> Integers:
        """`beyond` of many days."""
        beyond: Integers = self._parts_on(days)[1]
        return beyond

    def part(self, day: int) -> tuple[int, int]:
        """The calls of a day within and beyond; both streams, and their minutes, ask for each day."""
        found = self._parts.get(day)
        if found is None:
            left = self._calls - (self._before(day) if self._monthly else 0)
            drawn = self.stream.drawn(day)
            within = min(drawn, max(left, 0))
            found = self._parts[day] = within, drawn - within
        return found

    def _parts_on(self, days: range) -> Integers:
        """The calls of many days within (first row) and beyond."""
        if not self._monthly and any(day not in self._parts for day in days):
            drawn = self.stream.drawn_on(days)
            within = np.minimum(drawn, self._calls)
            parts = zip(within.tolist(), (drawn - within).tolist(), strict=True)
            self._parts.update(zip(days, parts, strict=True))
        return np.array([self.part(day) for day in days], dtype=np.int64).reshape(-1, 2).T

    def minutes(self, days: Sequence[int]) -> list[int]:
        """The minute of each day from which on its calls are beyond the limit."""
        return [self._of_block(day // BLOCK).minutes[day % BLOCK] for day in days]

    def opened(self, day: int) -> tuple[int, int]:
        """In how many minutes of a day that reaches the limit calls may come, before that and after."""
        return self._of_block(day // BLOCK).opened[day % BLOCK]

    def _of_block(self, block: int) -> _Reached:
        # Of all days of a block, whose minutes are made together: who asks for one asks for the next too.
        found = self._reached.get(block)
        if found is None:
            found = self._reached[block] = self._reach(block)
        return found

    def _reach(self, block: int) -> _Reached:
        rows = self.stream.weights.block(block)
        within, beyond = self._parts_on(range(block * BLOCK, (block + 1) * BLOCK))
        drawn = within + beyond
        # The first minute before which the day's weights have the share of the calls that are let in: calls
        # and weights are below 2**31, so their product has 62 bits.
        wanted = -(-within * rows[:, -1] // np.maximum(drawn, 1))
        minutes = np.where(beyond > 0, (rows < wanted[:, None].astype(np.int32)).sum(axis=1), MINUTES)
        minutes[(beyond > 0) & (within == 0)] = 0
        are_open = np.diff(rows, axis=1) > 0
        all_open = are_open.sum(axis=1)
        are_open &= np.arange(MINUTES) < minutes[:, None]
        before = are_open.sum(axis=1)
        # Where no minute is left on one side, the calls of that side come in all of them.
        after = np.where(all_open > before, all_open - before, all_open)
        before = np.where(before > 0, before, all_open)
        return _Reached(minutes.tolist(), list(zip(before.tolist(), after.tolist(), strict=True)))

    def _before(self, day: int) -> int:
        """The calls of the day's month before the day."""
        date = local_date(day * DAY, zone("UTC"))
        first = day - date.day + 1
        if first not in self._months:
            counts = map(self.stream.drawn, range(first, first + 31))
            self._months[first] = list(accumulate(counts, initial=0))
        return self._months[first][day - first]


class _Part(MinuteWeights):
    """The minutes of a stream's days before its limit is reached, or those after."""

    def __init__(self, ration: Ration, *, beyond: bool) -> None:
        super().__init__()
        self._ration = ration
        self._beyond = beyond

    def day(self, day: int) -> DayWeight:
        """How busy a day is; the limit cuts off minutes, and changes nothing else."""
        whole = self._ration.stream.weights.day(day)
        # Only a day that reaches the limit is cut, so the minutes of all others need not be made.
        if not all(self._ration.part(day)):
            return whole
        return whole._replace(open=self._ration.opened(day)[self._beyond])

    def days(self, days: range) -> DayWeights:
        """How busy each of many days is."""
        whole = self._ration.stream.weights.days(days)
        within, beyond = self._ration.within_on(days), self._ration.beyond_on(days)
        opened = whole.open.copy()
        for place in np.flatnonzero((within > 0) & (beyond > 0)).tolist():
            opened[place] = self._ration.opened(days[place])[self._beyond]
        return whole._replace(open=opened)

    def rows(self, days: Sequence[int]) -> Integers32:
        """`cumulative` of some days, one row each; nothing is kept: who limits them further keeps its own."""
        return self._rows(days)

    def _rows(self, days: Sequence[int]) -> Integers32:
        rows = self._ration.stream.weights.rows(days)
        reached = rows[np.arange(len(days)), self._ration.minutes(days)][:, None]
        cut: Integers32 = np.maximum(rows, reached) - reached if self._beyond else np.minimum(rows, reached)
        # A limit that is reached in a day's last minute leaves no minute for the calls beyond it.
        empty = cut[:, -1] == 0
        cut[empty] = rows[empty]
        return cut


def divided(ration: Ration, beyond: dict[str, str]) -> Iterator[Stream]:
    """The stream of the calls within a limit, and that of the calls beyond, with other dimensions."""
    whole = ration.stream
    yield replace(
        whole, weights=_Part(ration, beyond=False), counted=ration.within, counted_on=ration.within_on
    )
    yield replace(
        whole,
        number=whole.number + 1,
        purpose=dice.key("beyond", whole.purpose),
        dimensions={**whole.dimensions, **beyond},
        weights=_Part(ration, beyond=True),
        counted=ration.beyond,
        counted_on=ration.beyond_on,
    )
