"""The kinds of value that a schema lets pass, each with all keywords that hold for it together."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from metermock.contract.composing import together
from metermock.contract.json_types import ALL, types_of
from metermock.contract.samples import FORMATS
from metermock.contract.schemas import Schemas

_CHOICES = ("anyOf", "oneOf")
_MOST = 12
"""Branches of one schema that are looked at."""
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Branch:
    """One alternative of a schema: all its keywords, and the JSON types that it allows, null left out."""

    whole: Mapping[str, Any]
    types: frozenset[str]

    @property
    def members(self) -> tuple[Any, ...] | None:
        """The values that it lists, null left out; None where it lists none."""
        if "const" in self.whole:
            return () if self.whole["const"] is None else (self.whole["const"],)
        if isinstance(self.whole.get("enum"), list):
            # Null stands for no value, and cannot go into a query.
            return tuple(value for value in self.whole["enum"] if value is not None)
        return None

    @property
    def is_closed(self) -> bool:
        """Whether it has few values, each of them known."""
        return self.members is not None or self.types == {"boolean"}

    @property
    def is_number(self) -> bool:
        """Whether it takes numbers that it does not list."""
        return self.members is None and bool(self.types & {"integer", "number"})

    @property
    def is_text(self) -> bool:
        """Whether it takes texts that it does not list."""
        return self.members is None and "string" in self.types

    @property
    def is_open(self) -> bool:
        """Whether it takes any text: no format that is known, no pattern, and no length that matters."""
        form = self.whole.get("format") in FORMATS or "pattern" in self.whole or "maxLength" in self.whole
        return self.is_text and not form and self.whole.get("minLength", 0) <= 1


def branches(schemas: Schemas, schema: Any) -> list[Branch]:
    """The alternatives of a schema, those of `anyOf` and `oneOf` apart."""
    return list(itertools.islice(_branches(schemas, schema, 0), _MOST))


def _branches(schemas: Schemas, schema: Any, depth: int) -> Iterator[Branch]:
    if not isinstance(schema, dict):
        if schema is not False:
            yield Branch({}, frozenset({"string"}))
        return
    whole = together(schemas, schema)
    choice = next((name for name in _CHOICES if whole.get(name)), None)
    if choice is None or depth >= _DEEPEST:
        types = _types(schemas, whole)
        if types:
            yield Branch(whole, types)
        return
    rest = {name: value for name, value in whole.items() if name != choice}
    for part in whole[choice]:
        yield from _branches(schemas, {"allOf": [part, rest]}, depth + 1)


def _types(schemas: Schemas, whole: Mapping[str, Any]) -> frozenset[str]:
    types = types_of(schemas, whole)
    if types == ALL:
        # Of a schema without a type its other keywords tell what it is about.
        kind = "object" if "properties" in whole else "array" if "items" in whole else "string"
        return frozenset({kind})
    return types - {"null"}
