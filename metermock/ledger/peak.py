"""The busiest slot of a window.

No slot has more calls than the heaviest stretch of its day allows. So days are counted from the most
promising one on, until no other can have more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from metermock.ledger.calendar import DAY
from metermock.ledger.memory import TABLES
from metermock.ledger.pace import BLOCK, MINUTES
from metermock.ledger.sums import series

if TYPE_CHECKING:
    from metermock.ledger.arrays import Integers
    from metermock.ledger.calendar import Window
    from metermock.ledger.pace import Pace
    from metermock.ledger.selection import Selection

_FEW = 4_096  # slots that are sooner counted than bounded


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
    if number <= _FEW or seconds >= DAY:
        return int(_counts(selection, slots.edges(0, number)).max())
    return _search(selection, slots)


def _search(selection: Selection, slots: _Slots) -> int:
    days = np.arange(slots.start // DAY, (slots.until - 1) // DAY + 1)
    best = int(_counts(selection, slots.edges_at_midnight(days[1:]))[::2].max(initial=0))
    bounds = _bounds(selection, days, -(-slots.seconds // 60))
    for index in np.argsort(-bounds, kind="stable").tolist():
        if bounds[index] <= best:
            break
        best = max(best, int(_counts(selection, slots.edges_of_day(int(days[index]))).max()))
    return best


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
