"""Objects whose fields have names of their own."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from metermock.server.generation.makers.lists import SIZE, TRIES, bounded
from metermock.server.generation.makers.nodes import Node, choices_of
from metermock.server.generation.values.formats import TextMaker
from metermock.server.generation.values.scene import (
    DEEPEST,
    PRIME,
    Picker,
    Scene,
    TooDeepError,
    changed,
    first_salts,
    parted,
    salt,
)


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
        key = parted(key)
        if scene.sparse or depth > scene.deep or scene.account == "empty":
            count = 0
        else:
            count = 2 + (key ^ SIZE) % PRIME % 2
        if self.low or self.high is not None:
            count = bounded(count, self.low, self.high)
        return self._fields(scene, key, depth, count) if count else {}

    @functools.cached_property
    def names(self) -> Sequence[tuple[str, int]]:
        """The names that fields are given, each with its salt; none where names are not picked."""
        return [(each, salt(each)) for each in self.keys.values] if isinstance(self.keys, Picker) else ()

    def _fields(self, scene: Scene, key: int, depth: int, count: int) -> dict[str, Any]:
        names, choices, make, below_it = self.names, self._choices, self.values.make, depth + 1
        named, several = len(names), len(choices or ())
        home, within = scene.home, scene
        made: dict[str, Any] = {}
        for number in first_salts(count + TRIES):
            own = key ^ number
            name, part = names[own % PRIME % named] if named else self.drawn(own)
            if name in made:
                continue
            own = key ^ part
            if home and not choices:
                # Each entry has limits and prices of its own, and shares the account's use with the others.
                within = changed(scene, home=home ^ part, past=None)
            try:
                made[name] = choices[own % PRIME % several] if choices else make(within, own, below_it)
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
                made[name] = self.values.make(scene, key ^ salt(name), below_it)
        return made

    def drawn(self, key: int) -> tuple[str, int]:
        """A name that is made by its key, with its salt."""
        name = self.keys(key)
        return name, salt(name)
