"""What a function must be given, so that it gives a value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from metermock.contract.cel import function_times as times
from metermock.contract.cel import syntax
from metermock.server.generation.repair.draft import At
from metermock.server.generation.repair.moments import is_moment

Given = list[Any]
"""What the operands come to now."""
Wanted = Iterator[tuple[int, Any]]
"""An operand by its number, and what it must come to."""


def inverse(node: syntax.Invocation, at: At, value: Any) -> Iterator[tuple[syntax.Node, Any]]:
    """Operands of a call, each with a value for which the call gives what is wanted.

    A value of another kind than the function gives raises what the arithmetic raises.
    """
    found = _INVERSES.get(node.name)
    if found is None:
        return
    given = [at.value(each) for each in node.operands]
    for number, wanted in found(given, value):
        yield node.operands[number], wanted


def _days_between(given: Given, value: Any) -> Wanted:
    yield 1, times.add_days(given[0], value)
    yield 0, times.add_days(given[1], -value)


def _local_date(given: Given, value: Any) -> Wanted:
    """Instants of a day: at the same time of day, the first and the last of it."""
    old, zone = given[0], given[1]
    first = times.seconds(times.midnight(value, zone))
    if is_moment(old) and len(old) > len(value):
        passed = times.seconds(old) - times.seconds(times.midnight(times.local_date(old, zone), zone))
        yield 0, times.instant(first + passed)
    yield 0, times.instant(first)
    yield 0, times.instant(times.seconds(times.midnight(times.add_days(value, 1), zone)) - 1)


def _length(given: Given, value: Any) -> Wanted:
    text = given[0] if isinstance(given[0], str) else ""
    yield 0, (text + (text[-1:] or "a") * value)[:value]


def _first(made: Callable[[Given, Any], Any]) -> Callable[[Given, Any], Wanted]:
    """An inverse that is one value of the first operand."""
    return lambda given, value: iter([(0, made(given, value))])


_INVERSES: Mapping[str, Callable[[Given, Any], Wanted]] = {
    "ratio": _first(lambda given, value: value * given[1]),
    "percent": _first(lambda given, value: value * given[1] / 100),
    "header_int": _first(lambda _, value: str(value)),
    "seconds": _first(lambda _, value: times.instant(value)),
    "instant": _first(lambda _, value: times.seconds(value)),
    "local_date": _local_date,
    "midnight": _first(lambda given, value: times.local_date(value, given[1])),
    "add_days": _first(lambda given, value: times.add_days(value, -given[1])),
    "add_months": _first(lambda given, value: times.add_months(value, -given[1])),
    "days_between": _days_between,
    "weekday": _first(lambda given, value: times.add_days(given[0], value - times.weekday(given[0]))),
    "month_start": _first(lambda _, value: value),
    "week_start": _first(lambda _, value: value),
    "length": _length,
}
