"""Ids that refer to the things of a list which the same document serves: `project_id` and `/projects`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from metermock.contract import Operation
from metermock.contract.composing import together
from metermock.contract.json_types import ABSENT, types_of
from metermock.contract.schemas import Schemas
from metermock.ledger.world import World
from metermock.server.generation.makers.fields import Field
from metermock.server.generation.makers.nodes import Node
from metermock.server.generation.values.scene import Scene, pick
from metermock.server.generation.words import names
from metermock.server.handling import Reply, Request

_REMEMBERED = 128
"""Lists of ids that are kept, of accounts and instants."""
_OF_MESSAGES = frozenset({"request", "correlation", "trace"})
"""Ids of what is sent, which no list of things is of."""
Ids = Sequence[Any]


class Listing(Protocol):
    """What makes the replies of an operation."""

    operation: Operation

    def scene(self, request: Request) -> tuple[Scene, int]:
        """What a request says, and the key of its reply."""

    def unrepaired(self, request: Request, scene: Scene, key: int) -> Reply:
        """The reply."""


class Collections:
    """The lists of a document that need no id of anything else, by the things that they list."""

    def __init__(self) -> None:
        self._several: Callable[[], Iterable[Listing]] = tuple
        self._world: World | None = None
        self._by_name: Mapping[tuple[str, ...], Listing] | None = None
        self._known: dict[Any, Ids] = {}
        self._busy = threading.local()

    def watch(self, several: Callable[[], Iterable[Listing]], world: World) -> None:
        """Take the operations of a document, and the accounts that ask them."""
        self._several, self._world, self._by_name = several, world, None
        self._known.clear()

    def referring(self, fields: Sequence[Field], identity: Field | None) -> Sequence[Field]:
        """The fields of an object, of which those that refer to things of a list name some of that list.

        What has no id of its own may be a row of that very list, by the same name.
        """
        if identity is None:
            return fields
        return [each if each is identity or each.is_deep else self._referring(each) for each in fields]

    def _referring(self, field: Field) -> Field:
        *stem, last = names.words_of(field.name) or ("",)
        if last != "id" or not stem or field.is_fact or not _OF_MESSAGES.isdisjoint(stem):
            return field
        thing = tuple(map(names.singular, stem))
        return replace(field, node=Reference(field, self, thing)) if thing in self._things() else field

    def _things(self) -> Mapping[tuple[str, ...], Listing]:
        if self._by_name is None:
            found: dict[tuple[str, ...], Listing] = {}
            for each in self._several():
                path = each.operation.path
                words = names.words_of(path.rpartition("/")[2])
                thing = tuple(map(names.singular, words))
                if each.operation.method.upper() == "GET" and "{" not in path and [*thing] != [*words]:
                    found.setdefault(thing, each)
            self._by_name = found
        return self._by_name

    def ids(self, thing: tuple[str, ...], scene: Scene) -> Ids:
        """The ids of the things that the list shows to an account which asks for nothing."""
        key = thing, scene.account, scene.now, scene.shows_examples
        found = self._known.get(key)
        if found is None:
            busy: set[tuple[str, ...]] = self._busy.__dict__.setdefault("things", set())
            if thing in busy or self._world is None:
                return ()
            busy.add(thing)
            try:
                found = self._listed(thing, scene)
            finally:
                busy.discard(thing)
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[key] = found
        return found

    def _listed(self, thing: tuple[str, ...], scene: Scene) -> Ids:
        listing, world = self._things()[thing], self._world
        if world is None:
            return ()
        operation = listing.operation
        given = {each.key: each.default for each in operation.parameters if each.default is not ABSENT}
        request = Request(
            operation=operation.id,
            parameters=given,
            account=world.accounts.get(scene.account),
            key=None,
            usage=None,
            now=scene.now,
            settings=world.settings,
            world=world,
            headers={},
        )
        body = listing.unrepaired(request, *listing.scene(request)).body
        return tuple(dict.fromkeys(_ids_of(_rows_of(body), "_".join(thing))))


class Reference:
    """The id of a thing of a list; what the field itself makes where it has none that the field takes."""

    def __init__(self, field: Field, collections: Collections, thing: tuple[str, ...]) -> None:
        self.node: Node = field.node
        self._accepts = field.accepts
        self._collections = collections
        self._thing = thing

    def make(self, scene: Scene, key: int, depth: int, *, main: bool = False) -> Any:
        """The id of a thing."""
        made = self.node.make(scene, key, depth, main=main)
        listed = () if made is None else self._collections.ids(self._thing, scene)
        if not listed:
            return made
        value = pick(key, listed)
        return value if self._accepts(value) else made


def as_id(schemas: Schemas, name: str, part: Any, parts: Iterable[Any]) -> str:
    """What a text beside an object with an id is called: it is the id of the same thing, not expanded."""
    if types_of(schemas, part) != {"string"}:
        return name
    wholes = (together(schemas, each) for each in parts if types_of(schemas, each) == {"object"})
    return f"{name}_id" if any("id" in whole.get("properties", ()) for whole in wholes) else name


def _rows_of(body: Any, depth: int = 0) -> Sequence[Mapping[str, Any]]:
    """The rows of the first list of objects."""
    if isinstance(body, list):
        return [row for row in body if isinstance(row, dict)]
    if not isinstance(body, dict) or depth > 1:
        return ()
    inner = (_rows_of(value, depth + 1) for value in body.values())
    return next((rows for rows in inner if rows), ())


def _ids_of(rows: Sequence[Mapping[str, Any]], thing: str) -> Iterable[Any]:
    for row in rows:
        plain = {names.plain(name): value for name, value in row.items()}
        found = plain.get("id", plain.get(f"{thing}_id"))
        if isinstance(found, str | int) and not isinstance(found, bool):
            yield found
