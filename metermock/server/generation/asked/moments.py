"""What texts and numbers of a request say of time: an instant, a span up to now, a calendar's month."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from metermock.ledger.calendar import (
    DAY,
    HOUR,
    MINUTE,
    add_months,
    local_date,
    midnight,
    month_start,
    week_start,
)
from metermock.server.generation.words import names
from metermock.server.generation.words.grains import UNITS, Unit

_LONG_AGO = 100_000_000
"""Smaller numbers are not taken for seconds since 1970."""
_MILLISECONDS = 100_000_000_000
_LONGEST = 40 * 365
"""Days of the longest span; a longer one reaches behind any clock."""
_SECONDS: Mapping[Unit, int] = {"minute": MINUTE, "hour": HOUR, "day": DAY, "week": 7 * DAY}
_MONTHS: Mapping[Unit, int] = {"month": 1, "year": 12}
_LENGTH = re.compile(
    r"(?:(?:last|past|previous|prev|trailing|rolling)[_ -]*)?(-?)(pt?)?(\d{1,6})[_ -]*([a-z]+)"
)
_AGO = re.compile(r"(?:now)?[_ -]*(-)?[_ -]*(p?t?)(\d{1,6})[_ -]*([a-z]+?)(?:[_ -]*ago)?")
_FIRST, _LAST = dt.date(2000, 1, 1), dt.date(2199, 12, 31)
"""Nothing was used before the first day: who asks for an earlier or a later one asks for all there is."""
_YEARS = range(_FIRST.year, _LAST.year + 1)
_MONTH = re.compile(r"(\d{4})-(\d\d)")
_YEAR = re.compile(r"\d{4}")
_WEEK = re.compile(r"(\d{4})-?W(\d\d)")
_FEW_MONTHS = frozenset({1, 2, 3, 6, 9, 12, 18, 24, 36})
"""Numbers before an `m` that count months; others count minutes."""
_TRAILING: Mapping[str, tuple[int, Unit]] = {
    "hour": (1, "hour"),
    "lasthour": (1, "hour"),
    "day": (24, "hour"),
    "daily": (24, "hour"),
    "week": (7, "day"),
    "weekly": (7, "day"),
    "month": (30, "day"),
    "monthly": (30, "day"),
    "quarter": (90, "day"),
    "year": (365, "day"),
    "yearly": (365, "day"),
}

_SPANS: Mapping[str, str] = {
    "day": "day",
    "week": "week",
    "quarter": "quarter",
    "year": "year",
    **dict.fromkeys(("month", "period", "cycle", "billingperiod", "billingcycle"), "month"),
}
"""Spans of a calendar by their words, written together."""
_CURRENT: Mapping[str, str] = {
    **{f"{word}{span}": unit for span, unit in _SPANS.items() for word in ("this", "current")},
    **{f"{span}todate": unit for span, unit in _SPANS.items()},
    **dict.fromkeys(("billingperiod", "billingcycle", "current", "mtd"), "month"),
    "today": "day",
    "wtd": "week",
    "qtd": "quarter",
    "ytd": "year",
}
_BEFORE: Mapping[str, str] = {
    "yesterday": "day",
    **{
        f"{word}{span}": unit
        for span, unit in _SPANS.items()
        for word in ("last", "previous", "prev", "prior")
    },
}
_CALENDAR = frozenset({"calendar", "full"})
"""Words that a span of the calendar may have beside its own."""
_TRAILS = ("past", "trailing", "rolling")


def moment(value: Any, now: int, where: dt.tzinfo, *, is_end: bool = False) -> int | None:
    """The instant that a value names, None for none; as an end, the first after what it names."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.isdecimal() and len(value) > len("20260318"):
        value = int(value)
    if isinstance(value, int | float):
        seconds = int(value // 1000 if value >= _MILLISECONDS else value)
        return seconds if _LONG_AGO <= seconds < _MILLISECONDS else None
    if not isinstance(value, str):
        return None
    text = value.strip()
    for whole in (_day, _month):
        found = whole(text, where)
        if found is not None:
            return found[1] if is_end else found[0]
    return _exact(text, where) or _relative(text.lower(), now, where)


def _day(text: str, where: dt.tzinfo) -> tuple[int, int] | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    if day.year not in _YEARS:
        return _outside(day, where)
    return _edges(day, day + dt.timedelta(days=1), where)


def _outside(day: dt.date, where: dt.tzinfo) -> tuple[int, int]:
    """An empty span at the first day, or at the last."""
    edge = midnight(_FIRST if day < _FIRST else _LAST, where)
    return edge, edge


def _month(text: str, where: dt.tzinfo) -> tuple[int, int] | None:
    found = _MONTH.fullmatch(text)
    if found is None or not 1 <= int(found[2]) <= 12 or not int(found[1]):  # noqa: PLR2004 - months
        return None
    first = dt.date(int(found[1]), int(found[2]), 1)
    if first.year not in _YEARS:
        return _outside(first, where)
    return _edges(first, add_months(first, 1), where)


def _edges(first: dt.date, after: dt.date, where: dt.tzinfo) -> tuple[int, int]:
    return midnight(first, where), midnight(after, where)


def _exact(text: str, where: dt.tzinfo) -> int | None:
    try:
        # A plus that a query does not encode comes as a space.
        read = dt.datetime.fromisoformat(re.sub(r"(?<=:\d\d) (?=\d\d:)", "+", text))
    except ValueError:
        return None
    if read.year not in _YEARS:
        return _outside(read.date(), where)[0]
    return int((read if read.tzinfo else read.replace(tzinfo=where)).timestamp())


def _relative(text: str, now: int, where: dt.tzinfo) -> int | None:
    if text == "now":
        return now
    if text in ("today", "yesterday"):
        return midnight(local_date(now, where) - dt.timedelta(days=text == "yesterday"), where)
    found = _AGO.fullmatch(text)
    unit = _unit(found[4], int(found[3]), found[2]) if found else None
    return None if found is None or unit is None else back(now, int(found[3]), unit, where)


def back(instant: int, count: int, unit: Unit, where: dt.tzinfo) -> int:
    """The instant so many units before another."""
    if unit in _SECONDS:
        return instant - min(count * _SECONDS[unit], _LONGEST * DAY)
    day = local_date(instant, where)
    before = add_months(day, -min(count * _MONTHS[unit], _LONGEST // 31))
    return instant - (day - before).days * DAY


def _unit(word: str, count: int, mark: str) -> Unit | None:
    if word == "m":
        return "month" if mark != "pt" and count in _FEW_MONTHS else "minute"
    return UNITS.get(word)


def period(value: Any, now: int, where: dt.tzinfo) -> tuple[int, int | None] | None:
    """The start of the span that a value names, and its end, None for the clock; None where it names none."""
    if not isinstance(value, str):
        return None
    text = value.strip()
    for whole in (_month, _day, _week, _year):
        found = whole(text, where)
        if found is not None:
            return found
    for mark in ("/", "..", ","):
        first, _, last = text.partition(mark)
        start, end = moment(first, now, where), moment(last, now, where, is_end=True)
        if start is not None and end is not None:
            return start, end
    words = names.words_of(text)
    said = "".join(word for word in words if word not in _CALENDAR)
    if said in _SPANS and not _CALENDAR.isdisjoint(words):
        # A calendar month is this one; a month alone is so many days.
        said = f"this{said}"
    return _calendar(said, now, where) or _trailing(text.lower(), said, now, where)


def _week(text: str, where: dt.tzinfo) -> tuple[int, int] | None:
    found = _WEEK.fullmatch(text)
    if found is None or not 1 <= int(found[2]) <= 52 or int(found[1]) not in _YEARS:  # noqa: PLR2004 - weeks
        return None
    first = dt.date.fromisocalendar(int(found[1]), int(found[2]), 1)
    return _edges(first, first + dt.timedelta(days=7), where)


def _year(text: str, where: dt.tzinfo) -> tuple[int, int] | None:
    if not _YEAR.fullmatch(text) or int(text) not in _YEARS:
        return None
    return _edges(dt.date(int(text), 1, 1), dt.date(int(text) + 1, 1, 1), where)


def _trailing(text: str, said: str, now: int, where: dt.tzinfo) -> tuple[int, None] | None:
    trail = next((word for word in _TRAILS if said.startswith(word)), "")
    named = _TRAILING.get(said.removeprefix(trail))
    if named is not None:
        return back(now, *named, where), None
    found = _LENGTH.fullmatch(text)
    unit = _unit(found[4], int(found[3]), found[2] or "") if found else None
    return None if found is None or unit is None else (back(now, int(found[3]), unit, where), None)


def _calendar(said: str, now: int, where: dt.tzinfo) -> tuple[int, int | None] | None:
    """The span that these words, written together, name: this one until now, or the one before."""
    unit, before = _CURRENT.get(said), _BEFORE.get(said)
    today = local_date(now, where)
    if unit is not None:
        return midnight(_first_day(unit, today), where), None
    if before is None:
        return None
    after = _first_day(before, today)
    return _edges(_first_day(before, after - dt.timedelta(days=1)), after, where)


def _first_day(unit: str, day: dt.date) -> dt.date:
    """The first day of the week, month, quarter or year of a day."""
    if unit in ("day", "week"):
        return day if unit == "day" else week_start(day)
    if unit == "year":
        return day.replace(month=1, day=1)
    month = month_start(day)
    return month if unit == "month" else add_months(month, -((month.month - 1) % 3))
