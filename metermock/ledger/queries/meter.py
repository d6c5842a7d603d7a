"""What a meter shows before an instant: the sums of some lines' calls, by the values of dimensions.

The slots of the deck are sorted by group and then by slot, and their measures are summed up in that order.
How much of each group is dealt before a slot is then found by bisecting one array, for all groups at once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from metermock.ledger.arrays import Integers
from metermock.ledger.cache import HELD, TABLES, next_token
from metermock.ledger.calendar import Window
from metermock.ledger.queries.selection import Selection
from metermock.ledger.traffic.book import Line, lives_of
from metermock.ledger.traffic.deck import BITS, LENGTH, SLOTS, VARIANTS, Deck, Only

Values = tuple[str, ...]

_REST = LENGTH - 1
_FEW = 32  # so few segments are looked up one by one: that is faster


class Groups(NamedTuple):
    """The slots of a deck that a filter picks, sorted by group and then by slot."""

    values: list[Values]
    """Of each group, in the order of the world."""
    keys: Integers
    """Of each slot, its group times SLOTS plus the slot; ascending."""
    sums: Integers
    """Of each measure (columns) before each key (rows), and after the last."""
    rounds: Integers
    """Sums over each whole variant: by variant, group and measure."""
    firsts: Integers
    """The first key that each group may have."""

    def dealt(self, variants: Integers, slots: Integers) -> Integers:
        """Sums before these slots, by slot, group and measure; only differences have a meaning."""
        # A sum up to a key also has all groups and variants that stand before it. The difference of two slots
        # of the same variant has none of that, and is exact, rounds in between included.
        keys = self.firsts + ((variants << BITS) + (slots & _REST))[:, None]
        found: Integers = self.sums[self.keys.searchsorted(keys)]
        found += (slots >> BITS)[:, None, None] * self.rounds[variants]
        return found

    def summed(self, variants: Integers, starts: Integers, ends: Integers) -> Integers:
        """The sums over many runs of slots together, by group and measure."""
        # How often a slot is dealt in the last rounds of the runs: by as many as end behind it, less those
        # that start behind it. Each slot is then looked at once, however many runs there are.
        edges = np.bincount((variants << BITS) + (ends & _REST), minlength=SLOTS)
        edges -= np.bincount((variants << BITS) + starts, minlength=SLOTS)
        edges = edges.reshape(VARIANTS, LENGTH)
        times = (edges.sum(axis=1, keepdims=True) - np.cumsum(edges, axis=1)).reshape(-1)
        dealt = np.diff(self.sums, axis=0) * times[self.keys % SLOTS][:, None]
        sums: Integers = np.add.reduceat(dealt, self.keys.searchsorted(self.firsts), axis=0)
        rounds = np.zeros(VARIANTS, dtype=np.int64)
        np.add.at(rounds, variants, ends >> BITS)
        sums += (rounds[:, None, None] * self.rounds).sum(axis=0)
        return sums


def groups_of(deck: Deck, by: Sequence[str], only: Only) -> Groups:
    """The groups of a deck by some of its dimensions; by none, all slots are one group."""

    def make() -> Groups:
        # The codes of several dimensions as the digits of one number: in its order, groups are in the order
        # of the world.
        joint = np.zeros(SLOTS, dtype=np.int64)
        for name in by:
            joint = joint * len(deck.values[name]) + deck.codes[name]
        picked = np.flatnonzero(deck.mask(only))
        codes, group = np.unique(joint[picked], return_inverse=True) if by else ([0], np.zeros_like(picked))
        keys = group * SLOTS + picked
        order = keys.argsort()
        columns = np.stack([deck.column(name, ())[picked[order]] for name in deck.recipe.names], axis=1)
        sums = np.cumsum(np.insert(columns, 0, 0, axis=0), axis=0)
        firsts = np.arange(len(codes)) * SLOTS
        edges = firsts[:, None] + np.arange(VARIANTS + 1) * LENGTH
        whole = np.diff(sums[keys[order].searchsorted(edges)], axis=1).swapaxes(0, 1)
        values = [_values(deck, by, int(code)) for code in codes]
        return Groups(values, keys[order], sums, np.ascontiguousarray(whole), firsts)

    made: Groups = TABLES.recall(
        ("groups", deck.token, tuple(by), only), make, lambda made: made.keys.nbytes + made.sums.nbytes
    )
    return made


def _values(deck: Deck, by: Sequence[str], code: int) -> Values:
    values = []
    for name in reversed(by):
        code, rest = divmod(code, len(deck.values[name]))
        values.append(deck.values[name][rest])
    return tuple(reversed(values))


class Meter:
    """Lines that deal from one deck, and the groups of their calls that a filter picks."""

    def __init__(self, lines: Sequence[Line], by: Sequence[str], only: Only) -> None:
        self.lines = lines
        self.token = next_token()
        self._by = by
        self._only = only
        self._starts = lines[0].timeline.listed
        self._rows = range(0, len(lines) * len(self._starts), len(self._starts))
        self._variants = np.concatenate([line.variants for line in lines])

    @property
    def groups(self) -> Groups:
        """The groups of the deck; kept for all accounts that deal from it."""
        return groups_of(self.lines[0].deck, self._by, self._only)

    @property
    def nbytes(self) -> int:
        """How many bytes it takes."""
        columns = 0 if self._by else len(self.lines[0].deck.recipe.names)
        return self._variants.nbytes * (1 + columns)

    def between(self, window: Window) -> Integers:
        """The sums over a window, by line, group and measure."""
        if self._by:
            return self._grouped(window)
        start, end = self.at(window)
        sums: Integers = end - start
        return sums

    def _grouped(self, window: Window) -> Integers:
        """`between` without the bases of all segments, which are many numbers where there are many groups."""
        first, last = (bisect_right(self._starts, instant) - 1 for instant in window)
        sums: Integers = TABLES.recall(
            ("between", self.token, first, last),
            lambda: np.stack([self._whole(line, first, last) for line in self.lines]),
            lambda made: made.nbytes + HELD,
        )
        for instant, segment, sign in zip(window, (first, last), (-1, 1), strict=True):
            variants = np.array([line.variants[segment] for line in self.lines])
            starts = np.array([line.first_slots[segment] for line in self.lines])
            slots = np.array([line.position(instant).slot for line in self.lines])
            sums = sums + sign * (self.groups.dealt(variants, slots) - self.groups.dealt(variants, starts))
        return sums

    def _whole(self, line: Line, first: int, last: int) -> Integers:
        """The sums of a line over the segments [first, last), by group and measure."""
        some = slice(first, last)
        variants, starts = line.variants[some], line.first_slots[some]
        ends = starts + np.diff(line.lives[first : last + 1])
        if last - first <= _FEW:
            each = self.groups.dealt(variants, ends) - self.groups.dealt(variants, starts)
            sums: Integers = each.sum(axis=0)
            return sums
        return self.groups.summed(variants, starts, ends)

    def at(self, instants: Sequence[int]) -> Integers:
        """What it shows before a few instants: by instant, line, group and measure."""
        rows, slots = [], []
        for instant in instants:
            segment = bisect_right(self._starts, instant) - 1
            rows += [row + segment for row in self._rows]
            slots += [line.position(instant).slot for line in self.lines]
        shown = self._shown(np.array(rows), np.array(slots))
        return shown.reshape(len(instants), len(self.lines), *shown.shape[1:])

    def before(self, edges: Integers) -> Integers:
        """What it shows before many instants, ascending: by instant, group and measure."""
        shown = []
        for number, (line, segments, lives) in enumerate(lives_of(self.lines, edges)):
            slots = line.first_slots[segments] + lives - line.lives[segments]
            shown.append(self._shown(segments + self._rows[number], slots))
        sums: Integers = sum(shown[1:], start=shown[0])
        return sums

    @cached_property
    def _bases(self) -> Integers:
        return np.concatenate([self._base(line) for line in self.lines])

    def _shown(self, rows: Integers, slots: Integers) -> Integers:
        shown: Integers = self.groups.dealt(self._variants[rows], slots)
        shown += self._bases[rows]
        return shown

    def _base(self, line: Line) -> Integers:
        """What is dealt before each segment, less what the deck says of the segment's first slot."""
        starts = line.first_slots
        before = self.groups.dealt(line.variants, starts)
        whole = self.groups.dealt(line.variants, starts + np.diff(line.lives)) - before
        base: Integers = np.cumsum(whole, axis=0) - whole - before
        return base


def meters(selection: Selection, by: Sequence[str]) -> list[Meter]:
    """Meters of all lines of a selection, one for each deck."""

    def make() -> list[Meter]:
        alike: dict[Deck, list[Line]] = {}
        for line in selection.lines:
            alike.setdefault(line.deck, []).append(line)
        return [Meter(lines, by, selection.only) for lines in alike.values()]

    made: list[Meter] = TABLES.recall(
        ("meters", selection.token, tuple(by)), make, lambda made: sum(meter.nbytes for meter in made)
    )
    return made
