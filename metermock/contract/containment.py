"""Whether every value of one schema is a value of another, as far as their keywords prove it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from metermock.contract.composing import together
from metermock.contract.json_types import types_of
from metermock.contract.references import ANNOTATIONS
from metermock.contract.schemas import Schemas

_SILENT = (
    ANNOTATIONS
    | {"readOnly", "writeOnly", "externalDocs", "xml", "discriminator", "$comment", "$ref", "allOf"}
    | {"contentMediaType", "contentEncoding", "contentSchema"}
)
"""Keywords that no value breaks, and those that are looked at part by part."""
_FORMATS = frozenset(
    {"date", "date-time", "time", "duration", "email", "idn-email", "hostname", "idn-hostname", "ipv4"}
    | {"ipv6", "uri", "uri-reference", "iri", "iri-reference", "uuid", "uri-template", "json-pointer"}
    | {"relative-json-pointer", "regex", "iana-timezone"}
)
"""Formats that a value can break; any other is a word about it."""
_LOWEST = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"})
_HIGHEST = frozenset({"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"})
_OF_TYPES: Mapping[str, frozenset[str]] = {
    "object": frozenset(
        {"properties", "required", "additionalProperties", "minProperties", "maxProperties"}
        | {"patternProperties", "propertyNames", "dependentRequired", "dependentSchemas"}
    ),
    "array": frozenset({"items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains"}),
    "string": frozenset({"pattern", "format", "minLength", "maxLength"}),
    "number": frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}),
}
_TYPE_OF = {
    name: frozenset({kind, "integer"} if kind == "number" else {kind})
    for kind, names in _OF_TYPES.items()
    for name in names
}
"""The types that a keyword speaks of: values of others keep it."""
_UNCOMPARED = frozenset({"unevaluatedProperties", "unevaluatedItems"})
"""What these take depends on all that stands beside them."""
_NAMING = ("type", "enum", "const")
_DEEPEST = 30
"""Levels of fields and items that are compared."""
_NOTHING: Any = object()
_Rule = Callable[[Mapping[str, Any], Mapping[str, Any], str], bool]


class Containment:
    """Compares schemas of one document. What it does not know how to compare is not proven."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._proven: dict[tuple[int, int], bool] = {}
        self._depth = 0
        self._asked: list[tuple[Any, Any]] = []
        """What was compared, so that no other schema gets its id."""
        self._rules: Mapping[str, _Rule] = {
            "enum": _is_named,
            "const": _is_named,
            "required": lambda whole, part, _: {*part["required"]} <= {*whole.get("required", ())},
            "properties": self._has_fields,
            "additionalProperties": self._has_no_others,
            "items": self._has_items,
            "format": _has_format,
        }

    def within(self, inner: Any, outer: Any) -> bool:
        """Whether it is proven that each value of a schema is one of the other."""
        if inner is outer or inner is False or outer is True or outer == {}:
            return True
        if not isinstance(outer, dict) or not isinstance(inner, dict) or self._depth > _DEEPEST:
            return False
        key = id(inner), id(outer)
        if key not in self._proven:
            self._asked.append((inner, outer))
            known = len(self._proven)
            # A value ends somewhere: what is asked again further inside holds there for the same reasons.
            self._proven[key] = True
            self._depth += 1
            is_proven = self._proves(inner, outer)
            self._depth -= 1
            if not is_proven:
                # What was proven meanwhile may rest on it.
                for each in [*self._proven][known:]:
                    del self._proven[each]
            self._proven[key] = is_proven
        return self._proven[key]

    def _proves(self, inner: Mapping[str, Any], outer: Mapping[str, Any]) -> bool:
        parts = self._schemas.conjuncts(inner)
        whole, types = together(self._schemas, inner), types_of(self._schemas, inner)
        return all(
            any(part is each for each in parts) or self._keeps(whole, types, part)
            for part in self._schemas.conjuncts(outer)
        )

    def _keeps(self, whole: Mapping[str, Any], types: frozenset[str], part: Mapping[str, Any]) -> bool:
        """Whether a schema, put together, with its types, keeps each keyword of another's part."""
        if not types <= types_of(self._schemas, {name: part[name] for name in _NAMING if name in part}):
            return False
        if any(each is False for each in part.get("allOf", ())):
            return False
        told = [name for name in part if name != "type" and name not in _SILENT and name[:2] != "x-"]
        spoken = [name for name in told if name not in _TYPE_OF or types & _TYPE_OF[name]]
        return all(self._rules.get(name, _is_no_looser)(whole, part, name) for name in spoken)

    def _has_fields(self, whole: Mapping[str, Any], part: Mapping[str, Any], _name: str) -> bool:
        return all(self.within(_field(whole, name), schema) for name, schema in part["properties"].items())

    def _has_items(self, whole: Mapping[str, Any], part: Mapping[str, Any], _name: str) -> bool:
        is_alike = whole.get("prefixItems") == part.get("prefixItems")
        return is_alike and self.within(whole.get("items", True), part["items"])

    def _has_no_others(self, whole: Mapping[str, Any], part: Mapping[str, Any], _name: str) -> bool:
        """Whether fields that a part does not name keep what it says of such fields."""
        others, named = part["additionalProperties"], part.get("properties", {})
        beyond = [schema for each, schema in whole.get("properties", {}).items() if each not in named]
        is_plain = not part.get("patternProperties") or others in (True, {})
        return is_plain and all(self.within(each, others) for each in (*beyond, _field(whole, "")))


def _field(whole: Mapping[str, Any], name: str) -> Any:
    """What a schema says of a field of a name; of an empty one, of those that it does not name."""
    if name in whole.get("properties", {}):
        return whole["properties"][name]
    return True if whole.get("patternProperties") else whole.get("additionalProperties", True)


def _is_no_looser(whole: Mapping[str, Any], part: Mapping[str, Any], name: str) -> bool:
    """Whether a keyword of a schema is that of another one, or a bound within it."""
    own, value = whole.get(name, _NOTHING), part[name]
    if own is _NOTHING or name in _UNCOMPARED:
        return False
    if name in _LOWEST:
        return bool(own >= value)
    return bool(own <= value) if name in _HIGHEST else own == value and _text(own) == _text(value)


def _has_format(whole: Mapping[str, Any], part: Mapping[str, Any], name: str) -> bool:
    return part[name] not in _FORMATS or _is_no_looser(whole, part, name)


def _is_named(whole: Mapping[str, Any], part: Mapping[str, Any], name: str) -> bool:
    named = _named(whole)
    values = part[name] if name == "enum" else [part[name]]
    return bool(named) and {*map(_text, named)} <= {*map(_text, values)}


def _text(value: Any) -> str:
    """A text that equal values have, and no others: Python takes true for 1."""
    return json.dumps(value, sort_keys=True, default=str)


def _named(whole: Mapping[str, Any]) -> Sequence[Any]:
    """The only values of a schema, where it names them."""
    if "const" in whole:
        return [whole["const"]]
    named = whole.get("enum")
    return named if isinstance(named, list) else ()
