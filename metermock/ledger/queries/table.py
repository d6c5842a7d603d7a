"""All single calls of a window as columns, oldest first: for exports, which read many of them in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from metermock.ledger.arrays import Integers
from metermock.ledger.calendar import Window
from metermock.ledger.traffic.book import Book, Line
from metermock.ledger.traffic.recipe import Recipe

MOST = 1 << 17
"""Calls of a table; a second that has more is a table by itself."""


class Coded(NamedTuple):
    """A column of texts: the texts that there are, and which of them each call has."""

    values: tuple[str, ...]
    codes: Integers


@dataclass(frozen=True, slots=True)
class CallTable:
    """Calls in the order of the ledger: by instant, then by stream, then by number."""

    numbers: Integers
    instants: Integers
    dimensions: dict[str, Coded]
    measures: dict[str, Integers]


def tables(book: Book, recipe: Recipe, window: Window) -> Iterator[CallTable]:
    """The calls of a window, in tables that fit into memory whatever the volume."""
    before, after = book.life_at(window.start), book.life_at(window.end)
    if before == after:
        return
    if after - before <= MOST or window.end - window.start == 1:
        yield _table(book, recipe, window, before)
        return
    middle = (window.start + window.end) // 2
    yield from tables(book, recipe, Window(window.start, middle))
    yield from tables(book, recipe, Window(middle, window.end))


def _table(book: Book, recipe: Recipe, window: Window, before: int) -> CallTable:
    lives = [np.arange(line.life_at(window.start), line.life_at(window.end)) for line in book.lines]
    busy = [(line, calls) for line, calls in zip(book.lines, lives, strict=True) if len(calls)]
    instants = np.concatenate([line.instants(calls) for line, calls in busy])
    # Lines stand in the order of their streams, and the calls of a line in that of their numbers. Sorting by
    # instant alone keeps both where instants are equal.
    order = np.argsort(instants, kind="stable")
    cards = [line.cards(calls) for line, calls in busy]
    drawn = {one.name: one.values for one in recipe.dimensions}
    fixed = dict.fromkeys(name for line in book.lines for name in line.stream.dimensions if name not in drawn)
    dimensions = {name: _of_lines(name, busy, order) for name in fixed}
    for name, values in drawn.items():
        codes = [line.deck.codes[name][own] for (line, _), own in zip(busy, cards, strict=True)]
        dimensions[name] = Coded(values, np.concatenate(codes).astype(np.int64)[order])
    measures = {
        name: np.concatenate(
            [line.deck.measures[name][own] for (line, _), own in zip(busy, cards, strict=True)]
        )[order]
        for name in recipe.names
        if name != "calls"
    }
    numbers = np.arange(before + 1, before + 1 + len(order))
    return CallTable(numbers, instants[order], dimensions, measures)


def _of_lines(name: str, busy: Sequence[tuple[Line, Integers]], order: Integers) -> Coded:
    """A column of what all calls of a stream have in common."""
    texts = [line.stream.dimensions.get(name, "") for line, _ in busy]
    values = tuple(dict.fromkeys(texts))
    codes = np.array([values.index(text) for text in texts])
    return Coded(values, codes.repeat([len(calls) for _, calls in busy])[order])
