"""Objects whose fields have names of their own."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from metermock.server.generation.lists import SIZE, TRIES, bounded
from metermock.server.generation.nodes import Node, choices_of
from metermock.server.generation.scene import (
    DEEPEST,
    MASK,
    STEP,
    Scene,
    TooDeepError,
    mixed,
    salt,
    salts,
)
from metermock.server.generation.texts import TextMaker


class Map:
    """An object whose fields have names of its own."""

    def __init__(
        self,
        values: Node,
        keys: TextMaker,
        low: int,
        high: int | None,
        further: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        self.values = values
        self.keys = keys
        self.low = low
        self.high = high
        self.further = further
        """More names, for where the drawn ones are fewer than must be there."""

    @functools.cached_property
    def _choices(self) -> Sequence[Any] | None:
        """What each value is one of, where its key alone says which."""
        return choices_of(self.values)

    def make(self, scene: Scene, key: int, depth: int, *, main: bool = False) -> dict[str, Any]:
        """Two or three fields."""
        del main
        if depth > DEEPEST:
            raise TooDeepError
        if scene.sparse or depth > scene.deep or scene.account == "empty":
            count = 0
        else:
            # Two or three: `between(…, 2, 3)`.
            count = 2 + (mixed(key ^ SIZE) >> 63)
        if self.low or self.high is not None:
            count = bounded(count, self.low, self.high)
        return self._fields(scene, key, depth, count) if count else {}

    def _fields(self, scene: Scene, key: int, depth: int, count: int) -> dict[str, Any]:
        name_of, choices, below_it = self.keys, self._choices, depth + 1
        made: dict[str, Any] = {}
        for part in salts(range(count + TRIES)):
            # `mixed`, without a call of it.
            bits = key ^ part
            product = bits * (bits ^ STEP)
            name = name_of((product ^ product >> 64) & MASK)
            if name in made:
                continue
            bits = key ^ salt(name)
            product = bits * (bits ^ STEP)
            own = (product ^ product >> 64) & MASK
            if choices is not None:
                made[name] = choices[own * len(choices) >> 64]
            else:
                try:
                    made[name] = self.values.make(scene, own, below_it)
                except TooDeepError:
                    if self.low:
                        raise
                    break
            if len(made) == count:
                break
        for name in self.further() if len(made) < self.low else ():
            if len(made) == self.low:
                break
            if name not in made:
                made[name] = self.values.make(scene, mixed(key ^ salt(name)), below_it)
        return made
