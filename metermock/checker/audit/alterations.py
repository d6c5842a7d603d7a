"""The changes of a value, each with its name; changes that mean the same are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

Altered = tuple[str, Any]

REMOVED, NULLED, RENAMED, ADDED, FILLED = "removed", "null", "renamed", "added", "filled"
AS_FLOAT, AS_TEXT = "as float", "as text"
OF_SHAPE = frozenset({REMOVED, NULLED, RENAMED, ADDED, AS_FLOAT, AS_TEXT})
"""Changes that leave no value of the same kind."""
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_STEPS = {"+1 second": timedelta(seconds=1), "+1 hour": timedelta(hours=1), "+1 day": timedelta(days=1)}


def of_value(value: Any, *, whole: bool) -> Iterator[Altered]:
    """The changes of a value that has no parts; `whole` where the contract wants an integer, never `25.0`."""
    if isinstance(value, bool):
        yield "flipped", not value
    elif isinstance(value, int | float):
        yield from _of_number(value, whole=whole)
    elif isinstance(value, str):
        yield from of_text(value)


def _of_number(value: float, *, whole: bool) -> Iterator[Altered]:
    yield "+1", value + 1
    yield "-1", value - 1
    if value:
        yield "x10", value * 10
        yield "negated", -value
    yield AS_TEXT, str(value)
    # A typed client cannot read 25.0 into an integer; for a `number` it is the same value.
    if whole and isinstance(value, int):
        yield AS_FLOAT, float(value)


def of_text(value: str) -> Iterator[Altered]:
    """The changes of a text. Instants and UUIDs mean the same in another case, so that is no lie."""
    if not value:
        return
    yield "emptied", ""
    if len(value) > 1:
        yield "cut", value[:-1]
    if _INSTANT.fullmatch(value):
        for name, step in _STEPS.items():
            yield from _shifted(name, value, step)
    elif _DATE.fullmatch(value):
        yield from _shifted("+1 day", value, _STEPS["+1 day"])
    elif value.swapcase() != value and not _UUID.fullmatch(value):
        yield "case", value.swapcase()


def _shifted(name: str, value: str, step: timedelta) -> Iterator[Altered]:
    """A later one of the same form; none of what is no day, or the calendar's last, which means for ever."""
    try:
        later = (datetime.fromisoformat(value) + step).isoformat()
    except (ValueError, OverflowError):
        return
    yield name, f"{later[: len(value.removesuffix('Z'))]}{'Z' if value.endswith('Z') else ''}"


def of_list(rows: list[Any]) -> Iterator[Altered]:
    """The changes of a list as a whole, no two alike; rows in the middle and at both ends stand for all."""
    changes = [("reversed", rows[::-1]), ("shortened", rows[: len(rows) // 2])]
    for index in sampled(rows):
        changes.append(("row doubled", [*rows[: index + 1], *rows[index:]]))
        changes.append(("row dropped", [*rows[:index], *rows[index + 1 :]]))
        if index + 1 < len(rows):
            swapped = [*rows[:index], rows[index + 1], rows[index], *rows[index + 2 :]]
            changes.append(("rows swapped", swapped))
    # Reversing two equal rows, or halving one, gives what there was, or what another change gives.
    seen = [rows]
    for kind, altered in changes:
        if altered not in seen:
            seen.append(altered)
            yield kind, altered


def sampled(rows: list[Any]) -> list[int]:
    """The places of the rows that stand for all: the first, the middle and the last."""
    return sorted({0, len(rows) // 2, len(rows) - 1}) if rows else []


def of_header(value: str) -> Iterator[Altered]:
    """The changes of a header's text."""
    if re.fullmatch(r"-?\d+", value):
        yield "+1", str(int(value) + 1)
        yield "-1", str(int(value) - 1)
        if int(value):
            yield "x10", str(int(value) * 10)
            yield "negated", str(-int(value))
    yield from of_text(value)
