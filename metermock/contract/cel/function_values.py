"""The functions of rules for numbers, texts, lists and maps.

The kinds of arguments are checked when a document is loaded, as far as they are known then. What is checked
here again came from a reply.
"""

from __future__ import annotations

import itertools
import json
import math
import operator
from collections.abc import Callable
from contextlib import suppress
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from metermock.contract.cel.function_error import FunctionError, as_text

Rows = list[dict[str, Any]]

# By type, not isinstance: for Python true is an int, for JSON it is not.
_INTEGERS = frozenset({int})
_NUMBERS = frozenset({int, float})
_TEXTS = frozenset({str})


def number(value: Any, what: str = "") -> int | float:
    """The value, where it is a number; true and false are not."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise FunctionError(f"{what or 'the value'} is {as_text(value)}, not a number")
    return value


def _numbers(values: Any) -> list[int | float]:
    return [number(value, f"item {index}") for index, value in enumerate(_items(values))]


def _items(values: Any, what: str = "the argument") -> list[Any]:
    if not isinstance(values, list):
        raise FunctionError(f"{what} is {as_text(values)}, not a list")
    return values


def _exact(value: Any) -> Decimal:
    # The decimal that was written, and not the binary fraction nearest to it: 1.01 - 1 is 0.01.
    return Decimal(repr(number(value)))


def total(values: Any) -> int | float:
    """The numbers added."""
    if type(values) is list and set(map(type, values)) <= _INTEGERS:
        return sum(values)
    # fsum rounds once, at the end: [0.1, 0.2, 0.3] add up to 0.6 in any order.
    numbers = _numbers(values)
    return math.fsum(numbers) if any(isinstance(each, float) for each in numbers) else sum(numbers)


def _ordered(values: Any) -> list[Any]:
    items = _items(values)
    found = set(map(type, items))
    if found <= _NUMBERS or found == _TEXTS:
        return items
    kinds = {"number" if _is_number(item) else type(item).__name__ for item in items}
    if len(kinds) > 1 or kinds - {"number", "str"}:
        raise FunctionError(f"only numbers, or only texts, have an order; this is {as_text(items)}")
    return items


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _filled(values: Any, name: str) -> list[Any]:
    items = _ordered(values)
    if not items:
        raise FunctionError(f"{name} of an empty list")
    return items


def least(values: Any) -> Any:
    """The least of numbers or texts."""
    return min(_filled(values, "min"))


def greatest(values: Any) -> Any:
    """The greatest of numbers or texts."""
    return max(_filled(values, "max"))


def in_ascending_order(values: Any) -> list[Any]:
    """Numbers or texts, ascending."""
    return sorted(_ordered(values))


def ascending(values: Any) -> bool:
    """Whether no item is below the one before."""
    return _in_order(values, operator.le)


def descending(values: Any) -> bool:
    """Whether no item is above the one before."""
    return _in_order(values, operator.ge)


def strictly_ascending(values: Any) -> bool:
    """Whether each item is above the one before."""
    return _in_order(values, operator.lt)


def misplaced(holds: Callable[[Any, Any], bool]) -> Callable[[list[Any]], str | None]:
    """Finds the first two neighbours whose order is wrong."""

    def find(items: list[Any]) -> str | None:
        pairs = ((one, other) for one, other in itertools.pairwise(items) if not holds(one, other))
        return next((f"{as_text(one)} before {as_text(other)}" for one, other in pairs), None)

    return find


def average(values: Any) -> float:
    """The mean; 0.0 for none."""
    numbers = _numbers(values)
    return math.fsum(numbers) / len(numbers) if numbers else 0.0


def column(rows: Any, name: str) -> list[Any]:
    """One field of every row."""
    if type(rows) is list and type(name) is str:
        # What is wrong with a row is said below.
        with suppress(KeyError, TypeError):
            return [row[name] for row in rows]
    return [_field(row, name, index) for index, row in enumerate(_items(rows))]


def _field(row: Any, name: str, index: int) -> Any:
    if not isinstance(row, dict) or name not in row:
        raise FunctionError(f"row {index} has no {name!r}: {as_text(row)}")
    return row[name]


def where(rows: Rows, name: str, value: Any) -> Rows:
    """The rows whose field has that value."""
    return [row for row, found in zip(rows, column(rows, name), strict=True) if found == value]


def between(rows: Rows, name: str, low: Any, high: Any) -> Rows:
    """The rows whose field is at least `low` and less than `high`."""
    return [row for row, found in zip(rows, column(rows, name), strict=True) if low <= found < high]


def sums(rows: Any, names: list[str]) -> dict[str, int | float]:
    """Each of those fields added over all rows."""
    return {name: total(column(rows, name)) for name in names}


def last(rows: Any, count: int) -> list[Any]:
    """The last rows."""
    return _items(rows)[-count:] if count > 0 else []


def first(rows: Any, count: int) -> list[Any]:
    """The first rows."""
    return _items(rows)[: max(count, 0)]


def concat(lists: Any) -> list[Any]:
    """A list of lists as one."""
    return [item for index, part in enumerate(_items(lists)) for item in _items(part, f"item {index}")]


def omit(value: Any, names: list[str]) -> Any:
    """Without those fields."""
    return _members(value, lambda name: name not in names)


def pick(value: Any, names: list[str]) -> Any:
    """With those fields only."""
    return _members(value, lambda name: name in names)


def _members(value: Any, wanted: Callable[[str], bool]) -> Any:
    if isinstance(value, list):
        return [_members(item, wanted) for item in value]
    if not isinstance(value, dict):
        raise FunctionError(f"{as_text(value)} is neither a map nor a list of maps")
    return {name: member for name, member in value.items() if wanted(name)}


def unique(values: Any) -> bool:
    """Whether nothing is there twice."""
    items = _items(values)
    return len({_identity(item) for item in items}) == len(items)


def twice(items: list[Any]) -> str | None:
    """The first item that is there once more."""
    return next((f"{as_text(item)} twice" for index, item in enumerate(items) if item in items[:index]), None)


def _identity(item: Any) -> tuple[type, Any]:
    # For Python 1 equals true; for JSON it does not. So the kind is a part of what is compared.
    kind = float if _is_number(item) else type(item)
    return kind, json.dumps(item, sort_keys=True) if isinstance(item, (dict, list)) else item


def _in_order(values: Any, holds: Callable[[Any, Any], bool]) -> bool:
    items = _ordered(values)
    return all(map(holds, items, items[1:]))


def near(one: Any, other: Any, tolerance: Any) -> bool:
    """Whether two numbers differ by no more than that, as decimals."""
    return abs(_exact(one) - _exact(other)) <= _exact(tolerance)


def half_up(value: Any, digits: int) -> float:
    """Rounded half-up on the decimal value."""
    return float(_exact(value).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))


def ratio(part: Any, whole: Any) -> float:
    """A quotient; 0.0 over 0."""
    return number(part) / number(whole) if whole else 0.0


def percent(part: Any, whole: Any) -> float:
    """A percentage; 0.0 of 0."""
    return 100 * number(part) / number(whole) if whole else 0.0


def clamp(value: Any, low: Any, high: Any) -> int | float:
    """The value, or the bound that it crosses."""
    return max(number(low), min(number(value), number(high)))


def header_int(text: Any) -> int:
    """A header's text as a number."""
    digits = text.removeprefix("-") if isinstance(text, str) else ""
    if not (digits.isascii() and digits.isdigit() and len(digits) < 19):  # noqa: PLR2004 - of an int64
        raise FunctionError(f"{as_text(text)} is not a whole number")
    return int(text)


def is_int(value: Any) -> bool:
    """Whether it is written as an integer."""
    return type(value) is int


def counts(values: Any) -> bool:
    """Whether each is an integer, zero or more, and written as one."""
    items = _items(values)
    return set(map(type, items)) <= _INTEGERS and min(items, default=0) >= 0


def length(text: Any) -> int:
    """The number of code points of a text."""
    return len(_text(text))


def substring(text: Any, start: int, end: int) -> str:
    """The code points from one place to before another."""
    return _text(text)[max(start, 0) : max(end, 0)]


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise FunctionError(f"{as_text(value)} is not a text")
    return value
