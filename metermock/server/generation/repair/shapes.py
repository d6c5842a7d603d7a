"""What the schema of a reply says about each place in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from metermock.contract.composing import together
from metermock.contract.json_types import types_of
from metermock.contract.references import CHOICES
from metermock.contract.schemas import Schemas
from metermock.server.generation.makers.building import Builder
from metermock.server.generation.values.scene import Scene, TooDeepError, child
from metermock.server.generation.words import names

Path = tuple[str | int, ...]
ROW = "*"
"""Stands in a path for each item of a list."""
_SHALLOW = 2
"""The depth at which values for a place are made, so that their optional parts are made too."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a place may hold."""

    schema: Any
    whole: dict[str, Any]
    types: frozenset[str]
    accepts: Callable[[Any], bool]

    @property
    def is_whole(self) -> bool:
        """Whether its numbers are integers."""
        return "integer" in self.types and "number" not in self.types


class Shapes:
    """The shapes of one response body, found when they are first asked for."""

    def __init__(self, builder: Builder, schemas: Schemas, schema: Any) -> None:
        self._builder = builder
        self._schemas = schemas
        self._known: dict[Path, Shape | None] = {(): self._shape(schema)}

    def accepts(self, body: Any) -> bool:
        """Whether the schema of the whole body accepts it."""
        shape = self._known[()]
        return shape is not None and shape.accepts(body)

    def at(self, path: Path) -> Shape | None:
        """The shape of a place; None where the schema says nothing about it."""
        general = tuple(ROW if isinstance(step, int) else step for step in path)
        if general not in self._known:
            around = self.at(general[:-1])
            schema = None if around is None else self._inside(around.schema, str(general[-1]))
            self._known[general] = None if schema is None else self._shape(schema)
        return self._known[general]

    def fresh(self, path: Path, scene: Scene, key: int) -> Any:
        """A new value for a place; TooDeepError where none can be made."""
        shape = self.at(path)
        if shape is None:
            raise TooDeepError
        said = [str(step) for step in path if not isinstance(step, int)]
        name = said[-1] if said else ""
        name = names.singular(name) if path and isinstance(path[-1], int) else name
        plainer = replace(scene, page=None, subject=None)
        # `main` says that null is not what is wanted.
        node = self._builder.node(shape.schema, name, said[-2] if len(said) > 1 else "")
        return node.make(plainer, child(key, "/".join(map(str, path))), _SHALLOW, main=True)

    def requires(self, path: Path) -> bool:
        """Whether the object around a place must have it."""
        around = self.at(path[:-1])
        return around is not None and path[-1] in around.whole.get("required", ())

    def _shape(self, schema: Any) -> Shape:
        whole = together(self._schemas, schema) if isinstance(schema, dict) else {}
        validator = self._schemas.validator(schema, closed=False)
        return Shape(schema, whole, types_of(self._schemas, schema), validator.is_valid)

    def _inside(self, schema: Any, step: str) -> Any:
        """The schema of a field or of the items; None where nothing is said."""
        if not isinstance(schema, dict):
            return None
        whole = together(self._schemas, schema)
        found = whole.get("items") if step == ROW else whole.get("properties", {}).get(step)
        if found is None:
            parts = [part for choice in CHOICES for part in whole.get(choice, ())]
            inner = [each for part in parts if (each := self._inside(part, step)) is not None]
            found = {"anyOf": inner} if len(inner) > 1 else next(iter(inner), None)
        if found is None and step != ROW:
            found = whole.get("additionalProperties")
        return found if isinstance(found, dict) else None
