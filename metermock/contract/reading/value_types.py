"""The types of values in a rule, as the schemas tell them: kinds, fields, items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from metermock.contract.cel.function import Kind
from metermock.contract.schemas import Schemas

_KINDS: Mapping[str, Kind] = {
    "integer": "int",
    "number": "number",
    "string": "text",
    "boolean": "bool",
    "null": "null",
    "array": "list",
    "object": "map",
}


class ValueType:
    """What is known of a value before there is one: here nothing; subclasses know more.

    `kinds` are those that it may have; without any, its kind is unknown.
    """

    kinds: frozenset[Kind] = frozenset()

    def field(self, name: str) -> ValueType | None:  # noqa: ARG002 - subclasses know their fields
        """The type of a field; None where there is no such field."""
        return ANYTHING

    def fields(self) -> list[str]:
        """The names of the fields, as far as they are known."""
        return []

    def member(self) -> ValueType:
        """The type of a field whose name is known only when the rule runs."""
        return common([self.field(name) or ANYTHING for name in self.fields()])

    def item(self) -> ValueType:
        """The type of a list's items."""
        return ANYTHING

    def is_only(self, *kinds: Kind) -> bool:
        """Whether the value, null apart, is certainly of these kinds."""
        known = self.kinds - {"null"}
        return bool(known) and known <= set(kinds)


ANYTHING = ValueType()


class ScalarType(ValueType):
    """A value of known kind without parts."""

    def __init__(self, *kinds: Kind) -> None:
        self.kinds = frozenset(kinds)


class ListType(ValueType):
    """A list whose items have one type."""

    kinds: frozenset[Kind] = frozenset({"list"})

    def __init__(self, item: ValueType) -> None:
        self._item = item

    def item(self) -> ValueType:
        """The type of each item."""
        return self._item


class MapType(ValueType):
    """A map with these fields; an `open` one may have others."""

    kinds: frozenset[Kind] = frozenset({"map"})

    def __init__(self, fields: Mapping[str, ValueType], *, is_open: bool = False) -> None:
        self._fields = fields
        self._open = is_open

    def field(self, name: str) -> ValueType | None:
        """The type of a field; None where there is no such field."""
        return self._fields.get(name, ANYTHING if self._open else None)

    def fields(self) -> list[str]:
        """The names of the fields."""
        return list(self._fields)


class SchemaType(ValueType):
    """A value that one of some schemas describes. Fields are looked up when a rule names them."""

    def __init__(self, schemas: Schemas, alternatives: Iterable[Any]) -> None:
        self._schemas = schemas
        self._parts = [part for schema in alternatives for part in _leaves(schemas, schema)]
        self.kinds = self._find_kinds()

    def _find_kinds(self) -> frozenset[Kind]:
        kinds: set[Kind] = set()
        for part in self._parts:
            named = _types(part)
            if not named:
                # One alternative that may be anything leaves nothing certain.
                return frozenset()
            kinds.update(_KINDS[name] for name in named)
        return frozenset(kinds)

    def field(self, name: str) -> ValueType | None:
        """The type of a field in the alternatives that have it."""
        found = [part["properties"][name] for part in self._parts if name in part.get("properties", {})]
        if found:
            return SchemaType(self._schemas, found)
        return next((self._other(part) for part in self._parts if self._is_open(part)), None)

    def _is_open(self, part: Mapping[str, Any]) -> bool:
        named = _types(part)
        if named and "object" not in named:
            return False
        return bool(part.get("additionalProperties", "properties" not in part))

    def _other(self, part: Mapping[str, Any]) -> ValueType:
        others = part.get("additionalProperties")
        return SchemaType(self._schemas, [others]) if isinstance(others, dict) else ANYTHING

    def fields(self) -> list[str]:
        """The names of the fields of all alternatives."""
        return [name for part in self._parts for name in part.get("properties", {})]

    def member(self) -> ValueType:
        """The type of a field whose name is known only when the rule runs."""
        found: list[Any] = []
        for part in self._parts:
            found += [*part.get("properties", {}).values(), *part.get("patternProperties", {}).values()]
            if self._is_open(part):
                others = part.get("additionalProperties")
                if not isinstance(others, dict):
                    return ANYTHING
                found.append(others)
        return SchemaType(self._schemas, found) if found else ANYTHING

    def item(self) -> ValueType:
        """The type of the items."""
        found = [part["items"] for part in self._parts if "items" in part]
        return SchemaType(self._schemas, found) if found else ANYTHING


def _leaves(schemas: Schemas, schema: Any) -> list[dict[str, Any]]:
    """The schemas without composition that `schema` stands for."""
    return _leaves_once(schemas, schema, {})


def _leaves_once(
    schemas: Schemas, schema: Any, known: dict[int, list[dict[str, Any]]]
) -> list[dict[str, Any]]:
    schema = schemas.follow(schema)
    if not isinstance(schema, dict):
        return [{}]
    if id(schema) not in known:
        # A type that lists its kinds, each of which extends it, adds nothing to itself.
        known[id(schema)] = []
        known[id(schema)] = _find_leaves(schemas, schema, known)
    return known[id(schema)]


def _find_leaves(
    schemas: Schemas, schema: dict[str, Any], known: dict[int, list[dict[str, Any]]]
) -> list[dict[str, Any]]:
    # anyOf and oneOf are alternatives, whose leaves stand side by side; the parts of an allOf make one leaf.
    parts: list[dict[str, Any]] = []
    for name in ("anyOf", "oneOf"):
        for each in schema.get(name, ()):
            parts.extend(_leaves_once(schemas, each, known))
    if "allOf" in schema:
        together = [part for each in schema["allOf"] for part in _leaves_once(schemas, each, known)]
        parts.append(_together(together))
    if not parts or "properties" in schema:
        parts.append(schema)
    return list({id(part): part for part in parts}.values())


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


def of_literal(value: Any) -> ValueType:
    """The type of a literal."""
    kind = _LITERALS.get(type(value))
    return ScalarType(kind) if kind else ANYTHING


_LITERALS: Mapping[type, Kind] = {
    bool: "bool",
    int: "int",
    float: "double",
    str: "text",
    type(None): "null",
}


def common(types: list[ValueType]) -> ValueType:
    """The type of a value that has one of these; of those that are only null, and unlike ones, nothing."""
    known = [each for each in types if each.kinds != {"null"}]
    if not known or any(each.kinds != known[0].kinds for each in known):
        return ANYTHING
    return known[0] if len(known) == 1 or known[0].kinds.isdisjoint({"list", "map"}) else _joined(known)


def _joined(types: list[ValueType]) -> ValueType:
    if all(each.kinds == {"list"} for each in types):
        return ListType(common([each.item() for each in types]))
    if any(each.fields() != types[0].fields() for each in types):
        return ANYTHING
    return types[0]


def in_words(value_type: ValueType) -> str:
    """The kinds as a message has them: `an int or null`."""
    named = " or ".join(sorted(value_type.kinds, key=lambda kind: (kind == "null", kind)))
    return with_article(named) if named else "unknown"


def with_article(kind: str) -> str:
    """`an int`, `a list`, but `null`."""
    return f"an {kind}" if kind.startswith("int") else kind if kind.startswith("null") else f"a {kind}"
