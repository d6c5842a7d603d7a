"""The busiest slot of a window.

No slot has more calls than the heaviest stretch of its day allows, nor than the minutes that it touches do.
So the most promising day is counted first, and of the others only the slots that may have more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from metermock.ledger.calendar import DAY, MINUTE
from metermock.ledger.memory import TABLES
from metermock.ledger.pace import BLOCK, MINUTES
from metermock.ledger.sums import series

if TYPE_CHECKING:
    from metermock.ledger.arrays import Integers
    from metermock.ledger.calendar import Window
    from metermock.ledger.pace import Pace
    from metermock.ledger.selection import Selection

_FEW = 4_096  # slots that are sooner counted than bounded
_DAYS = 64  # looked at together, so that memory does not grow with their number


class _Slots(NamedTuple):
    """Slots of so many seconds, counted back from `end`; nothing before `start` or from `until` on counts."""

    end: int
    seconds: int
    start: int
    until: int

    def edges(self, first: int, last: int) -> Integers:
        """The edges of the slots [first, last), the first being the last in time."""
        edges = self.end - np.arange(last, first - 1, -1) * self.seconds
        return np.clip(edges, self.start, self.until)

    def edges_of_day(self, day: int) -> Integers:
        """The edges of all slots that touch a day of UTC."""
        last = -(-(self.end - max(day * DAY, self.start)) // self.seconds)
        return self.edges(max(0, self.end - (day + 1) * DAY) // self.seconds, last)

    def edges_in_minutes(self, minutes: Integers) -> Integers:
        """Start and end of each slot that starts in one of some minutes, given by their starts, ascending."""
        starts = self.end - (self.end - minutes) // self.seconds * self.seconds
        starts = starts[starts < minutes + MINUTE]
        edges = np.stack([starts, starts + self.seconds], axis=1).reshape(-1)
        return np.clip(edges, self.start, self.until)

    def edges_at_midnight(self, days: Integers) -> Integers:
        """Start and end of each slot that a day shares with the day before."""
        ends = self.end - (self.end - days * DAY) // self.seconds * self.seconds
        edges = np.stack([ends - self.seconds, ends], axis=1).reshape(-1)
        return np.clip(edges, self.start, self.until)


def peak(selection: Selection, window: Window, seconds: int, visible: Window) -> int:
    """The most calls in any slot of so many seconds; slots are counted back from the window's end.

    What is left over at the window's start is a slot too, cut short. Calls outside `visible` do not count.
    """
    unseen = max(window.end - visible.end, 0) // seconds * seconds
    start, until = max(window.start, visible.start), min(window.end, visible.end)
    if until <= start or not selection.lines:
        return 0
    slots = _Slots(window.end - unseen, seconds, start, until)
    number = -(-(slots.end - start) // seconds)
    if number <= _FEW or not MINUTE <= seconds < DAY:
        return int(_counts(selection, slots.edges(0, number)).max())
    return _search(selection, slots)


def _search(selection: Selection, slots: _Slots) -> int:
    days = np.arange(slots.start // DAY, (slots.until - 1) // DAY + 1)
    best = int(_counts(selection, slots.edges_at_midnight(days[1:]))[::2].max(initial=0))
    minutes = -(-slots.seconds // 60)
    bounds = _bounds(selection, days, minutes)
    first = int(bounds.argmax())
    best = max(best, int(_counts(selection, slots.edges_of_day(int(days[first]))).max()))
    for index in range(0, len(days), _DAYS):
        part = slice(index, index + _DAYS)
        promising = days[part][bounds[part] > best]
        starts = _promising_minutes(selection, promising, minutes, best)
        best = max(best, int(_counts(selection, slots.edges_in_minutes(starts))[::2].max(initial=0)))
    return best


def _promising_minutes(selection: Selection, days: Integers, minutes: int, best: int) -> Integers:
    """The starts of the minutes of some days in which a slot may start that has more calls than `best`."""
    streams = tuple(line.stream.purpose for line in selection.lines)
    found = [np.zeros(0, dtype=np.int64)]
    for day in days.tolist():
        bounds: Integers = TABLES.recall(
            ("minutes", streams, day, minutes),
            lambda day=day: _bounds_of_minutes(selection, day, minutes),  # type: ignore[misc]
            lambda made: made.nbytes,
        )
        found.append(day * DAY + np.flatnonzero(bounds > best) * MINUTE)
    return np.concatenate(found)


def _bounds_of_minutes(selection: Selection, day: int, minutes: int) -> Integers:
    """At least as many calls as a slot of so many minutes has that starts in each minute of a day."""
    bounds = np.zeros(MINUTES - minutes + 1, dtype=np.int64)
    for line in selection.lines:
        rows = line.stream.pace.cumulative(day).astype(np.int64)
        runs = rows[minutes:] - rows[:-minutes]
        # A slot that starts within a minute lies between the run from it and the run from the next.
        runs[:-1] = np.maximum(runs[:-1], runs[1:])
        calls = line.counts[day - line.timeline.first]
        bounds += np.minimum(calls * runs // max(int(rows[-1]), 1) + 1, calls)
    return bounds


def _counts(selection: Selection, edges: Integers) -> Integers:
    return series(selection, edges, ("calls",))["calls"]


def _bounds(selection: Selection, days: Integers, minutes: int) -> Integers:
    """At least as many calls as any slot of so many minutes within each day has."""
    bounds = np.zeros(len(days), dtype=np.int64)
    shares: dict[Pace, tuple[Integers, Integers]] = {}
    for line in selection.lines:
        pace = line.stream.pace
        if pace not in shares:
            shares[pace] = _heaviest(pace, days, minutes)
        heaviest, whole = shares[pace]
        calls = line.counts[days - line.timeline.first]
        bounds += np.minimum(calls * heaviest // whole + 1, calls)
    return bounds


def _heaviest(pace: Pace, days: Integers, minutes: int) -> tuple[Integers, Integers]:
    """Of each day, the weight of its heaviest run of so many minutes, and of all of them."""
    blocks = range(int(days[0]) // BLOCK, int(days[-1]) // BLOCK + 1)
    found = [_of_block(pace, block, min(minutes, MINUTES)) for block in blocks]
    rows = slice(int(days[0]) - blocks.start * BLOCK, int(days[-1]) - blocks.start * BLOCK + 1)
    heaviest, whole = np.concatenate(found, axis=1)
    return heaviest[rows], np.maximum(whole[rows], 1)


def _of_block(pace: Pace, block: int, minutes: int) -> Integers:
    def make() -> Integers:
        rows = pace.block(block).astype(np.int64)
        return np.stack([(rows[:, minutes:] - rows[:, :-minutes]).max(axis=1), rows[:, -1]])

    made: Integers = TABLES.recall(("heaviest", pace, block, minutes), make, lambda rows: rows.nbytes)
    return made
