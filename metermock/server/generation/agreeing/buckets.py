"""The numbers inside of the steps of a series: in objects, and in the groups that a step is divided into."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from metermock.contract.composing import together
from metermock.contract.json_types import types_of
from metermock.contract.schemas import Schemas
from metermock.server.generation.agreeing.columns import dealt_among
from metermock.server.generation.agreeing.decimals import frozen, read
from metermock.server.generation.agreeing.facts import Facts, facts_of
from metermock.server.generation.agreeing.units import Unit, counted, unit_of

_DEEPEST = 3
"""Objects and lists inside each other in which numbers are looked for."""


@dataclass(frozen=True, slots=True)
class Nested:
    """An object inside of a step, or inside of each of its groups."""

    path: Sequence[str]
    """The fields that lead from the step to it."""
    groups: int | None
    """The place in the path of the list of groups; None where the step has no groups."""
    fields: Sequence[Facts]
    columns: Sequence[tuple[Facts, Unit]]
    """Its numbers that may be used up, each with what it counts."""


def nested(schemas: Schemas, row: Any) -> Sequence[Nested]:
    """The objects inside of a step, of its schema, that count something."""
    return [each for each in _inside(schemas, row, (), None) if each.columns]


def _inside(schemas: Schemas, schema: Any, path: tuple[str, ...], groups: int | None) -> Iterator[Nested]:
    whole = together(schemas, schema) if isinstance(schema, dict) else {}
    properties = whole.get("properties")
    if not isinstance(properties, dict) or len(path) > _DEEPEST:
        return
    if path:
        fields = [facts_of(schemas, name, each) for name, each in properties.items()]
        yield Nested(path, groups, fields, [*_columns(fields, path[-1])])
    for name, each in properties.items():
        types = types_of(schemas, each) - {"null"}
        if types == {"object"}:
            yield from _inside(schemas, each, (*path, name), groups)
        elif types == {"array"} and groups is None:
            yield from _inside(schemas, together(schemas, each).get("items"), (*path, name), len(path))


def _columns(fields: Sequence[Facts], around: str) -> Iterator[tuple[Facts, Unit]]:
    """The numbers of an object; those without a noun count what the object is called after."""
    for field, unit in counted(fields):
        own = unit or unit_of(f"{around}_{field.name}")
        if own:
            yield field, own


def objects_in(step: Any, found: Nested) -> Sequence[dict[str, Any]]:
    """The objects of one kind in a step that was made: one of each group."""
    here = [step]
    for place, name in enumerate(found.path):
        inner = [each.get(name) for each in here if isinstance(each, dict)]
        here = (
            inner
            if place != found.groups
            else [row for rows in inner if isinstance(rows, list) for row in rows]
        )
    return [each for each in here if isinstance(each, dict)]


def values_of(objects: Sequence[Mapping[str, Any]], column: Facts) -> list[float]:
    """The values of a column, those that are texts too; what is no number is left out."""
    values = [read(value) if isinstance(value := each.get(column.name), str) else value for each in objects]
    return [each for each in values if isinstance(each, int | float) and not isinstance(each, bool)]


def share(objects: Sequence[dict[str, Any]], column: Facts, whole: float) -> bool:
    """Let the groups of a step make a number, in the proportions that they had; whether they take it."""
    values = values_of(objects, column)
    if not values or len(values) != len(objects):
        return False
    shares = dealt_among(whole, values, column)
    if not all(column.accepts(frozen(each, column)) for each in shares):
        return False
    for each, value in zip(objects, shares, strict=True):
        each[column.name] = value
    return True
