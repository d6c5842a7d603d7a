"""What is still to come of a span, and what came of the one before: beside what there is of it now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from metermock.contract.json_types import is_number
from metermock.server.generation.agreeing.facts import Facts, Step, as_figure, numbers_of
from metermock.server.generation.values.scene import Scene, between, mixed, salt
from metermock.server.generation.words import names

_AHEAD = frozenset({"forecast", "forecasted", "projected", "projection"})
_BEFORE = frozenset({"previous", "prior"})
_NOW = frozenset({"current", "total"})
_CHANGE = frozenset({"change", "growth", "delta", "changed"})
_COMPARED = frozenset({"comparison", "compared", "change", "changes", "trend", "delta", "growth", "versus"})
"""Words of objects that compare the numbers beside them with those of another time."""
_FILLERS = frozenset(
    {"current", "total", "to", "date", "month", "monthly", "period", "this", "the", "end", "of"}
)
_NEVER = frozenset({"id", "rate", "score", "accuracy", "version", "page", "offset", "number"}) | (
    names.LIMITS | names.LEFT | names.PERCENT | names.SHARE
)
_MORE, _SWING = (104, 160), (70, 130)
"""Hundredths of what there is now that a forecast is, and that the span before had."""


def forecasts(fields: Sequence[Facts]) -> Iterator[Step]:
    """`forecasted_cost` is no less than `total_cost`; a change follows from the previous one."""
    numbers = [each for each in numbers_of(fields) if not names.has(each.name, _NEVER)]
    others = [each for each in numbers if names.has(each.name, _AHEAD | _BEFORE)]
    nows = [(_noun(each.name), each) for each in numbers if not names.has(each.name, _AHEAD | _BEFORE)]
    for each in others:
        words = _BEFORE if names.has(each.name, _BEFORE) else _AHEAD
        now = _alike(each, nows)
        if now is None:
            continue
        yield _part(now, each, _SWING if words is _BEFORE else _MORE)
        changes = _changes_of(now, fields, len([own for own in others if names.has(own.name, _BEFORE)]))
        if words is _BEFORE and len(changes) == 1:
            yield _changed(now, each, changes[0])
    for field in fields:
        if field.fields and names.has(field.name, _COMPARED | _BEFORE):
            yield from _compared(field, nows, fields)


def _alike(other: Facts, nows: Sequence[tuple[tuple[str, ...], Facts]]) -> Facts | None:
    """What there is now of what another number tells of another time: `current` of `previous`."""
    noun = _noun(other.name)
    alike = [own for of, own in nows if of == noun]
    if not noun:
        plain = names.plain(other.name)
        is_bare = plain in _BEFORE or plain in ("projected_total", "forecasted_total", "forecast_total")
        alike = [own for own in alike if is_bare and names.plain(own.name) in _NOW]
    return alike[0] if len(alike) == 1 else None


def _changes_of(now: Facts, fields: Sequence[Facts], several: int) -> list[Facts]:
    """The percentages by which a number has changed: of several numbers those that name it."""
    found = [each for each in numbers_of(fields) if _CHANGE & {*names.words_of(each.name)}]
    told = [each for each in found if names.has(each.name, names.PERCENT)]
    own = [each for each in told if _noun_of_change(each.name) == _noun(now.name)]
    return own or [each for each in told if several <= 1 and not _noun_of_change(each.name)]


def _noun_of_change(name: str) -> tuple[str, ...]:
    out = _CHANGE | names.PERCENT
    return tuple(word for word in _noun(name) if word not in out)


def _compared(
    field: Facts, nows: Sequence[tuple[tuple[str, ...], Facts]], fields: Sequence[Facts]
) -> Iterator[Step]:
    """The same of what an object beside the numbers says: `comparison: {previousCalls, changePercent}`."""
    is_before = names.has(field.name, _BEFORE)
    own = {each.name for each in field.fields if not names.has(each.name, _AHEAD | _BEFORE)}
    inside = [(_noun(each.name), each) for each in field.fields if each.name in own and each.is_number]
    told = [
        (now, each)
        for each in numbers_of(field.fields)
        if not names.has(each.name, _NEVER) and (is_before or names.has(each.name, _BEFORE))
        if not _CHANGE & {*names.words_of(each.name)} and (is_before or _alike(each, inside) is None)
        if (now := _alike(each, nows)) is not None
    ]
    for number, (now, before) in enumerate(told):
        # A change that names nothing is that of the first number.
        inner = _changes_of(now, field.fields, number + 1)
        outer = _changes_of(now, fields, number + 1) if is_before else []
        yield _carried(field, now, before, inner[0] if len(inner) == 1 else None)
        if len(outer) == 1:
            yield _changed_by(field, now, before, outer[0])


def _carried(field: Facts, now: Facts, before: Facts, change: Facts | None) -> Step:
    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        inside, own = made.get(field.name), made.get(now.name)
        then = _of_before(own, before)
        if (
            not is_number(own)
            or not isinstance(inside, dict)
            or then is None
            or not is_number(inside.get(before.name))
        ):
            return {}
        changes: dict[str, Any] = {before.name: then}
        if change is not None and change.name in inside:
            changes[change.name] = _percent(own, then, change)
        return {field.name: {**inside, **changes}}

    return step


def _changed_by(field: Facts, now: Facts, before: Facts, change: Facts) -> Step:
    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        inside, own = made.get(field.name), made.get(now.name)
        then = inside.get(before.name) if isinstance(inside, dict) else None
        if change.name not in made or not is_number(own) or not is_number(then):
            return {}
        return {change.name: _percent(own, then, change)}

    return step


def _noun(name: str) -> tuple[str, ...]:
    out = _AHEAD | _BEFORE | _FILLERS
    return tuple(names.singular(word) for word in names.words_of(name) if word not in out)


def _part(now: Facts, other: Facts, span: tuple[int, int]) -> Step:
    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        own = made.get(now.name)
        told = _of_before(own, other, span) if is_number(made.get(other.name)) else None
        if told is None:
            return {}
        # Rounded to whole ones, a forecast of little would be less than what there is.
        return {other.name: max(told, own) if span == _MORE and is_number(own) else told}

    return step


def _of_before(own: Any, other: Facts, span: tuple[int, int] = _SWING) -> float | None:
    """A number of another time that goes with one of now; None where there is none."""
    if not is_number(own) or own < 0:
        return None
    part = mixed(int(own) ^ salt(names.plain(other.name)))
    return as_figure(other, own * between(part, *span) / 100)


def _changed(now: Facts, before: Facts, change: Facts) -> Step:
    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        own, other = made.get(now.name), made.get(before.name)
        if not is_number(own) or not is_number(other) or change.name not in made:
            return {}
        return {change.name: _percent(own, other, change)}

    return step


def _percent(now: float, before: float, change: Facts) -> float | None:
    """The change in hundredths, also where it may be negative; of nothing null, where that may be said."""
    if not before:
        return None if change.accepts(None) else 0
    return as_figure(change, 100 * (now - before) / before)
