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
from metermock.server.generation.grains import UNITS, Unit

_LONG_AGO = 100_000_000
"""Smaller numbers are not taken for seconds since 1970."""
_MILLISECONDS = 100_000_000_000
_LONGEST = 40 * 365
"""Days of the longest span; a longer one reaches behind any clock."""
_SECONDS: Mapping[Unit, int] = {"minute": MINUTE, "hour": HOUR, "day": DAY, "week": 7 * DAY}
_MONTHS: Mapping[Unit, int] = {"month": 1, "year": 12}
_LENGTH = re.compile(r"(?:(?:last|past|previous|prev|trailing)[_ -]*)?(-?)(pt?)?(\d{1,6})[_ -]*([a-z]+)")
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
    plain = text.lower().replace("-", "_").replace(" ", "_")
    return _calendar(plain, now, where) or _trailing(plain, now, where)


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


def _trailing(text: str, now: int, where: dt.tzinfo) -> tuple[int, None] | None:
    named = _TRAILING.get(text.removeprefix("past_"))
    if named is not None:
        return back(now, *named, where), None
    found = _LENGTH.fullmatch(text)
    unit = _unit(found[4], int(found[3]), found[2] or "") if found else None
    return None if found is None or unit is None else (back(now, int(found[3]), unit, where), None)


def _calendar(text: str, now: int, where: dt.tzinfo) -> tuple[int, int | None] | None:
    today = local_date(now, where)
    day = dt.timedelta(days=1)
    months = month_start(today)
    begins: Mapping[str, dt.date] = {
        **dict.fromkeys(("today", "this_day"), today),
        **dict.fromkeys(("this_week", "current_week", "wtd"), week_start(today)),
        **dict.fromkeys(("this_month", "current_month", "mtd", "month_to_date"), months),
        **dict.fromkeys(("current", "current_period", "billing_period", "this_period"), months),
        **dict.fromkeys(("this_quarter", "qtd"), add_months(months, -((today.month - 1) % 3))),
        **dict.fromkeys(("this_year", "current_year", "ytd", "year_to_date"), today.replace(month=1, day=1)),
    }
    if text in begins:
        return midnight(begins[text], where), None
    for word in ("last_", "previous_", "prev_"):
        text = text.replace(word, "last_") if text.startswith(word) else text
    spans: Mapping[str, tuple[dt.date, dt.date]] = {
        "yesterday": (today - day, today),
        "last_day": (today - day, today),
        "last_week": (week_start(today) - 7 * day, week_start(today)),
        "last_month": (add_months(months, -1), months),
        "last_period": (add_months(months, -1), months),
        "last_quarter": (add_months(begins["qtd"], -3), begins["qtd"]),
        "last_year": (add_months(begins["ytd"], -12), begins["ytd"]),
    }
    return _edges(*spans[text], where) if text in spans else None
