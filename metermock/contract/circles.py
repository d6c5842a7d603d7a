"""Choices inside themselves: how much it takes to tell what is wrong with a value.

The validator tells for each form of a `oneOf` or `anyOf` what it has against a value, and so for each of the
forms inside it. Where a schema comes back to itself through its forms, that doubles with each level.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from metermock import json_pointer

_MOST = 4_096
"""Ways of reading a value whose faults are told one by one; some tens of milliseconds."""
_DEFINITION = "#/$defs/"


def is_too_deep(value: Any, width: int) -> bool:
    """Whether telling the faults of a value would take too long, with so many forms on each level."""
    if width < 2:  # noqa: PLR2004 - one form is no choice
        return False
    ways, level = 1, [value] if isinstance(value, dict | list) else []
    while level and ways <= _MOST:
        inside = (part for each in level for part in (each.values() if isinstance(each, dict) else each))
        level = [part for part in inside if isinstance(part, dict | list)]
        ways *= width
    return ways > _MOST


def width_of(definitions: Mapping[str, Any]) -> int:
    """The most forms of a choice among those definitions that lead back to themselves; 0 for none."""
    leads = {name: set(_references(each)) & definitions.keys() for name, each in definitions.items()}
    _trim(leads, leads)
    _trim(leads, _turned(leads))
    return max((_forms(definitions[name]) for name in leads), default=0)


def _turned(leads: Mapping[str, set[str]]) -> dict[str, set[str]]:
    turned: dict[str, set[str]] = {name: set() for name in leads}
    for name, others in leads.items():
        for other in others:
            turned[other].add(name)
    return turned


def _trim(leads: dict[str, set[str]], links: Mapping[str, set[str]]) -> None:
    """Take out, with what leads to it, what no link goes on from: it is in no circle."""
    back = _turned(links)
    left = {name: len(others) for name, others in links.items()}
    ends = [name for name, count in left.items() if not count]
    while ends:
        name = ends.pop()
        leads.pop(name, None)
        for other in back[name]:
            left[other] -= 1
            if not left[other]:
                ends.append(other)
    for name, others in leads.items():
        leads[name] = others & leads.keys()


def _references(schema: Any) -> Iterator[str]:
    for part in _parts(schema):
        reference = part.get("$ref")
        if isinstance(reference, str) and reference.startswith(_DEFINITION):
            yield json_pointer.path_of(reference)[-1]


def _forms(schema: Any) -> int:
    counts = (
        len(part[name])
        for part in _parts(schema)
        for name in ("oneOf", "anyOf")
        if isinstance(part.get(name), list)
    )
    return max(counts, default=0)


def _parts(schema: Any) -> Iterator[dict[str, Any]]:
    """All objects in a schema."""
    waiting = [schema]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            yield each
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
