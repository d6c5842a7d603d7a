"""Numbers of one thing that follow from each other: a bare total, a breakdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from metermock.contract import page_names
from metermock.server.generation.agreeing.columns import NO_SUMS, dealt_among
from metermock.server.generation.agreeing.facts import Facts, Step, numbers_of
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import names

_WHOLES = ("total", "all")
_NO_PARTS = (
    names.LIMITS | names.USED | names.LEFT | names.PERCENT | names.SHARE | names.OUTCOMES | names.TOTAL
    | NO_SUMS | page_names.ALL | page_names.NEXT
    | frozenset({"unique", "cents", "cost", "price", "tax", "subtotal", "fee", "discount", "days", "seconds"})
    | frozenset({"year", "month", "day", "version", "code", "status", "pages", "size", "score", "open"})
    | frozenset({"delivered", "opened", "clicked", "opens", "clicks", "bounced", "bounces", "paid"})
    | frozenset({"active", "pending"})
)  # fmt: skip
"""Numbers that are no part of a bare total."""
_BREAKDOWNS = frozenset({"breakdown", "split"})
_BARE = frozenset({"used", "usage", "total"})


def steps(fields: Sequence[Facts], pinned: frozenset[str]) -> Iterator[Step]:
    """Bare totals are sums, and breakdowns share their whole."""
    for whole, parts in bare_totals(fields):
        yield _dealt(whole, parts) if whole.name in pinned else _summed(whole, parts)
    for inside, whole in _breakdowns(fields):
        yield _shared(inside, whole)


def bare_totals(fields: Sequence[Facts]) -> Iterator[tuple[Facts, Sequence[Facts]]]:
    """`total` beside counts of one word each, `all` beside what is and what is not."""
    numbers = {names.plain(field.name): field for field in numbers_of(fields)}
    whole = next((numbers.pop(name) for name in _WHOLES if name in numbers), None)
    if whole is None or any(field.is_list for field in fields):
        return
    opposites = {f"un{name}" for name in numbers} & numbers.keys()
    if opposites:
        numbers = {name: each for name, each in numbers.items() if {name, f"un{name}"} & opposites}
    are_parts = all(
        len(names.words_of(name)) == 1 and field.is_integer and not names.has(name, _NO_PARTS)
        for name, field in numbers.items()
    )
    if len(numbers) > 1 and (opposites or are_parts):
        yield whole, [*numbers.values()]


def _summed(whole: Facts, parts: Sequence[Facts]) -> Step:
    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        values = [each for part in parts if isinstance(each := made.get(part.name), int)]
        return {whole.name: sum(values)} if len(values) == len(parts) else {}

    return step


def _dealt(whole: Facts, parts: Sequence[Facts]) -> Step:
    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        values = [each for part in parts if isinstance(each := made.get(part.name), int)]
        total = made.get(whole.name)
        if len(values) < len(parts) or not isinstance(total, int):
            return {}
        return dict(zip((part.name for part in parts), dealt_among(total, values, whole), strict=True))

    return step


def _breakdowns(fields: Sequence[Facts]) -> Iterator[tuple[Facts, Facts]]:
    """An object whose numbers are parts of one beside it: `calls_breakdown` of `total_calls`."""
    numbers = {_stem(field.name): field for field in reversed(numbers_of(fields))}
    for field in fields:
        is_breakdown = names.has(field.name, _BREAKDOWNS) and len(numbers_of(field.fields)) > 1
        if is_breakdown and (whole := numbers.get(_stem(field.name))) is not None:
            yield field, whole


def _stem(name: str) -> tuple[str, ...]:
    return names.stem(name, _BREAKDOWNS | _BARE)


def _shared(inside: Facts, whole: Facts) -> Step:
    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        parts, total = made.get(inside.name), made.get(whole.name)
        if not isinstance(parts, dict) or not isinstance(total, int | float) or isinstance(total, bool):
            return {}
        known = {
            field.name: value
            for field in numbers_of(inside.fields)
            if isinstance(value := parts.get(field.name), int | float)
        }
        return {
            inside.name: {
                **parts,
                **dict(zip(known, dealt_among(total, [*known.values()], whole), strict=True)),
            }
        }

    return step
