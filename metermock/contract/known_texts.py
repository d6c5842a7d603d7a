"""What texts of requests were found to mean: clients send the same few again and again."""

from __future__ import annotations

import sys
from typing import Any

from metermock.contract.json_types import ABSENT
from metermock.contract.wire_text import WireText
from metermock.remembered import Latest

ROOM = 8 << 20
"""Bytes that the texts of one contract may take."""
LONGEST = 512
"""Characters of a text that is kept."""
LATEST = 1 << 11
SLOT = 200
"""About how many bytes a dict takes for each of its names: it has more places than names."""


def held(value: Any) -> int:
    """How many bytes a value of JSON takes, with all that is in it."""
    size = sys.getsizeof(value)
    if isinstance(value, list | tuple):
        return size + sum(map(held, value))
    if isinstance(value, dict):
        return size + sum(held(each) for pair in value.items() for each in pair)
    return size + sys.getsizeof(value.wire) if isinstance(value, WireText) else size


class Room:
    """The bytes that the texts of one contract may take; what was not used for long is forgotten.

    They are kept in two halves. Where the newer half is full, the older is forgotten, and the newer is the
    older one from then on. What is found in the older half moves to the newer.
    """

    def __init__(self, size: int = ROOM) -> None:
        self.half = size // 2
        self.left = self.half
        self.kept: list[KnownTexts] = []
        self.latest = Latest(LATEST)
        """Tells which texts come again: most names and ids come once."""

    def takes(self, text: str, value: Any) -> bool:
        """Whether a text may be kept with what it means; if so, its bytes are taken."""
        if len(text) > LONGEST:
            return False
        size = SLOT + sys.getsizeof(text) + held(value)
        if size > self.half:
            return False
        if size > self.left:
            for each in self.kept:
                each.grow_older()
            self.left = self.half
        self.left -= size
        return True


class KnownTexts:
    """Texts with what they mean; ABSENT stands for those that are not known."""

    def __init__(self, room: Room) -> None:
        self.newer: dict[str, Any] = {}
        """To be asked first where every look-up counts; `get` finds the others too."""
        self._older: dict[str, Any] = {}
        self._room = room
        room.kept.append(self)

    def get(self, text: str) -> Any:
        """What a text means."""
        found = self.newer.get(text, ABSENT)
        if found is ABSENT and self._older:
            found = self._older.pop(text, ABSENT)
            if found is not ABSENT:
                self.keep(text, found)
        return found

    def keep(self, text: str, value: Any) -> None:
        """Keep what a text means, if there is room for it."""
        if text not in self.newer and self._room.takes(text, value):
            # A text that knows how it was spelled would hold that too.
            self.newer[str(text)] = value

    def grow_older(self) -> None:
        """Forget what was not used since the last time."""
        self._older, self.newer = self.newer, {}


class KnownPairs:
    """Pairs of a query as they were sent, such as `zone=Asia%2FTokyo`, with the values that they give.

    Only good pairs of parameters that one pair says as a whole are known: whatever else stands in a query,
    such a pair means the same.
    """

    def __init__(self, room: Room) -> None:
        self._known = KnownTexts(room)

    def take(self, query: str, values: dict[str, Any]) -> bool:
        """Put the values of a query's pairs; False where one of them is unknown, and all have to be read."""
        known = self._known
        newer = known.newer
        for pair in query.split("&"):
            found = newer.get(pair, ABSENT)
            if found is ABSENT and (found := known.get(pair)) is ABSENT:
                return False
            values[found[0]] = found[1]
        return True

    def keep(self, pair: str, key: str, value: Any) -> None:
        """Keep a pair that was read."""
        self._known.keep(pair, (key, value))
