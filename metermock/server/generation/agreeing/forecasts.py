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
_CHANGES = ("change_percent", "percent_change", "change_pct", "percentage_change", "growth_percent")
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
    if not others:
        return
    nows = [(_noun(each.name), each) for each in numbers if not names.has(each.name, _AHEAD | _BEFORE)]
    for each in others:
        words = _BEFORE if names.has(each.name, _BEFORE) else _AHEAD
        noun = _noun(each.name)
        alike = [own for of, own in nows if of == noun]
        if len(alike) != 1 or not noun:
            continue
        yield _part(alike[0], each, _SWING if words is _BEFORE else _MORE)
        changes = [own for own in numbers_of(fields) if names.plain(own.name) in _CHANGES]
        if words is _BEFORE and len(changes) == 1:
            yield _changed(alike[0], each, changes[0])


def _noun(name: str) -> tuple[str, ...]:
    out = _AHEAD | _BEFORE | _FILLERS
    return tuple(names.singular(word) for word in names.words_of(name) if word not in out)


def _part(now: Facts, other: Facts, span: tuple[int, int]) -> Step:
    part = salt(names.plain(other.name))

    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        own = made.get(now.name)
        if not is_number(own) or own < 0 or not is_number(made.get(other.name)):
            return {}
        return {other.name: as_figure(other, own * between(mixed(int(own) ^ part), *span) / 100)}

    return step


def _changed(now: Facts, before: Facts, change: Facts) -> Step:
    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        own, other = made.get(now.name), made.get(before.name)
        if not is_number(own) or not is_number(other) or not other or made.get(change.name) is None:
            return {}
        # Percentages by name are of 100, also where they may be negative.
        return {change.name: as_figure(change, 100 * (own - other) / other)}

    return step
