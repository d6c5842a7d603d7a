"""When calls come: how a day's calls lie in its minutes.

Every minute of a UTC day has a weight, and each of its seconds has that weight too. The calls before an
instant are the day's calls times the share of the day's weight before it. So any second is an exact edge.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from metermock.ledger import dice, effort
from metermock.ledger.arrays import Integers, Integers32, Objects
from metermock.ledger.cache import TABLES, next_token
from metermock.ledger.calendar import DAY, MINUTE
from metermock.ledger.traffic.incident import Incidents
from metermock.ledger.traffic.shape import Job, Shape

MINUTES = 1_440
BLOCK = 8  # days whose weights are made at once: fewer cost more calls, more cost more waste

_EFFORT = 600  # a day's noise takes as long as so many minutes of a query
_AT_ONCE = 32  # days whose weights are made together: they fit into the processor's cache
_DAYS = 128  # whose offsets are looked up together
_THURSDAY = 3  # 1970-01-01, counted from Monday
_FULL = 500  # the weight of a minute in the busiest hour, before noise
_EVEN_BITS = 6
_EVEN = 1 << _EVEN_BITS  # noise that changes nothing
_USUAL_TRAFFIC = 100  # percent
# 500 * 8 * 4 (a burst) * 86,400 seconds, and half as much again in an incident: the weights of a day's
# seconds add up to less than 2**31.
_MOST_NOISE = 8 * _EVEN

# Noise of minutes, of 16 minutes together and of two hours together. Each of the 16 levels is equally likely,
# and their mean is nearly `_EVEN`. The first row are quantiles of an exponential distribution, as of waiting
# times: without all three, rare calls would come at nearly even distances.
_SCALES = (
    (1, (2, 6, 11, 16, 21, 27, 33, 40, 48, 58, 68, 81, 97, 119, 151, 245)),
    (16, (13, 22, 29, 35, 40, 45, 50, 55, 61, 66, 72, 78, 86, 97, 113, 162)),
    (120, (38, 45, 49, 52, 55, 57, 60, 62, 64, 67, 70, 73, 76, 80, 85, 91)),
)


class DayWeight(NamedTuple):
    """How busy a day is (`part`), how busy days are on average (`whole`), and how many minutes have calls."""

    part: int
    whole: int
    open: int


class DayWeights(NamedTuple):
    """The same of many days, in Python's integers."""

    part: Objects
    whole: Objects
    open: Objects


class MinuteWeights:
    """Where in its UTC days a stream's calls lie."""

    def __init__(self) -> None:
        self.token = next_token()
        self._latest: tuple[int, Integers32] = -1, np.zeros(0, dtype=np.int32)

    def day(self, day: int) -> DayWeight:
        """How busy a day is."""
        raise NotImplementedError

    def days(self, days: range) -> DayWeights:
        """How busy each of many days is."""
        return DayWeights(*np.array([self.day(day) for day in days], dtype=object).T)

    def _make(self, days: Sequence[int]) -> Integers32:
        """The weight of each minute of some days, one row each."""
        raise NotImplementedError

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
        name = ("weights", self.token, block)
        days = range(block * BLOCK, (block + 1) * BLOCK)
        made: Integers32 = TABLES.recall(name, lambda: self._rows(days), lambda rows: rows.nbytes)
        return made

    def rows(self, days: Sequence[int]) -> Integers32:
        """`cumulative` of some days, one row each; nothing is kept, unless the days are a block.

        For days that lie far apart: of their blocks, most days would be made for nothing.
        """
        if isinstance(days, range) and len(days) == BLOCK and days.start % BLOCK == 0:
            return self.block(days.start // BLOCK)
        return self._rows(days)

    def _rows(self, days: Sequence[int]) -> Integers32:
        rows = np.zeros((len(days), MINUTES + 1), dtype=np.int32)
        np.cumsum(self._make(days), axis=1, dtype=np.int32, out=rows[:, 1:])
        return rows


class ShapedWeights(MinuteWeights):
    """Calls that follow a shape in a zone, with noise of their own."""

    def __init__(
        self,
        shape: Shape,
        zone: ZoneInfo,
        purpose: int,
        incidents: Incidents | None = None,
        holidays: frozenset[int] = frozenset(),
    ) -> None:
        super().__init__()
        self._holidays = holidays if shape.holiday != _USUAL_TRAFFIC else frozenset()
        self._near_holidays = frozenset(day + more for day in self._holidays for more in (-1, 0, 1))
        self._incidents = incidents if incidents and incidents.traffic != _USUAL_TRAFFIC else None
        self._shape = shape
        self._zone = zone
        self._purpose = dice.key("minutes", purpose, shape.name)
        top = max(shape.hours) * max(shape.weekdays)
        # Rounded up, so that an hour with any weight in the world keeps one here.
        weights = [[-(-_FULL * hour * weekday // top) for hour in shape.hours] for weekday in shape.weekdays]
        self._hourly = np.array(weights, dtype=np.int32)
        self._week = 60 * int(self._hourly.sum())
        self._factors = [
            np.maximum(_EVEN + (np.array(levels) - _EVEN) * shape.noise // 50, 2).astype(np.int32)
            for _, levels in _SCALES
        ]
        self._usual: dict[tuple[int, int], Integers32] = {}
        self._days: dict[tuple[int, int, int], DayWeight] = {}
        self._disturbed: dict[int, list[slice]] = {}
        # The weights of days that are like others, and what they would be if all were incidents.
        self._known = self._reduced = np.zeros((0, MINUTES), dtype=np.int32)
        self._names: dict[tuple[int, int], int] = {}
        self._lock = threading.Lock()
        self._places: dict[int, int] = {}

    def day(self, day: int) -> DayWeight:
        """How busy a day is, before noise."""
        before, after = self._offsets(day)
        is_usual = before == after and not self._spans(day) and not self._has_holiday(day, before, after)
        name = (before, after, day % 7 if is_usual else day)
        if name not in self._days:
            plain = self._plain([day])
            # Times seven, so that `part` is as large as `whole`, a week's weight, on an average day.
            self._days[name] = DayWeight(7 * int(plain.sum()), self._week, int(np.count_nonzero(plain)))
        return self._days[name]

    def days(self, days: range) -> DayWeights:
        """How busy each of many days is, before noise."""
        at = np.arange(days.start, days.stop)
        offsets = np.array([_offset_on(self._zone, day) for day in range(days.start, days.stop + 1)])
        is_usual = offsets[:-1] == offsets[1:]
        is_usual[[day - days.start for day in self._near_holidays if day in days]] = False
        if self._incidents is not None:
            for begin, end in self._incidents.between(days.start * DAY, days.stop * DAY):
                is_usual[max(begin // DAY - days.start, 0) : -(-end // DAY) - days.start] = False
        # Most days are like others of their weekday: one of each kind is looked at, and all others.
        kinds = np.where(is_usual, offsets[:-1] * 7 + at % 7, at + (1 << 32))
        _, firsts, places = np.unique(kinds, return_index=True, return_inverse=True)
        found = np.empty((2, len(firsts)), dtype=np.int64)
        for start in range(0, len(firsts), _AT_ONCE):
            plain = self._plain(at[firsts[start : start + _AT_ONCE]].tolist())
            found[0, start : start + _AT_ONCE] = plain.sum(axis=1)
            found[1, start : start + _AT_ONCE] = np.count_nonzero(plain, axis=1)
        part, are_open = found[:, places].astype(object)
        return DayWeights(7 * part, np.full(len(days), self._week, dtype=object), are_open)

    def _make(self, days: Sequence[int]) -> Integers32:
        weights = self._plain(days)
        if self._shape.noise or self._shape.bursts:
            effort.begin(len(days) * _EFFORT)
            noisy = self._noise(np.array(days, dtype=np.int64)).reshape(weights.shape)
            noisy *= weights
            noisy >>= _EVEN_BITS
            # A minute that has a weight keeps one.
            weights = np.maximum(noisy, weights > 0, out=noisy)
        return weights

    def _noise(self, days: Integers) -> Integers32:
        # 32 bits are enough: no product of levels, or of noise and a weight, passes 2**21.
        # A day starts and ends where 16 minutes and two hours do, so each level is repeated in full.
        noise = self._levels(days, 0)
        for scale, (length, _) in enumerate(_SCALES[1:], 1):
            together = noise.reshape(-1, length)
            together *= self._levels(days, scale)[:, None]
            together >>= _EVEN_BITS
        np.minimum(noise, _MOST_NOISE, out=noise)
        if self._shape.bursts:
            # 16 random bits against a percentage of 2**16; other bits of the same draw say how far above.
            bits = dice.runs(self._purpose, days * MINUTES, MINUTES).reshape(-1)
            below = -(-(self._shape.bursts << 16) // 100) << 48
            burst = np.flatnonzero(bits <= np.uint64(below - 1))
            noise[burst] *= 2 + (dice.finished(bits[burst]) % np.uint64(3)).astype(np.int32)
        return noise

    def _levels(self, days: Integers, scale: int) -> Integers32:
        """The noise of some days on one scale alone."""
        length, _ = _SCALES[scale]
        spans = MINUTES // length
        bits = dice.runs(self._purpose + length, days * spans, spans).reshape(-1)
        bits >>= np.uint64(60)
        drawn: Integers32 = self._factors[scale].take(bits.view(np.int64))
        return drawn

    def _plain(self, days: Sequence[int]) -> Integers32:
        """The weights of some days without noise, one row each."""
        places = [self._place(day) for day in days]
        plain: Integers32 = self._known[places]
        for row, day, place in zip(plain, days, places, strict=True):
            if place < 0:
                row[:] = self._undisturbed(day)
        if self._incidents is None:
            return plain
        self._look_for_incidents(days)
        for row, day, place in zip(plain, days, places, strict=True):
            spans = self._disturbed[day]
            if spans:
                reduced = self._reduced[place] if place >= 0 else _reduced(row, self._incidents.traffic)
                for span in spans:
                    row[span] = reduced[span]
        return plain

    def _place(self, day: int) -> int:
        """The row of `_known` that a day has but for incidents; -1 if it is like no other day."""
        found = self._places.get(day)
        if found is None:
            before, after = self._offsets(day)
            found = self._places[day] = (
                self._place_of(before, day)
                if before == after and not self._has_holiday(day, before, after)
                else -1
            )
        return found

    def _place_of(self, offset: int, day: int) -> int:
        name = offset, day % 7
        if name not in self._names:
            usual = self._steady(offset, day)
            reduced = _reduced(usual, self._incidents.traffic) if self._incidents else usual
            # A row must stay where another thread finds it.
            with self._lock:
                self._reduced = np.concatenate([self._reduced, reduced[None]])
                self._known = np.concatenate([self._known, usual[None]])
                self._names[name] = len(self._known) - 1
        return self._names[name]

    def _spans(self, day: int) -> list[slice]:
        """The minutes of a day that lie in incidents with more calls or fewer than usual."""
        if self._incidents is None:
            return []
        self._look_for_incidents([day])
        return self._disturbed[day]

    def _look_for_incidents(self, days: Sequence[int]) -> None:
        """Find the incidents of some days, and of all between them, unless they are known."""
        if self._incidents is None or all(day in self._disturbed for day in days):
            return
        first, last = min(days), max(days)
        found: dict[int, list[slice]] = {day: [] for day in range(first, last + 1)}
        for begin, end in self._incidents.between(first * DAY, (last + 1) * DAY):
            for day in range(max(begin // DAY, first), min((end - 1) // DAY, last) + 1):
                start = day * DAY
                found[day].append(slice(max(begin - start, 0) // MINUTE, -(-(end - start) // MINUTE)))
        self._disturbed |= found

    def _undisturbed(self, day: int) -> Integers32:
        """A day's weights without noise and incidents."""
        before, after = self._offsets(day)
        weights = self._worked(day, before, after)
        if not self._has_holiday(day, before, after):
            return weights
        # Where clocks change within a holiday, it is an hour longer or shorter on its last evening.
        local = (np.arange(MINUTES) + day * MINUTES + before) // MINUTES
        is_off = np.logical_or.reduce(
            [local == each for each in _touched(day, before, after) if each in self._holidays]
        )
        off: Integers32 = np.where(is_off, -(-weights * self._shape.holiday // _USUAL_TRAFFIC), weights)
        return off

    def _has_holiday(self, day: int, before: int, after: int) -> bool:
        return day in self._near_holidays and not self._holidays.isdisjoint(_touched(day, before, after))

    def _worked(self, day: int, before: int, after: int) -> Integers32:
        """A day's weights without noise, incidents and holidays."""
        if before == after:
            return self._steady(before, day)
        # The clocks change on this day. Zones change at most once in a day: bisect for the first minute after
        # it.
        minutes = range(day * MINUTES, (day + 1) * MINUTES)
        change = bisect_left(minutes, x=True, key=lambda minute: _offset(self._zone, minute) != before)
        return np.concatenate([self._steady(before, day)[:change], self._steady(after, day)[change:]])

    def _offsets(self, day: int) -> tuple[int, int]:
        return _offset_on(self._zone, day), _offset_on(self._zone, day + 1)

    def _steady(self, offset: int, day: int) -> Integers32:
        """A day's weights with the same offset all day."""
        name = offset, day % 7
        if name not in self._usual:
            days, minutes = np.divmod(np.arange(MINUTES) + day * MINUTES + offset, MINUTES)
            self._usual[name] = self._hourly[(days + _THURSDAY) % 7, minutes // 60]
        return self._usual[name]


def _reduced(weights: Integers32, traffic: int) -> Integers32:
    """The weights of minutes in incidents that leave so many percent of the calls."""
    # Rounded up, so that only a percentage of 0 leaves no calls.
    reduced: Integers32 = -(-weights * traffic // _USUAL_TRAFFIC)
    return reduced


def _touched(day: int, before: int, after: int) -> tuple[int, int]:
    """The local days in which a day of UTC begins and ends."""
    return (day * MINUTES + before) // MINUTES, ((day + 1) * MINUTES + after - 1) // MINUTES


def _offset_on(zone: ZoneInfo, day: int) -> int:
    """Minutes that the clocks of a zone are ahead of UTC when a day of UTC begins."""
    return _offsets_of(zone, day // _DAYS)[day % _DAYS]


@lru_cache(maxsize=1 << 9)
def _offsets_of(zone: ZoneInfo, span: int) -> list[int]:
    return [_offset(zone, day * MINUTES) for day in range(span * _DAYS, (span + 1) * _DAYS)]


def _offset(zone: ZoneInfo, minute: int) -> int:
    """Minutes that the clocks of a zone are ahead of UTC."""
    shown = datetime.fromtimestamp(minute * 60, tz=zone).utcoffset()
    return 0 if shown is None else (shown.days * DAY + shown.seconds) // 60


class JobWeights(MinuteWeights):
    """Calls that all come in the minutes of a job."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self._weights = np.zeros(MINUTES, dtype=np.int32)
        self._weights[job.start : job.start + job.minutes] = _FULL
        self._day = DayWeight(1, 1, job.minutes)

    def day(self, day: int) -> DayWeight:  # noqa: ARG002 - a job is the same every day
        """How busy a day is: always the same."""
        return self._day

    def block(self, block: int) -> Integers32:  # noqa: ARG002 - as above
        """`cumulative` of the days of a block: always the same."""
        return super().block(0)

    def _make(self, days: Sequence[int]) -> Integers32:
        return np.tile(self._weights, (len(days), 1))
