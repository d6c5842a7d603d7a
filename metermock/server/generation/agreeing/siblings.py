"""Limits in one object and what is used of them in another beside it: `limits: {calls}`, `usage: {calls}`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from metermock.server.generation.agreeing.facts import Facts, Step, numbers_of
from metermock.server.generation.agreeing.quotas import quota
from metermock.server.generation.agreeing.units import of_limits, unit_of
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import names

_USED = names.USED | {"consumption", "counts", "counters", "totals"}
_LEFT = names.LEFT
_GAP = "\x1f"
"""Between the name of an object and that of its field; no word contains it."""


def siblings(fields: Sequence[Facts]) -> Iterator[Mapping[str, Facts]]:
    """What speaks of one limit in several objects, by role; each name leads to its field by `at`."""
    objects = {role: each for each in fields if each.fields and (role := _role(each))}
    limits = objects.get("limit")
    if limits is None or len(objects) == 1:
        return
    for limit in numbers_of(limits.fields):
        unit = unit_of(limit.name)
        group = {"limit": _inside(limits, limit)}
        for role in ("used", "left"):
            around = objects.get(role)
            alike = [
                each for each in numbers_of(around.fields if around else ()) if unit_of(each.name) == unit
            ]
            if around is not None and len(alike) == 1:
                group[role] = _inside(around, alike[0])
        if unit and len(group) > 1:
            yield group


def _role(field: Facts) -> str:
    if of_limits(field.name, [each.name for each in field.fields]):
        return "limit"
    return "left" if names.has(field.name, _LEFT) else "used" if names.has(field.name, _USED) else ""


def _inside(around: Facts, field: Facts) -> Facts:
    return replace(field, name=f"{around.name}{_GAP}{field.name}")


def at(made: Mapping[str, Any], name: str) -> Any:
    """The value of a field, in the object that its name leads to."""
    around, gap, inner = name.partition(_GAP)
    inside = made.get(around)
    return inside.get(inner) if gap and isinstance(inside, dict) else inside


def agreed(group: Mapping[str, Facts]) -> Step:
    """What is used in one object and left in another make the limit of a third."""
    whole = quota(group)

    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        flat = {each.name: at(made, each.name) for each in group.values()}
        if any(value is None for name, value in flat.items() if name != group["limit"].name):
            return {}
        changes: dict[str, Any] = {}
        for name, value in whole(flat, scene).items():
            around, _, inner = name.partition(_GAP)
            changes[around] = {**changes.get(around, made[around]), inner: value}
        return changes

    return step
