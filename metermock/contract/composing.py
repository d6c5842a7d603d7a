"""One schema of all the keywords that describe a value together."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from metermock.contract.python_patterns import for_python
from metermock.contract.references import CHOICES, References

_GREATEST = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"})
_LEAST = frozenset({"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"})


def together(schemas: References, schema: Any) -> dict[str, Any]:
    """One schema of all keywords that hold together: the schema's, its reference's, those of `allOf`."""
    found: dict[str, Any] = {}
    parts = schemas.conjuncts(schema)
    for part in parts:
        own = {name: value for name, value in part.items() if name not in ("allOf", "$ref")}
        if _is_among_choices(schemas, part, parts):
            own = {name: value for name, value in own.items() if name not in CHOICES}
        _join(found, own)
    return found


def _is_among_choices(schemas: References, part: Mapping[str, Any], others: list[dict[str, Any]]) -> bool:
    """Whether a type that lists its kinds holds together with one of them, which is the choice then."""
    if len(others) == 1 or not any(name in part for name in CHOICES):
        return False
    kinds = [each for name in CHOICES for each in part.get(name, ())]
    wanted = {id(each) for each in others if each is not part}
    return any(id(each) in wanted for kind in kinds for each in schemas.parts(kind))


def _join(found: dict[str, Any], part: Mapping[str, Any]) -> None:
    for name, value in part.items():
        if name not in found:
            found[name] = value
        elif name in _GREATEST:
            found[name] = max(found[name], value)
        elif name in _LEAST:
            found[name] = min(found[name], value)
        elif name == "properties" and isinstance(value, dict):
            found[name] = {**found[name], **{each: _both(found[name], each, value[each]) for each in value}}
        elif name == "required":
            found[name] = list(dict.fromkeys([*found[name], *value]))
        elif name == "enum":
            found[name] = [each for each in found[name] if each in value]
        elif name == "type":
            found[name] = _types(found[name], value)
        elif name == "items":
            found[name] = {"allOf": [found[name], value]}


def _both(fields: Mapping[str, Any], name: str, schema: Any) -> Any:
    """A field that two schemas describe, as each of them does."""
    if name not in fields or fields[name] == schema or fields[name] is True:
        return schema
    return fields[name] if schema is True else {"allOf": [fields[name], schema]}


def _types(one: Any, other: Any) -> Any:
    """The types that two schemas both allow; an integer is a number."""
    first, second = ([each] if isinstance(each, str) else list(each) for each in (one, other))
    both = [each for each in first if each in second]
    if "integer" in (*first, *second) and "number" in (*first, *second) and "integer" not in both:
        both = ["integer", *(each for each in both if each != "number")]
    return both[0] if len(both) == 1 else both


def schema_of_name(name: str, other: Any, patterns: Mapping[str, Any]) -> Any:
    """The schema of a field that is not among the properties: a pattern's, else that of all others."""
    for pattern, schema in patterns.items():
        try:
            if re.search(for_python(pattern), name):
                return schema
        except re.error:
            continue
    return {} if other is False else other
