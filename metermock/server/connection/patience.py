"""How long a client is waited for in the middle of a body that it sends, or of replies that it takes.

A connection is looked at every few seconds, and time is counted in looks: while the process stood still, so
did its looks, and no client is given up for that.
"""

from __future__ import annotations

LOOKED_AT_EVERY = 5.0
"""Seconds between two looks at a connection."""
SLOWEST_BODY = 30.0
LEAST_OF_BODY = 7_200
"""Bytes of a body that have to come in each SLOWEST_BODY seconds: 240 a second, as in other servers."""
SLOWEST_READER = 60.0
"""Seconds in which a client has to take some of the bytes that wait for it."""
LONGEST = 600.0
"""Seconds that a body, or the replies that wait, may take as a whole."""


class Patience:
    """Tells of bytes that come or leave whether they do so too slowly, by their count at each look."""

    def __init__(self, window: float, least: int) -> None:
        """In each `window`, in seconds, `least` bytes are wanted."""
        self.window = window
        self.least = least
        self.begin()

    def begin(self) -> None:
        """Begin to wait at the next look."""
        self.waited = self.in_all = 0.0
        self.count: int | None = None

    def is_too_slow(self, count: int) -> bool:
        """Tell at a look, by the count of the bytes until now, whether too few were added."""
        if self.count is None:
            self.count = count
            return False
        self.waited += LOOKED_AT_EVERY
        self.in_all += LOOKED_AT_EVERY
        if count - self.count >= self.least:
            self.waited, self.count = 0.0, count
        return self.waited >= self.window or self.in_all >= LONGEST


def of_bodies() -> Patience:
    """Return the patience with a body that a client sends."""
    return Patience(SLOWEST_BODY, LEAST_OF_BODY)


def of_replies() -> Patience:
    """Return the patience with a client that does not take its replies."""
    return Patience(SLOWEST_READER, 1)
