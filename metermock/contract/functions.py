"""The functions that rules may call, in one table: what runs, what is checked, what the manual says."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from metermock.contract import function_times as times
from metermock.contract.function_error import FunctionError, as_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the rule language; callable as `f(x, …)` and as `x.f(…)`."""

    name: str
    takes: tuple[str, ...]
    gives: str
    """int, double, number (int or double), bool, text, list; or of the first argument:
    `same`, one `item`, or its items made `flat`."""
    about: str
    example: str
    call: Callable[..., Any]

    @property
    def signature(self) -> str:
        """`name(argument, …) → result`."""
        return f"{self.name}({', '.join(self.takes)}) → {self.gives}"


def number(value: Any, what: str = "") -> int | float:
    """The value, when it is a number; a bool is none."""
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
    # The decimal that was written, not the binary fraction beside it.
    return Decimal(repr(number(value)))


def _sum(values: Any) -> int | float:
    numbers = _numbers(values)
    return math.fsum(numbers) if any(isinstance(each, float) for each in numbers) else sum(numbers)


def _ordered(values: Any) -> list[Any]:
    items = _items(values)
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


def _average(values: Any) -> float:
    numbers = _numbers(values)
    return math.fsum(numbers) / len(numbers) if numbers else 0.0


def _column(rows: Any, name: str) -> list[Any]:
    return [_field(row, name, index) for index, row in enumerate(_items(rows))]


def _field(row: Any, name: str, index: int) -> Any:
    if not isinstance(row, dict) or name not in row:
        raise FunctionError(f"row {index} has no {name!r}: {as_text(row)}")
    return row[name]


def _where(rows: Rows, name: str, value: Any) -> Rows:
    return [row for row, found in zip(rows, _column(rows, name), strict=True) if found == value]


def _between(rows: Rows, name: str, low: Any, high: Any) -> Rows:
    return [row for row, found in zip(rows, _column(rows, name), strict=True) if low <= found < high]


def _last(rows: Any, count: int) -> list[Any]:
    return _items(rows)[-count:] if count > 0 else []


def _first(rows: Any, count: int) -> list[Any]:
    return _items(rows)[: max(count, 0)]


def _concat(lists: Any) -> list[Any]:
    return [item for index, part in enumerate(_items(lists)) for item in _items(part, f"item {index}")]


def _omit(value: Any, names: list[str]) -> Any:
    return _members(value, lambda name: name not in names)


def _pick(value: Any, names: list[str]) -> Any:
    return _members(value, lambda name: name in names)


def _members(value: Any, wanted: Callable[[str], bool]) -> Any:
    if isinstance(value, list):
        return [_members(item, wanted) for item in value]
    if not isinstance(value, dict):
        raise FunctionError(f"{as_text(value)} is neither a map nor a list of maps")
    return {name: member for name, member in value.items() if wanted(name)}


def _unique(values: Any) -> bool:
    keys = [json.dumps(item, sort_keys=True) for item in _items(values)]
    return len(set(keys)) == len(keys)


def _in_order(values: Any, holds: Callable[[Any, Any], bool]) -> bool:
    items = _ordered(values)
    return all(holds(one, following) for one, following in zip(items, items[1:], strict=False))


def _near(one: Any, other: Any, tolerance: Any) -> bool:
    return abs(_exact(one) - _exact(other)) <= _exact(tolerance)


def _round(value: Any, digits: int) -> float:
    return float(_exact(value).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))


def _ratio(part: Any, whole: Any) -> float:
    return number(part) / number(whole) if whole else 0.0


def _percent(part: Any, whole: Any) -> float:
    return 100 * number(part) / number(whole) if whole else 0.0


def _clamp(value: Any, low: Any, high: Any) -> int | float:
    return max(number(low), min(number(value), number(high)))


def _header_int(text: Any) -> int:
    digits = text.removeprefix("-") if isinstance(text, str) else ""
    if not (digits.isascii() and digits.isdigit() and len(digits) < 19):  # noqa: PLR2004 - of an int64
        raise FunctionError(f"{as_text(text)} is not a whole number")
    return int(text)


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _length(text: Any) -> int:
    return len(_text(text))


def _substring(text: Any, start: int, end: int) -> str:
    return _text(text)[max(start, 0) : max(end, 0)]


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise FunctionError(f"{as_text(value)} is not a text")
    return value


def _table(rows: Iterable[tuple[str, str, str, str, Callable[..., Any]]]) -> dict[str, Function]:
    table = {}
    for head, gives, about, example, call in rows:
        name, takes = head.removesuffix(")").split("(")
        table[name] = Function(name, tuple(takes.split(", ")), gives, about, example, call)
    return table


FUNCTIONS: Mapping[str, Function] = _table(
    (
        ("sum(list)", "number", "The numbers added; 0 for none.", "sum([1, 2]) == 3", _sum),
        ("min(list)", "item", "The least of numbers or texts.", "min([3, 2]) == 2", lambda v: min(_filled(v, "min"))),
        ("max(list)", "item", "The greatest of numbers or texts.", "max([3, 2]) == 3", lambda v: max(_filled(v, "max"))),
        ("avg(list)", "double", "The mean; 0.0 for none.", "avg([1, 2]) == 1.5", _average),
        ("column(rows, name)", "list", "One field of every row.", "column([{'n': 1}, {'n': 2}], 'n') == [1, 2]", _column),
        (
            "where(rows, name, value)",
            "same",
            "The rows whose field has that value.",
            "where([{'n': 1}, {'n': 2}], 'n', 2) == [{'n': 2}]",
            _where,
        ),
        (
            "between(rows, name, from, below)",
            "same",
            "The rows whose field is at least `from` and less than `below`.",
            "between([{'n': 1}, {'n': 2}], 'n', 1, 2) == [{'n': 1}]",
            _between,
        ),
        ("last(rows, n)", "same", "The last n rows, or all if there are fewer.", "last([1, 2, 3], 2) == [2, 3]", _last),
        ("first(rows, n)", "same", "The first n rows, or all if there are fewer.", "first([1, 2, 3], 2) == [1, 2]", _first),
        ("concat(lists)", "flat", "A list of lists as one list.", "concat([[1], [2, 3]]) == [1, 2, 3]", _concat),
        ("omit(map, names)", "same", "A map (or each of a list) without those fields.", "omit({'a': 1, 'b': 2}, ['b']) == {'a': 1}", _omit),
        ("pick(map, names)", "same", "A map (or each of a list) with those fields only.", "pick({'a': 1, 'b': 2}, ['b']) == {'b': 2}", _pick),
        ("sort(list)", "same", "Numbers or texts, ascending.", "sort([2, 1]) == [1, 2]", lambda v: sorted(_ordered(v))),
        ("unique(list)", "bool", "Whether nothing is there twice.", "unique([1, 2]) && !unique([1, 1])", _unique),
        ("ascending(list)", "bool", "Whether no item is below the one before.", "ascending([1, 1, 2])", lambda v: _in_order(v, lambda a, b: a <= b)),
        ("descending(list)", "bool", "Whether no item is above the one before.", "descending([2, 1, 1])", lambda v: _in_order(v, lambda a, b: a >= b)),
        ("strictly_ascending(list)", "bool", "Whether each item is above the one before.", "!strictly_ascending([1, 1])", lambda v: _in_order(v, lambda a, b: a < b)),
        ("near(a, b, tolerance)", "bool", "Whether two numbers differ by no more than that, as decimals.", "near(1.01, 1, 0.01)", _near),
        ("round(x, digits)", "double", "Half-up on the decimal value.", "round(0.125, 2) == 0.13", _round),
        ("ratio(a, b)", "double", "a / b; 0.0 when b is 0.", "ratio(1, 4) == 0.25 && ratio(1, 0) == 0.0", _ratio),
        ("percent(a, b)", "double", "100 · a / b; 0.0 when b is 0.", "percent(1, 4) == 25.0", _percent),
        ("clamp(x, low, high)", "number", "x, or the bound that it crosses.", "clamp(12, 0, 10) == 10", _clamp),
        ("is_int(value)", "bool", "Whether it is written as an integer: 25, not 25.0.", "is_int(25) && !is_int(25.0)", _is_int),
        ("header_int(text)", "int", "A header's text as a number.", "header_int('60') == 60", _header_int),
        ("length(text)", "int", "Code points of a text (CEL's `size` counts bytes).", "length('é') == 1", _length),
        ("substring(text, from, to)", "text", "The code points from one place to before another, from 0.", "substring('2026-03', 0, 4) == '2026'", _substring),
        ("seconds(instant)", "int", "Unix seconds of an instant.", "seconds('1970-01-01T00:01:00Z') == 60", times.seconds),
        ("instant(seconds)", "text", "The instant of Unix seconds.", "instant(60) == '1970-01-01T00:01:00Z'", times.instant),
        ("local_date(instant, zone)", "text", "The date in a zone at that instant.", "local_date('2026-01-01T02:00:00Z', 'America/New_York') == '2025-12-31'", times.local_date),
        ("midnight(date, zone)", "text", "The first instant of a date in a zone.", "midnight('2026-01-01', 'Asia/Tokyo') == '2025-12-31T15:00:00Z'", times.midnight),
        ("add_days(date, n)", "text", "The date n days later.", "add_days('2026-02-28', 1) == '2026-03-01'", times.add_days),
        ("add_months(date, n)", "text", "The same day n months later, or that month's last.", "add_months('2026-01-31', 1) == '2026-02-28'", times.add_months),
        ("days_between(date, later)", "int", "Days from the one to the other.", "days_between('2026-02-28', '2026-03-01') == 1", times.days_between),
        ("weekday(date)", "int", "1 for Monday … 7 for Sunday.", "weekday('2026-03-01') == 7", times.weekday),
        ("week_start(date)", "text", "The Monday of a date's week.", "week_start('2026-03-01') == '2026-02-23'", times.week_start),
        ("month_start(date)", "text", "The first of a date's month.", "month_start('2026-02-28') == '2026-02-01'", times.month_start),
        ("is_zone(text)", "bool", "Whether it names a time zone.", "is_zone('Europe/Paris') && !is_zone('europe/paris')", times.is_zone),
    )
)  # fmt: skip


def calls() -> dict[str, Callable[..., Any]]:
    """The functions by name, as the evaluator wants them."""
    return {name: function.call for name, function in FUNCTIONS.items()}
