"""Schemas that only a value without an end could satisfy: `Node` must have a `next`, which is a `Node`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from metermock import json_pointer
from metermock.contract.reading.structure import Part, Pointer

_SIDES = ("readOnly", "writeOnly")


class Endless:
    """Finds circles of references that each value has to go through, and so never ends."""

    def __init__(self, document: Any, pointers: Mapping[int, Pointer]) -> None:
        """`pointers` says where each schema is, by its id()."""
        self._document = document
        self._pointers = pointers
        self._done: set[int] = set()

    def reached_from(self, part: Part) -> list[Pointer]:
        """Where the circles are that a schema leads into; each circle is told once."""
        found: list[Pointer] = []
        try:
            self._follow(part.value, [], found)
        except RecursionError:
            # A chain of hundreds of fields that must be there, each inside the other: it is left untold.
            return []
        return found

    def _follow(self, schema: Any, way: list[tuple[int, bool]], found: list[Pointer]) -> None:
        """Go to all that a value must have; `way` says of each schema before whether a step led inside."""
        if not isinstance(schema, dict) or id(schema) in self._done:
            return
        open_ = [one for one, _ in way]
        if id(schema) in open_:
            # Without a step inside it is a circle of aliases, which is told as such.
            if any(inside for _, inside in way[open_.index(id(schema)) :]):
                found.append(self._pointers.get(id(schema), ()))
            return
        for each, inside in self._musts(schema):
            self._follow(each, [*way, (id(schema), inside)], found)
        self._done.add(id(schema))

    def _musts(self, schema: Mapping[str, Any]) -> Iterator[tuple[Any, bool]]:
        """The schemas that a value must satisfy, and whether they are about something inside it."""
        reference, parts = schema.get("$ref"), schema.get("allOf")
        if isinstance(reference, str):
            yield json_pointer.at(self._document, json_pointer.path_of(reference)), False
        for part in parts if isinstance(parts, list) else ():
            yield part, False
        if schema.get("type") == "object":
            yield from ((each, True) for each in _required(schema))
        least = schema.get("minItems")
        has_items = schema.get("type") == "array" and isinstance(least, int) and least > 0
        if has_items and "prefixItems" not in schema:
            yield schema.get("items"), True


def _required(schema: Mapping[str, Any]) -> Iterator[Any]:
    """The schemas of fields that an object must have, whichever way it is sent."""
    names, fields = schema.get("required"), schema.get("properties")
    if isinstance(names, list) and isinstance(fields, dict):
        for name in names:
            field = fields.get(name) if isinstance(name, str) else None
            if isinstance(field, dict) and not any(field.get(side) for side in _SIDES):
                yield field
