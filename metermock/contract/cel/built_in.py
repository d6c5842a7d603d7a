"""The functions of CEL itself, in the same form as functions.py has ours.

Each row says how the evaluator really takes the function; a test tries both forms of every row there. `call`
answers in plain Python what both languages answer alike, and raises UnsureError for anything else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from metermock.contract.cel.function import NUMBERS, Argument, Form, Function
from metermock.contract.cel.plain_values import UnsureError, a_text

TYPE_NAMES = frozenset(
    {"int", "uint", "double", "string", "bool", "list", "map", "bytes", "null_type", "type"}
)
"""What `type(x)` may be compared with."""

_ALIKE = re.compile(
    r"(?:[\w ,:/^$.()|-]|\[\^?(?:\w-\w|[\w+])+\]|(?<![()|*+?}^])(?:[*+?]|\{\d+(?:,\d*)?\}))*", re.ASCII
)
"""Regular expressions that mean the same in both languages: no escapes, no groups that repeat."""
_REPEATS = "*+?{"
_LONG = 1_000
"""Python's regular expressions take for ever over several repetitions, and long over one in a long text."""


def _size(value: Any) -> int:
    # CEL's specification counts code points of a text; this evaluator counts bytes.
    return len(value) if type(value) in (list, dict) else len(a_text(value).encode())


def _double(value: Any) -> float:
    if type(value) not in (int, float):
        raise UnsureError
    return float(value)


def _int(value: Any) -> int:
    if type(value) not in (int, float):
        raise UnsureError
    return int(value)


def _string(value: Any) -> str:
    return str(value) if type(value) is int else a_text(value)


def _contains(text: Any, part: Any) -> bool:
    return a_text(part) in a_text(text)


def _starts_with(text: Any, start: Any) -> bool:
    return a_text(text).startswith(a_text(start))


def _ends_with(text: Any, end: Any) -> bool:
    return a_text(text).endswith(a_text(end))


def _matches(text: Any, pattern: Any) -> bool:
    # Ends of lines are what the two kinds of regular expressions see in different places.
    if "\n" in a_text(text) or len(text) > _LONG:
        raise UnsureError
    return _pattern(a_text(pattern)).search(text) is not None


@lru_cache(maxsize=256)
def _pattern(text: str) -> re.Pattern[str]:
    if _ALIKE.fullmatch(text) is None or sum(map(text.count, _REPEATS)) > 1:
        raise UnsureError
    return re.compile(text)


_FUNCTION: tuple[Form, ...] = ("function",)
_METHOD: tuple[Form, ...] = ("method",)
_VALUE = Argument("x")
_TEXT = Argument("text", ("text",))
_PART = Argument("part", ("text",))
_NUMERIC = Argument("x", (*NUMBERS, "text"))
_SIZED = Argument("x", ("text", "list", "map"))
_WRITTEN = Argument("x", (*NUMBERS, "text", "timestamp", "duration"))
_INSTANT = Argument("x", ("text", "timestamp"))
_LENGTH = Argument("x", ("text", "duration"))
_TIMESTAMP = Argument("timestamp", ("timestamp",))
_TIME = Argument("x", ("timestamp", "duration"))

# A row is three lines, as in functions.py.
# fmt: off
_ROWS = (
    Function("size", (_SIZED,), "int", _size,
        "Items of a list, fields of a map, bytes of a text (`length` counts code points).",
        "size([5, 6]) == 2"),
    Function("int", (_NUMERIC,), "int", _int,
        "An int: of a double the part before the point, of a text the number in it.",
        "int(2.9) == 2", _FUNCTION),
    Function("uint", (_NUMERIC,), "int", None,
        "An unsigned int. It compares with an int, and does not mix with one in `+ - * / %`.",
        "uint(5) == 5", _FUNCTION),
    Function("double", (_NUMERIC,), "double", _double,
        "A double: of an int, or of the number in a text.",
        "double(5) / 2.0 == 2.5", _FUNCTION),
    Function("string", (_WRITTEN,), "text", _string,
        "The text of a value.",
        "string(5) == '5'", _FUNCTION),
    Function("bytes", (_TEXT,), "any", None,
        "The bytes of a text in UTF-8.",
        "bytes('a') == b'a'", _FUNCTION),
    Function("type", (_VALUE,), "any", None,
        "The type of a value: `int`, `double`, `string`, `bool`, `null_type`, `list` or `map`.",
        "type(1) == int", _FUNCTION),
    Function("dyn", (_VALUE,), "any", None,
        "The same value, whose kind is no longer checked before it runs.",
        "dyn(1) == 1", _FUNCTION),
    Function("contains", (_TEXT, _PART), "bool", _contains,
        "Whether a text has another in it.",
        "'abc'.contains('b')", _METHOD),
    Function("startsWith", (_TEXT, _PART), "bool", _starts_with,
        "Whether a text begins with another.",
        "'abc'.startsWith('ab')", _METHOD),
    Function("endsWith", (_TEXT, _PART), "bool", _ends_with,
        "Whether a text ends with another.",
        "'abc'.endsWith('bc')", _METHOD),
    Function("matches", (_TEXT, Argument("pattern", ("text",))), "bool", _matches,
        "Whether a regular expression is found in a text.",
        "'abc'.matches('^a.c$')", _METHOD),
    Function("timestamp", (_INSTANT,), "timestamp", None,
        "An instant for arithmetic; `-` between two gives a duration.",
        "timestamp('2026-01-01T00:00:00Z') < timestamp('2026-01-01T00:00:01Z')", _FUNCTION),
    Function("duration", (_LENGTH,), "duration", None,
        "A length of time, such as `90s` or `1h30m`; it can be added to a timestamp.",
        "duration('90s') > duration('1m')", _FUNCTION),
    Function("getFullYear", (_TIMESTAMP,), "int", None,
        "The year, in UTC as all of these.",
        "timestamp('2026-03-08T12:34:56Z').getFullYear() == 2026", _METHOD),
    Function("getMonth", (_TIMESTAMP,), "int", None,
        "0 for January … 11 for December.",
        "timestamp('2026-03-08T12:34:56Z').getMonth() == 2", _METHOD),
    Function("getDate", (_TIMESTAMP,), "int", None,
        "The day of the month, from 1.",
        "timestamp('2026-03-08T12:34:56Z').getDate() == 8", _METHOD),
    Function("getDayOfMonth", (_TIMESTAMP,), "int", None,
        "The day of the month, from 0.",
        "timestamp('2026-03-08T12:34:56Z').getDayOfMonth() == 7", _METHOD),
    Function("getDayOfWeek", (_TIMESTAMP,), "int", None,
        "0 for Sunday … 6 for Saturday.",
        "timestamp('2026-03-08T12:34:56Z').getDayOfWeek() == 0", _METHOD),
    Function("getDayOfYear", (_TIMESTAMP,), "int", None,
        "The day of the year, from 0.",
        "timestamp('2026-03-08T12:34:56Z').getDayOfYear() == 66", _METHOD),
    Function("getHours", (_TIME,), "int", None,
        "The hour of a timestamp; all whole hours of a duration.",
        "duration('90m').getHours() == 1", _METHOD),
    Function("getMinutes", (_TIME,), "int", None,
        "The minute of a timestamp; all whole minutes of a duration.",
        "duration('90m').getMinutes() == 90", _METHOD),
    Function("getSeconds", (_TIME,), "int", None,
        "The second of a timestamp; all whole seconds of a duration.",
        "duration('90m').getSeconds() == 5400", _METHOD),
    Function("getMilliseconds", (_TIME,), "int", None,
        "The milliseconds of a timestamp's second; all of a duration.",
        "duration('1.5s').getMilliseconds() == 1500", _METHOD),
)
# fmt: on

BUILT_IN: Mapping[str, Function] = {function.name: function for function in _ROWS}
