"""How much an account uses of something in time: cumulative from the start of each month, never falling.

All of it is in whole units (money in cents), and what is used in a span is the difference of its two edges.
So the parts of a span make the span, whatever its steps are.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Protocol

from metermock.ledger import dice
from metermock.ledger.calendar import DAY, HOUR, month_edge
from metermock.server.generation.values.scene import mixed
from metermock.server.generation.words.grains import UTC

_STANDING = {"near-limit": (90, 99), "over-limit": (102, 118)}
"""Hundredths of the limit, at the start and the end of a month, of accounts that are there on any day."""
_ENDS = {"quiet": (2, 6), "unlimited": (2, 8), "empty": (0, 0), "huge": (55, 85)}
"""Hundredths of the limit that others have used at the end of a month."""
_USUAL = (60, 95)
_MONTHS = (85, 115)
"""Hundredths of its usual month that an account without a limit uses in one."""
_WEEKEND = 45
_DAYS = (65, 135)
_HOURS = (70, 130)
_OF_DAY = (2, 2, 1, 1, 1, 2, 3, 5, 8, 11, 12, 12, 11, 12, 12, 12, 11, 9, 7, 6, 5, 4, 3, 2)
"""How likely the hours of a day are."""
_THURSDAY = 3
"""The weekday of the first day of 1970, of which Monday is nought."""
_FRIDAY = 4
_WIDTH = 10_000
_THOUSAND = 1_000


@functools.lru_cache(maxsize=4096)
def month_of(day: int) -> tuple[int, int]:
    """The first second of the month of a day since 1970, and the first after it, in UTC."""
    return month_edge(day * DAY, 0, UTC), month_edge(day * DAY, 1, UTC)


@functools.lru_cache(maxsize=256)
def _weights(key: int, begin: int, end: int) -> tuple[int, ...]:
    """The weights of a month's hours, added up: nought first, all of them last."""
    weights: list[int] = []
    for day in range(begin // DAY, end // DAY):
        bits = dice.draw(key, day)
        of_day = _between(_DAYS, bits) * (_WEEKEND if (day + _THURSDAY) % 7 > _FRIDAY else 100)
        for usual in _OF_DAY:
            # Cheaper than a draw of its own for each hour.
            bits = mixed(bits)
            weights.append(of_day * usual * _between(_HOURS, bits))
    return tuple(accumulate(weights, initial=0))


def _between(span: tuple[int, int], bits: int) -> int:
    return span[0] + dice.below(span[1] - span[0] + 1, bits)


class Flow(Protocol):
    """What is used of something."""

    def at(self, begin: int, instant: int) -> int:
        """What is used in the month that begins at an instant, until another in it or at its end."""


@dataclass(frozen=True, slots=True)
class _Month:
    """What is used in a part of a month, which is all of it or ends at the clock."""

    edges: Sequence[int]
    """The weights of its hours, added up."""
    amount: int
    weight: int
    """The weight of the part, times the seconds of an hour."""


@dataclass(frozen=True, slots=True)
class Course:
    """The use of an account whose month has a limit of a size, or comes to about a size without one."""

    account: str
    key: int
    size: int
    is_limit: bool
    now: int
    told: int | None = None
    """What is used this month until the clock, where a reply says it."""
    _known: dict[int, _Month] = field(default_factory=dict, init=False, repr=False, compare=False)
    """The months that were asked for: a series asks for each of its steps."""

    @property
    def used(self) -> int:
        """What is used this month until the clock, the second that goes on included."""
        begin, _ = month_of(self.now // DAY)
        return self.at(begin, self.now + 1)

    @property
    def usual(self) -> int:
        """What a month comes to, roughly."""
        return self._month(month_of(self.now // DAY)[0])

    def at(self, begin: int, instant: int) -> int:
        """What is used in the month that begins at an instant, until another in it or at its end."""
        month = self._known.get(begin)
        if month is None:
            month = self._known[begin] = self._of_month(begin)
        return month.amount * min(_part(month.edges, begin, instant), month.weight) // month.weight

    def _of_month(self, begin: int) -> _Month:
        _, after = month_of(begin // DAY)
        edges = _weights(self.key, begin, after)
        whole = edges[-1] * HOUR
        if begin <= self.now < after:
            so_far = _part(edges, begin, self.now + 1)
            told = self._told(so_far, whole, begin)
            if told is not None:
                return _Month(edges, told, so_far)
        return _Month(edges, self._month(begin), whole)

    def _told(self, so_far: int, whole: int, begin: int) -> int | None:
        """What this month has until now, where that is not just a part of what the month comes to."""
        standing = _STANDING.get(self.account) if self.is_limit else None
        if standing is not None:
            low, high = standing
            share = low * _WIDTH + (high - low) * _WIDTH * so_far // whole
            usual = self.size * share // (100 * _WIDTH)
            return usual if self.told is None else self.told
        if self.told is None or self.told == self._month(begin) * so_far // whole:
            return None
        return self.told

    def _month(self, begin: int) -> int:
        """What a month comes to."""
        bits = dice.draw(dice.key("month", self.key), begin)
        if not self.is_limit:
            return 0 if self.account == "empty" else self.size * _between(_MONTHS, bits) // 100
        span = _STANDING.get(self.account) or _ENDS.get(self.account, _USUAL)
        return self.size * _between(span, bits) // 100


def _part(edges: Sequence[int], begin: int, instant: int) -> int:
    """The weight of a month until an instant, times the seconds of an hour."""
    hour, second = divmod(instant - begin, HOUR)
    if hour >= len(edges) - 1:
        return edges[-1] * HOUR
    return edges[hour] * HOUR + (edges[hour + 1] - edges[hour]) * second


class Taken:
    """A part of a flow: another share of it each day."""

    def __init__(self, of: Flow, key: int, span: tuple[int, int], last: int) -> None:
        self.of = of
        self._key = key
        self._span = span
        """Thousandths of the whole that it is."""
        self._last = last
        """The last instant that is asked for."""
        self._known: dict[int, tuple[list[int], list[int], list[int]]] = {}

    def at(self, begin: int, instant: int) -> int:
        """Its part of what is used until then; each more of the whole is no more than one more of it."""
        days, sums, shares = self._month(begin)
        day = min((instant - begin) // DAY, len(shares) - 1)
        return (sums[day] + (self.of.at(begin, instant) - days[day]) * shares[day]) // _THOUSAND

    def _month(self, begin: int) -> tuple[list[int], list[int], list[int]]:
        if begin not in self._known:
            _, after = month_of(begin // DAY)
            count = (min(after, self._last + DAY) - begin - 1) // DAY + 1
            days = [self.of.at(begin, begin + day * DAY) for day in range(count)]
            shares = [_between(self._span, dice.draw(self._key, begin // DAY + day)) for day in range(count)]
            parts = [
                (after - before) * share for before, after, share in zip(days, days[1:], shares, strict=False)
            ]
            self._known[begin] = days, list(accumulate(parts, initial=0)), shares
        return self._known[begin]


@dataclass(frozen=True, slots=True)
class Rest:
    """What is left of a flow without a part of it."""

    of: Flow
    part: Taken

    def at(self, begin: int, instant: int) -> int:
        """What is used of the rest until then."""
        return self.of.at(begin, instant) - self.part.at(begin, instant)


def between(flow: Flow, start: int, end: int) -> int:
    """What is used from an instant to another, in however many months they lie."""
    total = 0
    while start < end:
        begin, after = month_of(start // DAY)
        last = min(end, after)
        total += flow.at(begin, last) - flow.at(begin, start)
        start = last
    return total
