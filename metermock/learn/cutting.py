"""Lists that a page cuts: nobody sees what stands behind the cut, nor what leaves it alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from metermock.contract import Exchange, Operation
from metermock.contract.page_names import LIMITS
from metermock.contract.words import plain

ALIKE = 3
"""Replies that are equally long where no size was asked for, and none is longer: this is the usual size."""

Sides = Iterable[tuple[Exchange, Any]]


def of_cut_lists(operation: Operation, sides: Sequence[tuple[Exchange, Any]]) -> frozenset[str]:
    """The members of an object that hold a list as long as its page, or say how many rows the page has.

    `sides` are replies, each with the object in it.
    """
    keys = [each.key for each in operation.parameters if is_size(each.name) and "integer" in each.types]
    names = {name for _, value in sides for name in value}
    cut = {name for key in keys for name in names if _is_cut(key, name, sides)}
    counts = {name for name in names - cut if keys and all(_counts_rows(name, *side) for side in sides)}
    return frozenset(cut | counts)


def is_size(name: str) -> bool:
    """Whether a parameter is called what the size of a page is called."""
    return plain(name) in LIMITS


def _is_cut(key: str, name: str, sides: Sides) -> bool:
    shown = [(exchange.parameters.get(key), value[name]) for exchange, value in sides if name in value]
    sizes = [(size, len(rows)) for size, value in shown for rows in _lists(value)]
    longest = max((length for _, length in sizes), default=0)
    is_usual = sum(length == longest for _, length in sizes) >= ALIKE
    return any(
        length >= size if isinstance(size, int) else is_usual and 0 < length == longest
        for size, length in sizes
    )


def _counts_rows(name: str, exchange: Exchange, value: Any) -> bool:
    """Whether a member is the length of some list of its reply."""
    return type(value.get(name)) is int and value[name] in map(len, _lists(exchange.body))


def _lists(value: Any) -> Iterator[list[Any]]:
    if isinstance(value, list):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _lists(each)
