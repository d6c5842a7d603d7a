"""Values of one kind of a `oneOf` alone: what is changed in a value that other kinds fit too."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

from metermock.contract.json_types import ABSENT

_STEPS = 6
"""Changes that one value may need: each takes it out of one kind at least."""
_MOST = 200
"""Changes that are tried for each of them."""
_DEEPEST = 3
_ODD: tuple[Any, ...] = (None, False, "", 0, [], {}, [None])
"""What stands in a field of another kind, or for a whole value, so that it is none of that kind."""


def alone(
    kind: int, value: Any, made: Sequence[Any], kinds: Sequence[Callable[[Any], bool]]
) -> Iterator[Any]:
    """A value of one kind that no other one fits, by few changes; nothing where none is found.

    `made` has a value of each kind that one was made of, and `kinds` tells what fits each.
    """
    fits = kinds[kind]
    others = [each for number, each in enumerate(kinds) if number != kind]
    if not fits(value):
        return
    for _ in range(_STEPS):
        others = [each for each in others if each(value)]
        if not others:
            yield value
            return
        tried = (each for other in made if others[0](other) for each in _changed(value, other, 0))
        # Last something else altogether, for a kind that takes anything.
        changed = chain(islice(tried, _MOST), _ODD)
        better = (each for each in changed if fits(each) and not others[0](each))
        found = next(better, ABSENT)
        if found is ABSENT:
            return
        value = found


def _changed(value: Any, other: Any, depth: int) -> Iterator[Any]:
    """A value with one change: a field less, one of another kind that has no value of it, another value."""
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        yield from _changed_object(value, other if isinstance(other, dict) else {}, depth)
    elif isinstance(value, list):
        row = other[0] if isinstance(other, list) and other else None
        yield from ([each, *value[1:]] for first in value[:1] for each in _changed(first, row, depth + 1))
    elif isinstance(value, str):
        yield from (f"{value} 2", value.upper(), value[:1], f"{value}2")
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield from (value + 0.5, -value - 1, value + 1_000_000, 0)


def _changed_object(value: dict[str, Any], other: dict[str, Any], depth: int) -> Iterator[Any]:
    for name in reversed(value):
        yield {each: inner for each, inner in value.items() if each != name}
    for odd in _ODD:
        yield from ({**value, name: odd} for name in other if name not in value)
    for name, inner in value.items():
        yield from ({**value, name: each} for each in _changed(inner, other.get(name), depth + 1))


def nulled(value: Any, others: Sequence[Any]) -> Iterator[Any]:
    """A value with one more null: in a field of another, or in one of an object inside that both have."""
    if isinstance(value, list):
        rows = [row for other in others if isinstance(other, list) for row in other[:1]]
        yield from ([apart, *value[1:]] for row in value[:1] for apart in nulled(row, rows))
    if not isinstance(value, dict):
        return
    objects = [each for each in others if isinstance(each, dict)]
    for name in dict.fromkeys(name for other in objects for name in other if name not in value):
        yield {**value, name: None}
    for name, inner in value.items():
        inside = [other[name] for other in objects if name in other and other[name] is not inner]
        yield from ({**value, name: apart} for apart in nulled(inner, inside))
