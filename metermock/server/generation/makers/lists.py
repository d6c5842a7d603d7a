"""Makers of lists."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

from metermock.server.generation.makers.nodes import Lazy, Node, choices_of
from metermock.server.generation.values.scene import (
    DEEPEST,
    PRIME,
    Scene,
    TooDeepError,
    child,
    first_salts,
    parted,
    salt,
    salts,
)

_LEAST, _SPAN = 2, 3
FEW = (_LEAST, _LEAST + _SPAN - 1)
"""How many items a list has of which nothing is asked."""
SIZE = salt("size")
"""What tells the key of how many there are from the others."""
TRIES = 24
"""How often another is made of what must not be there twice."""


def bounded(count: int, low: int, high: int | None) -> int:
    """A number of rows or fields within the bounds of a schema; the lower one counts where they cross."""
    return max(low, count if high is None else min(count, high))


def _picked(values: Sequence[Any], key: int, parts: Iterable[int]) -> list[Any]:
    """Items that are each one of several values; `parts` tell their keys from each other."""
    of = len(values)
    return [values[(key ^ part) % PRIME % of] for part in parts]


class List:
    """A list."""

    def __init__(
        self,
        items: Node,
        *,
        first: Sequence[Node] = (),
        low: int = 0,
        high: int | None = None,
        unique: bool = False,
        schema: Any = None,
    ) -> None:
        self.items = items
        self.schema = schema
        """The schema of an item."""
        self.first = first
        self.low = low
        self.high = high
        self.unique = unique
        self._is_usual = type(self).rows is List.rows
        """Whether rows are made as here: those of invoices go back month by month."""

    def make(self, scene: Scene, key: int, depth: int, *, main: bool = False) -> list[Any]:
        """A few items; as many as the request wants where this is the list that it asks for."""
        if depth > DEEPEST:
            raise TooDeepError
        key = parted(key ^ scene.asked)
        if main and scene.rows is not None and not scene.sparse:
            return self.rows(scene.in_rows(), key, depth, self.enough(scene.rows), is_main=True)
        if main and scene.page is not None:
            return self.rows(scene.in_rows(), key, depth, scene.page.numbers, is_main=True)
        count = 0
        if not (scene.sparse or depth > scene.deep or scene.account == "empty"):
            count = _LEAST + (key ^ SIZE) % PRIME % _SPAN
        if self.high is not None:
            count = min(count, self.high)
        count = max(self.low, count, 0 if scene.sparse else len(self.first))
        if not count:
            return []
        if self._is_usual and self._make_all is not None and not (self.first or self.unique):
            # As `rows` makes them, without a call of it: most made replies have such a list.
            rows, keys = scene.in_rows(), [key ^ part for part in first_salts(count)]
            try:
                made = self._make_all(rows, keys, depth + 1, main=main)
            except TooDeepError:
                made = self._one_by_one(rows, key, depth, range(count), is_main=main)
            return made
        values = None if self.first or self.unique else self._values
        if values is None:
            return self.rows(scene.in_rows(), key, depth, range(count), is_main=main)
        return _picked(values, key, first_salts(count))

    @functools.cached_property
    def _values(self) -> Sequence[Any] | None:
        """What each item is one of, where its key alone says which."""
        return choices_of(self.items)

    @functools.cached_property
    def _make_all(self) -> Callable[..., list[Any]] | None:
        """What makes all items at once, where these are objects."""
        node = self.items.node if isinstance(self.items, Lazy) else self.items
        return None if self._values is not None else getattr(node, "make_all", None)

    def bounded(self, count: int) -> int:
        """As many items of so many as the list may have."""
        return bounded(count, self.low, self.high)

    def enough(self, numbers: Sequence[int]) -> Sequence[int]:
        """The numbers of items that are asked for, and others where the list must have more."""
        others = (each for each in range(self.low + len(numbers)) if each not in numbers)
        return [*numbers, *islice(others, max(self.low - len(numbers), 0))]

    def rows(self, scene: Scene, key: int, depth: int, numbers: Sequence[int], *, is_main: bool) -> list[Any]:
        """The items of these numbers, each the same whichever others are asked for."""
        if not self.first and not self.unique:
            if numbers and self._values is not None:
                return _picked(self._values, key, salts(numbers))
            keys = [key ^ part for part in salts(numbers)]
            make, inner = self.items.make, depth + 1
            try:
                if self._make_all is not None:
                    return self._make_all(scene, keys, inner, main=is_main)
                return [make(scene, each, inner, main=is_main) for each in keys]
            except TooDeepError:
                # Those before the one that would never end are made again, and are the same.
                pass
        return self._one_by_one(scene, key, depth, numbers, is_main=is_main)

    def _one_by_one(
        self, scene: Scene, key: int, depth: int, numbers: Sequence[int], *, is_main: bool
    ) -> list[Any]:
        """The same, up to one that would never end."""
        made: list[Any] = []
        for number in numbers:
            node = self.first[number] if number < len(self.first) else self.items
            own = key ^ salt(number)
            try:
                value = node.make(scene, own, depth + 1, main=is_main)
                tries = 0
                while self.unique and value in made and tries < TRIES:
                    tries += 1
                    value = node.make(scene, child(own, tries), depth + 1, main=is_main)
            except TooDeepError:
                if number < self.low:
                    raise
                break
            if not (self.unique and value in made):
                made.append(value)
        return made
