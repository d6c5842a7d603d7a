"""Dates and instants in columns: kept in their notation, filled at even steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Literal

from metermock.contract.cel import function_times as times
from metermock.contract.cel.function_error import FunctionError
from metermock.ledger.calendar import DAY, HOUR, MINUTE
from metermock.server.generation.repair.cells import as_slot
from metermock.server.generation.repair.draft import At, Cell, Draft, Slot

Unit = Literal["day", "hour", "minute", "week", "month"]
UNITS: tuple[Unit, ...] = ("day", "hour", "minute", "week", "month")
_SECONDS: dict[Unit, int] = {"minute": MINUTE, "hour": HOUR}
_LONG: dict[Unit, int] = {"day": 1, "week": 7}


def is_date(value: Any) -> bool:
    """Whether a value is a date, as text."""
    return isinstance(value, str) and times.DATE.fullmatch(value) is not None


def is_moment(value: Any) -> bool:
    """Whether a value is a date or an instant, as text."""
    return is_date(value) or (isinstance(value, str) and times.INSTANT.fullmatch(value) is not None)


def zone_of(at: At) -> str:
    """The time zone that the request names; UTC where it names none."""
    request = at.draft.variables["request"]
    return next((value for value in request.values() if isinstance(value, str) and _is_zone(value)), "UTC")


def _is_zone(text: str) -> bool:
    return ("/" in text or text == "UTC") and times.is_zone(text)


def units_of(at: At) -> list[Unit]:
    """The units of a series: first the one that the request names."""
    request = at.draft.variables["request"]
    said = {value for value in request.values() if isinstance(value, str)}

    def is_said(unit: Unit) -> bool:
        return any(word in said for word in (unit, f"{unit}s", "daily" if unit == "day" else f"{unit}ly"))

    return sorted(UNITS, key=lambda unit: not is_said(unit))


def steps(first: str, count: int, unit: Unit, zone: str) -> Iterator[str]:
    """Instants at even steps: the one at or before `first`, and those before it, the latest first."""
    if unit in _SECONDS:
        length = _SECONDS[unit]
        start = times.seconds(first) // length * length
        yield from (times.instant(start - index * length) for index in range(count))
        return
    for day in _days(times.local_date(first, zone), count, unit):
        yield times.midnight(day, zone)


def _days(last: str, count: int, unit: Unit) -> Iterator[str]:
    """The first dates of days, weeks or months, the latest first."""
    if unit == "month":
        yield from (times.add_months(times.month_start(last), -index) for index in range(count))
        return
    first, length = (times.week_start(last), 7) if unit == "week" else (last, 1)
    yield from (times.add_days(first, -index * length) for index in range(count))


def fill(draft: Draft, cells: Sequence[Cell], last: str, unit: Unit, zone: str, *, descends: bool) -> bool:
    """Write a column of dates or instants at even steps; the latest is at or before `last`."""
    slots = [slot for cell in cells if (slot := as_slot(cell)) is not None]
    if not slots or len(slots) != len(cells) or not all(is_moment(slot.get()) for slot in slots):
        return False
    if is_date(slots[0].get()) and unit in _SECONDS:
        return False
    try:
        found = list(steps(last, len(slots), unit, zone))
    except FunctionError:
        return False
    placed = zip(slots if descends else reversed(slots), found, strict=True)
    return all(
        draft.put(slot, times.local_date(value, zone) if is_date(slot.get()) else value)
        for slot, value in placed
    )


def slide(draft: Draft, slot: Slot, value: Any, zone: str) -> bool:
    """Move a whole series, so that the date or instant of one of its rows is as wanted."""
    if len(slot.path) < 3 or not isinstance(slot.path[-2], int) or not is_moment(value):  # noqa: PLR2004 - a field of a row
        return False
    index, name, around = slot.path[-2], slot.path[-1], slot.path[:-2]
    rows = draft.at(around)
    if not all(isinstance(row, dict) for row in rows) or not all(is_moment(row.get(name)) for row in rows):
        return False
    unit, descends = series_of([row[name] for row in rows]) or ("day", False)
    ahead = index if descends else len(rows) - 1 - index
    cells = [Slot(row, name, (*around, number, name)) for number, row in enumerate(rows)]
    zone = "UTC" if is_date(value) else zone
    try:
        last = _later(instant_of(value), ahead, unit, zone)
    except FunctionError:
        return False
    return fill(draft, cells, last, unit, zone, descends=descends)


def _later(first: str, count: int, unit: Unit, zone: str) -> str:
    """An instant so many steps later."""
    if unit in _SECONDS:
        return times.instant(times.seconds(first) + count * _SECONDS[unit])
    day = times.local_date(first, zone)
    later = times.add_months(day, count) if unit == "month" else times.add_days(day, count * _LONG[unit])
    return times.midnight(later, zone)


def series_of(values: Sequence[Any]) -> tuple[Unit, bool] | None:
    """The unit of a column of dates or instants at even steps, and whether it descends; None for another."""
    if len(values) < 2 or not all(is_moment(value) for value in values):  # noqa: PLR2004 - a step has two ends
        return None
    numbers = [moment_of(value) for value in values]
    found = [later - earlier for earlier, later in pairwise(numbers)]
    descends = found[0] < 0
    lengths = {abs(each) for each in found}
    if any((each < 0) is not descends for each in found):
        return None
    unit = next((unit for unit, known in _LENGTHS.items() if lengths <= known), None)
    return None if unit is None else (unit, descends)


_LENGTHS: dict[Unit, set[int]] = {
    "minute": {MINUTE},
    "hour": {HOUR},
    "day": {DAY - HOUR, DAY, DAY + HOUR},
    "week": {7 * DAY - HOUR, 7 * DAY, 7 * DAY + HOUR},
    "month": {days * DAY + shift for days in range(28, 32) for shift in (-HOUR, 0, HOUR)},
}
"""How long a unit is, where clocks change too."""


def moment_of(value: str) -> int:
    """The seconds of an instant, or of a date's midnight in UTC."""
    return times.seconds(instant_of(value))


def instant_of(value: str) -> str:
    """An instant, or a date's midnight in UTC."""
    return f"{value}T00:00:00Z" if is_date(value) else value
