"""Types that others extend: a schema with a `discriminator`, and the schemas that a value of it may be."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any

from metermock import json_pointer
from metermock.contract.references import CHOICES, FILES, References, Schema, UnknownReferenceError


def is_base(schema: Schema) -> bool:
    """Whether a schema is a type that others extend, and does not list them itself."""
    return (
        isinstance(schema, dict) and "discriminator" in schema and not any(name in schema for name in CHOICES)
    )


class Families:
    """The types of one document with those that extend them."""

    def __init__(self, references: References) -> None:
        self._references = references

    def children(self, base: Schema) -> list[str]:
        """References to the types that extend a base, directly or through others, or that its mapping names.

        A type extends another through `allOf`, or through `$ref` with keywords beside it; an alias, which is
        a `$ref` alone, stands for what it names.
        """
        found: dict[int, str] = {}
        waiting = [base]
        while waiting:
            part = waiting.pop()
            named = [*self._mapped(part), *self._extending.get(id(part), ())]
            for reference in named:
                child = self._target(reference)
                if child is not None and child is not base and id(child) not in found:
                    found[id(child)] = reference
                    waiting.append(child)
        return list(found.values())

    def references_to(self, schema: Schema) -> list[str]:
        """References to a schema, by each name that it has."""
        return [reference for reference, named in self._named() if named is schema]

    def _mapped(self, schema: Schema) -> Iterator[str]:
        discriminator = schema.get("discriminator") if isinstance(schema, dict) else None
        mapping = discriminator.get("mapping") if isinstance(discriminator, dict) else None
        for value in mapping.values() if isinstance(mapping, dict) else ():
            if isinstance(value, str):
                is_name = not value.startswith("#")
                yield "#" + json_pointer.text_of(("components", "schemas", value)) if is_name else value

    def _target(self, reference: str) -> Schema:
        """The type that a reference names; None where it leads nowhere, since a mapping is only a hint."""
        try:
            found = self._references.at(reference)
            while isinstance(found, dict) and found.keys() == {"$ref"}:
                found = self._references.follow(found)
        except UnknownReferenceError:
            return None
        return found if isinstance(found, dict) else None

    @functools.cached_property
    def _extending(self) -> Mapping[int, list[str]]:
        """References to the types that extend a schema directly, by its id."""
        found: dict[int, list[str]] = {}
        for reference, schema in self._named():
            for extended in self._extended(schema):
                found.setdefault(id(extended), []).append(reference)
        return found

    def _named(self) -> Iterator[tuple[str, Schema]]:
        """Every schema that has a name, in the document and in the files that it refers to."""
        places: list[tuple[tuple[str, ...], Any]] = [((), self._references.document)]
        files = self._references.document.get(FILES)
        for name, value in files.items() if isinstance(files, dict) else ():
            places.append(((FILES, name), value))
            yield "#" + json_pointer.text_of((FILES, name)), value
        for prefix, value in places:
            for path in (("components", "schemas"), ("definitions",), ("$defs",), ()):
                listed = value
                for token in path:
                    listed = listed.get(token) if isinstance(listed, dict) else None
                if isinstance(listed, dict) and (path or prefix):
                    for name, schema in listed.items():
                        yield "#" + json_pointer.text_of((*prefix, *path, name)), schema

    def _extended(self, schema: Schema) -> Iterator[Schema]:
        """The types that a schema says it extends."""
        if not isinstance(schema, dict):
            return
        if isinstance(schema.get("$ref"), str) and schema.keys() != {"$ref"}:
            yield self._target(schema["$ref"])
        listed = schema.get("allOf")
        for part in listed if isinstance(listed, list) else ():
            if isinstance(part, dict) and isinstance(part.get("$ref"), str):
                yield self._target(part["$ref"])
            elif isinstance(part, dict):
                yield from self._extended(part)
