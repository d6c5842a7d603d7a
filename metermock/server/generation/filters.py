"""Parameters that choose among the rows of a list: a state, a bound of a number, a span of time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from metermock.contract import Operation, Parameter
from metermock.contract.composing import together
from metermock.contract.json_types import types_of
from metermock.contract.schemas import Schemas
from metermock.server.generation import names
from metermock.server.generation.acceptance import Acceptance
from metermock.server.generation.grains import UTC, Span
from metermock.server.generation.instants import Notation, notation_of
from metermock.server.generation.members import parameters_of
from metermock.server.generation.moments import moment
from metermock.server.generation.ordering import instant_of

Test = Callable[[Mapping[str, Any]], bool]
"""Whether a row is wanted."""
MakeTest = Callable[[Any, int], Test | None]
"""Makes the test of a parameter's value at a clock; None for a value that chooses nothing."""

INSIDE = "attributes"
"""The object in which the fields of a row of JSON:API are."""
_AROUND = frozenset({"filter", "filters", "by", "where", "in", "eq", "is", "only"})
_LEAST = frozenset({"min", "minimum", "gte", "gt", "ge", "least"})
_MOST = frozenset({"max", "maximum", "lte", "lt", "le", "most"})
_STRICT = frozenset({"gt", "lt"})
_SINCE = frozenset({"since", "after", "from", "start", "starting", "begin", "newer"})
_UNTIL = frozenset({"until", "before", "to", "till", "end", "ending", "older"})
_TIMES = frozenset({"at", "date", "time", "on", "datetime", "timestamp", "than", "day"})
_BIRTHS = (
    *("created", "creation", "queued", "submitted", "received", "issued", "placed", "registered", "joined"),
    *("started", "sent", "occurred", "timestamp", "at", "ts", "time", "date", "datetime"),
)
"""What the instant that a thing is listed by is called, the likeliest first."""
_NEVER = names.AHEAD | {"period", "cycle", "updated", "last", "end", "ended", "next", "birth"}


@dataclass(frozen=True, slots=True)
class Column:
    """A field of the rows of a list."""

    name: str
    words: tuple[str, ...]
    notation: Notation | None
    is_closed: bool
    """Whether all of its values are known: an enum, or a boolean."""
    is_number: bool
    is_list: bool
    takes: Callable[[Any], bool]


def columns_of(schemas: Schemas, items: Any) -> Sequence[Column]:
    """The fields of the rows of a list, by the schema of a row; those of all types that a row may have."""
    whole = together(schemas, items) if isinstance(items, dict) else {}
    found: dict[str, list[Column]] = {}
    for each in (whole, *_types_of(schemas, whole)):
        properties = each.get("properties")
        for name, schema in properties.items() if isinstance(properties, dict) else ():
            found.setdefault(name, []).append(_column(schemas, name, schema))
            # The fields of a row of JSON:API lie inside.
            inner = together(schemas, schema).get("properties") if name == INSIDE else None
            for own, field in inner.items() if isinstance(inner, dict) else ():
                found.setdefault(own, []).append(_column(schemas, own, field))
    return [_of_all(several) for several in found.values()]


def flat(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row with the fields that lie inside of it, as columns are of both."""
    inner = row.get(INSIDE)
    return {**inner, **row} if isinstance(inner, dict) else row


def _types_of(schemas: Schemas, whole: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    choice: Sequence[Any] = next(
        (whole[each] for each in ("oneOf", "anyOf") if isinstance(whole.get(each), list)), []
    )
    return [together(schemas, each) for each in choice if isinstance(each, dict)]


def _of_all(several: Sequence[Column]) -> Column:
    """The column that rows of several types have: its values are known where each type knows its own."""
    first = several[0]
    if len(several) == 1:
        return first
    is_closed = all(each.is_closed for each in several)
    return replace(first, is_closed=is_closed, takes=lambda value: any(each.takes(value) for each in several))


def _column(schemas: Schemas, name: str, schema: Any) -> Column:
    whole = together(schemas, schema) if isinstance(schema, dict) else {}
    types = types_of(schemas, schema) - {"null"}
    is_deep = bool(types & {"array", "object"})
    notation = None if is_deep or "enum" in whole else notation_of(name, whole, types)
    return Column(
        name,
        names.words_of(name),
        notation,
        is_closed=not is_deep and ("enum" in whole or "const" in whole or types == {"boolean"}),
        is_number=bool(types) and types <= {"integer", "number"} and notation is None,
        is_list=types == {"array"},
        # Few fields are filtered by: to compile all of them takes seconds in a large document.
        takes=Acceptance(schemas, schema, closed=False) if isinstance(schema, dict) else lambda _: True,
    )


def birth_of(columns: Sequence[Column]) -> Column | None:
    """The instant by which the rows of a list stand in their order; None where they have none."""
    told = [each for each in columns if each.notation not in (None, "time") and not _NEVER & set(each.words)]
    places = {each.name: [_BIRTHS.index(word) for word in each.words if word in _BIRTHS] for each in told}
    known = [each for each in told if places[each.name]]
    return min(known, key=lambda each: min(places[each.name]), default=None)


class Filters:
    """The parameters of an operation that choose among the rows of its list."""

    def __init__(self, operation: Operation, columns: Sequence[Column], named: frozenset[str]) -> None:
        self.birth = birth_of(columns)
        found = {
            names.plain(each.name): (each, made)
            for each in parameters_of(operation)
            if each.location == "query" and names.plain(each.name) not in named
            if (made := self._read(each, columns)) is not None
        }
        self._tests = {plain: make for plain, (_, (_, make)) in found.items()}
        self.keys = {each.key: plain for plain, (each, _) in found.items()}
        """The plain names of the parameters that choose, by their keys."""
        self.looked_at = frozenset(
            each.name for each in (*(column for _, (column, _) in found.values()), self.birth) if each
        )
        """The fields of a row that tests look at, and the instant by which rows stand in their order."""

    def tests(self, wanted: Mapping[str, Any], now: int, span: Span | None = None) -> list[Test]:
        """What the rows must satisfy; a value that chooses nothing gives no test."""
        made = (self._tests[plain](value, now) for plain, value in wanted.items())
        tests = [each for each in made if each is not None]
        if span is not None and self.birth is not None and self.birth.notation is not None:
            edges = ((span.start, False), (span.end, True))
            name, notation = self.birth.name, self.birth.notation
            tests += [_within(name, notation, edge, is_end) for edge, is_end in edges if edge is not None]
        return tests

    def chooses(self, plain: str, value: Any, now: int) -> bool:
        """Whether a value of a parameter chooses among the rows."""
        return self._tests[plain](value, now) is not None

    def _read(self, parameter: Parameter, columns: Sequence[Column]) -> tuple[Column, MakeTest] | None:
        """The column that a parameter chooses by, and what makes tests of its values; None for no filter."""
        words = names.words_of(parameter.name)
        for column in columns:
            if _is_called(words, column) and (column.is_closed or column.is_list):
                return column, partial(_one_of, column)
        marks = set(words) & (_LEAST | _MOST)
        rest = tuple(word for word in words if word not in marks and word not in _AROUND)
        bounded = next((each for each in columns if each.is_number and each.words == rest), None)
        if len(marks) == 1 and bounded is not None:
            return bounded, partial(_bounded, bounded.name, marks.pop())
        return self._of_time(words, columns)

    def _of_time(self, words: tuple[str, ...], columns: Sequence[Column]) -> tuple[Column, MakeTest] | None:
        edges = _SINCE | _UNTIL | {"gte", "gt", "lte", "lt"}
        marks = [word for word in words if word in edges]
        rest = {word for word in words if word not in edges} - _TIMES
        told = [each for each in columns if each.notation not in (None, "time")]
        column = self.birth if not rest else next((each for each in told if rest <= set(each.words)), None)
        if column is None or not marks or column.notation is None:
            return None
        is_end = bool({*marks} & (_UNTIL | {"lte", "lt"}))
        name, notation = column.name, column.notation
        return column, lambda value, now: _since(name, notation, value, now, is_end=is_end)


def _is_called(words: tuple[str, ...], column: Column) -> bool:
    """Whether a parameter has the name of a column: `status`, `statuses`, `filter[status]`, `type[]`."""
    own = tuple(word for word in words if word not in _AROUND) or words
    theirs = tuple(word for word in column.words if word != "is")
    return bool(own) and (
        own in (column.words, theirs) or (*own[:-1], names.singular(own[-1])) == column.words
    )


def values_of(value: Any, takes: Callable[[Any], bool]) -> list[Any]:
    """The values that a parameter lists: of an array, or of a text with commas that is no value itself."""
    several = value if isinstance(value, list) else [value]
    found: list[Any] = []
    for each in several:
        is_joined = isinstance(each, str) and "," in each and not takes(each)
        found += [part.strip() for part in each.split(",")] if is_joined else [each]
    return found


def _one_of(column: Column, value: Any, _now: int) -> Test | None:
    name = column.name
    if column.is_list:
        asked = values_of(value, lambda each: column.takes([each]))
        return lambda row: any(each in asked for each in row.get(name) or ())
    asked = [each for each in values_of(value, column.takes) if each is not None and column.takes(each)]
    # Booleans are numbers in Python.
    return (lambda row: name in row and row[name] in asked) if asked else None


def _bounded(name: str, mark: str, value: Any, _now: int) -> Test | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    sign = 1 if mark in _LEAST else -1

    def test(row: Mapping[str, Any]) -> bool:
        own = row.get(name)
        if isinstance(own, bool) or not isinstance(own, int | float):
            return False
        return sign * own > sign * value or (own == value and mark not in _STRICT)

    return test


def _since(name: str, notation: Notation, value: Any, now: int, *, is_end: bool) -> Test | None:
    edge = moment(value, now, UTC, is_end=is_end)
    if edge is None:
        return None
    return _within(name, notation, edge, is_end)


def _within(name: str, notation: Notation, edge: int, is_end: bool) -> Test:  # noqa: FBT001 - one of two
    """Whether an instant of a row is not before a start, or before an end."""

    def test(row: Mapping[str, Any]) -> bool:
        at = instant_of(row.get(name), notation)
        return at is not None and (at < edge if is_end else at >= edge)

    return test
