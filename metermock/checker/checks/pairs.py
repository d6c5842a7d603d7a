"""Two requests that must be answered alike, asked in pairs, to tell their difference from moving data.

Live data rise, slide, come late, or come from one of several replicas, so that two reads prove nothing.
Many pairs do. Their order is Thue's and Morse's: what drifts, alternates or comes back differs now in one
sense, now in the other. A difference is believed at a place where it never changes its sense.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Iterator
from typing import Any

from metermock.contract.json_types import is_number

CONSTANT = 6
"""Pairs after which a place is believed that had one value for the one request, and one for the other."""
CONSTANT_WHERE_STILL = 4
"""The same where the account's data are taken to stand still.

They may have begun to move, on one replica only: by chance each request meets one of two replicas in two
pairs out of eight times, in four out of 128.
"""
CONSTANT_AGAIN = 2
"""The same where another request has proven the same rule broken."""
IN_ONE_SENSE = 24
"""Pairs after which a place is believed that moves, but always differs in one sense.

Where many places differ, it takes some more: one of them could do so by chance.
"""
IN_ONE_SENSE_AGAIN = 8
"""The same where another request has proven the same rule broken."""
PATIENCE = 6
"""Pairs after which nothing is known of places that differ now in one sense and now in the other."""

Place = tuple[str | int, ...]
LENGTH = "length"
_MISSING = object()


class Outcome(enum.Enum):
    """What the pairs so far have shown."""

    ALIKE = "alike"
    DIFFERENT = "different"
    UNDECIDED = "undecided"
    OPEN = "open"


def is_other(read: int) -> bool:
    """Whether a read is of the other request: 0 1 1 0 1 0 0 1 …; each two from an even one on are a pair."""
    return read.bit_count() % 2 == 1


class Pairs:
    """The reads of two requests, one and other, in the order of `is_other`."""

    def __init__(self, *, still: bool, again: bool, is_whole: bool = True) -> None:
        self.still = still
        """Whether the account stands still; who finds out that it has moved after all takes that back."""
        self._is_again = again
        self._in_one_sense = IN_ONE_SENSE_AGAIN if again else IN_ONE_SENSE
        self._patience = math.inf if is_whole else PATIENCE
        self._reads: list[Any] = []
        self._open: dict[Place, list[Any]] = {}
        """The places that never agreed, with the value of each read."""
        self._rows = 0
        """How many places inside of lists the first pair differed in."""
        self.outcome = Outcome.OPEN
        self.place: Place = ()
        """Where the requests differ, once that is known."""

    @property
    def _constant(self) -> int:
        if self._is_again:
            return CONSTANT_AGAIN
        return CONSTANT_WHERE_STILL if self.still else CONSTANT

    def note(self, value: Any) -> Outcome:
        """Add the next read's value; what is known after it."""
        self.outcome = self._noted(value)
        return self.outcome

    def _noted(self, value: Any) -> Outcome:
        self._reads.append(value)
        if len(self._reads) % 2:
            return Outcome.OPEN
        if self._reads[-1] == self._reads[-2]:
            return Outcome.ALIKE
        self._follow()
        if not self._open:
            return Outcome.ALIKE
        return self._judged(len(self._reads) // 2)

    def _follow(self) -> None:
        """Note what the pair has at each place that is still open."""
        pair = [dict(leaves(value)) for value in self._reads[-2:]]
        if len(self._reads) == 2:  # noqa: PLR2004 - the first pair opens the places where it differs
            self._open = {place: [] for place in pair[0].keys() | pair[1].keys()}
            self._rows = sum(
                _is_in_row(place) and pair[0].get(place, _MISSING) != pair[1].get(place, _MISSING)
                for place in self._open
            )
        for place, values in list(self._open.items()):
            values.extend(read.get(place, _MISSING) for read in pair)
            if _agree(values):
                del self._open[place]

    def _judged(self, pairs: int) -> Outcome:
        hopeful = False
        enough = self._in_one_sense + len(self._open).bit_length()
        for place, values in self._open.items():
            constant = _is_constant(values)
            one_sense = constant or _is_in_one_sense(values)
            # A row that comes moves all others, and among many fields of few values some seem constant.
            sure = self._constant + (max(self._rows - 1, 0).bit_length() if _is_in_row(place) else 0)
            if (constant and pairs >= sure) or (one_sense and pairs >= enough):
                self.place = place
                return Outcome.DIFFERENT
            hopeful = hopeful or one_sense
        is_open = pairs < PATIENCE or (hopeful and pairs < self._patience)
        return Outcome.OPEN if is_open else Outcome.UNDECIDED


def differ_in_one_sense(reads: list[Any], place: Place) -> bool:
    """Whether the two requests differ at a place in each pair, and always in the same sense."""
    values = [dict(leaves(read)).get(place, _MISSING) for read in reads]
    pairs = zip(values[::2], values[1::2], strict=True)
    return all(_unlike(*pair) is not None for pair in pairs) and _is_in_one_sense(values)


def leaves(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """The scalars in a JSON value and the lengths of its lists, each with its place."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield from leaves(member, (*place, key))
    elif isinstance(value, list):
        yield (*place, LENGTH), len(value)
        for index, member in enumerate(value):
            yield from leaves(member, (*place, index))
    else:
        yield place, value


def _is_in_row(place: Place) -> bool:
    return any(isinstance(key, int) for key in place)


def _agree(values: list[Any]) -> bool:
    """Whether reads of both requests agreed: the last two, or one of them lies between its neighbours."""
    last = len(values) - 1
    return _unlike(values[last - 1], values[last]) is None or any(
        _is_between(values, read) for read in range(max(last - 3, 1), last)
    )


def _is_between(values: list[Any], read: int) -> bool:
    """Whether a read lies between the other request's reads before and after it, as in a rising course."""
    before = next((n for n in range(read - 1, -1, -1) if is_other(n) != is_other(read)), None)
    after = next((n for n in range(read + 1, len(values)) if is_other(n) != is_other(read)), None)
    if before is None or after is None:
        return False
    senses = {_unlike(values[before], values[read]), _unlike(values[read], values[after])}
    return senses in ({"<"}, {">"}, {None})


def _is_constant(values: list[Any]) -> bool:
    ones = [value for read, value in enumerate(values) if not is_other(read)]
    others = [value for read, value in enumerate(values) if is_other(read)]
    return all(_unlike(side[0], value) is None for side in (ones, others) for value in side)


def _is_in_one_sense(values: list[Any]) -> bool:
    senses = set()
    for read in range(0, len(values), 2):
        one, other = values[read : read + 2] if not is_other(read) else values[read : read + 2][::-1]
        senses.add(_unlike(one, other))
    return len(senses) == 1


def _unlike(one: Any, other: Any) -> object:
    """In what sense two values differ; None where they do not."""
    if type(one) is type(other) or (is_number(one) and is_number(other)):
        if one == other:
            return None
        if is_number(one) or isinstance(one, str):
            return "<" if one < other else ">"
    return repr(one), repr(other)
