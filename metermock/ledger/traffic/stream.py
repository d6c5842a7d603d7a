"""How many calls a stream has on each day."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from metermock.ledger import dice
from metermock.ledger.arrays import Integers, Objects, Truths
from metermock.ledger.calendar import DAY, local_date
from metermock.ledger.traffic import wander
from metermock.ledger.traffic.deck import NORMAL
from metermock.ledger.traffic.shape import USUAL_NOISE, Job
from metermock.ledger.traffic.weights import MinuteWeights
from metermock.timezones import zone

_ONE = 1 << 20  # a factor of 1 for growth
_LEVEL = 24  # months after which growth ends
_MONTH = 304_375  # days of an average month, times 10,000
_BLOCK = 512  # days whose drift and random bits are worked out at once
_USUAL_HEALTH = 3_400  # a variant's number, times 1,000
_QUIET_DAYS, _BUSY_DAYS = 4, 9  # percent of days that are far below the usual, and those or far above it
_LARGEST = (1 << 31) - 1  # times a day's weights it fits in 62 bits


@dataclass(frozen=True)
class Stream:
    """One kind of traffic of an account: the same key, person and so on for all its calls.

    `first` and `last` are days of UTC, the last exclusive. `month` is in calls, `growth` in percent a month.
    `noise` is how much days differ, from 0 to 100.
    """

    number: int
    purpose: int
    dimensions: Mapping[str, str]
    weights: MinuteWeights
    first: int
    last: int
    month: Fraction
    growth: Fraction
    noise: int = USUAL_NOISE
    job: Job | None = None
    at_most: int | None = None
    at_most_per_minute: int | None = None
    counted: Callable[[int], int] | None = None
    """Tells the calls of a day, where `month` does not."""
    counted_on: Callable[[range], Integers] | None = None
    """The same for many days."""
    drift: int = 0
    """How much weeks differ, from 0 to 100."""
    health: int | None = None
    """What the account's good and bad days are drawn for; None where all days are alike."""

    def counts(self, first: int, last: int) -> Integers:
        """Calls of each day in [first, last)."""
        if self.at_most is not None and first > self.first:
            # The limit counts from the stream's first day on.
            return self.counts(self.first, last)[first - self.first :]
        counts = self.drawn_on(range(first, last))
        if self.at_most is not None:
            # The running total stops at the limit; a day's calls are what it still grows by.
            counts = np.diff(np.minimum(np.cumsum(counts), self.at_most), prepend=0)
        return counts

    def drawn(self, day: int) -> int:
        """Calls of a day, before `at_most`."""
        if not self.first <= day < self.last:
            return 0
        return min(self._count(day), _LARGEST, self._room(day))

    def drawn_on(self, days: range) -> Integers:
        """`drawn` of many days; worked out together they take a fifth of the time."""
        counts = np.zeros(len(days), dtype=np.int64)
        own = range(max(days.start, self.first), min(days.stop, self.last))
        if own:
            counts[own.start - days.start : own.stop - days.start] = self._drawn_on(own)
        return counts

    def _drawn_on(self, days: range) -> Sequence[int] | Integers:
        """`drawn` of many days of the stream."""
        if self.counted_on is not None:
            counts = np.minimum(self.counted_on(days), _LARGEST)
            if self.minute_room is not None:
                # Few open minutes times a limit below 2**31: the product fits.
                room = self.minute_room * self.weights.days(days).open.astype(np.int64)
                counts = np.minimum(counts, np.maximum(room, 1))
            return counts
        at = np.arange(days.start, days.stop)
        if self.job is not None:
            is_due = _open_months(at) if self.job.monthly else np.ones_like(at, dtype=np.bool_)
            return is_due * min(self.job.calls, _LARGEST, self._room(days.start))
        # In Python's integers, as `_count` does it: the products have more than 63 bits.
        busy = self.weights.days(days)
        share = self.month.numerator * 10_000 * self._levels_on(days) * busy.part * self._moods(at)
        unit = self.month.denominator * _MONTH * _ONE * busy.whole * 1_000
        chances = dice.draws(self._daily, ~at).astype(object)
        found = np.minimum((share + (chances * unit >> 64)) // unit, _LARGEST)
        if self.minute_room is not None:
            found = np.minimum(found, np.maximum(self.minute_room * busy.open, 1))
        drawn: Integers = found.astype(np.int64)
        return drawn

    def _levels_on(self, days: range) -> Objects:
        """`_grown` of many days."""
        months, rest = np.divmod((np.arange(days.start, days.stop) - self.first) * 10_000, _MONTH)
        levels = np.array([*self._levels, self._levels[-1]], dtype=object)
        months = np.minimum(months, _LEVEL)
        low = levels[months]
        grown: Objects = low + (levels[months + 1] - low) * rest.astype(object) // _MONTH
        return grown

    def _moods(self, days: Integers) -> Objects:
        """The level of many days in thousandths, with the drift of their weeks."""
        bits = dice.draws(self._daily, days)
        kind, level, other = (
            part.astype(np.int64) for part in (bits % 100, (bits >> 8) % 401, (bits >> 24) % 401)
        )
        usual = np.where(kind < _BUSY_DAYS, 1_350 + level * 2, 800 + (level + other) // 2)
        usual[kind < _QUIET_DAYS] = 150 + level[kind < _QUIET_DAYS] * 3 // 4
        moods = np.maximum(1_000 + (usual - 1_000) * self.noise // USUAL_NOISE, 0)
        if self.drift:
            moods = moods * self._drift_of(days) // 1_000
        exact: Objects = moods.astype(object)
        return exact

    def _room(self, day: int) -> int:
        """The most calls that fit into the day's minutes."""
        spare = self.minute_room
        return _LARGEST if spare is None else max(spare * self.weights.day(day).open, 1)

    @property
    def minute_room(self) -> int | None:
        """The calls that a minute may have by its weight, so that any 60 seconds keep `at_most_per_minute`.

        60 seconds have less than one call more than their share of a day's calls. Across midnight they have
        shares of two days, and so less than two more.
        """
        return None if self.at_most_per_minute is None else self.at_most_per_minute - 2

    def _count(self, day: int) -> int:
        if self.counted is not None:
            return self.counted(day)
        if self.job is not None:
            return self.job.calls if not self.job.monthly or _opens_month(day) else 0
        # share / unit is the number of calls to expect, as an exact fraction. It is rounded up as often as
        # its fractional part says: a random number below `unit` is added, and the division rounds down. So a
        # stream of less than a call a day has as many in a year as its month says (tests/ledger/traffic).
        part, whole, _ = self.weights.day(day)
        block, place = divmod(day, _BLOCK)
        bits, chance = (each[place] for each in self._draws(block))
        mood = self._mood(bits) * self._drifted(day) // 1_000 if self.drift else self._mood(bits)
        share = self.month.numerator * 10_000 * self._grown(day - self.first) * part * mood
        unit = self.month.denominator * _MONTH * _ONE * whole * 1_000
        return (share + dice.below(unit, chance)) // unit

    def _draws(self, block: int) -> tuple[list[int], list[int]]:
        """Random bits for the mood of each day of a block, and for what is left of a call."""
        found = self._drawn.get(block)
        if found is None:
            days = np.arange(block * _BLOCK, (block + 1) * _BLOCK)
            # `~day` is negative, so the two draws of a day never share a counter.
            moods, chances = (dice.draws(self._daily, counters).tolist() for counters in (days, ~days))
            found = self._drawn[block] = moods, chances
        return found

    @cached_property
    def _drawn(self) -> dict[int, tuple[list[int], list[int]]]:
        return {}

    @cached_property
    def _daily(self) -> int:
        return dice.key("day", self.purpose)

    @cached_property
    def _levels(self) -> list[int]:
        levels = [_ONE]
        for _ in range(_LEVEL):
            levels.append(int(levels[-1] * (100 + self.growth) / 100))
        return levels

    def _grown(self, days: int) -> int:
        months, rest = divmod(days * 10_000, _MONTH)
        if months >= _LEVEL:
            return self._levels[-1]
        low, high = self._levels[months : months + 2]
        return low + (high - low) * rest // _MONTH

    def _drifted(self, day: int) -> int:
        """The level of a day's weeks in thousandths: with a drift of 50, two thirds are from 850 to 1,150."""
        block, place = divmod(day, _BLOCK)
        levels = self._drifts.get(block)
        if levels is None:
            days = np.arange(block * _BLOCK, (block + 1) * _BLOCK)
            levels = self._drifts[block] = self._drift_of(days).tolist()
        return levels[place]

    def _drift_of(self, days: Integers) -> Integers:
        off = (wander.level(self._daily, days) - wander.MIDDLE) * self.drift * 12 // 500
        return np.maximum(1_000 + off, 100)

    @cached_property
    def _drifts(self) -> dict[int, list[int]]:
        return {}

    def healths(self, days: Integers) -> Integers:
        """How well each day goes, as one of the deck's variants of ordinary days: 0 is best."""
        health = self.health or 0
        account = wander.bias(health) + 11 * (wander.level(health, days) - wander.MIDDLE)
        # Streams of an account have their bad days together, though not quite alike.
        own = dice.words(dice.key("health", self.purpose), days) % 3_001 - 1_500
        healths: Integers = np.clip((_USUAL_HEALTH + account + own) // 1_000, 0, NORMAL - 1)
        return healths

    def _mood(self, bits: int) -> int:
        """A day's level in thousandths: mostly near 1,000, on some days far below or above."""
        kind, level = bits % 100, (bits >> 8) % 401
        if kind < _QUIET_DAYS:
            usual = 150 + level * 3 // 4
        elif kind < _BUSY_DAYS:
            usual = 1_350 + level * 2
        else:
            usual = 800 + (level + (bits >> 24) % 401) // 2
        return max(1_000 + (usual - 1_000) * self.noise // USUAL_NOISE, 0)


def _open_months(days: Integers) -> Truths:
    """Which days are the first of a month in UTC."""
    dates = days.astype("datetime64[D]")
    firsts: Truths = dates.astype("datetime64[M]").astype("datetime64[D]") == dates
    return firsts


def _opens_month(day: int) -> bool:
    return local_date(day * DAY, zone("UTC")).day == 1
