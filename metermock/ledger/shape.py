"""When calls come: how a day's calls lie in its minutes.

A pace gives every minute of a UTC day a weight. The weight of a second is its minute's; the calls before an
instant are the day's calls times the share of the weight before it. So any second is an exact edge.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from metermock.ledger import dice
from metermock.ledger.calendar import DAY
from metermock.ledger.memory import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from metermock.ledger.arrays import Integers, Integers32


MINUTES = 1_440
_THURSDAY = 3  # 1970-01-01, counted from Monday
_tokens = count()
_FULL = 1_000  # the weight of a minute in the busiest hour, before noise
BLOCK = 8  # days whose weights are made at once: fewer cost more calls, more cost more waste
_NOISE = 30  # percent
_EVEN = 64  # noise that changes nothing
_FOUR_BYTES = 510, 148  # mean and standard deviation of a sum of four random bytes


@dataclass(frozen=True, slots=True)
class Shape:
    """How traffic spreads over hours and weekdays, as integer weights; `noise` and `bursts` in percent."""

    name: str
    hours: tuple[int, ...]
    weekdays: tuple[int, ...]
    bursts: int = 0
    noise: int = _NOISE


EVEN = Shape("", (1,) * 24, (1,) * 7, noise=0)


def read_shape(name: str, part: Mapping[str, Any]) -> Shape:
    """The shape of that name in a world."""
    hours, weekdays = tuple(part["hours"]), tuple(part["weekdays"])
    return Shape(name, hours, weekdays, part.get("bursts", 0), part.get("noise", _NOISE))


class Pace(Protocol):
    """Where in its UTC days a stream's calls lie."""

    def share(self, day: int) -> tuple[int, int]:
        """How busy a day is, over how busy days are on average."""

    def cumulative(self, day: int) -> Integers32:
        """Weights of a day before each of its minutes: 1,441 numbers from 0 to their sum."""

    def block(self, block: int) -> Integers32:
        """`cumulative` of the days of a block, one row each."""


class ShapedPace:
    """Calls that follow a shape in a zone, with noise of their own."""

    def __init__(self, shape: Shape, zone: ZoneInfo, purpose: int) -> None:
        self._shape = shape
        self._zone = zone
        self._token = next(_tokens)
        self._latest: tuple[int, Integers32] = -1, np.zeros(0, dtype=np.int32)
        self._purpose = dice.key("minutes", purpose, shape.name)
        top = max(shape.hours) * max(shape.weekdays)
        self._hourly = np.array(
            [[-(-_FULL * hour * weekday // top) for hour in shape.hours] for weekday in shape.weekdays],
            dtype=np.int64,
        )
        self._week = 60 * int(self._hourly.sum())
        self._usual: dict[tuple[int, int], Integers] = {}
        self._sums: dict[tuple[int, int, int], int] = {}

    def share(self, day: int) -> tuple[int, int]:
        """How busy a day is, over how busy days are on average."""
        before, after = _offset(self._zone, day * MINUTES), _offset(self._zone, (day + 1) * MINUTES)
        name = (before, after, day % 7 if before == after else day)
        if name not in self._sums:
            self._sums[name] = 7 * int(self._plain(day).sum())
        return self._sums[name], self._week

    def cumulative(self, day: int) -> Integers32:
        """Weights of a day before each of its minutes: 1,441 numbers from 0 to their sum."""
        known, weights = self._latest
        if known != day:
            block, row = divmod(day, BLOCK)
            weights = self.block(block)[row]
            self._latest = day, weights
        return weights

    def block(self, block: int) -> Integers32:
        """`cumulative` of the days of a block, one row each."""
        name = ("weights", self._token, block)
        made: Integers32 = TABLES.recall(name, lambda: self._make(block), lambda rows: rows.nbytes)
        return made

    def _make(self, block: int) -> Integers32:
        days = range(block * BLOCK, (block + 1) * BLOCK)
        weights = np.stack([self._plain(day) for day in days]).reshape(-1)
        if self._shape.noise or self._shape.bursts:
            weights = weights * self._noise(days.start * MINUTES) // _EVEN
        rows = np.zeros((BLOCK, MINUTES + 1), dtype=np.int32)
        np.cumsum(weights.reshape(BLOCK, MINUTES), axis=1, out=rows[:, 1:])
        return rows

    def _noise(self, first: int) -> Integers:
        bits = dice.draws(self._purpose, np.arange(first, first + BLOCK * MINUTES))
        lanes = bits.astype("<u8", copy=False).view(np.uint8).reshape(-1, 8).astype(np.int32)
        mean, deviation = _FOUR_BYTES
        spread = lanes[:, 0] + lanes[:, 1] + lanes[:, 2] + lanes[:, 3] - mean
        noise = np.clip(_EVEN + spread * (_EVEN * self._shape.noise) // (100 * deviation), 8, 3 * _EVEN)
        burst = (lanes[:, 4] * 256 + lanes[:, 5]) * 100 < self._shape.bursts << 16
        noise[burst] *= 2 + lanes[burst, 6] % 3
        made: Integers = noise.astype(np.int64)
        return made

    def _plain(self, day: int) -> Integers:
        """A day's weights without noise."""
        before, after = _offset(self._zone, day * MINUTES), _offset(self._zone, (day + 1) * MINUTES)
        if before == after:
            return self._steady(before, day)
        minutes = range(day * MINUTES, (day + 1) * MINUTES)
        change = bisect_left(minutes, x=True, key=lambda minute: _offset(self._zone, minute) != before)
        return np.concatenate([self._steady(before, day)[:change], self._steady(after, day)[change:]])

    def _steady(self, offset: int, day: int) -> Integers:
        """A day's weights with the same offset all day."""
        name = offset, day % 7
        if name not in self._usual:
            days, minutes = np.divmod(np.arange(MINUTES) + day * MINUTES + offset, MINUTES)
            self._usual[name] = self._hourly[(days + _THURSDAY) % 7, minutes // 60]
        return self._usual[name]


@lru_cache(maxsize=1 << 14)
def _offset(zone: ZoneInfo, minute: int) -> int:
    """Minutes that the clocks of a zone are ahead of UTC."""
    shown = datetime.fromtimestamp(minute * 60, tz=UTC).astimezone(zone).utcoffset()
    return 0 if shown is None else (shown.days * DAY + shown.seconds) // 60


@dataclass(frozen=True, slots=True)
class Job:
    """Work that runs at a fixed time of the day in UTC: that many calls within that many minutes."""

    monthly: bool
    start: int
    minutes: int
    calls: int


class JobPace:
    """Calls that all come in the minutes of a job."""

    def __init__(self, job: Job) -> None:
        weights = np.zeros(MINUTES + 1, dtype=np.int32)
        weights[job.start + 1 : job.start + 1 + job.minutes] = _FULL
        self._row = np.cumsum(weights, dtype=np.int32)
        self._rows = np.tile(self._row, (BLOCK, 1))

    def share(self, day: int) -> tuple[int, int]:  # noqa: ARG002 - a job is the same every day
        """How busy a day is, over how busy days are on average."""
        return 1, 1

    def cumulative(self, day: int) -> Integers32:  # noqa: ARG002
        """Weights of a day before each of its minutes: 1,441 numbers from 0 to their sum."""
        return self._row

    def block(self, block: int) -> Integers32:  # noqa: ARG002
        """`cumulative` of the days of a block, one row each."""
        return self._rows
