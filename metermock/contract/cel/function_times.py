"""The functions of rules for instants, dates and zones, all of them text, as in JSON."""

from __future__ import annotations

import calendar
import functools
import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from metermock import timezones
from metermock.contract.cel.function_error import FunctionError, as_text
from metermock.contract.cel.function_values import column
from metermock.remembered import remembered

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)


def seconds(instant_text: Any) -> int:
    """Unix seconds; a fraction of a second is dropped."""
    if not isinstance(instant_text, str):
        raise _no_instant(instant_text)
    return _seconds(instant_text)


def instant(unix: Any) -> str:
    """The text form, `2026-03-08T12:00:00Z`."""
    if not isinstance(unix, int):
        raise FunctionError(f"{as_text(unix)} is not a whole number of seconds")
    try:
        return _text(datetime.fromtimestamp(unix, UTC))
    except (ValueError, OverflowError, OSError):
        raise FunctionError(f"{unix} seconds lie outside the calendar") from None


def during(rows: Any, name: str, start: Any, end: Any) -> list[Any]:
    """The rows whose instant lies in [start, end)."""
    first, behind = seconds(start), seconds(end)
    return [row for row, at in zip(rows, column(rows, name), strict=True) if first <= seconds(at) < behind]


def local_date(instant_text: Any, zone: str) -> str:
    """The date that clocks in a zone show at that instant."""
    if not isinstance(instant_text, str):
        raise _no_instant(instant_text)
    return _local_date((instant_text, zone))


def midnight(day: Any, zone: str) -> str:
    """The day's first instant."""
    _zone(zone)
    return _midnight(_day(day), zone)


def add_days(day: Any, count: int) -> str:
    """The date that many days later."""
    try:
        return (_day(day) + timedelta(days=count)).isoformat()
    except OverflowError:
        raise FunctionError(f"{day} and {count} days lie outside the calendar") from None


def add_months(day: Any, count: int) -> str:
    """The same day of a later month, or that month's last."""
    start = _day(day)
    # Months are counted from January of year 0, so that December and January need no case of their own.
    months = start.year * 12 + start.month - 1 + count
    year, month = months // 12, months % 12 + 1
    if not 1 <= year <= 9999:  # noqa: PLR2004 - the calendar's last year
        raise FunctionError(f"{day} and {count} months lie outside the calendar")
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1])).isoformat()


def days_between(one: Any, other: Any) -> int:
    """Days from the first date to the second."""
    return (_day(other) - _day(one)).days


def weekday(day: Any) -> int:
    """1 for Monday … 7 for Sunday."""
    return _day(day).isoweekday()


def week_start(day: Any) -> str:
    """The Monday of that week."""
    found = _day(day)
    return (found - timedelta(days=found.weekday())).isoformat()


def month_start(day: Any) -> str:
    """The first of that month."""
    return _day(day).replace(day=1).isoformat()


def is_zone(text: Any) -> bool:
    """Whether the pinned time zone data has that name."""
    return text in timezones.zone_names()


def _zone(name: Any) -> tzinfo:
    try:
        return timezones.zone(name)
    except KeyError:
        raise FunctionError(f"{as_text(name)} is no time zone") from None


# A series has the same instants in every row of every reply: they are read once.
@remembered(65_536)
def _seconds(text: str) -> int:
    return int(_moment(text).replace(microsecond=0).timestamp())


@remembered(65_536)
def _local_date(asked: tuple[str, str]) -> str:
    text, zone = asked
    return _moment(text).astimezone(_zone(zone)).date().isoformat()


@functools.lru_cache(maxsize=65_536)
def _midnight(day: date, zone: str) -> str:
    return _text(_first_instant(day, _zone(zone)))


# The ledger finds midnights too, in metermock/ledger/calendar.py. Rules judge what the mock made of those. A
# judge that used the same code would make the same mistake: they share the zone data and nothing else.
def _first_instant(day: date, zone: tzinfo) -> datetime:
    """The first instant of a local day, in UTC: of two midnights the first, of none the next instant."""
    local = datetime(day.year, day.month, day.day, tzinfo=zone)
    found = local.astimezone(UTC)
    if found.astimezone(local.tzinfo).replace(tzinfo=None) == local.replace(tzinfo=None):
        return found
    return _after_gap(local, found)


def _after_gap(local: datetime, late: datetime) -> datetime:
    """The first instant after a midnight that a clock change skips; it is found by halving.

    `late` is not before it: fold=0 gives a skipped time the offset from before the change. Two days
    earlier it is an earlier day in every zone, also where a whole day was skipped.
    """
    early, wanted = late - 2 * _DAY, local.replace(tzinfo=None)
    while late - early > _SECOND:
        middle = (early + (late - early) / 2).replace(microsecond=0)
        before = middle.astimezone(local.tzinfo).replace(tzinfo=None) < wanted
        early, late = (middle, late) if before else (early, middle)
    return late


def _moment(text: str) -> datetime:
    try:
        if INSTANT.fullmatch(text):
            return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise _no_instant(text)


def _no_instant(value: Any) -> FunctionError:
    return FunctionError(f"{as_text(value)} is no instant, such as 2026-03-08T12:00:00Z")


def _day(text: Any) -> date:
    found = _date(text) if isinstance(text, str) else None
    if found is None:
        raise FunctionError(f"{as_text(text)} is no date, such as 2026-03-08")
    return found


@remembered(8_192)
def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if DATE.fullmatch(text) else None
    except ValueError:
        return None


def _text(moment: datetime) -> str:
    # strftime writes the year 999 with three digits on some systems; isoformat always writes four.
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment.year > 999 else moment.isoformat()[:19] + "Z"  # noqa: PLR2004
