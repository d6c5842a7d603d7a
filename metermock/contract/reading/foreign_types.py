"""Types of schemas by the names that they have elsewhere: in programs, in OpenAPI 2, or as formats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
_OF_PROGRAMS: Mapping[str, str] = {
    "bool": "boolean",
    "dict": "object",
    "double": "number",
    "decimal": "number",
    "float": "number",
    "int": "integer",
    "int32": "integer",
    "int64": "integer",
    "list": "array",
    "long": "integer",
    "map": "object",
    "str": "string",
    "text": "string",
}
_FORMATS: Mapping[str, str] = {
    "binary": "binary",
    "date": "date",
    "date-time": "date-time",
    "datetime": "date-time",
    "email": "email",
    "file": "binary",
    "uri": "uri",
    "uuid": "uuid",
}
"""Types of texts that are formats, and the `file` of OpenAPI 2."""
_ANY = "any"
_OF_SCHEMAS = frozenset(
    {
        *("additionalProperties", "allOf", "anyOf", "const", "default", "enum", "exclusiveMaximum"),
        *("exclusiveMinimum", "format", "items", "multipleOf", "nullable", "oneOf", "pattern", "properties"),
        *("type", "uniqueItems"),
    }
) | {start + end for start in ("min", "max") for end in ("Items", "Length", "Properties", "imum")}
"""What a parameter without a schema says of its values itself. `required` is of the parameter."""
_SEPARATED: Mapping[str, Mapping[str, Any]] = {
    "csv": {"explode": False},
    "ssv": {"style": "spaceDelimited", "explode": False},
    "pipes": {"style": "pipeDelimited", "explode": False},
    "multi": {"explode": True},
}
"""How OpenAPI 2 calls the ways to write a list."""


def read_foreign(schema: dict[str, Any]) -> Iterator[str]:
    """Read a type by its name elsewhere, and tell what it is read as; another type stays as it is."""
    kind = schema.get("type")
    if not isinstance(kind, str) or kind in _TYPES:
        return
    name = kind.lower()
    if name == _ANY:
        del schema["type"]
        yield f"{kind!r} is not a type; it is read as any value"
    elif name in _FORMATS:
        schema["type"] = "string"
        schema.setdefault("format", _FORMATS[name])
        yield f"{kind!r} is not a type; it is read as a string of the format {schema['format']!r}"
    else:
        known = name if name in _TYPES else _OF_PROGRAMS.get(name)
        if known is not None:
            schema["type"] = known
            yield f"{kind!r} is not a type; it is read as {known!r}"


def read_old_form(described: dict[str, Any]) -> str | None:
    """Read a parameter or header that has its type itself, as in OpenAPI 2; return what is told of it."""
    if "type" not in described or "schema" in described or "content" in described:
        # What was half rewritten keeps its way to write a list.
        separated = _SEPARATED.get(str(described.get("collectionFormat")), {})
        if described.get("in") == "query" and "style" not in described and "explode" not in described:
            described |= separated
        return None
    described["schema"] = {name: described.pop(name) for name in _OF_SCHEMAS & described.keys()}
    if described["schema"]["type"] == "array" and described.get("in") in (None, "query"):
        separated = _SEPARATED.get(str(described.pop("collectionFormat", "csv")), {})
        described |= {name: value for name, value in separated.items() if name not in described}
    return "type stands beside the name, as in OpenAPI 2; it is read as that of a schema"
