"""An account's calls up to a day, counted but not made.

Days are cut into segments where an incident begins or ends. A line of the book is one stream: its calls per
day and segment, and the slot of the deck from which each segment deals. What comes before an instant follows
from the instant's segment and from the calls of that day before it. All of it is whole numbers of 63 bits.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from metermock.ledger import dice
from metermock.ledger.arrays import Integers, Integers32, Truths
from metermock.ledger.cache import HELD, TABLES, next_token
from metermock.ledger.calendar import DAY
from metermock.ledger.traffic.deck import BITS, INCIDENT, LENGTH, NORMAL, Deck, Only, Prefix
from metermock.ledger.traffic.incident import Incidents
from metermock.ledger.traffic.stream import Stream
from metermock.ledger.traffic.weights import BLOCK, MINUTES, MinuteWeights

_REST = LENGTH - 1
_ONCE = 32  # edges whose days are worked on at once: their weights fit into the processor's cache
_FEW, _MANY = 8, 4_096  # edges between which their weights are kept for the next query of a reply
_POSITIONS = 256  # of a line, kept: the queries of a reply ask for the same ones


class Position(NamedTuple):
    """A position between two calls of a line: the segment, the slot dealt next, and the calls before it.

    Slots count on past the end of the deck: LENGTH more is the same slot, one round later.
    """

    segment: int
    slot: int
    calls: int


class Column(NamedTuple):
    """Counts of the calls of a line that a filter picks: those before a position are `base` plus `dealt`.

    `base` is the count before the segment, less what the prefix says of the segment's first slot.
    """

    base: Integers
    prefix: Prefix
    sums: Integers
    """The count before each segment, and after the last."""


@dataclass(frozen=True)
class Timeline:
    """The days of a book and their segments."""

    first: int
    last: int
    starts: Integers
    days: Integers
    troubled: Truths
    listed: list[int]
    """`starts` as a list, which `bisect` reads faster than an array."""

    @classmethod
    def of(cls, first: int, last: int, incidents: Incidents | None) -> Timeline:
        """The days [first, last), cut at the edges of incidents."""
        starts = dict.fromkeys(range(first * DAY, last * DAY, DAY), False)
        spans = list(incidents.between(first * DAY, last * DAY)) if incidents else []
        for begin, end in spans:
            starts |= {edge: False for edge in (begin, end) if first * DAY <= edge < last * DAY}
        listed = sorted(starts)
        edges = np.array(listed, dtype=np.int64)
        troubled = np.zeros(len(listed), dtype=np.bool_)
        for begin, end in spans:
            troubled[bisect_left(listed, begin) : bisect_left(listed, end)] = True
        return cls(first, last, edges, edges // DAY - first, troubled, listed)


class Line:
    """One stream of a book."""

    def __init__(
        self, stream: Stream, timeline: Timeline, shares: tuple[Integers, Integers], deck: Callable[[], Deck]
    ) -> None:
        self.stream = stream
        self.timeline = timeline
        self._deck = deck
        self.counts = stream.counts(timeline.first, timeline.last)
        self.sums = np.concatenate([[0], np.cumsum(self.counts)])
        self.phases = dice.words(
            dice.key("phase", stream.purpose), np.arange(timeline.first, timeline.last, dtype=np.int64)
        )
        starts, days = timeline.starts, timeline.days
        self.lives = np.append(self.lives_at(starts, *shares), self.sums[-1])
        # Each segment deals from a random slot on, and each day from a random variant: were they the same
        # every time, every day would begin with the same calls in the same order.
        self.first_slots = dice.words(dice.key("deal", stream.purpose), starts) & _REST
        kinds = dice.words(dice.key("variant", stream.purpose), days + timeline.first)
        ordinary = kinds % NORMAL if stream.health is None else stream.healths(days + timeline.first)
        self.variants = np.where(timeline.troubled, NORMAL + kinds % INCIDENT, ordinary)
        self._lived: list[int] = self.lives.tolist()
        self._sums: list[int] = self.sums.tolist()
        self.token = next_token()
        self.position = lru_cache(maxsize=_POSITIONS)(self._position)

    @cached_property
    def deck(self) -> Deck:
        """The deck that this stream deals from."""
        return self._deck()

    def lives_at(self, edges: Integers, before: Integers, whole: Integers) -> Integers:
        """Calls of the stream's life before each edge, from what `weights_at` tells of the edges."""
        # Of a day's calls, count * before / whole come before an edge, rounded down. A random phase below 1,
        # here times `whole`, is added first: without it, every day's last call would come in its last second.
        # The result rises from 0 at the day's first instant to the count at its end. It depends on the edge
        # alone, so windows that meet at an edge add up (tests/ledger/queries/test_agreement.py). Counts and
        # weights are below 2**31 each (stream.py, weights.py), so no product passes 63 bits.
        days = edges // DAY - self.timeline.first
        counts = self.counts[days]
        phases = self.phases[days] * whole >> 32
        lives: Integers = self.sums[days] + (counts * before + phases) // whole
        return lives

    def life_at(self, instant: int) -> int:
        """Calls of the stream's life before an instant."""
        # `lives_at` for one edge, in plain integers: arrays of one number are slower. Both give the same.
        day, second = divmod(instant, DAY)
        index = day - self.timeline.first
        sums = self._sums[index]
        if not second:
            return sums
        count = self._sums[index + 1] - sums
        row = self.stream.weights.cumulative(day)
        minute, second = divmod(second, 60)
        start, whole = row.item(minute), row.item(MINUTES) * 60 or 1
        before = start * 60 + (row.item(minute + 1) - start) * second
        return sums + (count * before + (self.phases.item(index) * whole >> 32)) // whole

    def instant(self, call: int) -> int:
        """When a call of the stream's life, counted from 0, takes place."""
        # The inverse of `life_at`. The call is number `own` of its day, from 1. It comes in the second before
        # the first edge that has `own` calls of the day before it. That edge is the first one where
        #     (count * before + phase) // whole >= own, or: before >= (own * whole - phase) / count.
        # `before` is a whole number, so the quotient may be rounded up: -(-a // b) is a / b rounded up.
        index = bisect_right(self._sums, call) - 1
        row = self.stream.weights.cumulative(index + self.timeline.first)
        whole, earlier = row.item(MINUTES) * 60, self._sums[index]
        own, count = call - earlier + 1, self._sums[index + 1] - earlier
        before = -(-(own * whole - (self.phases.item(index) * whole >> 32)) // count)
        # The edge is in the last minute that starts with less than `before`. 60 times an entry of the row is
        # what `before` counts in; entries are whole numbers, so here too the quotient may be rounded up. It
        # becomes an int32, as the row is, or numpy would copy the row.
        minute = int(row.searchsorted(np.int32(-(-before // 60)))) - 1
        # Each second adds the minute's weight. So the seconds that it takes to reach `before` are a quotient
        # rounded up once more, and the call is in the last of them. test_agreement.py lists calls by these
        # instants, and between any two seconds there are as many as `life_at` counts.
        start = row.item(minute)
        second = -(-(before - start * 60) // (row.item(minute + 1) - start)) - 1
        return (index + self.timeline.first) * DAY + minute * 60 + second

    def instants(self, calls: Integers) -> Integers:
        """When calls of the stream's life take place: `instant` for many of them, which ascend."""
        made = np.empty(len(calls), dtype=np.int64)
        days = self.sums.searchsorted(calls, side="right") - 1
        for index in days[np.diff(days, prepend=-1) > 0].tolist():
            here = slice(*np.searchsorted(days, (index, index + 1)))
            row = self.stream.weights.cumulative(index + self.timeline.first).astype(np.int64)
            whole, count = row.item(MINUTES) * 60, self.counts.item(index)
            own = calls[here] - self.sums.item(index) + 1
            before = -(-(own * whole - (self.phases.item(index) * whole >> 32)) // count)
            minute = row.searchsorted(-(-before // 60)) - 1
            start = row[minute]
            second = -(-(before - start * 60) // (row[minute + 1] - start)) - 1
            made[here] = (index + self.timeline.first) * DAY + minute * 60 + second
        return made

    def cards(self, calls: Integers) -> Integers:
        """The places in the deck of calls of the stream's life."""
        segments = self.lives.searchsorted(calls, side="right") - 1
        slots = self.first_slots[segments] + calls - self.lives[segments]
        places: Integers = (self.variants[segments] << BITS) + (slots & _REST)
        return places

    def _position(self, instant: int) -> Position:
        """The position of an instant: between the last call before it and the first one from it on."""
        return self.position_of(self.life_at(instant), bisect_right(self.timeline.listed, instant) - 1)

    def position_of(self, life: int, segment: int | None = None) -> Position:
        """The position after so many calls of the stream's life; without a segment, that of the next call."""
        if segment is None:
            # Segments without calls start with the same number; the last one of them has the call.
            segment = min(bisect_right(self._lived, life), len(self._lived) - 1) - 1
        slot = self.first_slots.item(segment) + life - self._lived[segment]
        return Position(segment, slot, life)

    def last_slot(self, segment: int) -> int:
        """The slot after the last one that a segment deals."""
        return self.first_slots.item(segment) + self._lived[segment + 1] - self._lived[segment]

    def column(self, only: Only) -> Column:
        """The counts of the calls that `only` picks."""
        made: Column = TABLES.recall(
            ("column", self.token, only), lambda: self._column(only), lambda column: 2 * column.base.nbytes
        )
        return made

    def _column(self, only: Only) -> Column:
        deck = self.deck
        prefix: Prefix = TABLES.recall(
            ("prefix", deck.token, only),
            lambda: deck.prefix(only),
            lambda sums: sums.before.nbytes,
        )
        ends = self.first_slots + np.diff(self.lives)
        before = dealt(prefix, self.variants, self.first_slots)
        sums = np.concatenate([[0], np.cumsum(dealt(prefix, self.variants, ends) - before)])
        return Column(sums[:-1] - before, prefix, sums)

    def sum_at(self, column: Column, position: Position) -> int:
        """A column's sum over the calls before a position."""
        variant = self.variants.item(position.segment)
        rounds, rest = position.slot >> BITS, position.slot & _REST
        inside = rounds * column.prefix.total.item(variant) + column.prefix.before.item(
            (variant << BITS) + rest
        )
        return column.base.item(position.segment) + inside


def dealt(prefix: Prefix, variants: Integers, slots: Integers) -> Integers:
    """How many picked slots are dealt before these, from the deck's first slot on."""
    # Whole rounds times the variant's total, and the slots of the last round. From a slot to a later one of
    # the same variant, the difference is exact, however many rounds lie between.
    sums: Integers = (slots >> BITS) * prefix.total[variants]
    sums += prefix.before[(variants << BITS) + (slots & _REST)]
    return sums


def weights_at(weights: MinuteWeights, edges: Integers) -> tuple[Integers, Integers]:
    """The weight of each edge's day before the edge, and of that whole day, in seconds; the edges ascend.

    At a day's first instant nothing comes before, and the whole is given as 1.
    """
    if not _FEW < len(edges) <= _MANY:
        return _weights_at(weights, edges)
    # A page of rows is asked for its calls, its failures and its maxima: by the same edges each time.
    made: tuple[Integers, Integers] = TABLES.recall(
        ("at", weights.token, edges.tobytes()),
        lambda: _weights_at(weights, edges),
        lambda _: HELD + 3 * edges.nbytes,
    )
    return made


def _weights_at(weights: MinuteWeights, edges: Integers) -> tuple[Integers, Integers]:
    # Edges at midnight need no weights, so rows of UTC days load no block at all.
    before, whole = np.zeros_like(edges), np.ones_like(edges)
    inside = np.flatnonzero(edges % DAY)
    days = edges[inside] // DAY
    at = 0
    # The edges ascend, so those of a block of days stand together, and each block is loaded once.
    while at < len(inside):
        block = int(days[at]) // BLOCK
        end = int(np.searchsorted(days, (block + 1) * BLOCK))
        some = inside[at:end]
        before[some], whole[some] = _read(weights.block(block), days[at:end] - block * BLOCK, edges[some])
        at = end
    return before, whole


def _weights_once(weights: MinuteWeights, edges: Integers) -> tuple[Integers, Integers]:
    """What `weights_at` tells, for the edges of a life's incidents: they lie far apart and are asked once."""
    before, whole = np.zeros_like(edges), np.ones_like(edges)
    inside = np.flatnonzero(edges % DAY)
    for at in range(0, len(inside), _ONCE):
        some = inside[at : at + _ONCE]
        days, rows = np.unique(edges[some] // DAY, return_inverse=True)
        before[some], whole[some] = _read(weights.rows(days.tolist()), rows, edges[some])
    return before, whole


def _read(rows: Integers32, row: Integers, edges: Integers) -> tuple[Integers, Integers]:
    """The weights of some days before edges, and of the whole days; `row` is that of each edge's day."""
    minute, second = np.divmod(edges % DAY, 60)
    start = rows[row, minute].astype(np.int64)
    before: Integers = start * 60 + (rows[row, minute + 1] - start) * second
    return before, np.maximum(rows[row, -1].astype(np.int64) * 60, 1)


def lives_of(lines: Sequence[Line], edges: Integers) -> Iterator[tuple[Line, Integers, Integers]]:
    """Each line, with the segment of every edge and the calls of the line's life before it."""
    if not lines:
        return
    segments = np.searchsorted(lines[0].timeline.starts, edges, side="right") - 1
    shares: dict[MinuteWeights, tuple[Integers, Integers]] = {}
    for line in lines:
        weights = line.stream.weights
        if weights not in shares:
            # Streams of one shape share their weights, and so the look-ups of an account's many streams.
            shares[weights] = weights_at(weights, edges)
        yield line, segments, line.lives_at(edges, *shares[weights])


class Book:
    """All streams of an account, over the same days."""

    def __init__(
        self,
        streams: Sequence[Stream],
        days: range,
        incidents: Incidents | None,
        deck: Callable[[Stream], Deck],
    ) -> None:
        self.token = next_token()
        self.timeline = Timeline.of(days.start, days.stop, incidents)
        starts = self.timeline.starts
        # Streams of one shape share their weights.
        shares = {weights: _weights_once(weights, starts) for weights in {each.weights for each in streams}}
        self.lines = tuple(
            Line(stream, self.timeline, shares[stream.weights], lambda s=stream: deck(s))  # type: ignore[misc]
            for stream in streams
        )
        self.days: Integers = np.zeros(len(days) + 1, dtype=np.int64)
        """Calls of the account's life before each day."""
        for line in self.lines:
            self.days += line.sums

    def life_at(self, instant: int) -> int:
        """Calls of the account's life before an instant."""
        return sum(line.life_at(instant) for line in self.lines)
