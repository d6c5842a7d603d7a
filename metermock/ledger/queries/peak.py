"""The fullest slot of a window: the most calls in any so many seconds.

The weights of the minutes tell how many calls to expect in a slot. Its true count differs by less than one
call per line, or two across midnight. So each slot has a bound that its count stays below. Slots are counted
from the highest bound down, until no bound that is left allows more than the best count. The result is the
same as if all slots were counted, which tests/ledger/queries/test_agreement.py does.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from metermock.ledger import effort
from metermock.ledger.arrays import Integers, Integers32, Reals
from metermock.ledger.cache import TABLES
from metermock.ledger.calendar import DAY, MINUTE, Window
from metermock.ledger.queries.bounds import HOURS, ROUNDING, hourly_bounds
from metermock.ledger.queries.grid import grid_counts
from metermock.ledger.queries.selection import Selection
from metermock.ledger.queries.sums import chunks, matching, series
from metermock.ledger.traffic.book import lives_of
from metermock.ledger.traffic.weights import MINUTES

_FEW = 8  # so few slots are counted without a search: that is faster
_FIRST = 16  # slots with the highest bounds, counted one by one
_HOURS_AT_ONCE = 64, 512  # hours whose minutes are looked at first, and then


class _Promise(NamedTuple):
    """Minutes in which the fullest slots may start. It holds for slots at any second, so clocks share it."""

    minutes: Integers
    expected: Reals
    """The calls to expect in a slot that starts with the minute, and in one that starts with the next."""
    spare: Reals
    """A slot has fewer calls than expected and these together."""
    rest: float
    """A slot that starts in any other minute has fewer calls than this."""


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
    effort.begin(number * len(selection.lines))
    best = 0
    is_even = not (selection.only or seconds % MINUTE)
    for part in chunks(number + 1):
        edges = range(end - (number - part.start) * seconds, end - (number - part.stop) * seconds, seconds)
        if is_even and start <= edges[0] and edges[-1] <= until:
            counts = grid_counts(selection, edges)
        else:
            counts = _counts(selection, np.clip(np.arange(edges.start, edges.stop, seconds), start, until))
        best = max(best, int(counts.max()))
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
    for number in _HOURS_AT_ONCE:
        promise: _Promise = TABLES.recall(
            ("promise", selection.token, days, length, number),
            functools.partial(_promise, selection, days, length, number),
            lambda made: 4 * made.minutes.nbytes,
        )
        found = _among(promise, selection, window, end, seconds)
        if found is not None:
            return found
    return None


def _among(promise: _Promise, selection: Selection, window: Window, end: int, seconds: int) -> int | None:
    """The most calls in a slot that starts in one of some minutes; None if others may have more."""
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


def _promise(selection: Selection, days: range, length: int, number: int) -> _Promise:
    """The minutes of so many hours of some days, the most promising, for slots of so many minutes."""
    bounds = hourly_bounds(selection, days, length)
    if number >= len(bounds):
        return _expected(selection, days, length, np.arange(len(bounds)), 0)
    order = np.argpartition(-bounds, number)
    return _expected(selection, days, length, order[:number], float(bounds[order[number:]].max()))


def _expected(selection: Selection, days: range, length: int, hours: Integers, rest: float) -> _Promise:
    """The minutes of some hours, counted from the first day; nothing after the last day counts."""
    day, hour = np.divmod(hours, HOURS)
    begin = hour[:, None] * 60 + np.arange(61)
    later, end = np.divmod(begin + length, MINUTES)
    later = np.minimum(day[:, None] + later, len(days))
    expected, spare = np.zeros((2, len(hours), 60)), np.full((len(hours), 60), ROUNDING)
    # A day's count before an edge is what is expected there plus a phase below 1, rounded down (book.py). So
    # it differs by more than phase - 1, and by phase at most. Two edges of the same day differ by less than
    # one call from what is expected between them. Across midnight, the parts of two days differ by less than
    # two.
    crossing = begin[:, :-1] + length >= MINUTES
    known = [day.tolist(), np.minimum(day + 1, len(days) - 1).tolist()]
    same_day = later == day[:, None]
    for line in selection.lines:
        first = days.start - line.timeline.first
        sums = line.sums[first : first + len(days) + 1]
        counts = np.append(line.counts[first : first + len(days)], 0)
        if not counts.any():
            continue
        rows = {
            each: line.stream.weights.cumulative(days.start + each) for each in sorted({*known[0], *known[1]})
        }
        here, next_day = ([rows[each] for each in some] for some in known)
        before = counts[day][:, None] * _shares(here, begin)
        after = counts[later] * np.where(same_day, _shares(here, end), _shares(next_day, end))
        runs = sums[later] - sums[day][:, None] + after - before
        expected += runs[:, :-1], runs[:, 1:]
        # A line that expects nothing all through the slot has nothing there.
        spare += (np.maximum(runs[:, :-1], runs[:, 1:]) > 0) * (1 + crossing)
    minutes = (days.start * MINUTES + hours[:, None] * 60 + np.arange(60)) * MINUTE
    return _Promise(minutes.reshape(-1), expected.reshape(2, -1), spare.reshape(-1), rest)


def _shares(rows: Sequence[Integers32], minutes: Integers) -> Reals:
    """The shares of days' calls that come before some minutes; each day's row has a row of minutes."""
    # Of most days, one hour of twenty-four is asked for: only that is put together.
    found = np.array([row.take(some) for row, some in zip(rows, minutes, strict=True)])
    whole = np.array([row.item(-1) for row in rows])
    shares: Reals = found / np.maximum(whole, 1)[:, None]
    return shares
