"""The busiest slot of a window.

From the weights of the minutes follows how many calls any slot has, but for a call or so per line. So slots
are counted in the order of their promise, until no other can have more.
"""

from __future__ import annotations

from functools import reduce
from typing import NamedTuple

import numpy as np

from metermock.ledger.arrays import Integers, Reals
from metermock.ledger.cache import TABLES
from metermock.ledger.calendar import DAY, MINUTE, Window
from metermock.ledger.queries.selection import Selection
from metermock.ledger.queries.sums import chunks, matching, series
from metermock.ledger.traffic.book import Line, lives_of
from metermock.ledger.traffic.weights import MINUTES

_FEW = 8  # slots that are sooner all counted
_FIRST = 16  # most promising slots that are counted one by one
_KEPT = 1_024, 8_192  # promising minutes that are remembered: for slots of a minute, and of an hour
_ROUNDING = 1e-6  # numbers with a point only choose what is counted
_DAYS = 64  # looked at together, so that memory does not grow with their number


class _Promise(NamedTuple):
    """Minutes in which the busiest slots may start."""

    minutes: Integers
    expected: Reals
    """The calls to expect in a slot that starts with the minute, and in one that starts with the next."""
    spare: Reals
    """A slot has fewer than so many more."""
    rest: float
    """A slot that starts in any other minute has fewer."""

    def joined(self, other: _Promise) -> _Promise:
        """The minutes of both."""
        return _Promise(
            np.concatenate([self.minutes, other.minutes]),
            np.concatenate([self.expected, other.expected], axis=1),
            np.concatenate([self.spare, other.spare]),
            max(self.rest, other.rest),
        )

    def best(self, keep: int) -> _Promise:
        """Only so many minutes, the most promising."""
        if len(self.minutes) <= keep:
            return self
        bounds = self.expected.max(axis=0) + self.spare
        order = np.argpartition(-bounds, keep)
        kept, rest = order[:keep], float(bounds[order[keep:]].max())
        return _Promise(self.minutes[kept], self.expected[:, kept], self.spare[kept], max(self.rest, rest))


def fullest_slot(selection: Selection, window: Window, seconds: int, visible: Window) -> int:
    """The most calls in any slot of so many seconds; slots are counted back from the window's end.

    What is left over at the window's start is a slot too, cut short. Calls outside `visible` do not count.
    """
    start, until = max(window.start, visible.start), min(window.end, visible.end)
    if until <= start or not selection.lines:
        return 0
    end = window.end - max(window.end - until, 0) // seconds * seconds
    number = -(-(end - start) // seconds)
    if number > _FEW and MINUTE <= seconds < DAY and not selection.only:
        found = _search(selection, Window(start, until), end, seconds)
        if found is not None:
            return found
    best = 0
    for part in chunks(number + 1):
        edges = end - np.arange(number - part.start, number - part.stop, -1) * seconds
        best = max(best, int(_counts(selection, np.clip(edges, start, until)).max()))
    return best


def _counts(selection: Selection, edges: Integers) -> Integers:
    """How many calls that are meant lie between each edge and the next."""
    if selection.only:
        return series(selection, edges, selection.lines[0].deck.recipe.names)["calls"]
    counts = np.zeros(max(len(edges) - 1, 0), dtype=np.int64)
    for _, _, lives in lives_of(selection.lines, edges):
        counts += np.diff(lives)
    return counts


def _search(selection: Selection, window: Window, end: int, seconds: int) -> int | None:
    """The peak, of slots that are counted back from `end`; None where too many may be it."""
    days, length = range(window.start // DAY, (window.end - 1) // DAY + 1), -(-seconds // MINUTE)
    promise: _Promise = TABLES.recall(
        ("promise", selection.token, days, length),
        lambda: _promise(selection, days, length),
        lambda made: 4 * made.minutes.nbytes,
    )
    starts = end - (end - promise.minutes) // seconds * seconds
    into = starts - promise.minutes
    some = np.flatnonzero((into < MINUTE) & (starts > window.start - seconds) & (starts < window.end))
    into, starts = into[some], starts[some]
    here, later = promise.expected[:, some]
    bounds = (here * (MINUTE - into) + later * into) / MINUTE + promise.spare[some]
    best = _most(selection, window, starts, seconds, bounds)
    return best if promise.rest <= best + 1 else None


def _most(selection: Selection, window: Window, starts: Integers, seconds: int, bounds: Reals) -> int:
    """The most calls in any of some slots; each has fewer than its bound."""
    best = 0
    first = np.argpartition(-bounds, _FIRST)[:_FIRST] if len(bounds) > _FIRST else np.arange(len(bounds))
    for index in first[(-bounds[first]).argsort()].tolist():
        if bounds[index] <= best + 1:
            return best
        start = starts.item(index)
        until = min(start + seconds, window.end)
        best = max(best, matching(selection, until) - matching(selection, max(start, window.start)))
    left = np.sort(starts[bounds > best + 1])
    edges = np.clip(np.stack([left, left + seconds], axis=1).reshape(-1), *window)
    return max(best, int(_counts(selection, edges)[::2].max(initial=0)))


def _promise(selection: Selection, days: range, length: int) -> _Promise:
    """The most promising minutes of some days for slots of so many minutes."""
    shortest, longest = _KEPT
    keep = min(max(shortest, shortest // 8 * length), longest)
    parts_of_days = (days[first : first + _DAYS] for first in range(0, len(days), _DAYS))
    expected = (_expected(selection, part, days.stop, length) for part in parts_of_days)
    return reduce(lambda best, some: best.joined(some.best(keep)).best(keep), expected).best(keep)


def _expected(selection: Selection, days: range, stop: int, length: int) -> _Promise:
    """All minutes of some days, for slots of so many minutes; nothing from the day `stop` on counts."""
    number = len(days) * MINUTES
    expected, spare = np.zeros((2, number)), np.full(number, _ROUNDING)
    # A line has less than a call beside what is to be expected, but across midnight less than two.
    crossing = np.arange(number) % MINUTES + length >= MINUTES
    for line in selection.lines:
        before = _before(line, range(days.start, min(days.stop + 2, stop)), number + length + 1)
        runs = before[length:] - before[:-length]
        expected += runs[:-1], runs[1:]
        spare += (before[length + 1 :] > before[:number]) * (1 + crossing)
    return _Promise(np.arange(number) * MINUTE + days.start * DAY, expected, spare, 0)


def _before(line: Line, days: range, number: int) -> Reals:
    """The calls to expect before each of so many minutes since the first day's midnight."""
    rows = np.stack([line.stream.weights.cumulative(day) for day in days])
    first = days.start - line.timeline.first
    counts, sums = (column[first : first + len(days), None] for column in (line.counts, line.sums))
    shares = rows[:, :-1] / np.maximum(rows[:, -1:], 1)
    expected = (shares * counts + (sums - sums[0])).reshape(-1)
    total = line.sums[first + len(days)] - sums[0]
    before: Reals = np.concatenate([expected, np.full(max(number - len(expected), 0), total)])[:number]
    return before
