"""A field of an object that is made by its key."""

from __future__ import annotations

from dataclasses import dataclass

from metermock.server.generation.makers.nodes import Node


@dataclass(frozen=True, slots=True)
class Drawn:
    """A field that is made by its key."""

    name: str
    node: Node
    salt: int
    is_required: bool
    is_deep: bool
    is_fact: bool
    is_main: bool
