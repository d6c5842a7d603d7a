"""What a `discriminator` says: which schema a value has, by one of its fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from metermock import json_pointer
from metermock.contract.families import Families
from metermock.contract.references import CHOICES, References, Schema, UnknownReferenceError

_NAMED = ("components", "schemas")


@dataclass(frozen=True, slots=True)
class Discriminator:
    """The values of a field, each with a reference to the schema that it selects.

    `others` are documented values that select none. Where `is_complete` is false, there may be more values.
    """

    field: str
    selects: Mapping[str, str]
    others: frozenset[str]
    is_complete: bool
    default: str | None
    """What other values select, and a value without the field."""

    def written(self, to: Callable[[str], str]) -> list[Schema]:
        """Schemas that hold a value to what its field selects; `to` gives the reference to write for each."""
        by_target: dict[str, list[str]] = {}
        for value, reference in self.selects.items():
            by_target.setdefault(to(reference), []).append(value)
        found = [self._if(values, "then", {"$ref": target}) for target, values in by_target.items()]
        if not self.is_complete:
            return found
        known = sorted({*self.selects, *self.others})
        if self.default is not None:
            selected = {"if": {"type": "object"}, "then": {"$ref": to(self.default)}}
            return [*found, self._if(known, "else", selected)]
        return [*found, {"properties": {self.field: {"if": {"type": "string"}, "then": {"enum": known}}}}]

    def _if(self, values: Iterable[str], then: str, schema: Schema) -> Schema:
        is_one = {"properties": {self.field: {"enum": [*values]}}, "required": [self.field]}
        return {"if": is_one, then: schema}


class Discriminators:
    """The discriminators of one document."""

    def __init__(self, references: References, families: Families) -> None:
        self._references = references
        self._families = families
        self._known: dict[int, Discriminator | None] = {}

    def of(self, schema: Schema) -> Discriminator | None:
        """What the `discriminator` of a schema says; None where it has none that selects anything."""
        if id(schema) not in self._known:
            # A type may list itself among its choices.
            self._known[id(schema)] = None
            self._known[id(schema)] = self._read(schema)
        return self._known[id(schema)]

    def unselected(self, schema: Schema) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The named choices that no value of the field selects, each with the values that it leaves to it.

        A choice is selected by its name or by a mapping: where its field may be neither, nothing selects it.
        """
        known = self.of(schema)
        if known is None:
            return
        for choice in self._choices(schema):
            if self._references.follow(choice) is schema:
                # A type that others extend need not be one that a value has.
                continue
            parts = [part for part in self._references.conjuncts(choice) if part is not schema]
            name, fixed = _name(choice), sorted({*_fixed(parts, known.field)})
            # What a choice that is chosen among again is called, its own discriminator says.
            if name is None or not fixed or any(self.of(part) for part in parts):
                continue
            selecting = {value for value, target in known.selects.items() if target == choice["$ref"]}
            if selecting.isdisjoint(fixed):
                yield name, tuple(fixed)

    def _read(self, schema: Schema) -> Discriminator | None:
        written = schema.get("discriminator")
        field = written.get("propertyName") if isinstance(written, dict) else None
        if not isinstance(field, str):
            return None
        mapping = written.get("mapping")
        mapped = {
            str(value): self._reference(target)
            for value, target in (mapping.items() if isinstance(mapping, dict) else ())
        }
        selects = {value: target for value, target in mapped.items() if target is not None}
        others = {*mapped, *_fixed([schema, *self._references.conjuncts(schema)], field)}
        is_complete = True
        for choice in self._choices(schema):
            parts = [part for part in self._references.conjuncts(choice) if part is not schema]
            name, reference = _name(choice), choice.get("$ref") if isinstance(choice, dict) else None
            if name is not None and reference is not None:
                selects.setdefault(name, reference)
            fixed = {*_fixed(parts, field), *self._inside(parts)}
            others |= fixed
            is_known = bool(fixed) or name is not None or reference in selects.values()
            is_complete &= is_known and not self._is_open(parts)
        if not selects:
            return None
        default = self._reference(written.get("defaultMapping"))
        return Discriminator(field, selects, frozenset(others - selects.keys()), is_complete, default)

    def _choices(self, schema: Schema) -> Iterator[Schema]:
        """The schemas that a value may have, but null."""
        if any(name in schema for name in CHOICES):
            listed = [each for name in CHOICES for each in schema.get(name, ())]
            yield from (each for each in listed if each != {"type": "null"})
        elif known := self._families.children(schema):
            yield from ({"$ref": each} for each in (*known, *self._families.references_to(schema)))

    def _reference(self, target: Any) -> str | None:
        """The reference that a mapping's value is, or the name of a schema stands for; None for nowhere."""
        if not isinstance(target, str):
            return None
        reference = target if target.startswith("#") else "#" + json_pointer.text_of((*_NAMED, target))
        try:
            found = self._references.at(reference)
        except UnknownReferenceError:
            return None
        return reference if isinstance(found, dict) else None

    def _inside(self, parts: Iterable[Schema]) -> Iterator[str]:
        """The values that the discriminators of a choice have."""
        for within in filter(None, map(self.of, parts)):
            yield from (*within.selects, *within.others)

    def _is_open(self, parts: Iterable[Schema]) -> bool:
        """Whether a choice has choices of its own that nobody tells apart by name."""
        within = [self.of(part) for part in parts if any(name in part for name in CHOICES)]
        return any(each is None or not each.is_complete for each in within)


def _name(choice: Schema) -> str | None:
    """The name of the schema that a choice refers to."""
    reference = choice.get("$ref") if isinstance(choice, dict) else None
    path = json_pointer.path_of(reference) if isinstance(reference, str) else ()
    return path[-1] if path[-3:-1] == _NAMED else None


def _fixed(parts: Iterable[Schema], field: str) -> Iterator[str]:
    """The values that schemas leave to a field."""
    for part in parts:
        properties = part.get("properties")
        within = properties.get(field) if isinstance(properties, dict) else None
        if isinstance(within, dict):
            values = within["enum"] if isinstance(within.get("enum"), list) else [within.get("const")]
            yield from (value for value in values if isinstance(value, str))
