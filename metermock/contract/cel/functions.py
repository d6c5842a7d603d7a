"""The functions that rules may call, in one table: what runs, what is checked, what the manual says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from metermock.contract.cel import function_times as times
from metermock.contract.cel import function_values as values


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


def _table(rows: Iterable[tuple[str, str, str, str, Callable[..., Any]]]) -> dict[str, Function]:
    table = {}
    for head, gives, about, example, call in rows:
        name, takes = head.removesuffix(")").split("(")
        table[name] = Function(name, tuple(takes.split(", ")), gives, about, example, call)
    return table


FUNCTIONS: Mapping[str, Function] = _table(
    (
        ("sum(list)", "number", "The numbers added; 0 for none.", "sum([1, 2]) == 3", values.total),
        ("min(list)", "item", "The least of numbers or texts.", "min([3, 2]) == 2", values.least),
        ("max(list)", "item", "The greatest of numbers or texts.", "max([3, 2]) == 3", values.greatest),
        ("avg(list)", "double", "The mean; 0.0 for none.", "avg([1, 2]) == 1.5", values.average),
        (
            "column(rows, name)",
            "list",
            "One field of every row.",
            "column([{'n': 1}, {'n': 2}], 'n') == [1, 2]",
            values.column,
        ),
        (
            "where(rows, name, value)",
            "same",
            "The rows whose field has that value.",
            "where([{'n': 1}, {'n': 2}], 'n', 2) == [{'n': 2}]",
            values.where,
        ),
        (
            "between(rows, name, from, below)",
            "same",
            "The rows whose field is at least `from` and less than `below`.",
            "between([{'n': 1}, {'n': 2}], 'n', 1, 2) == [{'n': 1}]",
            values.between,
        ),
        (
            "during(rows, name, start, end)",
            "same",
            "The rows whose instant is at or after `start` and before `end`.",
            "during([{'at': instant(5)}], 'at', instant(5), instant(9)) == [{'at': instant(5)}]",
            times.during,
        ),
        (
            "sums(rows, names)",
            "map",
            "The sum of each of those fields over all rows.",
            "sums([{'n': 1}, {'n': 2}], ['n']) == {'n': 3}",
            values.sums,
        ),
        (
            "last(rows, n)",
            "same",
            "The last n rows, or all if there are fewer.",
            "last([1, 2, 3], 2) == [2, 3]",
            values.last,
        ),
        (
            "first(rows, n)",
            "same",
            "The first n rows, or all if there are fewer.",
            "first([1, 2, 3], 2) == [1, 2]",
            values.first,
        ),
        (
            "concat(lists)",
            "flat",
            "A list of lists as one list.",
            "concat([[1], [2, 3]]) == [1, 2, 3]",
            values.concat,
        ),
        (
            "omit(map, names)",
            "same",
            "A map (or each of a list) without those fields.",
            "omit({'a': 1, 'b': 2}, ['b']) == {'a': 1}",
            values.omit,
        ),
        (
            "pick(map, names)",
            "same",
            "A map (or each of a list) with those fields only.",
            "pick({'a': 1, 'b': 2}, ['b']) == {'b': 2}",
            values.pick,
        ),
        (
            "sort(list)",
            "same",
            "Numbers or texts, ascending.",
            "sort([2, 1]) == [1, 2]",
            values.in_ascending_order,
        ),
        (
            "unique(list)",
            "bool",
            "Whether nothing is there twice.",
            "unique([1, 2]) && !unique([1, 1])",
            values.unique,
        ),
        (
            "ascending(list)",
            "bool",
            "Whether no item is below the one before.",
            "ascending([1, 1, 2])",
            values.ascending,
        ),
        (
            "descending(list)",
            "bool",
            "Whether no item is above the one before.",
            "descending([2, 1, 1])",
            values.descending,
        ),
        (
            "strictly_ascending(list)",
            "bool",
            "Whether each item is above the one before.",
            "!strictly_ascending([1, 1])",
            values.strictly_ascending,
        ),
        (
            "near(a, b, tolerance)",
            "bool",
            "Whether two numbers differ by no more than that, as decimals.",
            "near(1.01, 1, 0.01)",
            values.near,
        ),
        (
            "round(x, digits)",
            "double",
            "Half-up on the decimal value.",
            "round(0.125, 2) == 0.13",
            values.half_up,
        ),
        (
            "ratio(a, b)",
            "double",
            "a / b; 0.0 when b is 0.",
            "ratio(1, 4) == 0.25 && ratio(1, 0) == 0.0",
            values.ratio,
        ),
        ("percent(a, b)", "double", "100 · a / b; 0.0 when b is 0.", "percent(1, 4) == 25.0", values.percent),
        (
            "clamp(x, low, high)",
            "number",
            "x, or the bound that it crosses.",
            "clamp(12, 0, 10) == 10",
            values.clamp,
        ),
        (
            "is_int(value)",
            "bool",
            "Whether it is written as an integer: 25, not 25.0.",
            "is_int(25) && !is_int(25.0)",
            values.is_int,
        ),
        (
            "counts(list)",
            "bool",
            "Whether each is an integer, zero or more, and written as one.",
            "counts([0, 25]) && !counts([25.0])",
            values.counts,
        ),
        (
            "header_int(text)",
            "int",
            "A header's text as a number.",
            "header_int('60') == 60",
            values.header_int,
        ),
        (
            "length(text)",
            "int",
            "Code points of a text (CEL's `size` counts bytes).",
            "length('é') == 1",
            values.length,
        ),
        (
            "substring(text, from, to)",
            "text",
            "The code points from one place to before another, from 0.",
            "substring('2026-03', 0, 4) == '2026'",
            values.substring,
        ),
        (
            "seconds(instant)",
            "int",
            "Unix seconds of an instant.",
            "seconds('1970-01-01T00:01:00Z') == 60",
            times.seconds,
        ),
        (
            "instant(seconds)",
            "text",
            "The instant of Unix seconds.",
            "instant(60) == '1970-01-01T00:01:00Z'",
            times.instant,
        ),
        (
            "local_date(instant, zone)",
            "text",
            "The date in a zone at that instant.",
            "local_date('2026-01-01T02:00:00Z', 'America/New_York') == '2025-12-31'",
            times.local_date,
        ),
        (
            "midnight(date, zone)",
            "text",
            "The first instant of a date in a zone.",
            "midnight('2026-01-01', 'Asia/Tokyo') == '2025-12-31T15:00:00Z'",
            times.midnight,
        ),
        (
            "add_days(date, n)",
            "text",
            "The date n days later.",
            "add_days('2026-02-28', 1) == '2026-03-01'",
            times.add_days,
        ),
        (
            "add_months(date, n)",
            "text",
            "The same day n months later, or that month's last.",
            "add_months('2026-01-31', 1) == '2026-02-28'",
            times.add_months,
        ),
        (
            "days_between(date, later)",
            "int",
            "Days from the one to the other.",
            "days_between('2026-02-28', '2026-03-01') == 1",
            times.days_between,
        ),
        ("weekday(date)", "int", "1 for Monday … 7 for Sunday.", "weekday('2026-03-01') == 7", times.weekday),
        (
            "week_start(date)",
            "text",
            "The Monday of a date's week.",
            "week_start('2026-03-01') == '2026-02-23'",
            times.week_start,
        ),
        (
            "month_start(date)",
            "text",
            "The first of a date's month.",
            "month_start('2026-02-28') == '2026-02-01'",
            times.month_start,
        ),
        (
            "is_zone(text)",
            "bool",
            "Whether it names a time zone.",
            "is_zone('Europe/Paris') && !is_zone('europe/paris')",
            times.is_zone,
        ),
    )
)


def calls() -> dict[str, Callable[..., Any]]:
    """The functions by name, as the evaluator wants them."""
    return {name: function.call for name, function in FUNCTIONS.items()}
