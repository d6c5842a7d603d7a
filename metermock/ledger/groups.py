"""Sums by the values of dimensions."""

from __future__ import annotations

from operator import add
from typing import TYPE_CHECKING

from metermock.ledger.meter import meters

if TYPE_CHECKING:
    from collections.abc import Callable

    from metermock.ledger.book import Book
    from metermock.ledger.calendar import Window
    from metermock.ledger.meter import Values
    from metermock.ledger.recipe import Recipe
    from metermock.ledger.selection import Selection


def grouped(
    recipe: Recipe, book: Book, selection: Selection, window: Window, by: tuple[str, ...]
) -> dict[Values, dict[str, int]]:
    """The sums of each measure by the values of some dimensions, in the order of the world."""
    of_stream = [name for name in by if name in recipe.stream_dimensions]
    of_calls = [name for name in by if name not in of_stream]
    places = [(of_stream + of_calls).index(name) for name in by]
    found: dict[Values, list[int]] = {}
    read = meters(selection, of_stream, of_calls)
    for fixed, meter in read:
        sums = meter.between(window).tolist()
        for drawn, numbers in zip(meter.groups.values, sums, strict=True):
            if numbers[0]:
                known = fixed + drawn
                values = tuple(known[place] for place in places)
                before = found.get(values)
                found[values] = numbers if before is None else list(map(add, before, numbers))
    # A single meter has its groups in order.
    ordered = sorted(found, key=_rank(recipe, book, by)) if len(read) > 1 else found
    return {values: dict(zip(recipe.names, found[values], strict=True)) for values in ordered}


def _rank(recipe: Recipe, book: Book, by: tuple[str, ...]) -> Callable[[Values], list[int]]:
    """The place of values in the order of the world."""
    known = {dimension.name: dimension.values for dimension in recipe.dimensions}
    orders = [known.get(name) or [line.stream.dimensions[name] for line in book.lines] for name in by]
    return lambda values: [order.index(value) for order, value in zip(orders, values, strict=True)]
