"""What stands where in an OpenAPI document: the kinds of its objects, in one table, and a walk over them.

Everything that has to look at a whole document goes through this walk: references to other files, the
upgrade from 3.0, schemas that cannot be compiled. What the specification leaves to others is opaque to it:
extensions, examples, defaults and enums may hold anything, `$ref` included.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Pointer = tuple[str | int, ...]
Holds = Literal["one", "list", "map"]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
"""The methods that a path item has a field for; `query` came with 3.2."""


@dataclass(frozen=True, slots=True)
class Field:
    """What a field of an object holds: one object of a kind, a list of them, or a map of them by name."""

    kind: str
    holds: Holds = "one"
    extensible: bool = False
    """Whether names that begin with `x-` are extensions in such a map, and no members."""


_MEDIA = Field("media type", "map")
_PARAMETERS = Field("parameter", "list")
_EXAMPLES = Field("example", "map")
_HEADERS = Field("header", "map")
_CALLBACKS = Field("callback", "map")
_SCHEMA, _SCHEMAS, _SCHEMA_LIST = Field("schema"), Field("schema", "map"), Field("schema", "list")
_DESCRIBED = {"schema": _SCHEMA, "content": _MEDIA, "examples": _EXAMPLES}

FIELDS: Mapping[str, Mapping[str, Field]] = {
    "document": {
        "paths": Field("path item", "map", extensible=True),
        "webhooks": Field("path item", "map"),
        "components": Field("components"),
    },
    "components": {
        "schemas": _SCHEMAS,
        "responses": Field("response", "map"),
        "parameters": Field("parameter", "map"),
        "examples": _EXAMPLES,
        "requestBodies": Field("request body", "map"),
        "headers": _HEADERS,
        "securitySchemes": Field("security scheme", "map"),
        "links": Field("link", "map"),
        "callbacks": _CALLBACKS,
        "pathItems": Field("path item", "map"),
        "mediaTypes": _MEDIA,
    },
    "path item": {
        "parameters": _PARAMETERS,
        "additionalOperations": Field("operation", "map"),
        **dict.fromkeys(METHODS, Field("operation")),
    },
    "operation": {
        "parameters": _PARAMETERS,
        "requestBody": Field("request body"),
        "responses": Field("response", "map", extensible=True),
        "callbacks": _CALLBACKS,
    },
    "parameter": _DESCRIBED,
    "header": _DESCRIBED,
    "request body": {"content": _MEDIA},
    "media type": {
        "schema": _SCHEMA,
        "itemSchema": _SCHEMA,
        "examples": _EXAMPLES,
        "encoding": Field("encoding", "map"),
    },
    "encoding": {"headers": _HEADERS},
    "response": {"headers": _HEADERS, "content": _MEDIA, "links": Field("link", "map")},
    "schema": {
        **dict.fromkeys(
            ("properties", "patternProperties", "dependentSchemas", "$defs", "definitions"), _SCHEMAS
        ),
        **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), _SCHEMA_LIST),
        **dict.fromkeys(
            (
                "items",
                "additionalProperties",
                "unevaluatedProperties",
                "unevaluatedItems",
                "contains",
                "propertyNames",
                "not",
                "if",
                "then",
                "else",
                "contentSchema",
            ),
            _SCHEMA,
        ),
    },
}
"""By kind and field. A callback is a map of path items itself; kinds that are missing have no parts."""

_MAPS = frozenset(
    name for fields in FIELDS.values() for name, field in fields.items() if field.holds == "map"
)
_CALLBACK = Field("path item", "map", extensible=True)


@dataclass(frozen=True, slots=True)
class Part:
    """An object of a document: its kind, where it stands, and itself.

    `value` is not always what the kind wants: whoever needs a map has to ask. It is a reference where
    `reference` says so.
    """

    kind: str
    pointer: Pointer
    value: Any

    @property
    def reference(self) -> str | None:
        """What its `$ref` names; None without one.

        A schema may have keywords beside it, and a path item fields; no other object may.
        """
        found = self.value.get("$ref") if isinstance(self.value, dict) else None
        return found if isinstance(found, str) else None


def parts(value: Any, kind: str = "document", pointer: Pointer = ()) -> Iterator[Part]:
    """An object of a kind and every object inside it, outermost first; references are not followed.

    What is no list or map where one must be has no parts.
    """
    part = Part(kind, pointer, value)
    yield part
    if not isinstance(value, dict):
        return
    if part.reference is not None and kind not in ("schema", "path item"):
        return
    if kind == "callback":
        yield from _members(value, _CALLBACK, pointer)
        return
    for name, field in FIELDS.get(kind, {}).items():
        if name in value:
            yield from _members(value[name], field, (*pointer, name))


def _members(value: Any, field: Field, pointer: Pointer) -> Iterator[Part]:
    if field.holds == "one":
        yield from parts(value, field.kind, pointer)
    elif field.holds == "list" and isinstance(value, list):
        for index, each in enumerate(value):
            yield from parts(each, field.kind, (*pointer, index))
    elif field.holds == "map" and isinstance(value, dict):
        for name, each in value.items():
            if not (field.extensible and name.startswith("x-")):
                yield from parts(each, field.kind, (*pointer, name))


def _called(part: Part) -> str:
    """The kind of a part, with its name where it stands in a map; a method is told elsewhere."""
    is_in_map = len(part.pointer) > 1 and part.pointer[-2] in _MAPS and isinstance(part.pointer[-1], str)
    return f"{part.kind} {part.pointer[-1]}" if is_in_map and part.kind != "operation" else part.kind


def misfits(part: Part) -> Iterator[tuple[Pointer, str]]:
    """What of a part is no object, list or map where it must be one: where, and what it must be."""
    if not isinstance(part.value, dict):
        if part.kind != "schema" or not isinstance(part.value, bool):
            yield part.pointer, f"the {_called(part)} is not an object"
        return
    if part.reference is not None and part.kind != "path item":
        return
    if part.kind != "schema" and not isinstance(part.value.get("$ref"), str | None):
        yield (*part.pointer, "$ref"), "$ref is not text"
    for name, field in FIELDS.get(part.kind, {}).items() if part.kind != "schema" else ():
        value = part.value.get(name)
        if field.holds == "list" and not isinstance(value, list | None):
            yield (*part.pointer, name), f"{name} is not a list"
        if field.holds == "map" and not isinstance(value, dict | None):
            yield (*part.pointer, name), f"{name} is not a map"
