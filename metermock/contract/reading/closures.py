"""Schemas that forbid what they demand: `additionalProperties: false` beside `allOf` sees no other part.

No object fits such a schema, whoever sends it. What its author means is that the parts are closed together,
so it is read like that, with a note; where it describes the field nowhere, it is read as open. Where some
object fits, the schema stays as it is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from metermock.contract.reading.bundle import Bundle
from metermock.contract.reading.structure import Part
from metermock.contract.references import CHOICES, References, UnknownReferenceError

_ADVICE = "leave additionalProperties: false out, or write unevaluatedProperties: false beside allOf (3.1)"
_SHOWN = 3
_SEVERAL = 2
_CLOSING = ("additionalProperties", "unevaluatedProperties")
"""Keywords that close a schema: over its own fields, and over those of its parts too."""


def close_together(made: Bundle, parts: Sequence[Part]) -> None:
    """Read each schema that forbids a field which it demands as one that is closed over all of its parts."""
    schemas = References(made.document)
    for part in parts:
        if part.kind != "schema" or not isinstance(part.value, dict):
            continue
        try:
            clashing = _clashing(schemas, part.value)
            is_of_empty_ones = not clashing and _is_of_empty_ones(schemas, part.value.get("oneOf"))
        except UnknownReferenceError:
            # What leads nowhere is told elsewhere.
            continue
        if clashing:
            _mend(made, schemas, part, clashing)
        elif is_of_empty_ones:
            _mend_choices(made, schemas, part)


def _mend(made: Bundle, schemas: References, part: Part, clashing: list[str]) -> None:
    shown = ", ".join(clashing[:_SHOWN]) + (" …" if len(clashing) > _SHOWN else "")
    described = _described(schemas, part.value)
    is_closed = described.issuperset(clashing)
    read = "closed over all its parts" if is_closed else "open"
    made.note(part.pointer, f"forbids what it demands: {shown}; it is read as {read}", _ADVICE)
    _open(schemas, part.value)
    if is_closed:
        part.value["unevaluatedProperties"] = False


def _mend_choices(made: Bundle, schemas: References, part: Part) -> None:
    text = "exactly one of its kinds must fit, and each takes the empty object alone; they are read as closed"
    made.note((*part.pointer, "oneOf"), f"{text} over all their parts", _ADVICE)
    for choice in part.value["oneOf"]:
        _open(schemas, choice)
        choice["unevaluatedProperties"] = False


def _is_of_empty_ones(schemas: References, choices: Any) -> bool:
    """Whether each of several kinds describes fields and takes none: the empty object fits all of them."""
    if not isinstance(choices, list) or len(choices) < _SEVERAL:
        return False
    return all(isinstance(each, dict) and _takes_nothing(schemas, each) for each in choices)


def _takes_nothing(schemas: References, schema: dict[str, Any]) -> bool:
    parts = schemas.conjuncts(schema)
    is_closed = any(_is_closed(part) and not _allowed(schemas, part) for part in parts)
    return is_closed and any(_described(schemas, part) for part in parts)


def _clashing(schemas: References, schema: dict[str, Any]) -> list[str]:
    """The fields that some part of a schema demands, and another one forbids."""
    parts = schemas.conjuncts(schema)
    closed = [part for part in parts if _is_closed(part, schema)]
    if not closed:
        return []
    allowed = [_allowed(schemas, part) for part in closed]
    found = [name for part in parts for name in _demanded(part)]
    if any(part is schema for part in closed):
        found += _demanded_by_all(schemas, schema)
    return list(dict.fromkeys(name for name in found if any(name not in fields for fields in allowed)))


def _is_closed(part: dict[str, Any], whole: dict[str, Any] | None = None) -> bool:
    """Whether a part of a whole takes no fields but its own; a whole may close all of its parts."""
    if part.get("patternProperties"):
        return False
    return any(part.get(name) is False for name in (_CLOSING[:1] if part is whole else _CLOSING))


def _allowed(schemas: References, closed: dict[str, Any]) -> set[str]:
    """The fields that a closed part takes."""
    is_alone = closed.get("additionalProperties") is False
    return set(_fields(closed)) if is_alone else _described(schemas, closed)


def _described(schemas: References, schema: dict[str, Any]) -> set[str]:
    return {name for part in schemas.alternatives(schema) for name in _fields(part)}


def _fields(part: dict[str, Any]) -> dict[str, Any]:
    found = part.get("properties")
    return found if isinstance(found, dict) else {}


def _demanded(part: dict[str, Any]) -> list[str]:
    found = part.get("required")
    return [name for name in found if isinstance(name, str)] if isinstance(found, list) else []


def _demanded_by_all(schemas: References, schema: dict[str, Any]) -> Iterator[str]:
    """What each of a schema's own choices demands, each something of its own perhaps."""
    for name in CHOICES:
        choices = schema.get(name)
        if not isinstance(choices, list) or not choices:
            continue
        each_demands = [
            [field for part in schemas.conjuncts(choice) for field in _demanded(part)] for choice in choices
        ]
        beyond = [[field for field in fields if field not in _fields(schema)] for fields in each_demands]
        if all(beyond):
            yield from (field for fields in beyond for field in fields)


def _open(schemas: References, schema: dict[str, Any]) -> None:
    """Take the closures out of a schema; types that others use too are copied into it first."""
    _take_out(schema)
    opening = _Opening(schemas)
    target = {"$ref": schema["$ref"]} if isinstance(schema.get("$ref"), str) else {}
    members = schema["allOf"] if isinstance(schema.get("allOf"), list) else []
    if target and opening.is_needed(target):
        del schema["$ref"]
        members = [target, *members]
    if members:
        schema["allOf"] = [each for member in members for each in opening.opened(member)]


def _take_out(schema: dict[str, Any]) -> None:
    for name in _CLOSING if _is_closed(schema) else ():
        if schema.get(name) is False:
            del schema[name]


class _Opening:
    """Copies of closed parts without their closures, side by side, each once.

    Within each other they would be as many as there are ways to a part, which may double with each step.
    """

    def __init__(self, schemas: References) -> None:
        self._schemas = schemas
        self._needed: dict[int, bool] = {}
        self._copied: set[int] = set()

    def is_needed(self, schema: Any) -> bool:
        """Whether a schema, or a part of it, is closed."""
        if not isinstance(schema, dict):
            return False
        if id(schema) not in self._needed:
            # What leads back to itself tells nothing new.
            self._needed[id(schema)] = False
            self._needed[id(schema)] = _is_closed(schema) or any(map(self.is_needed, self._inner(schema)))
        return self._needed[id(schema)]

    def opened(self, schema: Any) -> Iterator[Any]:
        """The schema itself where nothing in it is closed, else copies of its parts."""
        if not self.is_needed(schema):
            yield schema
            return
        if id(schema) in self._copied:
            return
        self._copied.add(id(schema))
        copied = {name: value for name, value in schema.items() if name not in {"$ref", "allOf"}}
        _take_out(copied)
        if copied:
            yield copied
        for each in self._inner(schema):
            yield from self.opened(each)

    def _inner(self, schema: dict[str, Any]) -> list[Any]:
        is_reference = isinstance(schema.get("$ref"), str)
        target = [self._schemas.at(schema["$ref"])] if is_reference else []
        return [*target, *(schema["allOf"] if isinstance(schema.get("allOf"), list) else [])]
