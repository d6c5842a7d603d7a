"""The steps of a series, minutes to years, numbered without gaps, and spans of time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from metermock.ledger.calendar import DAY, HOUR, MINUTE, local_date, midnight
from metermock.timezones import zone

UTC = zone("UTC")

Unit = Literal["minute", "hour", "day", "week", "month", "year"]

UNITS: Mapping[str, Unit] = {
    **dict.fromkeys(("minute", "minutes", "minutely", "min", "mins"), "minute"),
    **dict.fromkeys(("hour", "hours", "hourly", "h", "hr", "hrs"), "hour"),
    **dict.fromkeys(("day", "days", "daily", "d"), "day"),
    **dict.fromkeys(("week", "weeks", "weekly", "w", "wk"), "week"),
    **dict.fromkeys(("month", "months", "monthly", "mo", "mon"), "month"),
    **dict.fromkeys(("year", "years", "yearly", "annual", "y", "yr"), "year"),
}
"""Units by what they are called."""
USUAL: Mapping[Unit, int] = {"minute": 60, "hour": 24, "day": 30, "week": 12, "month": 12, "year": 5}
"""How many steps a series has where nothing says it."""
ORDERED: tuple[Unit, ...] = ("minute", "hour", "day", "week", "month", "year")
_UNIFORM: Mapping[Unit, int] = {"minute": MINUTE, "hour": HOUR}
_MONTHS: Mapping[Unit, int] = {"month": 1, "year": 12}
_YEAR = 12
_WEEK = 7
_EPOCH = dt.date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Grain:
    """Steps of one length, such as five minutes or a quarter, in a zone."""

    unit: Unit
    count: int = 1
    where: dt.tzinfo = UTC

    def number(self, instant: int) -> int:
        """The number of the step that an instant lies in."""
        if self.unit in _UNIFORM:
            return instant // (_UNIFORM[self.unit] * self.count)
        is_utc = self.where is UTC
        days = instant // DAY + _EPOCH if is_utc else local_date(instant, self.where).toordinal()
        if self.unit in _MONTHS:
            day = dt.date.fromordinal(days)
            return (day.year * _YEAR + day.month - 1) // (_MONTHS[self.unit] * self.count)
        # The first day of all, number one, is a Monday.
        return (days - 1) // (self.count * (_WEEK if self.unit == "week" else 1))

    def begin(self, number: int) -> int:
        """The first second of a step."""
        if self.unit in _UNIFORM:
            return number * _UNIFORM[self.unit] * self.count
        if self.unit in _MONTHS:
            year, month = divmod(number * _MONTHS[self.unit] * self.count, _YEAR)
            days = dt.date(year, month + 1, 1).toordinal()
        else:
            days = number * self.count * (_WEEK if self.unit == "week" else 1) + 1
        if self.where is UTC:
            return (days - _EPOCH) * DAY
        return midnight(dt.date.fromordinal(days), self.where)


@dataclass(frozen=True, slots=True)
class Span:
    """What a request says of time; what it leaves open is None."""

    start: int | None = None
    end: int | None = None
    """The first instant after it."""
    unit: Unit | None = None
    """The length of a step, with `count`."""
    count: int = 1
    where: dt.tzinfo = UTC
    is_descending: bool = False
    """Whether the last step comes first."""

    @property
    def is_said(self) -> bool:
        """Whether it says of which time the reply is, and not its steps alone."""
        return self.start is not None or self.end is not None

    def grain(self, unit: Unit) -> Grain:
        """Steps of a unit; so many of them in one step as the request says of this unit."""
        return Grain(unit, self.count if unit == self.unit else 1, self.where)
