"""Incidents: hours in which an account's calls fail and slow down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from metermock.ledger import dice
from metermock.ledger.calendar import DAY, HOUR, MINUTE

_WEEKLY = 5  # days of a turn of which every week has an incident
_DAYLIGHT = 9 * HOUR, 6 * HOUR  # an incident begins between 9:00 and 15:00


@dataclass(frozen=True, slots=True)
class Incidents:
    """One incident in each turn of so many days, in the daytime of a zone; and some others."""

    every_days: int
    hours: tuple[int, int]
    """The least and the most hours that one lasts."""
    zone: ZoneInfo
    purpose: int
    also: tuple[int, ...] = ()
    """Instants at which others begin, for the most hours each; they may overlap."""
    traffic: int = 100
    """The calls in an incident, in percent of the usual ones."""
    _known: dict[int, tuple[int, int]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """When each turn's incident begins and ends, once somebody has asked: each day of it asks again."""

    def between(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The incidents that touch [start, end): when each begins and ends, in turn, those in `also` last."""
        period = self.every_days * DAY
        turns = range(start // period - 1, end // period + 1)
        self._draw([turn for turn in turns if turn not in self._known])
        for turn in turns:
            known = self._known[turn]
            if known[1] > start and known[0] < end:
                yield known
        for begin in self.also:
            if begin + self.hours[1] * HOUR > start and begin < end:
                yield begin, begin + self.hours[1] * HOUR

    def _draw(self, turns: list[int]) -> None:
        """Find the incidents of some turns."""
        if not turns:
            return
        at = np.array(turns, dtype=np.int64)
        begins = dice.draws(dice.key("incident", self.purpose), at).tolist()
        length = dice.key("length", self.purpose)
        lengths = (dice.draws(length, 2 * at + lane).tolist() for lane in (0, 1))
        for turn, begin, *bits in zip(turns, begins, *lengths, strict=True):
            start = self._begin(turn, begin)
            self._known[turn] = start, start + self._length(bits)

    def _length(self, bits: list[int]) -> int:
        """Seconds of an incident, in whole minutes; short ones are more frequent than long ones."""
        least, most = self.hours
        more = min(dice.below((most - least) * 60 + 1, each) for each in bits)
        return least * HOUR + more * MINUTE

    def _begin(self, turn: int, bits: int) -> int:
        noon = turn * self.every_days * DAY + DAY // 2
        shown = datetime.fromtimestamp(noon, tz=self.zone).utcoffset()
        offset = 0 if shown is None else shown.days * DAY + shown.seconds
        earliest, span = _DAYLIGHT
        # With turns of up to five days, starts are less than seven days apart, so that every week has one.
        days = self.every_days if self.every_days > _WEEKLY else min(self.every_days, 7 - self.every_days)
        day = bits % days * DAY
        return noon - DAY // 2 + day - offset + earliest + dice.below(span // MINUTE, bits) * MINUTE
