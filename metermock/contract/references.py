"""Where the references of a document lead, and which schemas describe a value together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from metermock import json_pointer

Schema = Any
ANNOTATIONS = frozenset({"title", "description", "example", "examples", "default", "deprecated"})
"""Keywords of schemas that are for readers: they forbid no value."""
CHOICES = ("anyOf", "oneOf")
FILES = "x-metermock-files"
"""Where the other files stand in the bundled document, by name or URL."""
DYNAMIC = "x-metermock-dynamic"
"""Beside a `$ref`: the name of the `$dynamicRef` that it was, where several anchors have that name."""
ANCHORS = "x-metermock-anchors"
"""In a schema with an `$id`, or a document: its dynamic anchors, by name."""
_CONDITIONS = ("if", "then", "else")
_COMPOSING = frozenset({"$ref", "allOf", *CHOICES, *_CONDITIONS, "dependentSchemas"})
_LONGEST = 50
"""A chain of references that is longer is a circle."""


class UnknownReferenceError(ValueError):
    """A `$ref` leads nowhere in its document."""


class References:
    """The references of one document, all of them local."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self._known: dict[str, Any] = {}
        self.is_dynamic = bool(document.get(DYNAMIC))
        """Whether the meaning of a reference may depend on the way that leads to it."""

    def follow(self, value: Any) -> Any:
        """The part of the document that `value` stands for: itself, or what its `$ref` names."""
        seen = 0
        while isinstance(value, dict) and isinstance(value.get("$ref"), str):
            value, seen = self.at(value["$ref"]), seen + 1
            if seen > _LONGEST:
                raise UnknownReferenceError("the reference leads in a circle")
        return value

    def at(self, reference: str) -> Any:
        """What a local reference, `#/components/…`, names."""
        if reference not in self._known:
            self._known[reference] = self._find(reference)
        return self._known[reference]

    def _find(self, reference: str) -> Any:
        if not reference.startswith("#/") and reference != "#":
            raise UnknownReferenceError(f"{reference!r} leads out of the document")
        value: Any = self.document
        for name in json_pointer.path_of(reference):
            if isinstance(value, dict) and name in value:
                value = value[name]
            elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
                value = value[int(name)]
            elif or_null(value) and name in value["anyOf"][0]:
                # OpenAPI 3.0 has `nullable` beside what the upgrade had to put one level down.
                value = value["anyOf"][0][name]
            else:
                raise UnknownReferenceError(f"{reference!r} leads nowhere")
        return value

    def anchors(self, reference: str) -> Mapping[str, str]:
        """The dynamic anchors of the resource that a reference leads into: a file, or a schema with `$id`."""
        value: Any = self.document
        found: Mapping[str, str] = value.get(ANCHORS, {})
        path = json_pointer.path_of(reference)
        for index, token in enumerate(path):
            value = json_pointer.at(value, (token,))
            if isinstance(value, dict):
                is_resource = "$id" in value or (index == 1 and path[0] == FILES)
                found = value.get(ANCHORS, {} if is_resource else found)
        return found

    def parts(self, schema: Schema) -> list[dict[str, Any]]:
        """A schema and those that may describe the same value with it, each once."""
        return self._reached(schema, _all_beside)

    def conjuncts(self, schema: Schema) -> list[dict[str, Any]]:
        """A schema and those that certainly describe the same value: its reference's, those of `allOf`."""
        return self._reached(schema, lambda part: part.get("allOf", ()))

    def alternatives(self, schema: Schema) -> list[dict[str, Any]]:
        """A schema and its forms: what references, `allOf`, `anyOf` and `oneOf` lead to, in this order."""
        return self._reached(schema, _composing)

    def _reached(self, schema: Schema, beside: Callable[[dict[str, Any]], Any]) -> list[dict[str, Any]]:
        """A schema and what is reached from it without a step into the value, in the document's order."""
        if isinstance(schema, dict) and _COMPOSING.isdisjoint(schema):
            return [schema]
        found: list[dict[str, Any]] = []
        seen: set[int] = set()
        waiting = [schema]
        while waiting:
            part = waiting.pop()
            if not isinstance(part, dict) or id(part) in seen:
                continue
            seen.add(id(part))
            found.append(part)
            if not _COMPOSING.isdisjoint(part):
                waiting += reversed(list(beside(part)))
            if isinstance(part.get("$ref"), str):
                waiting.append(self.at(part["$ref"]))
        return found

    def is_circle(self, holder: Schema, schema: Schema) -> bool:
        """Whether a schema that another extends names that other among its own choices.

        `Pet: {oneOf: [Cat]}` and `Cat: {allOf: [Pet, …]}` are such a pair: to Cat, Pet means its fields.
        """
        target = self.follow(schema)
        if not isinstance(target, dict) or not any(name in target for name in CHOICES):
            return False
        choices = [each for name in CHOICES for each in target.get(name, ())]
        return any(part is holder for each in choices for part in self.parts(each))


def or_null(schema: Any) -> bool:
    """Whether a schema is another one or null."""
    forms = schema.get("anyOf") if isinstance(schema, dict) else None
    if not isinstance(forms, list) or len(forms) != len(("schema", "null")):
        return False
    return isinstance(forms[0], dict) and forms[1] == {"type": "null"}


def _composing(part: Mapping[str, Any]) -> Iterator[Any]:
    for name in ("allOf", *CHOICES):
        yield from part.get(name, ())


def _all_beside(part: Mapping[str, Any]) -> Iterator[Any]:
    yield from _composing(part)
    for name in _CONDITIONS:
        if name in part:
            yield part[name]
    yield from part.get("dependentSchemas", {}).values()
