"""What operators and functions of CEL mean between JSON values, as far as plain Python means the same.

Anything else is an `UnsureError`, and the evaluator answers.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

_LEAST, _MOST = -(2**63), 2**63 - 1
_EXACT = 2**53
"""Up to here a double holds every integer."""


class UnsureError(Exception):
    """The evaluator may give something else."""


def is_plain(value: Any) -> bool:
    """Whether both languages have the value: integers of 64 bits, whole characters, no NaN.

    It asks a list of what is left to see, and does not call itself: replies may be deep.
    """
    left: list[Any] = [[value]]
    while left:
        parts = left.pop()
        if type(parts) is dict:
            if not _are_plain_names(parts):
                return False
            parts = parts.values()
        for each in parts:
            kind = type(each)
            # Nearly all of a reply are these. They are tested here, since a call for each takes longer.
            if kind is int and _LEAST <= each <= _MOST:
                continue
            if kind is str and each.isascii():
                continue
            if kind is dict or kind is list:
                left.append(each)
            elif not (kind in _PLAIN and _PLAIN[kind](each)):
                return False
    return True


def _are_plain_names(fields: dict[Any, Any]) -> bool:
    try:
        return _is_unicode("".join(fields))
    except TypeError:  # a name that is no text
        return False


def _is_unicode(text: str) -> bool:
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False


def _always(_: object) -> bool:
    return True


_PLAIN: dict[type, Callable[[Any], bool]] = {
    str: _is_unicode,
    int: lambda number: _LEAST <= number <= _MOST,
    float: math.isfinite,
    bool: _always,
    type(None): _always,
}


def truth(value: Any) -> bool:
    """The value of a test: true or false and nothing else."""
    if value is True:
        return True
    if value is False:
        return False
    raise UnsureError


def a_list(value: Any) -> list[Any]:
    """The value, where it is a list."""
    if type(value) is not list:
        raise UnsureError
    return value


def a_map(value: Any) -> dict[str, Any]:
    """The value, where it is a map."""
    if type(value) is not dict:
        raise UnsureError
    return value


def item_at(value: Any, at: Any) -> Any:
    """The item of a list, counted from its beginning, or the field of a map."""
    if type(value) is dict and type(at) is str:
        return value[at]
    if type(value) is list and type(at) is int and at >= 0:
        return value[at]
    raise UnsureError


def whole(value: int) -> int:
    """The value, where it fits into 64 bits."""
    if _LEAST <= value <= _MOST:
        return value
    raise UnsureError


def a_text(value: Any) -> str:
    """The value, where it is a text."""
    if type(value) is not str:
        raise UnsureError
    return value


def equal(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal: 1 and 1.0 are, 1 and true are not, at any depth."""
    kind, another = type(one), type(other)
    if kind is another:
        if kind is list:
            return len(one) == len(other) and all(map(equal, one, other))
        if kind is dict:
            return one.keys() == other.keys() and all(equal(one[name], other[name]) for name in one)
        return bool(one == other)
    if kind in (int, float) and another in (int, float):
        return _comparable(one) == _comparable(other)
    return False


def _comparable(value: float) -> float:
    # Python compares a large int with a double exactly; the evaluator makes a double of the int first.
    if type(value) is int and not -_EXACT <= value <= _EXACT:
        raise UnsureError
    return value


def _contained(item: Any, among: Any) -> bool:
    if type(among) is dict:
        return a_text(item) in among
    return any(equal(item, each) for each in a_list(among))


def _in_order(holds: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compare(one: Any, other: Any) -> bool:
        kind, another = type(one), type(other)
        if kind is another and kind in (int, float, str):
            return holds(one, other)
        if kind in (int, float) and another in (int, float):
            return holds(_comparable(one), _comparable(other))
        raise UnsureError

    return compare


def _arithmetic(calculate: Callable[[Any, Any], Any], kinds: frozenset[type]) -> Callable[[Any, Any], Any]:
    """Arithmetic: only between two of one kind."""

    def work(one: Any, other: Any) -> Any:
        # By `type`, not isinstance: for Python true is an int, for CEL it is not.
        kind = type(one)
        if kind is not type(other) or kind not in kinds:
            raise UnsureError
        found = calculate(one, other)
        return whole(found) if kind is int else found

    return work


def _quotient(one: Any, other: Any) -> Any:
    """Towards zero, of integers; Python's `//` goes down, so -5 / 2 would be -3."""
    if type(one) is float:
        return one / other
    found = abs(one) // abs(other)
    return found if (one < 0) == (other < 0) else -found


def _remainder(one: int, other: int) -> int:
    return one - other * whole(_quotient(one, other))


_NUMBERS = frozenset({int, float})
BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "==": equal,
    "!=": lambda one, other: not equal(one, other),
    "<": _in_order(operator.lt),
    "<=": _in_order(operator.le),
    ">": _in_order(operator.gt),
    ">=": _in_order(operator.ge),
    "in": _contained,
    "+": _arithmetic(operator.add, _NUMBERS | {str, list}),
    "-": _arithmetic(operator.sub, _NUMBERS),
    "*": _arithmetic(operator.mul, _NUMBERS),
    "/": _arithmetic(_quotient, _NUMBERS),
    "%": _arithmetic(_remainder, frozenset({int})),
}


def _minus(value: Any) -> Any:
    if type(value) is float:
        return -value
    if type(value) is int:
        return whole(-value)
    raise UnsureError


UNARY: dict[str, Callable[[Any], Any]] = {"!": lambda value: not truth(value), "-": _minus}
