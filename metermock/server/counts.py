"""Counts of requests in a session, for sequences of statuses; but for rate limits, the mock's only state."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

FORGOTTEN = 600
"""Seconds after its first request in which a session is remembered."""
MOST = 10_000
"""Sessions that are remembered in memory; the oldest go first."""


class Counts(Protocol):
    """Counts under a name."""

    async def next(self, name: tuple[str, ...], seconds: int) -> int:
        """Count one more, and return the count; it begins anew after so many seconds."""


class MemoryCounts:
    """Counts in the memory of one process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.kept: OrderedDict[tuple[str, ...], tuple[int, float]] = OrderedDict()

    async def next(self, name: tuple[str, ...], seconds: int) -> int:
        """Count one more."""
        now = self.clock()
        count, ends = self.kept.get(name, (0, 0.0))
        if ends <= now:
            # In its place as the youngest: the order is that of the ends.
            self.kept.pop(name, None)
            count, ends = 0, now + seconds
        self.kept[name] = count + 1, ends
        while len(self.kept) > MOST or next(iter(self.kept.values()))[1] <= now:
            self.kept.popitem(last=False)
        return count + 1
