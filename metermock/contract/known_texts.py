"""What texts of requests were found to mean: clients send the same few again and again."""

from __future__ import annotations

from typing import Any

ROOM = 8 << 20
"""Bytes that the texts of one contract may take."""
LONGEST = 512
"""Characters of a text that is kept."""
HELD = 400
"""About how many bytes a text takes besides its characters, with what it means."""
PER_CHARACTER = 8
"""Bytes: a text that is a list of numbers means a number for every second character."""


class Room:
    """How many bytes the texts of one contract may still take; none is forgotten."""

    def __init__(self, size: int = ROOM) -> None:
        self.left = size

    def takes(self, text: str) -> bool:
        """Whether a text may be kept; if so, its bytes are taken."""
        size = HELD + PER_CHARACTER * len(text)
        if len(text) > LONGEST or size > self.left:
            return False
        self.left -= size
        return True


class KnownPairs:
    """Pairs of a query as they were sent, such as `zone=Asia%2FTokyo`, with the values that they give.

    Only good pairs of parameters that one pair says as a whole are known: whatever else stands in a query,
    such a pair means the same.
    """

    def __init__(self, room: Room) -> None:
        self._room = room
        self._known: dict[str, tuple[str, Any]] = {}

    def take(self, query: str, values: dict[str, Any]) -> bool:
        """Put the values of a query's pairs; False where one of them is unknown, and all have to be read."""
        known = self._known
        for pair in query.split("&"):
            found = known.get(pair)
            if found is None:
                return False
            values[found[0]] = found[1]
        return True

    def keep(self, pair: str, key: str, value: Any) -> None:
        """Keep a pair that was read."""
        if pair not in self._known and self._room.takes(pair):
            self._known[pair] = key, value
