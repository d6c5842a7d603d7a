"""Sums by the values of dimensions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import add

from metermock.ledger.calendar import Window
from metermock.ledger.queries.meter import Values, meters
from metermock.ledger.queries.selection import Selection
from metermock.ledger.traffic.book import Book
from metermock.ledger.traffic.recipe import Recipe


def grouped(
    recipe: Recipe, book: Book, selection: Selection, window: Window, by: tuple[str, ...]
) -> dict[Values, dict[str, int]]:
    """The sums of each measure by the values of some dimensions, in the order of the world."""
    of_stream = [name for name in by if name in recipe.stream_dimensions]
    of_calls = [name for name in by if name not in of_stream]
    found: dict[Values, list[int]] = {}
    for values, numbers in _sums(selection, window, of_stream, of_calls):
        if numbers[0]:
            before = found.get(values)
            found[values] = numbers if before is None else list(map(add, before, numbers))
    if of_stream:
        places = [(of_stream + of_calls).index(name) for name in by]
        found = {tuple(values[place] for place in places): numbers for values, numbers in found.items()}
    if len(found) > 1 and (of_stream or len(meters(selection, of_calls)) > 1):
        # A single meter gives its groups in this order already.
        found = dict(sorted(found.items(), key=_rank(recipe, book, by)))
    return {values: dict(zip(recipe.names, numbers, strict=True)) for values, numbers in found.items()}


def _sums(
    selection: Selection, window: Window, of_stream: list[str], of_calls: list[str]
) -> Iterator[tuple[Values, list[int]]]:
    """The values of streams and of calls, and their sums; the same values may come several times."""
    for meter in meters(selection, of_calls):
        sums = meter.between(window)
        if not of_stream:
            yield from zip(meter.groups.values, sums.sum(axis=0).tolist(), strict=True)
            continue
        for line, groups in zip(meter.lines, sums.tolist(), strict=True):
            fixed = tuple(line.stream.dimensions[name] for name in of_stream)
            for drawn, numbers in zip(meter.groups.values, groups, strict=True):
                yield fixed + drawn, numbers


def _rank(recipe: Recipe, book: Book, by: tuple[str, ...]) -> Callable[[tuple[Values, object]], list[int]]:
    """The place of values in the order of the world."""
    known = {dimension.name: dimension.values for dimension in recipe.dimensions}
    orders = [known.get(name) or [line.stream.dimensions[name] for line in book.lines] for name in by]
    return lambda pair: [order.index(value) for order, value in zip(orders, pair[0], strict=True)]
