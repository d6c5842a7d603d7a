"""The fullest slot of a window: the most calls in any so many seconds.

The weights of the minutes tell how many calls to expect in a slot. Its true count differs by less than one
call per line, or two across midnight. So each slot has a bound that its count stays below. Slots are counted
from the highest bound down, until no bound that is left allows more than the best count. The result is the
same as if all slots were counted, which tests/ledger/queries/test_agreement.py does.
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

_FEW = 8  # so few slots are counted without a search: that is faster
_FIRST = 16  # slots with the highest bounds, counted one by one
_KEPT = 1_024, 8_192  # minutes that are kept: for slots of a minute, and of an hour
_ROUNDING = 1e-3  # floats only choose what is counted; at 2**31 calls a day, a line's are off by up to 1e-4
_DAYS = 64  # looked at together, so that memory does not grow with their number


class _Promise(NamedTuple):
    """Minutes in which the fullest slots may start. It holds for slots at any second, so clocks share it."""

    minutes: Integers
    expected: Reals
    """The calls to expect in a slot that starts with the minute, and in one that starts with the next."""
    spare: Reals
    """A slot has fewer calls than expected and these together."""
    rest: float
    """A slot that starts in any other minute has fewer calls than this."""

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
        # A slot that starts inside a minute expects something between the two numbers, so at most the larger.
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
    # Slots that lie after `until` as a whole are left out; the number of the others is rounded up, for the
    # slot that is cut short.
    end = window.end - max(window.end - until, 0) // seconds * seconds
    number = -(-(end - start) // seconds)
    # A minute holds the start of at most one such slot, and no slot crosses two midnights. The weights tell
    # nothing of calls that a filter picks.
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
    """How many calls of a selection lie between each edge and the next."""
    if selection.only:
        return series(selection, edges, selection.lines[0].deck.recipe.names)["calls"]
    counts = np.zeros(max(len(edges) - 1, 0), dtype=np.int64)
    for _, _, lives in lives_of(selection.lines, edges):
        counts += np.diff(lives)
    return counts


def _search(selection: Selection, window: Window, end: int, seconds: int) -> int | None:
    """The most calls in a slot counted back from `end`; None if too many minutes may hold it."""
    days, length = range(window.start // DAY, (window.end - 1) // DAY + 1), -(-seconds // MINUTE)
    promise: _Promise = TABLES.recall(
        ("promise", selection.token, days, length),
        lambda: _promise(selection, days, length),
        lambda made: 4 * made.minutes.nbytes,
    )
    # Each minute's first slot, counted back from the end; it may also start after the minute.
    starts = end - (end - promise.minutes) // seconds * seconds
    into = starts - promise.minutes
    some = np.flatnonzero((into < MINUTE) & (starts > window.start - seconds) & (starts < window.end))
    into, starts = into[some], starts[some]
    # Within a minute, calls to expect grow evenly; so what a slot expects lies on a line between the
    # expectations of the two that start with this minute and with the next.
    here, later = promise.expected[:, some]
    bounds = (here * (MINUTE - into) + later * into) / MINUTE + promise.spare[some]
    best = _most(selection, window, starts, seconds, bounds)
    # Whole numbers below `rest` are at most `best` then, so no other minute's slot has more.
    return best if promise.rest <= best + 1 else None


def _most(selection: Selection, window: Window, starts: Integers, seconds: int, bounds: Reals) -> int:
    """The most calls in any of some slots; each has fewer than its bound."""
    best = 0
    first = np.argpartition(-bounds, _FIRST)[:_FIRST] if len(bounds) > _FIRST else np.arange(len(bounds))
    # A count below a bound of best + 1 is at most `best`; the bounds after it are lower still.
    for index in first[(-bounds[first]).argsort()].tolist():
        if bounds[index] <= best + 1:
            return best
        start = starts.item(index)
        until = min(start + seconds, window.end)
        best = max(best, matching(selection, until) - matching(selection, max(start, window.start)))
    # The first few did not decide it: all slots that may have more are counted in one go. Every other row
    # lies between two of them and is passed over.
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
    # A day's count before an edge is what is expected there plus a phase below 1, rounded down (book.py). So
    # it differs by more than phase - 1, and by phase at most. Two edges of the same day differ by less than
    # one call from what is expected between them. Across midnight, the parts of two days differ by less than
    # two.
    crossing = np.arange(number) % MINUTES + length >= MINUTES
    for line in selection.lines:
        before = _before(line, range(days.start, min(days.stop + 2, stop)), number + length + 1)
        runs = before[length:] - before[:-length]
        expected += runs[:-1], runs[1:]
        # A line that expects nothing all through the slot has nothing there.
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
