"""Keys: what the rows of a list go by, and how a rule reads it.

A column is one; so are decimals in texts as numbers, and a column without the rows in which it is null.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from metermock.learn import decimals
from metermock.learn.shapes import ROW, Place, Rows, value_at
from metermock.learn.terms import Scope


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a list: its values in each reply, None where a reply has not all of them.

    `is_made` tells that it is no column as it stands; `is_partial` that rows may lack it.
    """

    field: Place
    text: str
    lists: tuple[list[Any] | None, ...]
    types: frozenset[str]
    guards: tuple[str, ...]
    is_made: bool = False
    is_partial: bool = False
    shown: tuple[list[bool], ...] = ()
    """Which rows of each reply have it, where some lack it."""


def keys_of(scope: Scope, rows: Rows) -> Iterator[Key]:
    """The keys of a list whose rows are objects: each of a field at their top."""
    bodies = [value_at(each.body, rows.place.path) for each in scope.exchanges]
    if rows.items and rows.items <= {"integer", "number"}:
        numbers = tuple(one if isinstance(one, list) and None not in one else None for one in bodies)
        yield Key(rows.place, rows.place.text, numbers, rows.items, (), is_made=True)
    for field in rows.fields:
        if len(field.path) != 1:
            continue
        (name,) = field.path
        # What a row may lack is looked at where every row has it.
        if all(guard.startswith("has(") for guard in field.guards):
            lists = tuple(column_of(one, name) for one in bodies)
            text = f"column({rows.place.text}, '{name}')"
            guards = tuple(f"{rows.place.text}.all({ROW}, {guard})" for guard in field.guards)
            yield Key(field, text, lists, field.types, guards)
            if field.types == {"string"} and not field.guards:
                yield from _of_decimals(rows, field, lists)
        elif field.guards == (f"{field.text} != null",):
            yield from _without_nulls(rows, field, bodies)


def _of_decimals(rows: Rows, field: Place, lists: Sequence[list[Any] | None]) -> Iterator[Key]:
    if decimals.are_decimals([value for one in lists for value in one or ()]):
        numbers = tuple(None if one is None else [float(value) for value in one] for one in lists)
        text = f"{rows.place.text}.map({ROW}, double({field.text}))"
        yield Key(field, text, numbers, decimals.NUMBER, (), is_made=True)


def _without_nulls(rows: Rows, field: Place, bodies: Sequence[Any]) -> Iterator[Key]:
    (name,) = field.path
    known = [_rows_with(one, name) for one in bodies]
    filled = [None if one is None else [row for row in one if row[name] is not None] for one in known]
    lists = tuple(column_of(one, name) for one in filled)
    there = f"{rows.place.text}.filter({ROW}, {field.text} != null)"
    shown = tuple([row[name] is not None for row in one] if one is not None else [] for one in known)
    if field.types == {"string"} and decimals.are_decimals([value for one in lists for value in one or ()]):
        numbers = tuple(None if one is None else [float(value) for value in one] for one in lists)
        text = f"{there}.map({ROW}, double({field.text}))"
        yield Key(field, text, numbers, decimals.NUMBER, (), is_made=True, is_partial=True, shown=shown)
    else:
        text = f"column({there}, '{name}')"
        yield Key(field, text, lists, field.types, (), is_made=True, is_partial=True, shown=shown)


def _rows_with(rows: Any, name: str) -> list[dict[str, Any]] | None:
    if not isinstance(rows, list) or not all(isinstance(row, dict) and name in row for row in rows):
        return None
    return rows


def column_of(rows: Any, name: str) -> list[Any] | None:
    """The texts or numbers in one field of every row; None where a row has something else there."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) and name in row for row in rows):
        return None
    values = [row[name] for row in rows]
    alike = all(isinstance(each, str) for each in values) or all(
        isinstance(each, int | float) and not isinstance(each, bool) for each in values
    )
    return values if alike else None
