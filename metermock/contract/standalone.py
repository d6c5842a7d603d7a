"""Copies schemas with all that they refer to, so that a validator needs nothing else of the document.

A schema describes a value alone, or as one of several parts. Closed, each part of an `allOf` would forbid
the fields of the others, so the schema around them is closed, by `unevaluatedProperties`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from metermock.contract.closing import Closing, is_composed
from metermock.contract.families import is_base
from metermock.contract.hints import forbidden, marked
from metermock.contract.patterns import usable
from metermock.contract.references import ANCHORS, CHOICES, DYNAMIC, References, Schema
from metermock.contract.twins import each_once

_INSIDE = frozenset(
    {"properties", "patternProperties", "items", "additionalProperties", "unevaluatedProperties"}
    | {"unevaluatedItems", "propertyNames", "contains", "prefixItems", "$ref", "allOf", "anyOf", "oneOf"}
    | {"if", "then", "else", "not", "dependentSchemas", "required", "dependentRequired"}
)
"""Keywords with schemas in them, or that depend on the fields of a value."""
_SAYING = _INSIDE | frozenset(
    {"type", "enum", "const", "format", "pattern", "minLength", "maxLength", "uniqueItems"}
    | {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
    | {"minItems", "maxItems", "minContains", "maxContains", "minProperties", "maxProperties"}
)
"""Keywords that say something about a value; definitions are copied where a reference needs them."""
_EACH = ("properties", "patternProperties")
_ONE = ("items", "additionalProperties", "unevaluatedProperties", "unevaluatedItems", "propertyNames")
_RANGES = {"int32": 2**31, "int64": 2**63}

Kind = Literal["whole", "exact", "part", "choice", "base"]
"""How a schema describes a value: alone, with the types that extend it or without; with others; as one of
several that may; with others, and without its own choices, among which is the schema that it is a part of.
"""
Bound = tuple[tuple[str, str], ...]
"""Dynamic anchors, each with the reference to its schema."""
Inside = Literal["closed", "open", "literal"]
"""What becomes of a schema: its fields are all, at any depth; others may be there; it is kept as it is."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a schema is written for."""

    kind: Kind
    inside: Inside
    frees: bool = False
    """Whether the value is closed around it, so that a choice that takes any field has to say so."""
    beside: bool = False
    """Whether fields are named beside the choices that it is one of."""
    unsent: frozenset[str] = frozenset()
    """The fields of the value that are not sent in this direction."""


class Writer:
    """Writes schemas; `definitions` are what they refer to, `size` is how many schemas were written."""

    def __init__(self, references: References, closing: Closing, *, is_request: bool) -> None:
        self._references = references
        self._closing = closing
        self._unsent = "readOnly" if is_request else "writeOnly"
        self._names: dict[tuple[str, Place, Bound], str] = {}
        self._alike: dict[str, int] = {}
        self._waiting: list[tuple[str, Place, str, Bound]] = []
        self._bound: Bound = ()
        """The dynamic anchors on the way to the schema that is written, of each name the outermost."""
        self._is_dynamic = references.is_dynamic
        self._advises = False
        """Whether what the document only advises is written too."""
        self.definitions: dict[str, Any] = {}
        self.size = 0

    def write(self, schema: Schema, *, closed: bool) -> Any:
        """A schema as a validator needs it, and its definitions."""
        self._bound = tuple(self._references.anchors("#").items())
        self._advises = closed and self._unsent == "writeOnly"
        written = self._write(schema, self._place(schema, "closed" if closed else "open"))
        # One after the other, so that a long chain is no deep recursion.
        while self._waiting:
            reference, place, name, self._bound = self._waiting.pop()
            self.definitions[name] = self._definition(reference, place)
        return written

    def _place(self, schema: Schema, inside: Inside) -> Place:
        """The place of a value of its own."""
        if inside == "literal":
            return Place("whole", "literal")
        return Place("whole", inside, unsent=self._closing.unsent(schema, self._unsent))

    def _definition(self, reference: str, place: Place) -> Any:
        schema = self._references.at(reference)
        if place.inside != "literal":
            place = replace(place, unsent=place.unsent | self._closing.unsent(schema, self._unsent))
        return self._write(schema, place)

    def _write(self, schema: Schema, place: Place) -> Any:
        outer = self._bound
        if isinstance(schema, dict) and ANCHORS in schema:
            self._bound = _outermost(outer, schema[ANCHORS])
        if isinstance(schema, dict) and DYNAMIC in schema:
            meant = dict(self._bound).get(schema[DYNAMIC])
            schema = schema if meant is None else self._closing.instead(schema, meant)
        written = self._write_once(schema, place)
        self._bound = outer
        return written

    def _write_once(self, schema: Schema, place: Place) -> Any:
        if not isinstance(schema, dict):
            # A choice that takes anything documents every field.
            return {"additionalProperties": True} if schema is True and place.kind == "choice" else schema
        self.size += 1
        if _INSIDE.isdisjoint(schema) and place.kind != "choice":
            return _plain(schema)
        closes = place.inside == "closed" and place.kind in ("whole", "exact")
        if closes and place.kind == "whole" and is_base(schema) and (known := self._closing.children(schema)):
            return self._any_of_family(schema, place, known)
        written = {name: value for name, value in schema.items() if name in _SAYING}
        if place.kind == "base":
            written = {name: value for name, value in written.items() if name not in CHOICES}
        composed = is_composed(written)
        inside = place.inside
        if closes and composed and self._closing.shares_fields(schema):
            # A field that several parts describe is closed by none of them.
            inside = "open"
        self._write_values(written, inside)
        is_alone = place.kind in ("whole", "exact")
        if not composed and (closes or (is_alone and self._advises)):
            own = place
        else:
            frees = place.frees or (closes and not self._closing.is_closed_by_document(schema))
            beside = place.beside or self._closing.certainly_documents_fields(schema)
            own = Place("part", inside, frees, beside, place.unsent)
        self._write_parts(written, schema, own)
        self._demand(written, place.unsent)
        _limit(written)
        if closes:
            self._close(written, schema, place, composed=composed)
        elif place.kind == "choice" and self._closing.is_free(schema, beside=place.beside):
            # Without it, the whole would take the fields of a free object for undocumented ones.
            written["additionalProperties"] = True
        if is_alone and self._advises:
            # What is not composed leaves the rest to the one schema that it is made of.
            parts = self._references.conjuncts(schema) if composed else [schema]
            chosen = [part for part in parts if part is schema or not is_base(part)]
            advice = self._choices_of(chosen, own) if place.kind == "whole" else []
            written = self._advised(written, parts, advice)
        return written

    def _choices_of(self, parts: list[Schema], place: Place) -> list[Schema]:
        """What the discriminators of a value choose for it."""
        found: list[Schema] = []
        for part in parts:
            chooses = self._closing.discriminators.of(part)
            if chooses is not None:
                # A type that extends this one is described by it too, and would choose again for ever.
                own = replace(place, kind="exact") if place.kind == "whole" and is_base(part) else place
                found += chooses.written(functools.partial(self._reference, place=own))
        return found

    def _advised(self, written: Schema, parts: list[Schema], advice: list[Schema]) -> Schema:
        """A schema with what the document advises; fields that are not sent are named in one of the parts."""
        unsent = self._closing.unsent_of(parts, self._unsent)
        advice = [*advice, *([forbidden(unsent)] if unsent else [])]
        return {**written, "allOf": [*written.get("allOf", ()), *map(marked, advice)]} if advice else written

    def _any_of_family(self, schema: Schema, place: Place, children: list[str]) -> Any:
        """A value of a base type may be one of the types that extend it, with their fields."""
        exact = replace(place, kind="exact", unsent=frozenset())
        own = self._write(schema, replace(place, kind="exact"))
        family = {"anyOf": [own, *({"$ref": self._reference(child, exact)} for child in children)]}
        return self._advised(family, [], self._choices_of([schema], exact) if self._advises else [])

    def _write_values(self, written: Schema, inside: Inside) -> None:
        """Write the schemas of what is inside a value."""
        for name in _EACH:
            if isinstance(written.get(name), dict):
                written[name] = {
                    key if name == "properties" else _as_engine(key): self._write(
                        each, self._place(each, inside)
                    )
                    for key, each in written[name].items()
                }
        for name in _ONE:
            if name in written:
                written[name] = self._write(written[name], self._place(written[name], inside))
        if "contains" in written:
            open_: Inside = "literal" if inside == "literal" else "open"
            written["contains"] = self._write(written["contains"], self._place(written["contains"], open_))
        if "prefixItems" in written:
            written["prefixItems"] = [
                self._write(each, self._place(each, inside)) for each in written["prefixItems"]
            ]

    def _write_parts(self, written: Schema, schema: Schema, place: Place) -> None:
        """Write the schemas that describe the same value; `place` is that of those that certainly do."""
        if "$ref" in written:
            written["$ref"] = self._reference(written["$ref"], self._extended(schema, written, place))
        if "allOf" in written:
            places = [self._extended(schema, each, place) for each in written["allOf"]]
            parts = [self._write(each, own) for each, own in zip(written["allOf"], places, strict=True)]
            written["allOf"] = _each_once(parts)
        for name in CHOICES:
            if name in written:
                self._write_choices(written, name, place)
        self._write_conditions(written, place)

    def _write_conditions(self, written: Schema, place: Place) -> None:
        for name in ("if", "not"):
            if name in written:
                written[name] = self._write(written[name], Place("part", "literal"))
        beside = replace(place, kind="part") if place.inside == "closed" else place
        for name in ("then", "else"):
            if name in written:
                written[name] = self._write(written[name], beside)
        if isinstance(written.get("dependentSchemas"), dict):
            listed = written["dependentSchemas"]
            written["dependentSchemas"] = {key: self._write(each, beside) for key, each in listed.items()}

    def _extended(self, schema: Schema, each: Schema, place: Place) -> Place:
        is_reference = isinstance(each, dict) and "$ref" in each
        is_circle = is_reference and self._references.is_circle(schema, {"$ref": each["$ref"]})
        return replace(place, kind="base") if is_circle else place

    def _write_choices(self, written: Schema, name: str, place: Place) -> None:
        each_place = replace(place, kind="choice") if place.kind == "part" and place.frees else place
        listed = written.pop(name)
        if name == "oneOf" and place.inside == "closed":
            # Of two names for one form none would ever be the only one that fits.
            listed = each_once(self._references, listed)
        choices = [self._write(each, each_place) for each in listed]
        if name == "oneOf" and any(self._is_spared(each, place) for each in listed):
            # Choices that only differ by what is not sent are the same choice.
            written["allOf"] = [*written.get("allOf", ()), {"anyOf": choices}]
        else:
            written[name] = choices if name == "oneOf" else _each_once(choices)

    def _is_spared(self, schema: Schema, place: Place) -> bool:
        """Whether a schema demands a field that is not sent."""
        if place.inside == "literal" or not isinstance(schema, dict):
            return False
        unsent = place.unsent | self._closing.unsent(schema, self._unsent)
        return bool(unsent) and not unsent.isdisjoint(self._closing.demanded(schema))

    def _reference(self, reference: str, place: Place) -> str:
        if place.unsent:
            wanted = self._closing.demanded(self._references.at(reference))
            place = replace(place, unsent=place.unsent & wanted)
        bound = _outermost(self._bound, self._references.anchors(reference)) if self._is_dynamic else ()
        known = self._names.get((reference, place, bound))
        if known is None:
            plain = re.sub(r"[^A-Za-z0-9_.-]", "-", reference.rsplit("/", 1)[-1])
            number = self._alike[plain] = self._alike.get(plain, 0) + 1
            known = plain if number == 1 else f"{plain}~{number}"
            # A schema may refer to itself: its name is taken before it is written.
            self._names[reference, place, bound] = known
            self._waiting.append((reference, place, known, bound))
        return "#/$defs/" + known.replace("~", "~0")

    def _demand(self, written: Schema, unsent: frozenset[str]) -> None:
        """Do not demand the fields that this direction does not send."""
        if not unsent:
            return
        if isinstance(written.get("required"), list):
            written["required"] = [name for name in written["required"] if name not in unsent]
        if isinstance(written.get("dependentRequired"), dict):
            written["dependentRequired"] = {
                key: [name for name in names if name not in unsent]
                for key, names in written["dependentRequired"].items()
            }

    def _close(self, written: Schema, schema: Schema, place: Place, *, composed: bool) -> None:
        if self._closing.is_closed_by_document(schema) or not (composed or "properties" in written):
            return
        if not self._closing.documents_fields(schema):
            return
        named = self._closing.named_elsewhere(schema)
        if place.kind == "whole":
            # What is made of a base type may have the fields of any type that extends it.
            named |= self._closing.of_family(schema)
        written["unevaluatedProperties" if composed else "additionalProperties"] = False
        if named:
            written["properties"] = {**dict.fromkeys(sorted(named), True), **written.get("properties", {})}


def _outermost(bound: Bound, anchors: Mapping[str, str]) -> Bound:
    """The anchors with those of a schema inside; what is bound already stays, as `$dynamicRef` has it."""
    return tuple({**anchors, **dict(bound)}.items()) if anchors else bound


def _each_once(parts: list[Any]) -> list[Any]:
    """Parts without those that are there twice: they say no more, and in a tree of pairs cost without end."""
    found: list[Any] = []
    for part in parts:
        if part not in found:
            found.append(part)
    return found


def _plain(schema: Schema) -> Schema:
    written = {name: value for name, value in schema.items() if name in _SAYING}
    _limit(written)
    return written


def _as_engine(pattern: str) -> str:
    return usable(pattern) or pattern


def _limit(written: Schema) -> None:
    """Hold integers to what their format can store, which JSON Schema leaves to the reader.

    Patterns are written as the validator's engine takes them.
    """
    if isinstance(written.get("pattern"), str):
        written["pattern"] = _as_engine(written["pattern"])
    bound = _RANGES.get(written.get("format", ""))
    kinds = written.get("type", ())
    if bound is None or "integer" not in ([kinds] if isinstance(kinds, str) else kinds):
        return
    written["minimum"] = max(written.get("minimum", -bound), -bound)
    written["maximum"] = min(written.get("maximum", bound - 1), bound - 1)
