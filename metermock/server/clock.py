"""The mock's clock: frozen, unless `--live` lets it run."""

from __future__ import annotations

import time
from email.utils import formatdate
from functools import lru_cache


class Clock:
    """A clock that is frozen at `instant` (epoch seconds), or runs with the machine's if that is None."""

    __slots__ = ("frozen", "instant")

    def __init__(self, instant: int | None) -> None:
        self.instant = instant
        self.frozen = instant is not None
        """Whether every request sees the same instant."""

    def now(self) -> int:
        """Now, in epoch seconds."""
        return int(time.time()) if self.instant is None else self.instant


@lru_cache(maxsize=16)
def http_date(instant: int) -> bytes:
    """Write an instant as a `Date` header."""
    return formatdate(instant, usegmt=True).encode()
