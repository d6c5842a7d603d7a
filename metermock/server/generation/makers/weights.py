"""How much a schema makes, so that schemas which refer to each other make no huge replies."""

from __future__ import annotations

from typing import Any

from metermock.server.generation.makers.lists import FEW
from metermock.server.generation.makers.maps import Map
from metermock.server.generation.makers.nodes import Choice
from metermock.server.generation.values.scene import DEEP, DEEPEST

_MOST = 200
"""Values in one object: twenty of them in a list are then mostly below 200 kB."""
_FULL = _MOST + 1
"""What stands for any number above it: nothing is counted further."""
_LONGEST = 50
"""Nodes inside each other without an object or a list between them; a longer chain is a circle."""


def reach(made: Any) -> int:
    """The levels below an object to which its optional objects and lists are made: from 1 to `DEEP`.

    It follows from the schema alone, so that a thing is as deep in a list as it is alone.
    """
    # From below: nothing is compiled that is too deep to be made.
    for levels in range(2, DEEP + 1):
        if weight(made, levels) > _MOST:
            return levels - 1
    return DEEP


def weight(node: Any, levels: int, links: int = 0) -> int:
    """About how many values a node makes with so many levels of optional ones, at most `_FULL`."""
    if levels < DEEP - DEEPEST or links > _LONGEST:
        return 0
    if hasattr(node, "fields"):
        if levels not in node.weights:
            node.weights[levels] = _of_object(node, levels)
        return int(node.weights[levels])
    if isinstance(node, Choice):
        return max(weight(each, levels, links + 1) for each in node.nodes)
    items = node.values if isinstance(node, Map) else getattr(node, "items", None)
    if items is not None:
        count = max(node.low, sum(FEW) // 2 if levels >= 0 else 0)
        return min(1 + int(count and count * weight(items, levels - 1)), _FULL)
    inner = getattr(node, "node", None)
    return 1 if inner is None else weight(inner, levels, links + 1)


def _of_object(made: Any, levels: int) -> int:
    """About how many values an object has: below its levels only what is required goes on inside."""
    total = 1
    for field in made.fields:
        if field.required or levels > 0 or not field.is_deep:
            total += weight(field.node, levels - 1)
        if total > _MOST:
            return _FULL
    return total
