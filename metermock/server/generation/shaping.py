"""The fields of a reply that a request speaks of: those that it wants to see, and those that it left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from metermock.contract import Operation
from metermock.server.generation.asked.unsaid import Unsaid
from metermock.server.generation.makers.building import Builder
from metermock.server.generation.rows.shown_fields import ShownFields
from metermock.server.generation.values.scene import Scene


@dataclass(frozen=True, slots=True)
class Shaping:
    """Changes the replies of one operation, valid ones to valid ones."""

    shown: ShownFields | None
    unsaid: Unsaid | None
    accepts: Callable[[Any], bool]

    def __call__(self, body: Any, scene: Scene, *, is_made: bool) -> Any:
        """The body as the request has it; an example keeps what its author wrote of a new thing."""
        if self.unsaid is not None and is_made:
            told = self.unsaid(body, scene)
            body = told if self.accepts(told) else body
        return body if self.shown is None else self.shown(body, scene)


def shaping(operation: Operation, builder: Builder, schema: Any, event: str) -> Shaping | None:
    """What changes the replies of a schema; None for nothing."""
    shown = ShownFields(operation, builder, schema)
    unsaid = Unsaid(operation, schema) if event == "made" else None
    found = shown if shown.are_asked else None
    if found is None and not unsaid:
        return None
    accepts = operation.contract.schemas.validator(schema, closed=False).is_valid
    return Shaping(found, unsaid or None, accepts)
