"""What a rule can know of a value before there is one: its kinds, its fields, its items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from metermock.contract.schemas import Schemas

_KINDS = {
    "integer": "int",
    "number": "number",
    "string": "text",
    "boolean": "bool",
    "null": "null",
    "array": "list",
    "object": "map",
}


class Shape:
    """What is known of a value: nothing at all, unless a subclass knows better.

    `kinds` are any of int, double, number (either of them), text, bool, null, list, map; none means unknown.
    """

    kinds: frozenset[str] = frozenset()

    def field(self, name: str) -> Shape | None:  # noqa: ARG002 - subclasses know their fields
        """The shape of a field; None where there is no such field."""
        return ANYTHING

    def fields(self) -> list[str]:
        """The names of the fields, as far as they are known."""
        return []

    def item(self) -> Shape:
        """The shape of a list's items."""
        return ANYTHING

    def is_only(self, *kinds: str) -> bool:
        """Whether the value, null apart, is certainly of these kinds."""
        known = self.kinds - {"null"}
        return bool(known) and known <= set(kinds)


ANYTHING = Shape()


class Simple(Shape):
    """A value of known kind without parts."""

    def __init__(self, *kinds: str) -> None:
        self.kinds = frozenset(kinds)


class ListShape(Shape):
    """A list whose items are alike."""

    kinds = frozenset({"list"})

    def __init__(self, item: Shape) -> None:
        self._item = item

    def item(self) -> Shape:
        """The shape of each item."""
        return self._item


class MapShape(Shape):
    """A map with these fields; an `open` one may have others."""

    kinds = frozenset({"map"})

    def __init__(self, fields: Mapping[str, Shape], *, is_open: bool = False) -> None:
        self._fields = fields
        self._open = is_open

    def field(self, name: str) -> Shape | None:
        """The shape of a field; None where there is no such field."""
        return self._fields.get(name, ANYTHING if self._open else None)

    def fields(self) -> list[str]:
        """The names of the fields."""
        return list(self._fields)


class SchemaShape(Shape):
    """A value that one of some schemas describes; looked into only as far as a rule does."""

    def __init__(self, schemas: Schemas, alternatives: Iterable[Any]) -> None:
        self._schemas = schemas
        self._parts = [part for schema in alternatives for part in _leaves(schemas, schema)]
        self.kinds = self._find_kinds()

    def _find_kinds(self) -> frozenset[str]:
        kinds: set[str] = set()
        for part in self._parts:
            named = _types(part)
            if not named:
                return frozenset()
            kinds.update(_KINDS.get(name, "") for name in named)
        return frozenset(kinds)

    def field(self, name: str) -> Shape | None:
        """The shape of a field, in whatever alternative has it."""
        found = [part["properties"][name] for part in self._parts if name in part.get("properties", {})]
        if found:
            return SchemaShape(self._schemas, found)
        return next((self._other(part) for part in self._parts if self._is_open(part)), None)

    def _is_open(self, part: Mapping[str, Any]) -> bool:
        named = _types(part)
        if named and "object" not in named:
            return False
        return bool(part.get("additionalProperties", "properties" not in part))

    def _other(self, part: Mapping[str, Any]) -> Shape:
        others = part.get("additionalProperties")
        return SchemaShape(self._schemas, [others]) if isinstance(others, dict) else ANYTHING

    def fields(self) -> list[str]:
        """The names of the fields of all alternatives."""
        return [name for part in self._parts for name in part.get("properties", {})]

    def item(self) -> Shape:
        """The shape of the items."""
        found = [part["items"] for part in self._parts if "items" in part]
        return SchemaShape(self._schemas, found) if found else ANYTHING


def _leaves(schemas: Schemas, schema: Any) -> list[dict[str, Any]]:
    """The schemas without composition that `schema` stands for."""
    schema = schemas.follow(schema)
    if not isinstance(schema, dict):
        return [{}]
    parts: list[dict[str, Any]] = []
    for name in ("anyOf", "oneOf"):
        for each in schema.get(name, ()):
            parts.extend(_leaves(schemas, each))
    if "allOf" in schema:
        parts.append(_together([part for each in schema["allOf"] for part in _leaves(schemas, each)]))
    if not parts or "properties" in schema:
        parts.append(schema)
    return parts


def _together(parts: list[dict[str, Any]]) -> dict[str, Any]:
    properties = {name: value for part in parts for name, value in part.get("properties", {}).items()}
    merged = {name: value for part in parts for name, value in part.items()}
    return {**merged, "properties": properties} if properties else merged


def _types(part: Mapping[str, Any]) -> list[str]:
    named = part.get("type")
    if isinstance(named, str):
        return [named]
    if isinstance(named, list):
        return named
    values = part.get("enum") or ([part["const"]] if "const" in part else [])
    return ["string"] if values and all(isinstance(value, str) for value in values) else []


def of_value(value: Any) -> Shape:
    """The shape of a literal."""
    kinds = {bool: "bool", int: "int", float: "double", str: "text", type(None): "null"}
    kind = kinds.get(type(value))
    return Simple(kind) if kind else ANYTHING
