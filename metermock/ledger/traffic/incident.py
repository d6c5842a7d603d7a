"""Incidents: hours in which an account's calls fail and slow down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

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
        for turn in range(start // period - 1, end // period + 1):
            known = self._known.get(turn)
            if known is None:
                begin = self._begin(turn)
                known = self._known[turn] = begin, begin + self._length(turn)
            if known[1] > start and known[0] < end:
                yield known
        for begin in self.also:
            if begin + self.hours[1] * HOUR > start and begin < end:
                yield begin, begin + self.hours[1] * HOUR

    def _length(self, turn: int) -> int:
        """Seconds of a turn's incident, in whole minutes; short ones are more frequent than long ones."""
        least, most = self.hours
        bits = (dice.draw(dice.key("length", self.purpose), 2 * turn + lane) for lane in (0, 1))
        more = min(dice.below((most - least) * 60 + 1, each) for each in bits)
        return least * HOUR + more * MINUTE

    def _begin(self, turn: int) -> int:
        bits = dice.draw(dice.key("incident", self.purpose), turn)
        noon = turn * self.every_days * DAY + DAY // 2
        shown = datetime.fromtimestamp(noon, tz=UTC).astimezone(self.zone).utcoffset()
        offset = 0 if shown is None else shown.days * DAY + shown.seconds
        earliest, span = _DAYLIGHT
        # With turns of up to five days, starts are less than seven days apart, so that every week has one.
        days = self.every_days if self.every_days > _WEEKLY else min(self.every_days, 7 - self.every_days)
        day = bits % days * DAY
        return noon - DAY // 2 + day - offset + earliest + dice.below(span // MINUTE, bits) * MINUTE
