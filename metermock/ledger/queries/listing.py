"""Single calls, in order, found without a look at those before them.

Each line gives its calls by number: the n-th call of a line, or the n-th that a filter picks, is found by
inverting the counts. Lines are merged as far as the page goes.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice, repeat
from typing import NamedTuple

import numpy as np

from metermock.ledger import dice
from metermock.ledger.arrays import Integers
from metermock.ledger.cache import ANSWERS, TABLES
from metermock.ledger.calendar import DAY, Window
from metermock.ledger.call import Call
from metermock.ledger.queries.selection import Selection
from metermock.ledger.queries.sums import matching
from metermock.ledger.texts import Pools
from metermock.ledger.traffic.book import Book, Line, Position, weights_at
from metermock.ledger.traffic.deck import BITS, LENGTH, SLOTS, VARIANTS, Deck, Only

_POSITIONS = 4_096  # of single calls, kept: the newest calls at one second are nearly those at the next
_SIZE = 1_200  # about how many bytes a call takes


class _Found(NamedTuple):
    """A call in the order of the ledger: by instant, then by stream, then by its number in the stream."""

    at: int
    line: int
    position: Position


def nth(selection: Selection, window: Window, count: int) -> int | None:
    """The instant of the call of that count (from 1) in a window."""
    if count == 1:
        return next((found.at for found in oldest(selection, window, 1, None)), None)
    before = matching(selection, window.start)
    if count < 1 or matching(selection, window.end) - before < count:
        return None
    # Counts before an instant never fall as time goes on: bisect for the first one with so many before it.
    instants = range(window.start, window.end + 1)
    return instants[bisect_left(instants, before + count, key=lambda at: matching(selection, at))] - 1


def newest(selection: Selection, window: Window, limit: int, until: list[int] | None) -> list[_Found]:
    """The last calls of a window, newest first; `until` caps each stream at so many of its life."""
    runs = [_backward(line, *_range(line, window, selection.only, None, until)) for line in selection.lines]
    return list(islice(heapq.merge(*runs, reverse=True), limit))


def oldest(selection: Selection, window: Window, limit: int, since: list[int] | None) -> list[_Found]:
    """The first calls of a window, newest first; `since` leaves out so many of each stream's life."""
    runs = [_forward(line, *_range(line, window, selection.only, since, None)) for line in selection.lines]
    return list(islice(heapq.merge(*runs), limit))[::-1]


def _range(
    line: Line, window: Window, only: Only, since: list[int] | None, until: list[int] | None
) -> tuple[int, int, Only]:
    """The first and last (exclusive) of a stream's calls that the filter picks, counted among those."""
    first, last = line.position(window.start), line.position(window.end)
    if since is not None and since[line.stream.number] > first.calls:
        first = line.position_of(since[line.stream.number])
    if until is not None and until[line.stream.number] < last.calls:
        last = line.position_of(until[line.stream.number])
    if not only:
        return first.calls, last.calls, only
    column = line.column(only)
    return line.sum_at(column, first), line.sum_at(column, last), only


def _backward(line: Line, first: int, last: int, only: Only) -> Iterator[_Found]:
    """Calls of a stream from the last to the first."""
    return (_find(line, count, only) for count in range(last - 1, first - 1, -1))


def _forward(line: Line, first: int, last: int, only: Only) -> Iterator[_Found]:
    """Calls of a stream from the first to the last."""
    return (_find(line, count, only) for count in range(first, last))


@lru_cache(maxsize=_POSITIONS)
def _find(line: Line, count: int, only: Only) -> _Found:
    position = line.position_of(count) if not only else _pick(line, count, only)
    return _Found(line.instant(position.calls), line.stream.number, position)


def _pick(line: Line, count: int, only: Only) -> Position:
    """The position of the call of that count among those that the filter picks."""
    # The inverse of `Line.sum_at`: the segment from the counts before each; then whole rounds of the deck,
    # and in the last round the slot of that count among the picked ones.
    column = line.column(only)
    segment = int(column.sums.searchsorted(count, side="right")) - 1
    variant = line.variants.item(segment)
    rounds, rest = divmod(count - column.base.item(segment), column.prefix.total.item(variant))
    slot = rounds * LENGTH + _positions(line.deck, only)[variant].item(rest)
    return Position(segment, slot, slot - line.first_slots.item(segment) + line.lives.item(segment))


def _positions(deck: Deck, only: Only) -> list[Integers]:
    """The slots of each variant that the filter picks."""

    def make() -> list[Integers]:
        return [np.flatnonzero(mask) for mask in deck.mask(only).reshape(VARIANTS, LENGTH)]

    made: list[Integers] = TABLES.recall(("positions", deck.token, only), make, lambda _: SLOTS * 8)
    return made


def before(book: Book, number: int) -> list[int] | None:
    """Of each stream, how many of its calls have a lower number; None if no call has that number."""
    # The day from the days' counts, the second by bisection; inside the second, streams are in turn.
    if not 1 <= number <= book.days.item(-1):
        return None
    day = int(np.searchsorted(book.days, number)) - 1 + book.timeline.first
    seconds = range(day * DAY, (day + 1) * DAY + 1)
    at = seconds[bisect_left(seconds, number, key=book.life_at)] - 1
    lives = [line.life_at(at) for line in book.lines]
    left = number - sum(lives) - 1
    for stream, line in enumerate(book.lines):
        here = min(left, line.life_at(at + 1) - lives[stream])
        lives[stream] += here
        left -= here
        if not left:
            break
    return lives


def _numbers(book: Book, found: Sequence[_Found]) -> list[int]:
    """The numbers of calls, oldest first: one more than there are before them in all streams."""
    instants = np.array([one.at for one in found], dtype=np.int64)
    streams = np.array([one.line for one in found], dtype=np.int64)
    own = np.array([one.position.calls for one in found], dtype=np.int64)
    numbers = np.ones(len(found), dtype=np.int64)
    for stream, line in enumerate(book.lines):
        # Of calls in the same second, those of earlier streams come first: there, the second counts too.
        edges = instants + (stream < streams)
        lives = line.lives_at(edges, *weights_at(line.stream.weights, edges))
        numbers += np.where(streams == stream, own, lives)
    listed: list[int] = numbers.tolist()
    return listed


def calls(book: Book, found: Sequence[_Found], pools: Pools) -> list[Call]:
    """The calls found, with what the deck says of them; a call known from before is the same object."""
    names = [("call", book.lines[one.line].token, one.position.calls) for one in found]
    known = dict(zip(names, map(ANSWERS.get, names), strict=True))
    new = [one for one, name in zip(found, names, strict=True) if known[name] is None]
    for call, one in zip(_new_calls(book, new, pools), new, strict=True):
        name = ("call", book.lines[one.line].token, one.position.calls)
        known[name] = ANSWERS.put(name, call, _SIZE)
    return [known[name] for name in names]


def _new_calls(book: Book, found: Sequence[_Found], pools: Pools) -> list[Call]:
    if not found:
        return []
    cards: dict[Deck, list[int]] = {}
    for one in found:
        line = book.lines[one.line]
        slot = (line.variants.item(one.position.segment) << BITS) + one.position.slot % LENGTH
        cards.setdefault(line.deck, []).append(slot)
    dealt = {deck: _cards(deck, slots) for deck, slots in cards.items()}
    numbers = _numbers(book, found[::-1])[::-1]
    return [
        _call(book.lines[one.line], one, number, dealt, pools)
        for one, number in zip(found, numbers, strict=True)
    ]


def _cards(deck: Deck, slots: list[int]) -> Iterator[tuple[dict[str, str], dict[str, int]]]:
    """The dimensions and the measures of some slots, in turn."""
    kinds = [(one.name, one.values) for one in deck.recipe.dimensions]
    codes = zip(*(deck.codes[name][slots].tolist() for name, _ in kinds), strict=True)
    numbers = zip(*(column[slots].tolist() for column in deck.measures.values()), strict=True)
    for drawn, measured in zip(
        codes if kinds else repeat(()), numbers if deck.measures else repeat(()), strict=False
    ):
        dimensions = {name: values[code] for (name, values), code in zip(kinds, drawn, strict=True)}
        yield dimensions, dict(zip(deck.measures, measured, strict=True))


def _call(
    line: Line,
    found: _Found,
    number: int,
    dealt: Mapping[Deck, Iterator[tuple[dict[str, str], dict[str, int]]]],
    pools: Pools,
) -> Call:
    dimensions, measures = next(dealt[line.deck])
    return Call(
        number=number,
        at=found.at,
        dimensions={**line.stream.dimensions, **dimensions},
        measures=measures,
        identity=dice.draw(line.stream.purpose, found.position.calls),
        pools=pools,
    )
