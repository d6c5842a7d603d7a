"""Combinations of values: all where they are few, else every pair of values at least once."""

from __future__ import annotations

import itertools
import json
import math
import random
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

WHOLE = 48
"""Up to so many combinations of closed values all are sent; beyond, every pair of values is."""
_TRIES = 20
_MOST_ROWS = 150
"""Rows that are made for the pairs of one operation, and of its two widest parameters."""
_BESIDE = 12
"""Values that stand, one at a time, beside one range of dates."""

_MOST_BESIDE = 480
"""Such rows of one operation."""

Values = dict[str, Any]
Pair = frozenset[tuple[str, str]]


def identity(value: Any) -> str:
    """A text that is the same for the same JSON value: true is not 1, and a list has one too."""
    return json.dumps(value, sort_keys=True, default=repr)


def distinct(found: list[Values]) -> list[Values]:
    """Each set of values once, in the order in which they come first."""
    kept: dict[str, Values] = {}
    for values in found:
        kept.setdefault(identity(values), values)
    return list(kept.values())


def crossed(closed: Mapping[str, tuple[Any, ...]], dice: random.Random) -> Iterator[Values]:
    """All combinations where they are few; else of the two with most, and every pair of values."""
    # Combinations multiply: beyond this, all of them would take too long.
    if math.prod(map(len, closed.values())) <= WHOLE:
        yield from (dict(zip(closed, row, strict=True)) for row in itertools.product(*closed.values()))
        return
    widest = sorted(closed, key=lambda name: -len(closed[name]))[:2]
    if math.prod(len(closed[name]) for name in widest) <= _MOST_ROWS:
        product = itertools.product(*(closed[name] for name in widest))
        yield from (dict(zip(widest, row, strict=True)) for row in product)
    yield from itertools.islice(_covering(closed, dice), _MOST_ROWS)


def _covering(closed: Mapping[str, tuple[Any, ...]], dice: random.Random) -> Iterator[Values]:
    """Rows that have every pair of values together at least once: most faults need two parameters at most."""
    pairs = [
        ((one, a), (other, b))
        for one, other in itertools.combinations(closed, 2)
        for a in closed[one]
        for b in closed[other]
    ]
    left = {_pair(pair): dict(pair) for pair in sorted(pairs, key=lambda pair: sorted(map(repr, pair)))}
    while left:
        # Built around a pair that is still missing, so that each request covers one at least; of some
        # random fillings the one that covers most is taken.
        start = next(iter(left.values()))
        rows = [{name: start.get(name, dice.choice(closed[name])) for name in closed} for _ in range(_TRIES)]
        best = max(rows, key=lambda row: len(left.keys() & _pairs(row)))
        for pair in _pairs(best):
            left.pop(pair, None)
        yield best


def _pairs(row: Values) -> set[Pair]:
    return {_pair(pair) for pair in itertools.combinations(row.items(), 2)}


def _pair(pair: tuple[tuple[str, Any], ...]) -> Pair:
    return frozenset((name, identity(value)) for name, value in pair)


def beside(rows: Iterable[Values], closed: Mapping[str, tuple[Any, ...]]) -> Iterator[Values]:
    """Each row, alone and with one closed value at a time; where these are many they take turns."""
    values = [(name, value) for name, several in closed.items() for value in several]
    turn, rows = itertools.cycle(values), list(rows)
    # Several ranges of dates multiply; beyond what one of them costs, the values take turns faster.
    most = max(1, min(_BESIDE, _MOST_BESIDE // max(len(rows), 1)))
    for row in rows:
        yield row
        chosen = values if len(values) <= most else list(itertools.islice(turn, most))
        yield from ({**row, name: value} for name, value in chosen)


def mixed(
    values: Mapping[str, tuple[Any, ...]], closed: Mapping[str, tuple[Any, ...]], dice: random.Random
) -> Iterator[Values]:
    """Each open value among drawn closed ones."""
    for name, several in values.items():
        if name in closed:
            continue
        for value in several:
            for _ in range(3):
                yield {name: value, **{other: dice.choice(options) for other, options in closed.items()}}
