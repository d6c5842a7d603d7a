"""The fields of the rows of a list, as what chooses among them and sorts them sees them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from metermock.contract.composing import together
from metermock.contract.json_types import types_of
from metermock.contract.schemas import Schemas
from metermock.server.generation.makers.shared import is_own
from metermock.server.generation.values.acceptance import Acceptance
from metermock.server.generation.values.instants import Notation, notation_of
from metermock.server.generation.words import names

INSIDE = "attributes"
"""The object in which the fields of a row of JSON:API are."""


@dataclass(frozen=True, slots=True)
class Column:
    """A field of the rows of a list."""

    name: str
    words: tuple[str, ...]
    notation: Notation | None
    is_closed: bool
    """Whether all of its values are known: an enum, or a boolean."""
    is_number: bool
    is_list: bool
    is_text: bool
    """Whether it is any text that people write, or a mail."""
    takes: Callable[[Any], bool]


def columns_of(schemas: Schemas, items: Any) -> Sequence[Column]:
    """The fields of the rows of a list, by the schema of a row; those of all types that a row may have."""
    whole = together(schemas, items) if isinstance(items, dict) else {}
    found: dict[str, list[Column]] = {}
    for each in (whole, *_types_of(schemas, whole)):
        properties = each.get("properties")
        for name, schema in properties.items() if isinstance(properties, dict) else ():
            found.setdefault(name, []).append(_column(schemas, name, schema))
            # The fields of a row of JSON:API lie inside.
            inner = together(schemas, schema).get("properties") if name == INSIDE else None
            for own, field in inner.items() if isinstance(inner, dict) else ():
                found.setdefault(own, []).append(_column(schemas, own, field))
    return [_of_all(several) for several in found.values()]


def flat(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row with the fields that lie inside of it, as columns are of both."""
    inner = row.get(INSIDE)
    return {**inner, **row} if isinstance(inner, dict) else row


def _types_of(schemas: Schemas, whole: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    choice: Sequence[Any] = next(
        (whole[each] for each in ("oneOf", "anyOf") if isinstance(whole.get(each), list)), []
    )
    return [together(schemas, each) for each in choice if isinstance(each, dict)]


def _of_all(several: Sequence[Column]) -> Column:
    """The column that rows of several types have: its values are known where each type knows its own."""
    first = several[0]
    if len(several) == 1:
        return first
    is_closed = all(each.is_closed for each in several)
    return replace(first, is_closed=is_closed, takes=lambda value: any(each.takes(value) for each in several))


def _column(schemas: Schemas, name: str, schema: Any) -> Column:
    whole = together(schemas, schema) if isinstance(schema, dict) else {}
    types = types_of(schemas, schema) - {"null"}
    is_deep = bool(types & {"array", "object"})
    notation = None if is_deep or "enum" in whole else notation_of(name, whole, types)
    return Column(
        name,
        names.words_of(name),
        notation,
        # Rows have the currency of the account, or the one that a request says, whatever their schema lists.
        is_closed=not is_deep
        and ("const" in whole or types == {"boolean"} or ("enum" in whole and not is_own(name, ""))),
        is_number=bool(types) and types <= {"integer", "number"} and notation is None,
        is_list=types == {"array"},
        is_text=notation is None
        and types == {"string"}
        and whole.keys().isdisjoint({"enum", "const", "pattern"})
        and whole.get("format") in (None, "email"),
        # Few fields are filtered by: to compile all of them takes seconds in a large document.
        takes=Acceptance(schemas, schema, closed=False) if isinstance(schema, dict) else lambda _: True,
    )
