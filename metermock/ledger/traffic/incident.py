"""Incidents: hours in which an account's calls fail and slow down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from metermock.ledger import dice
from metermock.ledger.calendar import DAY, HOUR, MINUTE

_DAYLIGHT = 9 * HOUR, 6 * HOUR  # an incident begins between 9:00 and 15:00


@dataclass(frozen=True, slots=True)
class Incidents:
    """One incident every so many days, in the daytime of a zone, for so many hours; and some others."""

    every_days: int
    hours: int
    zone: ZoneInfo
    purpose: int
    also: tuple[int, ...] = ()
    """Instants at which others begin, for as many hours each; they may overlap."""
    traffic: int = 100
    """The calls in an incident, in percent of the usual ones."""
    _begun: dict[int, int] = field(default_factory=dict, init=False, repr=False, compare=False)
    """When each turn's incident begins, once somebody has asked: each day of it asks again."""

    def between(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The incidents that touch [start, end): when each begins and ends, in turn, those in `also` last."""
        period = self.every_days * DAY
        for turn in range(start // period - 1, end // period + 1):
            begin = self._begun.get(turn)
            if begin is None:
                begin = self._begun[turn] = self._begin(turn)
            finish = begin + self.hours * HOUR
            if finish > start and begin < end:
                yield begin, finish
        for begin in self.also:
            if begin + self.hours * HOUR > start and begin < end:
                yield begin, begin + self.hours * HOUR

    def _begin(self, turn: int) -> int:
        bits = dice.draw(dice.key("incident", self.purpose), turn)
        noon = turn * self.every_days * DAY + DAY // 2
        shown = datetime.fromtimestamp(noon, tz=UTC).astimezone(self.zone).utcoffset()
        offset = 0 if shown is None else shown.days * DAY + shown.seconds
        earliest, span = _DAYLIGHT
        # One of the first two days of the turn: with turns of five days, starts are less than seven days
        # apart.
        day = (bits & 1) * DAY if self.every_days > 1 else 0
        return noon - DAY // 2 + day - offset + earliest + dice.below(span // MINUTE, bits) * MINUTE
