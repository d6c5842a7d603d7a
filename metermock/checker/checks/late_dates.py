"""Judges rules about now where a `Date` may be late: it was cached, or is of a replica that is behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from metermock.checker.deployment.throttle import date_of
from metermock.contract import Exchange, Judgement, Operation

_NOTHING = 2.0
"""Seconds by which every `Date` may be behind: it is rounded down, and the reply took some time."""
LATEST = 60.0
"""Seconds up to which a `Date` is taken for a late one; a clock that stands still is much later soon."""


@dataclass
class LateDates:
    """Knows how far the `Date` of a reply is behind, by the dates of other replies and by our clock."""

    clock: Callable[[], float] = time.monotonic
    wall: Callable[[], datetime] = lambda: datetime.now(UTC)
    _ahead: float | None = None
    """The most by which a `Date` was ahead of our clock that never goes back."""
    _first: str = ""
    _has_moved: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def behind(self, exchange: Exchange) -> float:
        """The seconds by which the `Date` of a reply that has just come may be late; 0 for none."""
        if "date" not in exchange.headers:
            return 0.0
        date = date_of(exchange.headers)
        ahead = date.timestamp() - self.clock()
        with self._lock:
            self._first = self._first or exchange.now
            self._has_moved = self._has_moved or exchange.now != self._first
            self._ahead = ahead if self._ahead is None else max(ahead, self._ahead)
            late = self._ahead - ahead
        seconds = [each for each in (late, (self.wall() - date).total_seconds()) if _NOTHING < each <= LATEST]
        return max(seconds, default=0.0)

    def goes_on(self, exchange: Exchange) -> bool:
        """Whether the deployment's clock does not stand still: some `Date` has changed, or is near now."""
        near = abs((self.wall() - date_of(exchange.headers)).total_seconds()) <= LATEST
        return self._has_moved or near

    def settled(
        self, operation: Operation, exchange: Exchange, judgement: Judgement, elapsed: float = 0.0
    ) -> Judgement:
        """The judgement without the breaches that a late `Date` alone would explain.

        Without a `Date` now is when the reply came: it may have been made up to `elapsed` seconds before.
        """
        behind = self.behind(exchange) if "date" in exchange.headers else -elapsed
        if not behind or not judgement.breaches:
            return judgement
        now = datetime.fromisoformat(exchange.now) + timedelta(seconds=behind)
        again = operation.judge(replace(exchange, now=f"{now:%Y-%m-%dT%H:%M:%SZ}"))
        broken = {(breach.rule, breach.message, breach.pointer) for breach in again.breaches}
        left = [each for each in judgement.breaches if (each.rule, each.message, each.pointer) in broken]
        return replace(judgement, breaches=left)
