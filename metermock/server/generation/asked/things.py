"""Of which things a document has several: the types in its lists, and of what is asked for by its id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from metermock import json_pointer
from metermock.contract import Operation
from metermock.contract.composing import together
from metermock.contract.schemas import Schemas
from metermock.server.generation.words import names

_DEEPEST = 3
"""Objects inside each other in which lists are looked for."""
_ENVELOPES = frozenset({"data", "result", "item", "response"})


class _Answering(Protocol):
    operation: Operation

    def usual_schema(self) -> Any: ...
    def naming(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Things:
    """Of which things there are several."""

    kinds: frozenset[str]
    """The names of their types."""
    names: frozenset[str]
    """What their lists are called, in the singular."""


def things_of(schemas: Schemas, several: Iterable[_Answering]) -> Things:
    """The things that operations list, or ask for by their ids."""
    kinds: set[str] = set()
    called: set[str] = set()
    for each in several:
        path = each.operation.path
        last = path.rpartition("/")[2]
        if not last.startswith("{") and names.singular(last) != last:
            called.add(last_word(path))
        kinds.update(_kinds(schemas, each.usual_schema(), 0, is_thing=path.endswith("}")))
    return Things(frozenset(kinds), frozenset(called))


def last_word(path: str) -> str:
    """The last word of a path, in the singular."""
    words = names.words_of(path.rpartition("/")[2])
    return names.singular(words[-1]) if words else ""


def _kinds(schemas: Schemas, schema: Any, depth: int, *, is_thing: bool) -> Iterator[str]:
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return
    if is_thing and isinstance(schema.get("$ref"), str):
        yield json_pointer.path_of(schema["$ref"])[-1]
    whole = together(schemas, schema)
    if "items" in whole:
        yield from _kinds(schemas, whole["items"], depth + 1, is_thing=True)
    properties = whole.get("properties")
    for name, each in properties.items() if isinstance(properties, dict) else ():
        yield from _kinds(schemas, each, depth + 1, is_thing=is_thing and names.plain(name) in _ENVELOPES)
