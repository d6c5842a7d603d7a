"""Which calls a query is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from metermock.ledger.cache import next_token
from metermock.ledger.traffic.book import Line
from metermock.ledger.traffic.deck import Only
from metermock.ledger.traffic.recipe import Recipe

Where = Mapping[str, str | Sequence[str]] | None


class Selection(NamedTuple):
    """Lines of a book, and a filter that picks from their calls; no two have the same token."""

    lines: tuple[Line, ...]
    only: Only
    token: int


def canonical(where: Where) -> Only:
    """A `where` as a key: sorted and hashable, the same for the same meaning."""
    if not where:
        return ()
    pairs = [
        (name, (values,) if isinstance(values, str) else tuple(sorted(values)))
        for name, values in where.items()
    ]
    # This runs on every query, also on those whose answer is kept; most name one dimension.
    return tuple(sorted(pairs)) if len(pairs) > 1 else (pairs[0],)


def select(recipe: Recipe, lines: tuple[Line, ...], only: Only) -> Selection:
    """The lines and the calls that a filter picks; KeyError for what the world does not declare."""
    # A dimension of streams picks lines and needs no deck; any other one picks slots of the deck.
    dimensions = {dimension.name: dimension for dimension in recipe.dimensions}
    of_calls = []
    for name, values in only:
        if name in recipe.stream_dimensions:
            lines = tuple(line for line in lines if line.stream.dimensions[name] in values)
            continue
        if name not in dimensions:
            raise KeyError(f"the world declares no dimension {name!r}")
        unknown = [value for value in values if value not in dimensions[name].values]
        if unknown:
            raise KeyError(f"the dimension {name!r} has no value {unknown[0]!r}")
        of_calls.append((name, values))
    return Selection(lines, tuple(of_calls), next_token())
