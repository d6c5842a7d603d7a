"""Which fields a schema documents, so that the others can be told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import jsonschema_rs

from metermock.contract.discriminators import Discriminators
from metermock.contract.families import Families, is_base
from metermock.contract.patterns import usable
from metermock.contract.references import CHOICES, References, Schema, or_null

_FIELDS = ("properties", "additionalProperties", "patternProperties")
_OPENING = ("additionalProperties", "unevaluatedProperties", "patternProperties", "propertyNames")
_NARROWING = ("required", "not", "if", "dependentRequired", "minProperties", "maxProperties")
_OF_FIELDS = frozenset(
    {"properties", "patternProperties", "$ref", "allOf", *CHOICES, "then", "else", "dependentSchemas"}
)
_PLAIN = frozenset({"string", "integer", "number", "boolean", "null"})


class Closing:
    """What the schemas of one document say about the fields of a value."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._families = Families(references)
        self.discriminators = Discriminators(references, self._families)
        self._unsent: dict[tuple[int, str], frozenset[str]] = {}
        self._is_never_sent: dict[tuple[int, str], bool] = {}
        self._instead: dict[tuple[int, str], Schema] = {}

    def instead(self, schema: Schema, reference: str) -> Schema:
        """A schema with another reference; the same one each time, since schemas are known by their ids."""
        if schema["$ref"] == reference:
            return schema
        return self._instead.setdefault((id(schema), reference), {**schema, "$ref": reference})

    def children(self, base: Schema) -> list[str]:
        """References to the types that extend a base type."""
        return self._families.children(base)

    def documents_fields(self, schema: Schema) -> bool:
        """Whether a schema, or one that describes the same value with it, names fields of an object."""
        return any(part.get("properties") for part in self._references.parts(schema))

    def certainly_documents_fields(self, schema: Schema) -> bool:
        """The same without choices and conditions."""
        return any("properties" in part for part in self._references.conjuncts(schema))

    def shares_fields(self, schema: Schema) -> bool:
        """Whether two schemas that describe the same value describe the inside of the same field."""
        seen: set[str] = set()
        for part in self._references.parts(schema):
            names = {name for name, each in _map(part, "properties").items() if not _is_plain(each)}
            if names & seen:
                return True
            seen |= names
        return False

    def is_free(self, schema: Schema, *, beside: bool) -> bool:
        """Whether one of several choices takes an object whatever its fields are called.

        Where fields are named `beside` the choices, a choice such as `{required: [a]}` only narrows them.
        """
        taken = ("properties", *_OPENING, *(_NARROWING if beside else ()))
        if any(name in part for part in self._references.parts(schema) for name in taken):
            return False
        return all(_takes_objects(part) for part in self._references.conjuncts(schema))

    def is_closed_by_document(self, schema: Schema) -> bool:
        """Whether a schema says itself which other fields there may be."""
        if "additionalProperties" in schema or "unevaluatedProperties" in schema:
            return True
        return any("propertyNames" in part for part in self._references.parts(schema))

    def named_elsewhere(self, schema: Schema) -> set[str]:
        """Fields that a schema names, but by other keywords than `properties`."""
        parts = self._references.parts(schema)
        # The parts of an `anyOf` describe a value together, so a field of one that fails is documented.
        together = [each for part in parts for each in part.get("anyOf", ())]
        parts_of_any = [each for part in together for each in self._references.parts(part)]
        described = {name for part in parts for name in _map(part, "properties")}
        named: set[str] = set()
        asked: set[str] = set()
        for part in parts:
            named.update(_names(part.get("required")), _named_by_dependence(part))
            discriminator = part.get("discriminator")
            if isinstance(discriminator, dict):
                named.update(_names([discriminator.get("propertyName")]))
            for keyword in ("if", "not"):
                # Where the condition fails, nobody else may have described the field that it asks for.
                for each in self._references.parts(part.get(keyword)):
                    asked.update(_map(each, "properties"))
        for part in parts_of_any:
            asked.update(_map(part, "properties"))
        return (named - described) | asked

    def of_family(self, schema: Schema) -> set[str]:
        """The fields of all types that extend a base type which a schema is made of."""
        found: set[str] = set()
        for base in (part for part in self._references.parts(schema) if is_base(part)):
            for reference in self.children(base):
                for part in self._references.parts(self._references.at(reference)):
                    found.update(_map(part, "properties"))
        return found

    # Fields that one direction does not send -------------------------------------------------------------

    def unsent(self, schema: Schema, keyword: str) -> frozenset[str]:
        """The fields of a value that are `writeOnly`, or `readOnly`, whichever part of the schema says so."""
        schema = self._named(schema)
        if not isinstance(schema, dict) or _OF_FIELDS.isdisjoint(schema):
            return frozenset()
        known = self._unsent.get((id(schema), keyword))
        if known is None:
            known = frozenset(self._find_unsent(schema, keyword))
            self._unsent[id(schema), keyword] = known
        return known

    def unsent_of(self, parts: Iterable[Schema], keyword: str) -> list[str]:
        """The fields that one of these schemas names itself, and that certainly are of that kind."""
        fields = [(name, each) for part in parts for name, each in _map(part, "properties").items()]
        return sorted({name for name, each in fields if self._says(each, keyword)})

    def _says(self, field: Schema, keyword: str) -> bool:
        parts = self._references.conjuncts(field)
        for part in filter(or_null, parts):
            parts = [*parts, *self._references.conjuncts(part["anyOf"][0])]
        return any(part.get(keyword) is True for part in parts)

    def _find_unsent(self, schema: Schema, keyword: str) -> Iterator[str]:
        parts = self._references.parts(schema)
        for part in parts:
            for name, each in _map(part, "properties").items():
                if self._is_unsent(each, keyword):
                    yield name
            for pattern, each in _map(part, "patternProperties").items():
                if self._is_unsent(each, keyword):
                    matcher = jsonschema_rs.Draft202012Validator({"pattern": usable(pattern) or ""})
                    yield from (name for name in _demanded(parts) if matcher.is_valid(name))

    def _is_unsent(self, field: Schema, keyword: str) -> bool:
        field = self._named(field)
        known = self._is_never_sent.get((id(field), keyword))
        if known is None:
            known = any(part.get(keyword) is True for part in self._references.parts(field))
            self._is_never_sent[id(field), keyword] = known
        return known

    def _named(self, schema: Schema) -> Schema:
        """What a schema stands for that is a reference and nothing else."""
        is_reference = isinstance(schema, dict) and schema.keys() == {"$ref"}
        return self._references.at(schema["$ref"]) if is_reference else schema

    def demanded(self, schema: Schema) -> frozenset[str]:
        """The fields that a schema, or one that describes the same value with it, demands."""
        return frozenset(_demanded(self._references.parts(schema)))


def is_composed(schema: Schema) -> bool:
    """Whether several schemas describe the value together, so that none may close it alone."""
    if "$ref" in schema:
        return len(schema) > 1
    if any(name in schema for name in ("if", "dependentSchemas")):
        return True
    fields = any(name in schema for name in _FIELDS)
    choices = any(name in schema for name in CHOICES)
    if len(schema.get("allOf", ())) > 1 or ("allOf" in schema and (fields or choices)):
        return True
    # Null has no fields, so that one schema or null is that schema alone.
    several = [part for part in schema.get("anyOf", ()) if part != {"type": "null"}]
    return len(several) > 1 or (choices and fields)


def _takes_objects(schema: Schema) -> bool:
    if "const" in schema or "enum" in schema:
        values = schema["enum"] if isinstance(schema.get("enum"), list) else [schema.get("const")]
        return any(isinstance(value, dict) for value in values)
    kinds = schema.get("type", "object")
    return "object" in ([kinds] if isinstance(kinds, str) else kinds)


def _is_plain(field: Schema) -> bool:
    """Whether a field's value has no inside."""
    kinds = field.get("type") if isinstance(field, dict) else None
    return kinds is not None and set([kinds] if isinstance(kinds, str) else kinds) <= _PLAIN


def _map(schema: Mapping[str, Any], keyword: str) -> Mapping[str, Any]:
    found = schema.get(keyword)
    return found if isinstance(found, dict) else {}


def _names(value: Any) -> Iterable[str]:
    return (each for each in value if isinstance(each, str)) if isinstance(value, list) else ()


def _named_by_dependence(part: Mapping[str, Any]) -> Iterator[str]:
    yield from _map(part, "dependentSchemas")
    for name, others in _map(part, "dependentRequired").items():
        yield name
        yield from _names(others)


def _demanded(parts: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for part in parts:
        yield from _names(part.get("required"))
        yield from (name for others in _map(part, "dependentRequired").values() for name in _names(others))
