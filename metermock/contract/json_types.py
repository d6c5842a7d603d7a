"""What a schema says about the types of a value, and the reading of texts as values of these types."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

import jsonschema_rs

from metermock.contract.schemas import Schemas
from metermock.contract.styles import Form

ABSENT = object()
ALL = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})
LONGEST_NUMBER = 400
"""Characters; longer texts are not even converted."""
_INTEGER = re.compile(r"-?[0-9]+")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_BOOLEANS = {"true": True, "false": False}
_RANGES = {"int32": 2**31, "int64": 2**63}
_CHOICES = ("anyOf", "oneOf")

Compiled = jsonschema_rs.Draft202012Validator


def types_of(schemas: Schemas, schema: Any) -> frozenset[str]:
    """The JSON types that a schema lets pass, told by `type`, `enum`, `const` and what it is composed of.

    A number may be an integer, so `number` comes with `integer`.
    """
    return _types(schemas, schema, ())


def _types(schemas: Schemas, schema: Any, seen: tuple[str, ...]) -> frozenset[str]:
    if not isinstance(schema, dict):
        return ALL if schema is not False else frozenset()
    found = ALL
    named = schema.get("type")
    if named is not None:
        found &= _with_integers([named] if isinstance(named, str) else named)
    if "const" in schema:
        found &= {_type(schema["const"])}
    elif isinstance(schema.get("enum"), list):
        found &= {_type(value) for value in schema["enum"]}
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference not in seen:
        found &= _types(schemas, schemas.at(reference), (*seen, reference))
    for part in schema.get("allOf", ()):
        found &= _types(schemas, part, seen)
    for name in _CHOICES:
        if schema.get(name):
            found &= frozenset().union(*(_types(schemas, part, seen) for part in schema[name]))
    return found


def _with_integers(names: list[str]) -> frozenset[str]:
    return frozenset({*names, "integer"} if "number" in names else names)


def _type(value: Any) -> str:
    if value is None:
        return "null"
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    kind = kinds.get(type(value), "string")
    return "integer" if kind == "number" and value.is_integer() else kind


def alternatives(schemas: Schemas, schema: Any, seen: tuple[str, ...] = ()) -> Iterator[Mapping[str, Any]]:
    """A schema and the schemas that describe the same value with it, references followed."""
    if not isinstance(schema, dict):
        return
    yield schema
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference not in seen:
        yield from alternatives(schemas, schemas.at(reference), (*seen, reference))
    for name in ("allOf", *_CHOICES):
        for part in schema.get(name, ()):
            yield from alternatives(schemas, part, seen)


class ValueReader:
    """Reads raw texts as a value of a schema.

    Of the readings that its types allow it takes the first that the schema accepts. `compiled` compiles a
    schema; it is called only where several readings are possible.
    """

    def __init__(self, schemas: Schemas, schema: Any, compiled: Callable[[Any], Compiled]) -> None:
        self._schemas = schemas
        self._schema = schema
        self._compiled = compiled
        self.types = types_of(schemas, schema)
        self._parts = list(alternatives(schemas, schema))
        self.is_untyped = self.types == ALL
        self._limit = min(
            (_RANGES[part["format"]] for part in self._parts if part.get("format") in _RANGES), default=None
        )

    @property
    def schemas(self) -> Schemas:
        """The schemas of its document."""
        return self._schemas

    @property
    def form(self) -> Form:
        """Whether its value goes over the wire as a `text`, a `list` or a `map`."""
        if self.is_untyped:
            if any("properties" in part for part in self._parts):
                return "map"
            is_list = any("items" in part or "prefixItems" in part for part in self._parts)
            return "list" if is_list else "text"
        if "array" in self.types:
            return "list"
        return "map" if "object" in self.types else "text"

    @cached_property
    def members(self) -> dict[str, Any]:
        """The schemas of an object's fields, by name."""
        found: dict[str, Any] = {}
        for part in self._parts:
            found.update(part.get("properties", {}))
        return found

    @property
    def is_open(self) -> bool:
        """Whether an object may say anything under names of its own."""
        return any(isinstance(part.get("additionalProperties"), dict) for part in self._parts)

    def read(self, raw: Any) -> Any:
        """The value that raw texts stand for; ABSENT where no reading has one of the types."""
        if isinstance(raw, list):
            items = [self._item(index).read(each) for index, each in enumerate(raw)]
            found = ABSENT if any(item is ABSENT for item in items) else items
            # One value of a list that may also be a text has both readings.
            if len(raw) == 1 and "string" in self.types and not self.accepts(found):
                return self._text(raw[0])
            return found
        if isinstance(raw, dict):
            fields = {name: self._fields.get(name, self._others).read(each) for name, each in raw.items()}
            return ABSENT if any(each is ABSENT for each in fields.values()) else fields
        return self._text(raw)

    def unread(self, raw: Any) -> Iterator[tuple[tuple[str | int, ...], frozenset[str], str]]:
        """The texts inside a raw value that cannot be read: where, which types they may have, and what."""
        if isinstance(raw, str):
            if self._text(raw) is ABSENT:
                yield (), self.types - {"null"}, raw
            return
        pairs: Iterable[tuple[str | int, Any]] = raw.items() if isinstance(raw, dict) else enumerate(raw)
        for token, part in pairs:
            reader = self._item(token) if isinstance(token, int) else self._fields.get(token, self._others)
            for path, types, text in reader.unread(part):
                yield (token, *path), types, text

    def _text(self, text: str) -> Any:
        found = list(self._readings(text))
        if len(found) > 1:
            found = [value for value in found if self.accepts(value)] or found
        return found[0] if found else ABSENT

    def _readings(self, text: str) -> Iterator[Any]:
        if self.is_untyped:
            yield text
            return
        if "boolean" in self.types and text in _BOOLEANS:
            yield _BOOLEANS[text]
        if "integer" in self.types:
            number = number_of(text, whole="number" not in self.types)
            if number is not ABSENT and self._fits(number):
                yield number
        if "string" in self.types:
            yield text

    def _fits(self, number: float) -> bool:
        return self._limit is None or -self._limit <= number < self._limit

    def accepts(self, value: Any) -> bool:
        """Whether the compiled schema accepts a value."""
        return value is not ABSENT and bool(self._validator.is_valid(value))

    @cached_property
    def _validator(self) -> Compiled:
        return self._compiled(self._schema)

    def _item(self, index: int) -> ValueReader:
        """What reads the item of a list at an index."""
        return self._first_items[index] if index < len(self._first_items) else self._items

    @cached_property
    def _first_items(self) -> list[ValueReader]:
        schemas: list[Any] = next((part["prefixItems"] for part in self._parts if "prefixItems" in part), [])
        return [ValueReader(self._schemas, each, self._compiled) for each in schemas]

    @cached_property
    def _items(self) -> ValueReader:
        schema: Any = next((part["items"] for part in self._parts if "items" in part), {})
        return ValueReader(self._schemas, schema, self._compiled)

    @cached_property
    def _fields(self) -> dict[str, ValueReader]:
        return {name: ValueReader(self._schemas, each, self._compiled) for name, each in self.members.items()}

    @cached_property
    def _others(self) -> ValueReader:
        schema: Any = next(
            (p["additionalProperties"] for p in self._parts if "additionalProperties" in p), {}
        )
        return ValueReader(self._schemas, schema, self._compiled)


def number_of(text: str, *, whole: bool) -> Any:
    """The number that a text is as JSON writes it; ABSENT for others, and for what no double holds."""
    if len(text) > LONGEST_NUMBER:
        return ABSENT
    if _INTEGER.fullmatch(text):
        return int(text)
    if whole or not _NUMBER.fullmatch(text):
        return ABSENT
    number = float(text)
    return number if math.isfinite(number) else ABSENT
