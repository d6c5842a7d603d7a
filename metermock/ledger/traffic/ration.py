"""A limit on the calls of a day or a month: the calls that it lets in, and those beyond it.

The calls of one stream become two streams. On the day that reaches the limit, its first calls are in the one
stream and all later ones in the other. So are all calls of the days after it, until the limit begins anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

import numpy as np

from metermock.ledger import dice
from metermock.ledger.arrays import Integers32
from metermock.ledger.calendar import DAY, local_date
from metermock.ledger.traffic.stream import Stream
from metermock.ledger.traffic.weights import BLOCK, MINUTES, DayWeight, MinuteWeights
from metermock.timezones import zone


class Ration:
    """So many calls of a stream on each day, or in each month, of UTC."""

    def __init__(self, stream: Stream, calls: int, *, monthly: bool) -> None:
        self.stream = stream
        self._calls = calls
        self._monthly = monthly
        self._months: dict[int, list[int]] = {}
        self._parts: dict[int, tuple[int, int]] = {}
        self._opened: dict[int, tuple[int, int]] = {}

    def within(self, day: int) -> int:
        """The calls of a day that are within the limit: its first ones."""
        return self.part(day)[0]

    def beyond(self, day: int) -> int:
        """The calls of a day that come after the limit is reached."""
        return self.part(day)[1]

    def part(self, day: int) -> tuple[int, int]:
        """The calls of a day within and beyond; both streams, and their minutes, ask for each day."""
        found = self._parts.get(day)
        if found is None:
            left = self._calls - (self._before(day) if self._monthly else 0)
            drawn = self.stream.drawn(day)
            within = min(drawn, max(left, 0))
            found = self._parts[day] = within, drawn - within
        return found

    def minute(self, day: int) -> int:
        """The minute of a day from which on its calls are beyond the limit."""
        within, beyond = self.part(day)
        if not beyond:
            return MINUTES
        if not within:
            return 0
        # The first minute before which the day's weights have the share of the calls that are let in.
        row = self.stream.weights.cumulative(day)
        return int(row.searchsorted(np.int32(-(-within * row.item(MINUTES) // (within + beyond)))))

    def opened(self, day: int) -> tuple[int, int]:
        """In how many minutes of a day that reaches the limit calls may come, before that and after."""
        found = self._opened.get(day)
        if found is None:
            # Of all days of a block, whose minutes are made together: who asks for one asks for the next too.
            block = day // BLOCK
            are_open = np.diff(self.stream.weights.block(block), axis=1) > 0
            for each, minutes in enumerate(are_open, block * BLOCK):
                if all(self.part(each)):
                    reached, all_open = self.minute(each), int(np.count_nonzero(minutes))
                    within = int(np.count_nonzero(minutes[:reached]))
                    self._opened[each] = within or all_open, all_open - within or all_open
            found = self._opened[day]
        return found

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

    def _make(self, days: Sequence[int]) -> Integers32:
        weights: Integers32 = np.diff(self._ration.stream.weights.rows(days), axis=1)
        kept = np.arange(MINUTES) >= np.array([[self._ration.minute(day)] for day in days])
        cut = np.where(kept == self._beyond, weights, 0)
        # A limit that is reached in a day's last minute leaves no minute for the calls beyond it.
        return np.where(cut.any(axis=1, keepdims=True), cut, weights)


def divided(ration: Ration, beyond: dict[str, str]) -> Iterator[Stream]:
    """The stream of the calls within a limit, and that of the calls beyond, with other dimensions."""
    whole = ration.stream
    yield replace(whole, weights=_Part(ration, beyond=False), counted=ration.within)
    yield replace(
        whole,
        number=whole.number + 1,
        purpose=dice.key("beyond", whole.purpose),
        dimensions={**whole.dimensions, **beyond},
        weights=_Part(ration, beyond=True),
        counted=ration.beyond,
    )
