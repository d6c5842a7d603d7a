"""The functions that metermock adds to CEL, in one table: what is checked, what runs, what the manual says.

To add one, write it in function_values.py or function_times.py, give it a row here, and put the row's
signature, sentence and example into docs/rules.md.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from metermock.contract.cel import function_times as times
from metermock.contract.cel import function_values as values
from metermock.contract.cel.function import NUMBERS, Argument, Function

_FIELD = Argument("name", ("text",), names_fields=True)
_FIELDS = Argument("names", ("list",), names_fields=True)
_MAP = Argument("map", ("map", "list"))


def _list(name: str) -> Argument:
    return Argument(name, ("list",))


def _text(name: str) -> Argument:
    return Argument(name, ("text",))


def _int(name: str) -> Argument:
    return Argument(name, ("int",))


def _number(name: str) -> Argument:
    return Argument(name, NUMBERS)


def _ordered(name: str) -> Argument:
    return Argument(name, (*NUMBERS, "text"))


# The lines of a row: how it is called; what it does; an example that is true; what to show where it is false.
# fmt: off
_ROWS = (
    Function("sum", (_list("list"),), "number", values.total,
        "The numbers added; 0 for none.",
        "sum([1, 2]) == 3"),
    Function("min", (_list("list"),), "item", values.least,
        "The least of numbers or texts.",
        "min([3, 2]) == 2"),
    Function("max", (_list("list"),), "item", values.greatest,
        "The greatest of numbers or texts.",
        "max([3, 2]) == 3"),
    Function("avg", (_list("list"),), "double", values.average,
        "The mean; 0.0 for none.",
        "avg([1, 2]) == 1.5"),
    Function("column", (_list("rows"), _FIELD), "column", values.column,
        "One field of every row.",
        "column([{'n': 1}, {'n': 2}], 'n') == [1, 2]"),
    Function("where", (_list("rows"), _FIELD, Argument("value")), "same", values.where,
        "The rows whose field has that value.",
        "where([{'n': 1}, {'n': 2}], 'n', 2) == [{'n': 2}]"),
    Function("between", (_list("rows"), _FIELD, _ordered("from"), _ordered("below")), "same", values.between,
        "The rows whose field is at least `from` and less than `below`.",
        "between([{'n': 1}, {'n': 2}], 'n', 1, 2) == [{'n': 1}]"),
    Function("during", (_list("rows"), _FIELD, _text("start"), _text("end")), "same", times.during,
        "The rows whose instant is at or after `start` and before `end`.",
        "during([{'at': instant(5)}], 'at', instant(5), instant(9)) == [{'at': instant(5)}]"),
    Function("sums", (_list("rows"), _FIELDS), "sums", values.sums,
        "The sum of each of those fields over all rows.",
        "sums([{'n': 1}, {'n': 2}], ['n']) == {'n': 3}"),
    Function("last", (_list("rows"), _int("n")), "same", values.last,
        "The last n rows, or all if there are fewer.",
        "last([1, 2, 3], 2) == [2, 3]"),
    Function("first", (_list("rows"), _int("n")), "same", values.first,
        "The first n rows, or all if there are fewer.",
        "first([1, 2, 3], 2) == [1, 2]"),
    Function("concat", (_list("lists"),), "flat", values.concat,
        "A list of lists as one list.",
        "concat([[1], [2, 3]]) == [1, 2, 3]"),
    Function("omit", (_MAP, _FIELDS), "omitted", values.omit,
        "A map (or each of a list) without those fields.",
        "omit({'a': 1, 'b': 2}, ['b']) == {'a': 1}"),
    Function("pick", (_MAP, _FIELDS), "picked", values.pick,
        "A map (or each of a list) with those fields only.",
        "pick({'a': 1, 'b': 2}, ['b']) == {'b': 2}"),
    Function("sort", (_list("list"),), "same", values.in_ascending_order,
        "Numbers or texts, ascending.",
        "sort([2, 1]) == [1, 2]"),
    Function("unique", (_list("list"),), "bool", values.unique,
        "Whether nothing is there twice.",
        "unique([1, 2]) && !unique([1, 1])",
        culprit=values.twice),
    Function("ascending", (_list("list"),), "bool", values.ascending,
        "Whether no item is below the one before.",
        "ascending([1, 1, 2])",
        culprit=values.misplaced(operator.le)),
    Function("descending", (_list("list"),), "bool", values.descending,
        "Whether no item is above the one before.",
        "descending([2, 1, 1])",
        culprit=values.misplaced(operator.ge)),
    Function("strictly_ascending", (_list("list"),), "bool", values.strictly_ascending,
        "Whether each item is above the one before.",
        "!strictly_ascending([1, 1])",
        culprit=values.misplaced(operator.lt)),
    Function("near", (_number("a"), _number("b"), _number("tolerance")), "bool", values.near,
        "Whether two numbers differ by no more than that, as decimals.",
        "near(1.01, 1, 0.01)"),
    Function("round", (_number("x"), _int("digits")), "double", values.half_up,
        "Half-up on the decimal value.",
        "round(0.125, 2) == 0.13"),
    Function("ratio", (_number("a"), _number("b")), "double", values.ratio,
        "a / b; 0.0 when b is 0.",
        "ratio(1, 4) == 0.25 && ratio(1, 0) == 0.0"),
    Function("percent", (_number("a"), _number("b")), "double", values.percent,
        "100 · a / b; 0.0 when b is 0.",
        "percent(1, 4) == 25.0"),
    Function("clamp", (_number("x"), _number("low"), _number("high")), "number", values.clamp,
        "x, or the bound that it crosses.",
        "clamp(12, 0, 10) == 10"),
    Function("is_int", (Argument("value"),), "bool", values.is_int,
        "Whether it is written as an integer: 25, not 25.0.",
        "is_int(25) && !is_int(25.0)"),
    Function("counts", (_list("list"),), "bool", values.counts,
        "Whether each is an integer, zero or more, and written as one.",
        "counts([0, 25]) && !counts([25.0])"),
    Function("header_int", (_text("text"),), "int", values.header_int,
        "A header's text as a number.",
        "header_int('60') == 60"),
    Function("length", (_text("text"),), "int", values.length,
        "Code points of a text (CEL's `size` counts bytes).",
        "length('é') == 1"),
    Function("substring", (_text("text"), _int("from"), _int("to")), "text", values.substring,
        "The code points from one place to before another, from 0.",
        "substring('2026-03', 0, 4) == '2026'"),
    Function("seconds", (_text("instant"),), "int", times.seconds,
        "Unix seconds of an instant.",
        "seconds('1970-01-01T00:01:00Z') == 60"),
    Function("instant", (_int("seconds"),), "text", times.instant,
        "The instant of Unix seconds.",
        "instant(60) == '1970-01-01T00:01:00Z'"),
    Function("local_date", (_text("instant"), _text("zone")), "text", times.local_date,
        "The date in a zone at that instant.",
        "local_date('2026-01-01T02:00:00Z', 'America/New_York') == '2025-12-31'"),
    Function("midnight", (_text("date"), _text("zone")), "text", times.midnight,
        "The first instant of a date in a zone.",
        "midnight('2026-01-01', 'Asia/Tokyo') == '2025-12-31T15:00:00Z'"),
    Function("add_days", (_text("date"), _int("n")), "text", times.add_days,
        "The date n days later.",
        "add_days('2026-02-28', 1) == '2026-03-01'"),
    Function("add_months", (_text("date"), _int("n")), "text", times.add_months,
        "The same day n months later, or that month's last.",
        "add_months('2026-01-31', 1) == '2026-02-28'"),
    Function("days_between", (_text("date"), _text("later")), "int", times.days_between,
        "Days from the one to the other.",
        "days_between('2026-02-28', '2026-03-01') == 1"),
    Function("weekday", (_text("date"),), "int", times.weekday,
        "1 for Monday … 7 for Sunday.",
        "weekday('2026-03-01') == 7"),
    Function("week_start", (_text("date"),), "text", times.week_start,
        "The Monday of a date's week.",
        "week_start('2026-03-01') == '2026-02-23'"),
    Function("month_start", (_text("date"),), "text", times.month_start,
        "The first of a date's month.",
        "month_start('2026-02-28') == '2026-02-01'"),
    Function("is_zone", (_text("text"),), "bool", times.is_zone,
        "Whether it names a time zone.",
        "is_zone('Europe/Paris') && !is_zone('europe/paris')"),
)
# fmt: on

FUNCTIONS: Mapping[str, Function] = {function.name: function for function in _ROWS}


def calls() -> dict[str, Callable[..., Any]]:
    """The functions by name, as the evaluator wants them."""
    return {name: function.call for name, function in FUNCTIONS.items() if function.call is not None}
