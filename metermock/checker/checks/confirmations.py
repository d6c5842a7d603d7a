"""How often a difference between replies is looked at again, until it is a finding or is left open."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field

from metermock.checker.findings.check_ids import CheckIds

SERIES = 3
"""Whole series of looks that may leave a rule open; after them data that move end a series at once."""
WAYS = 3
"""Ways in which a *should* is proven broken: a finding shows as many, and needs no more."""
Place = tuple[str | int, ...]
Key = tuple[str, ...]
"""What a series is about: rule, operation, and the words of the relation, or how a request was put."""


@dataclass
class Confirmations:
    """Bounds what a check spends on telling broken rules from data that move.

    Where every reply differs from the one before, each comparison would be made to its end, and leave
    nothing but requests. A cause that is a finding needs no second proof.
    """

    ids: CheckIds
    most: int = 0
    """About how many requests the comparisons so far could have taken beside the first ones."""
    _open: Counter[Key] = field(default_factory=Counter)
    _proven: dict[Key, set[Place]] = field(default_factory=dict)
    """The places where what a series was about is proven broken."""
    _met: set[Key] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, key: Key, *, whole: int, short: int) -> bool:
        """Whether a series may be taken whole; else it ends once the data have moved.

        `whole` and `short` are about the requests that it takes at most, each beside the first look.
        """
        with self._lock:
            self.most += short if key in self._met else SERIES * whole
            self._met.add(key)
            return self._open[key] < SERIES

    def left_open(self, key: Key) -> None:
        """Take note of a series that showed neither that the rule holds nor that it is broken."""
        with self._lock:
            self._open[key] += 1

    def prove(self, key: Key, place: Place) -> None:
        """Take note that a rule is broken at a place of the reply."""
        with self._lock:
            self._proven.setdefault(key, set()).add(place)

    def is_proven(self, key: Key) -> bool:
        """Whether another request has proven it broken: the next breach needs less of a proof."""
        with self._lock:
            return any(each[: len(key)] == key for each in self._proven)

    def places(self, key: Key) -> frozenset[Place]:
        """Where it is proven broken: what breaks there again has the same cause."""
        with self._lock:
            return frozenset(self._proven.get(key, ()))

    def is_enough(self, rule: str, operation: str) -> bool:
        """Whether a *should* is broken in as many ways as anybody has to see."""
        if self.ids.level(rule) != "should":
            return False
        with self._lock:
            return sum(each[:2] == (rule, operation) for each in self._proven) >= WAYS
