"""Instants, local days, weeks and months, through every change of every zone.

An instant is a number of seconds since 1970 in UTC. The rules of contracts find local days by other code, in
metermock/contract/cel/function_times.py, so that they can tell a mistake here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

from metermock.remembered import remembered

MINUTE = 60
HOUR = 3_600
DAY = 86_400
WEEK = 7 * DAY

END = 2_208_988_800
"""2040-01-01T00:00:00Z: the ledger knows clocks before it. A longer life would take too long to count."""

_KEPT_DAYS = 100  # longer rows of edges are seldom asked for twice, and take many bytes
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = _EPOCH.toordinal()
_MINUTES = tuple(f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(DAY // MINUTE))
_CLOCK = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", re.ASCII)
_DATE_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:(?P<second>[0-9]{2})(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


class Window(NamedTuple):
    """The instants from `start`, to before `end`."""

    start: int
    end: int

    @classmethod
    def trailing(cls, now: int, seconds: int) -> Window:
        """The window (now - seconds, now]: as long as `seconds`, with `now` in it."""
        return cls(now - seconds + 1, now + 1)


@lru_cache(maxsize=4_096)
def local_date(instant: int, where: tzinfo) -> date:
    """The date that clocks of a zone show at an instant."""
    return (_EPOCH + timedelta(seconds=instant)).astimezone(where).date()


@lru_cache(maxsize=65_536)
def midnight(day: date, where: tzinfo) -> int:
    """The first instant of a local day: its midnight, the first of two, or what follows a skipped one.

    A day that a zone skipped as a whole is empty: it begins when the day after it begins.
    """
    middle = datetime(day.year, day.month, day.day, tzinfo=where)
    first = _seconds(middle)
    if _seconds(middle.replace(fold=1)) == first:
        return first
    # The clock changes around this midnight. If midnight comes twice, fold=0 gives the first of the two;
    # dates go back there, so they cannot be bisected. In all other cases dates never go back.
    if local_date(first, where) >= day and local_date(first - 1, where) < day:
        return first
    span = range(first - DAY - HOUR, first + 2 * DAY)
    return span[bisect_right(span, day, key=lambda instant: _start_of(instant, where))]


def _start_of(instant: int, where: tzinfo) -> date:
    # bisect_right looks for the first greater: shift by a day to find the first that is not before.
    return local_date(instant, where) + timedelta(days=1)


def _seconds(moment: datetime) -> int:
    passed = moment - _EPOCH
    return passed.days * DAY + passed.seconds


def day_edges(last: date, days: int, where: tzinfo) -> tuple[int, ...]:
    """The edges of so many local days up to `last`, ascending: one instant more than there are days."""
    return _kept_edges(last, days, where) if days <= _KEPT_DAYS else _edges(last, days, where)


@lru_cache(maxsize=2_048)
def _kept_edges(last: date, days: int, where: tzinfo) -> tuple[int, ...]:
    # Many zones have the same days. Answers are kept by edges, and a tuple is compared with itself at once.
    return _same_edges(_edges(last, days, where))


@lru_cache(maxsize=1_024)
def _same_edges(edges: tuple[int, ...]) -> tuple[int, ...]:
    return edges


def _edges(last: date, days: int, where: tzinfo) -> tuple[int, ...]:
    first = last - timedelta(days=days - 1)
    return tuple(midnight(first + timedelta(days=count), where) for count in range(days + 1))


def week_start(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def month_start(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month if it is shorter."""
    count = day.year * 12 + day.month - 1 + months
    following = date(*divmod_month(count + 1), 1)
    return min(date(*divmod_month(count), 1) + timedelta(days=day.day - 1), following - timedelta(days=1))


def month_edge(instant: int, months: int, where: tzinfo) -> int:
    """The first second of the month that an instant lies in, or of one so many months later."""
    return midnight(add_months(month_start(local_date(instant, where)), months), where)


def divmod_month(count: int) -> tuple[int, int]:
    """The year and the month (1-12) of a count of months since the year 0."""
    return count // 12, count % 12 + 1


@lru_cache(maxsize=8_192)
def instant_text(instant: int) -> str:
    """An instant as `2026-03-08T12:00:00Z`."""
    # Three times as fast as `strftime`: most instants lie on days that were written lately.
    days, seconds = divmod(instant, DAY)
    minute, second = divmod(seconds, MINUTE)
    return f"{_day_text(days)}T{_MINUTES[minute]}:{second:02d}Z"


def date_text(instant: int) -> str:
    """The date of an instant in UTC, as `2026-03-08`."""
    return _day_text(instant // DAY)


@lru_cache(maxsize=4_096)
def _day_text(days: int) -> str:
    """The date that is so many days after 1970-01-01."""
    return (_EPOCH + timedelta(days=days)).date().isoformat()


def read_instant(text: str) -> int:
    """The instant that a `date-time` means, in epoch seconds; ValueError for any other text.

    It may have any offset (RFC 3339). Parts of a second are dropped.
    """
    return _instant(text)


@remembered(4_096)
def _instant(text: str) -> int:
    found = _DATE_TIME.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is not an instant such as 2026-03-08T12:00:00Z")
    # A leap second is the first second after the minute.
    leap = found["second"] == "60"
    start, end = found.span("second")
    second = "59" if leap else found["second"]
    return leap + _seconds(datetime.fromisoformat(f"{text[:start]}{second}{text[end:]}".upper()))


def read_clock(text: str) -> int:
    """The same of the one form that worlds and `--now` take: `2026-03-08T12:00:00Z`."""
    if not _CLOCK.fullmatch(text):
        raise ValueError(f"{text!r} is not an instant such as 2026-03-08T12:00:00Z")
    return read_instant(text)


def utc_day(day: date) -> int:
    """How many days of UTC lie between 1970-01-01 and a date."""
    return day.toordinal() - _EPOCH_ORDINAL
