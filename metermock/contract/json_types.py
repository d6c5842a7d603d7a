"""What a schema says about the types of a value, and the reading of texts as values of these types."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeGuard

from metermock.contract.python_patterns import for_python
from metermock.contract.schemas import Compiled, Schemas
from metermock.contract.styles import Form
from metermock.json_reader import no_number

ABSENT = object()
ALL = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})
ADDED_NULL = "x-added-null"
"""Says in an upgraded schema that it takes null only since `nullable` is taken to mean that.

An enum without null and parts without it refuse null by the letter of 3.0, and so do most validators.
"""
LONGEST_NUMBER = 400
"""Characters; longer texts are not even converted."""
_INTEGER = re.compile(r"-?[0-9]+")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_BOOLEANS = {"true": True, "false": False}
_RANGES = {"int32": 2**31, "int64": 2**63}
_CHOICES = ("anyOf", "oneOf")
_FORMS: tuple[tuple[Form, str], ...] = (("list", "array"), ("map", "object"))
_PRIMITIVES = frozenset({"boolean", "integer", "number", "string"})
_REST = ("additionalProperties", "unevaluatedProperties")

MOST_VARIANTS = 64
"""Ways to choose of which parts a schema is made; more are not told apart."""


@dataclass(frozen=True, slots=True)
class Given:
    """A value among raw ones that need not be read: a part of a form that is JSON, or a file's bytes.

    `value` is what its schema judges; a reader takes it as it is.
    """

    value: Any


def types_of(schemas: Schemas, schema: Any) -> frozenset[str]:
    """The JSON types that a schema lets pass, told by `type`, `enum`, `const` and what it is composed of.

    A number may be an integer, so `number` comes with `integer`.
    """
    return _types(schemas, schema, {})


def _types(schemas: Schemas, schema: Any, known: dict[int, frozenset[str]]) -> frozenset[str]:
    if not isinstance(schema, dict):
        return ALL if schema is not False else frozenset()
    if id(schema) not in known:
        # A schema that leads to itself says nothing about itself.
        known[id(schema)] = ALL
        known[id(schema)] = _types_once(schemas, schema, known)
    return known[id(schema)]


def _types_once(
    schemas: Schemas, schema: Mapping[str, Any], known: dict[int, frozenset[str]]
) -> frozenset[str]:
    found = ALL
    named = schema.get("type")
    if named is not None:
        found &= _with_integers([named] if isinstance(named, str) else named)
    if "const" in schema:
        found &= {_type(schema["const"])}
    elif isinstance(schema.get("enum"), list):
        found &= {_type(value) for value in schema["enum"]}
    reference = schema.get("$ref")
    if isinstance(reference, str):
        found &= _types(schemas, schemas.at(reference), known)
    for part in schema.get("allOf", ()):
        found &= _types(schemas, part, known)
    for name in _CHOICES:
        if schema.get(name):
            found &= frozenset().union(*(_types(schemas, part, known) for part in schema[name]))
    return found


def _with_integers(names: list[str]) -> frozenset[str]:
    return frozenset({*names, "integer"} if "number" in names else names)


def _type(value: Any) -> str:
    if value is None:
        return "null"
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    kind = kinds.get(type(value), "string")
    return "integer" if kind == "number" and value.is_integer() else kind


def alternatives(schemas: Schemas, schema: Any) -> list[dict[str, Any]]:
    """A schema and the schemas that describe the same value with it, references followed, each once."""
    return schemas.alternatives(schema)


def variants(schemas: Schemas, schema: Any, seen: tuple[str, ...] = ()) -> list[tuple[dict[str, Any], ...]]:
    """Each way to choose among `anyOf` and `oneOf`: the schemas without choices that then hold together."""
    if not isinstance(schema, dict):
        return [()]
    own = {name: value for name, value in schema.items() if name not in ("$ref", "allOf", *_CHOICES)}
    groups: list[list[tuple[dict[str, Any], ...]]] = []
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference not in seen:
        groups.append(variants(schemas, schemas.at(reference), (*seen, reference)))
    groups += [variants(schemas, part, seen) for part in schema.get("allOf", ())]
    groups += [
        [each for part in schema[name] for each in variants(schemas, part, seen)]
        for name in _CHOICES
        if schema.get(name)
    ]
    found: list[tuple[dict[str, Any], ...]] = [(own,) if own else ()]
    for group in groups:
        found = [before + after for before in found for after in group][:MOST_VARIANTS]
    return found


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
        self._limit = self._highest() if "integer" in self.types else None

    @property
    def schemas(self) -> Schemas:
        """The schemas of its document."""
        return self._schemas

    @property
    def alternatives(self) -> list[dict[str, Any]]:
        """Its schema and the schemas that describe the same value with it."""
        return self._parts

    @property
    def forms(self) -> frozenset[Form]:
        """The forms that its values may have on the wire: a `text`, a `list`, a `map`."""
        if self.is_untyped:
            if any("properties" in part for part in self._parts):
                return frozenset({"map"})
            is_list = any("items" in part or "prefixItems" in part for part in self._parts)
            return frozenset({"list" if is_list else "text"})
        found: set[Form] = {form for form, kind in _FORMS if kind in self.types}
        return frozenset({*found, "text"} if self.types & _PRIMITIVES else found)

    @property
    def form(self) -> Form:
        """The form that says most: a `list` before a `map` before a `text`."""
        return next((form for form, _ in _FORMS if form in self.forms), "text")

    @cached_property
    def members(self) -> dict[str, Any]:
        """The schemas of an object's fields, by name."""
        found: dict[str, Any] = {}
        for part in self._parts:
            found.update(part.get("properties", {}))
        return found

    @property
    def is_open(self) -> bool:
        """Whether an object may have fields under names of its own."""
        return "object" in self.types and any(
            all(part.get(name) is not False for part in parts for name in _REST)
            for parts in variants(self._schemas, self._schema)
            # A number beside a closed object opens nothing.
            if all("object" in types_of(self._schemas, part) for part in parts)
        )

    def read(self, raw: Any) -> Any:
        """The value that raw texts stand for; ABSENT where no reading has one of the types."""
        found = [value for value in self._readings(raw) if value is not ABSENT]
        if len(found) > 1:
            found = [value for value in found if self.accepts(value)] or found
        return found[0] if found else ABSENT

    def first_of(self, raws: Iterable[Any]) -> Any:
        """The first value of raw ones that the schema accepts, else the first; ABSENT where there is none."""
        found = [value for value in map(self.read, raws) if value is not ABSENT]
        if len(found) > 1:
            found = [value for value in found if self.accepts(value)] or found
        return found[0] if found else ABSENT

    def unread(self, raw: Any) -> Iterator[tuple[tuple[str | int, ...], frozenset[str], str]]:
        """The texts inside a raw value that cannot be read: where, which types they may have, and what."""
        if isinstance(raw, str | Given) or not self._takes(raw):
            if self.read(raw) is ABSENT:
                yield (), self.types - {"null"}, _shown(raw)
            return
        pairs: Iterable[tuple[str | int, Any]] = raw.items() if isinstance(raw, dict) else enumerate(raw)
        for token, part in pairs:
            reader = self.item(token) if isinstance(token, int) else self.field(token)
            for path, types, text in reader.unread(part):
                yield (token, *path), types, text

    def _takes(self, raw: Any) -> bool:
        return ("object" if isinstance(raw, dict) else "array") in self.types

    def _readings(self, raw: Any) -> Iterator[Any]:
        """Every value that raw texts may stand for, the likeliest first, some of them ABSENT."""
        if isinstance(raw, Given):
            yield raw.value
        elif isinstance(raw, str):
            yield from self._texts(raw)
            if "array" in self.types and not self.is_untyped:
                yield from self._lists([raw])
            # Nobody writes null in a request but to say that there is nothing.
            if raw == "null" and "null" in self.types and not self.is_untyped:
                yield None
        elif isinstance(raw, dict):
            yield from self._maps(raw)
            if self._is_numbered(raw):
                yield from self._lists([raw[key] for key in sorted(raw, key=int)])
        else:
            # One value of a list that may also be a text has both readings; of several the last counts.
            is_one = len(raw) == 1 and isinstance(raw[0], str)
            if is_one and not self.is_untyped:
                yield from self._texts(raw[0])
            yield from self._lists(raw)
            if not is_one and raw and isinstance(raw[-1], str) and not self.is_untyped:
                yield from self._texts(raw[-1])

    def _is_numbered(self, raw: dict[str, Any]) -> bool:
        return "array" in self.types and all(key.isdecimal() and key.isascii() for key in raw)

    def _lists(self, raw: list[Any]) -> Iterator[Any]:
        if "array" not in self.types:
            return
        for reader in self._variants:
            items = [reader.item(index).read(each) for index, each in enumerate(raw)]
            yield ABSENT if any(item is ABSENT for item in items) else items

    def _maps(self, raw: dict[str, Any]) -> Iterator[Any]:
        if "object" not in self.types:
            return
        for reader in self._variants:
            fields = {name: reader.field(name).read(each) for name, each in raw.items()}
            yield ABSENT if any(each is ABSENT for each in fields.values()) else fields

    @cached_property
    def _variants(self) -> list[ValueReader]:
        """A reader for each way to choose of what the schema is composed; itself where there is no choice."""
        found = variants(self._schemas, self._schema)
        if len(found) == 1:
            return [self]
        made = [ValueReader(self._schemas, {"allOf": list(parts)}, self._compiled) for parts in found]
        return [*made, self]

    def _texts(self, text: str) -> Iterator[Any]:
        if self.is_untyped:
            yield str(text)
            return
        if "boolean" in self.types and text in _BOOLEANS:
            yield _BOOLEANS[text]
        if "integer" in self.types:
            number = number_of(text, whole="number" not in self.types)
            if number is not ABSENT and self._fits(number):
                yield number
        if "string" in self.types:
            yield str(text)

    def _highest(self) -> int | None:
        """The bound that the formats of integers set; None where one of the alternatives has none."""
        if not any(part.get("format") in _RANGES for part in self._parts):
            return None
        bounds = [
            min((_RANGES[part["format"]] for part in parts if part.get("format") in _RANGES), default=None)
            for parts in variants(self._schemas, self._schema)
            if "integer" in types_of(self._schemas, {"allOf": list(parts)})
        ]
        known = [bound for bound in bounds if bound is not None]
        return max(known) if known and len(known) == len(bounds) else None

    def _fits(self, number: float) -> bool:
        return self._limit is None or -self._limit <= number < self._limit

    def accepts(self, value: Any) -> bool:
        """Whether the compiled schema accepts a value."""
        return value is not ABSENT and self._compiled(self._schema).is_valid(value)

    def item(self, index: int) -> ValueReader:
        """What reads the item of a list at an index."""
        return self._first_items[index] if index < len(self._first_items) else self._items

    @cached_property
    def _first_items(self) -> list[ValueReader]:
        schemas: list[Any] = next((part["prefixItems"] for part in self._parts if "prefixItems" in part), [])
        return [self._of([each]) for each in schemas]

    @cached_property
    def _items(self) -> ValueReader:
        return self._of([part["items"] for part in self._parts if "items" in part])

    def field(self, name: str) -> ValueReader:
        """What reads the field of an object."""
        if name not in self._fields:
            return self._matching(name)
        return self._fields[name]

    @cached_property
    def _fields(self) -> dict[str, ValueReader]:
        return {
            name: self._of([part["properties"][name] for part in self._parts if name in _properties(part)])
            for name in self.members
        }

    def _matching(self, name: str) -> ValueReader:
        """What reads a field that `properties` does not name."""
        for pattern, reader in self._patterns:
            if pattern.search(name):
                return reader
        return self._others

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], ValueReader]]:
        found = []
        for part in self._parts:
            for pattern, schema in part.get("patternProperties", {}).items():
                # The dialects differ in little; where they do, the schema itself still decides.
                with suppress(re.error):
                    found.append((re.compile(for_python(pattern)), self._of([schema])))
        return found

    @cached_property
    def _others(self) -> ValueReader:
        schemas = [part["additionalProperties"] for part in self._parts if "additionalProperties" in part]
        # A field that is not allowed is read too, so that it is told as such.
        return self._of([each for each in schemas if each is not False])

    def _of(self, schemas: list[Any]) -> ValueReader:
        """A reader of what several schemas describe together; where they are alternatives too, of each."""
        if len(schemas) == 1:
            return ValueReader(self._schemas, schemas[0], self._compiled)
        if not schemas:
            return ValueReader(self._schemas, {}, self._compiled)
        name = "allOf" if len(variants(self._schemas, self._schema)) == 1 else "anyOf"
        return ValueReader(self._schemas, {name: schemas}, self._compiled)


def _properties(part: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = part.get("properties", {})
    return found


def _shown(raw: Any) -> str:
    return raw if isinstance(raw, str) else str(raw)


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


def is_number(value: Any) -> TypeGuard[float]:
    """Whether a JSON value is a number: in Python true and false are integers too."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def json_value(raw: Any) -> Any:
    """The value of a JSON text; ABSENT for what is none, NaN and Infinity too."""
    try:
        return json.loads(raw, parse_constant=no_number, parse_float=_finite)
    except (ValueError, RecursionError):
        return ABSENT


def _finite(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else no_number(text)
