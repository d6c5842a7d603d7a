"""Values that a schema accepts, made from a scene and a key."""

from __future__ import annotations

from typing import Any

from metermock.contract.json_types import ABSENT
from metermock.contract.schemas import Schemas
from metermock.server.generation.asked.responses import says_nothing
from metermock.server.generation.makers.building import Builder
from metermock.server.generation.makers.nodes import made
from metermock.server.generation.values.scene import Scene, changed, child

_TRIES = 4


class ReplyError(Exception):
    """No value could be made that a schema accepts; `nearest` is the first that was tried."""

    def __init__(self, nearest: Any) -> None:
        super().__init__()
        self.nearest = nearest


class ValidValues:
    """Makes values of the schemas of one document, none of which it sends unjudged."""

    def __init__(self, builder: Builder, schemas: Schemas) -> None:
        self._builder = builder
        self._schemas = schemas

    def value(self, schema: Any, scene: Scene, key: int, name: str = "") -> Any:
        """A value that a schema accepts, of a field of this name: as full as it can be.

        ReplyError where none was found.
        """
        if says_nothing(schema):
            return {}
        value = made(self._builder.node(schema, name), scene, key)
        if value is not ABSENT and self._schemas.validator(schema, closed=False).is_valid(value):
            return value
        return self._other(schema, scene, key, value, name)

    def _other(self, schema: Any, scene: Scene, key: int, first: Any, name: str) -> Any:
        """Another value, where the first is not accepted, or would never end."""
        node = self._builder.node(schema, name)
        accepts = self._schemas.validator(schema, closed=False).is_valid
        for attempt in range(1, _TRIES):
            # What the request said may be what the schema does not take together.
            plainer = scene if attempt < _TRIES // 2 else changed(scene, said={})
            value = made(node, plainer, child(key, attempt))
            if value is not ABSENT and accepts(value):
                return value
        # Of two lists of a choice nobody can tell which is meant by an empty one.
        for other in ({"sparse": True}, {"account": "steady"}):
            value = made(node, changed(scene, said={}, page=None, rows=None, **other), key)
            if value is not ABSENT and accepts(value):
                return value
        found = self._builder.accepted(schema)
        if not found:
            raise ReplyError(first)
        return found[0]
