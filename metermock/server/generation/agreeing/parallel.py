"""Lists beside each other that are the columns of one table: they have the same length."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from metermock.ledger.calendar import DAY
from metermock.server.generation.agreeing.facts import Facts, Step
from metermock.server.generation.agreeing.ordering import instant_of
from metermock.server.generation.values.instants import Notation, written
from metermock.server.generation.values.scene import Scene, between, mixed, salt
from metermock.server.generation.words import names

_AXES = frozenset(
    {"labels", "dates", "days", "timestamps", "times", "categories", "buckets", "x", "x_axis", "t", "index"}
    | {"months", "weeks", "hours", "periods", "keys", "instants", "time", "date", "timestamp", "datetimes"}
)
"""What names the rows of such a table."""
_INNER = frozenset({"data", "values", "points", "counts", "y", "series", "amounts"})
_DAYS = 7
_ERA = 1_000_000_000
"""Seconds since 1970 of no instant that a reply has: smaller numbers are no instants."""


def parallel(fields: Sequence[Facts]) -> Iterator[Step]:
    """`labels` and `values`, `dates` and `requests`, and `data` of the datasets beside them."""
    lists = [each for each in fields if each.is_list and not each.is_object]
    axis = next((each for each in lists if not each.rows and names.plain(each.name) in _AXES), None)
    if axis is None or len(lists) == 1:
        return
    columns = [each for each in lists if each is not axis and not each.rows]
    around = [
        (each, inner)
        for each in lists
        for inner in each.rows
        if inner.is_list and not inner.rows and names.plain(inner.name) in _INNER
    ]
    if columns or around:
        yield _aligned(axis, columns, around)


def _aligned(axis: Facts, columns: Sequence[Facts], around: Sequence[tuple[Facts, Facts]]) -> Step:
    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        along = made.get(axis.name)
        beside = [each for each in columns if _are_numbers(made.get(each.name))]
        inside = [(each, inner) for each, inner in around if isinstance(made.get(each.name), list)]
        if not isinstance(along, list) or not (beside or inside):
            return {}
        notation = _notation_of(along)
        if notation is not None and axis.accepts(_days(scene.now, notation, _DAYS)):
            along = _days(scene.now, notation, _DAYS)
        size = len(along)
        changes: dict[str, Any] = {axis.name: along}
        changes |= {each.name: _sized(made[each.name], size, each.name) for each in beside}
        for each, inner in inside:
            changes[each.name] = [_filled(row, inner.name, size) for row in made[each.name]]
        return changes

    return step


def _are_numbers(values: Any) -> bool:
    return isinstance(values, list) and all(
        isinstance(each, int | float) and not isinstance(each, bool) for each in values
    )


def _notation_of(values: Sequence[Any]) -> Notation | None:
    """How all of the values write instants; None where one of them is none."""
    if not values:
        return None
    if all(isinstance(each, str) for each in values):
        if any(instant_of(each, "date") is None for each in values):
            return None
        return "date" if len(values[0]) == len("2026-03-18") else "date-time"
    if not _are_numbers(values) or min(values) < _ERA:
        return None
    return "milliseconds" if min(values) > 100 * _ERA else "seconds"


def _days(now: int, notation: Notation, count: int) -> list[Any]:
    """So many days, the last of them today."""
    today = now // DAY * DAY
    return [written(today - back * DAY, notation) for back in reversed(range(count))]


def _sized(values: Sequence[Any], size: int, name: str) -> list[Any]:
    """So many numbers, those that are made up like those that are there."""
    if not values:
        return []
    return [
        *values[:size],
        *(_like(values[place % len(values)], f"{name} {place}") for place in range(len(values), size)),
    ]


def _like(value: float, name: str) -> int | float:
    part = between(mixed(salt(name)), 70, 130)
    return value * part // 100 if isinstance(value, int) else round(value * part / 100, 4)


def _filled(row: Any, name: str, size: int) -> Any:
    if not isinstance(row, dict) or not _are_numbers(row.get(name)):
        return row
    return {**row, name: _sized(row[name], size, name)}
