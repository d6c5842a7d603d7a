"""What the pages of Spring say of how they are sorted and cut: each flag beside its opposite."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from metermock.server.generation.agreeing.facts import Facts, Step, looking_at
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import names

_FLAGS = frozenset({"sorted", "unsorted", "empty", "paged", "unpaged"})


def sorted_flags(fields: Sequence[Facts]) -> Iterator[Step]:
    """`unsorted` and `empty` are not what `sorted` is, which a request says; nor is `unpaged` `paged`."""
    # What is asked of the few that are called so compiles their schemas.
    named = {plain: each for each in fields if (plain := names.plain(each.name)) in _FLAGS}
    told = {plain: each for plain, each in named.items() if all(map(each.accepts, (True, False)))}
    if {"sorted", "unsorted"} <= told.keys():
        up = told["sorted"].name
        down = [told[name].name for name in ("unsorted", "empty") if name in told]
        yield looking_at(_sorted(up, down), *told.values())
    if {"paged", "unpaged"} <= told.keys():
        both = {told["paged"].name: True, told["unpaged"].name: False}
        yield looking_at(lambda made, _: {each: both[each] for each in both if each in made}, *told.values())


def _sorted(up: str, down: Sequence[str]) -> Step:
    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        is_sorted = bool(scene.sorts)
        told = {up: is_sorted, **dict.fromkeys(down, not is_sorted)}
        return {name: value for name, value in told.items() if name in made}

    return step
