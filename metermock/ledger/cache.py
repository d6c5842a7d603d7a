"""A bounded store of things that can be computed again, and the two stores of the ledger.

A key in a store names the kind of thing and what it was computed from. Objects stand in a key as a token, a
number that no other object of this process has: an `id()` is used again after its object is gone, and the
object itself as a key would be kept alive.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from itertools import count
from typing import Any

_tokens = count()


def next_token() -> int:
    """A number that stands for one object in the keys of a store; no two calls return the same."""
    return next(_tokens)


class _Entry:
    """A value that is kept, how many bytes it takes, and whether it was used since it was passed over."""

    __slots__ = ("size", "used", "value")

    def __init__(self, value: Any, size: int) -> None:
        self.value = value
        self.size = size
        self.used = False


class Cache:
    """Keeps what was used lately, up to a number of bytes; several threads may use it.

    Every request looks things up many times, and few put something in. So a look-up only marks what it finds,
    without a lock; who needs room passes over what is marked, takes the mark off, and forgets the oldest of
    the rest ("second chance").
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.used = 0
        self._kept: OrderedDict[Hashable, _Entry] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, name: Hashable) -> Any:
        """What is kept under a name, or None."""
        entry = self._kept.get(name)
        if entry is None:
            return None
        entry.used = True
        return entry.value

    def put(self, name: Hashable, value: Any, size: int) -> Any:
        """Keeps a value of so many bytes, unless it alone is over half the limit, and returns it.

        Whatever was kept under the name before is forgotten.
        """
        with self._lock:
            before = self._kept.pop(name, None)
            self.used -= before.size if before else 0
            # One value of more than half the limit would push out nearly all others, and be pushed out next.
            if 2 * size > self.limit:
                return value
            while self.used + size > self.limit:
                self._forget_one()
            self.used += size
            self._kept[name] = _Entry(value, size)
        return value

    def clear(self) -> None:
        """Forget all that is kept."""
        with self._lock:
            self._kept.clear()
            self.used = 0

    def _forget_one(self) -> None:
        """Pass over the oldest entry if it was used, else forget it."""
        name, entry = self._kept.popitem(last=False)
        if entry.used:
            entry.used = False
            self._kept[name] = entry
        else:
            self.used -= entry.size

    def recall(self, name: Hashable, make: Callable[[], Any], size: Callable[[Any], int]) -> Any:
        """What is kept under a name; if nothing is, `make` makes it, and it is kept."""
        entry = self._kept.get(name)
        if entry is not None and entry.value is not None:
            entry.used = True
            return entry.value
        return self.put(name, made := make(), size(made))


HELD = 400
"""About how many bytes an entry takes besides its numbers or its text."""
ANSWERS = Cache(64 << 20)
"""Results of queries, of all worlds in this process."""
TABLES = Cache(192 << 20)
"""Weights, prefix sums and other tables behind the queries, of all worlds in this process.

The tables of 24 rankings of whole lives in 2039 fit. In half of the room each pushed out those of the next.
"""
