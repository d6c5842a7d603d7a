"""Single calls, in order, found without looking at those before them."""

from __future__ import annotations

import heapq
from bisect import bisect_left
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from metermock.ledger import dice
from metermock.ledger.book import Place
from metermock.ledger.calendar import DAY
from metermock.ledger.call import Call
from metermock.ledger.deck import BITS, LENGTH, SLOTS, VARIANTS
from metermock.ledger.memory import TABLES
from metermock.ledger.sums import matching

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from metermock.ledger.book import Book, Line
    from metermock.ledger.calendar import Window
    from metermock.ledger.deck import Deck, Only
    from metermock.ledger.selection import Selection

Pools = "Callable[[], Mapping[str, tuple[str, ...]]]"


class _Found(NamedTuple):
    """A call in the order of the ledger: by instant, then by stream, then by its place in the stream."""

    at: int
    line: int
    place: Place


def nth(selection: Selection, window: Window, count: int) -> int | None:
    """The instant of the call of that count (from 1) in a window."""
    before = matching(selection, window.start)
    if count < 1 or matching(selection, window.end) - before < count:
        return None
    instants = range(window.start, window.end + 1)
    return instants[bisect_left(instants, before + count, key=lambda at: matching(selection, at))] - 1


def newest(selection: Selection, window: Window, limit: int, until: list[int] | None) -> list[_Found]:
    """The last calls of a window, newest first; `until` caps each stream at so many of its life."""
    runs = [
        reversed_run(line, *_range(line, window, selection.only, None, until)) for line in selection.lines
    ]
    return list(islice(heapq.merge(*runs, reverse=True), limit))


def oldest(selection: Selection, window: Window, limit: int, since: list[int]) -> list[_Found]:
    """The first calls of a window after so many of each stream's life, newest first."""
    runs = [forward_run(line, *_range(line, window, selection.only, since, None)) for line in selection.lines]
    return list(islice(heapq.merge(*runs), limit))[::-1]


def _range(
    line: Line, window: Window, only: Only, since: list[int] | None, until: list[int] | None
) -> tuple[int, int, Only]:
    """The first and last (exclusive) of the stream's calls that are meant, counted among those."""
    first, last = line.place(window.start), line.place(window.end)
    if since is not None and since[line.stream.number] > first.calls:
        first = line.place_of(since[line.stream.number])
    if until is not None and until[line.stream.number] < last.calls:
        last = line.place_of(until[line.stream.number])
    if not only:
        return first.calls, last.calls, only
    column = line.column("calls", only)
    return line.sum_at(column, first), line.sum_at(column, last), only


def reversed_run(line: Line, first: int, last: int, only: Only) -> Iterator[_Found]:
    """Calls of a stream from the last to the first."""
    return (_find(line, count, only) for count in range(last - 1, first - 1, -1))


def forward_run(line: Line, first: int, last: int, only: Only) -> Iterator[_Found]:
    """Calls of a stream from the first to the last."""
    return (_find(line, count, only) for count in range(first, last))


def _find(line: Line, count: int, only: Only) -> _Found:
    place = line.place_of(count) if not only else _pick(line, count, only)
    return _Found(line.instant(place.calls), line.stream.number, place)


def _pick(line: Line, count: int, only: Only) -> Place:
    """Where the call of that count among those meant lies."""
    column = line.column("calls", only)
    segment = int(np.searchsorted(column.sums, count, side="right")) - 1
    variant = int(line.variants[segment])
    rounds, rest = divmod(count - int(column.base[segment]), int(column.prefix.total[variant]))
    slot = rounds * LENGTH + int(_positions(line.deck, only)[variant][rest])
    return Place(segment, slot, slot - int(line.first_slots[segment]) + int(line.lives[segment]))


def _positions(deck: Deck, only: Only) -> list[NDArray[np.intp]]:
    """The slots of each variant that are meant."""

    def make() -> list[NDArray[np.intp]]:
        return [np.flatnonzero(mask) for mask in deck.mask(only).reshape(VARIANTS, LENGTH)]

    made: list[NDArray[np.intp]] = TABLES.recall(("positions", deck.token, only), make, lambda _: SLOTS * 8)
    return made


def before(book: Book, number: int) -> list[int] | None:
    """Of each stream, how many of its calls have a lower number; None where no call has that number."""
    if book.days is None or not 1 <= number <= int(book.days[-1]):
        return None
    day = int(np.searchsorted(book.days, number)) - 1 + book.timeline.first
    seconds = range(day * DAY, (day + 1) * DAY + 1)
    at = seconds[bisect_left(seconds, number, key=book.life_at)] - 1
    lives = [line.life_at(at) for line in book.lines]
    left = number - sum(lives) - 1
    for place, line in enumerate(book.lines):
        here = min(left, line.life_at(at + 1) - lives[place])
        lives[place] += here
        left -= here
        if not left:
            break
    return lives


def number_of(book: Book, found: _Found) -> int:
    """The number of a call in the account's life."""
    earlier = sum(line.life_at(found.at + 1) for line in book.lines[: found.line])
    later = sum(line.life_at(found.at) for line in book.lines[found.line + 1 :])
    return earlier + found.place.calls + later + 1


def calls(
    book: Book, found: Iterable[_Found], pools: Callable[[], Mapping[str, tuple[str, ...]]]
) -> list[Call]:
    """The calls found, with what the deck says of them."""
    return [_call(book, one, pools) for one in found]


def _call(book: Book, found: _Found, pools: Callable[[], Mapping[str, tuple[str, ...]]]) -> Call:
    line = book.lines[found.line]
    deck = line.deck
    slot = (int(line.variants[found.place.segment]) << BITS) + found.place.slot % LENGTH
    dimensions = dict(line.stream.dimensions)
    for dimension in deck.recipe.dimensions:
        dimensions[dimension.name] = dimension.values[deck.codes[dimension.name][slot]]
    return Call(
        number=number_of(book, found),
        at=found.at,
        dimensions=dimensions,
        measures={name: int(numbers[slot]) for name, numbers in deck.measures.items()},
        identity=dice.draw(line.stream.purpose, found.place.calls),
        pools=pools,
    )
