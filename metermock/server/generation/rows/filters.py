"""Parameters that choose among the rows of a list: a state, a bound of a number, a span of time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from metermock.contract import Operation, Parameter
from metermock.server.generation.agreeing.ordering import instant_of
from metermock.server.generation.asked.members import parameters_of
from metermock.server.generation.asked.moments import moment
from metermock.server.generation.rows.columns_of_rows import Column
from metermock.server.generation.rows.searching import has_words, searched
from metermock.server.generation.values.instants import Notation
from metermock.server.generation.words import names
from metermock.server.generation.words.grains import UTC, Span

Test = Callable[[Mapping[str, Any]], bool]
"""Whether a row is wanted."""
MakeTest = Callable[[Any, int], Test | None]
"""Makes the test of a parameter's value at a clock; None for a value that chooses nothing."""

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


def birth_of(columns: Sequence[Column]) -> Column | None:
    """The instant by which the rows of a list stand in their order; None where they have none."""
    told = [each for each in columns if each.notation not in (None, "time") and not _NEVER & set(each.words)]
    places = {each.name: [_BIRTHS.index(word) for word in each.words if word in _BIRTHS] for each in told}
    known = [each for each in told if places[each.name]]
    return min(known, key=lambda each: min(places[each.name]), default=None)


_Found = tuple[Sequence[Column], MakeTest]
"""The columns that a parameter chooses by, and what makes tests of its values."""


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
        self.searched = {
            plain: looked_at for plain, (_, (looked_at, make)) in found.items() if _is_search(make)
        }
        """The texts in which those of the parameters look that search for words."""
        self.keys = {each.key: plain for plain, (each, _) in found.items()}
        """The plain names of the parameters that choose, by their keys."""
        births = () if self.birth is None else (self.birth,)
        looked_at = (*(column for _, (columns, _) in found.values() for column in columns), *births)
        self.looked_at = frozenset(each.name for each in looked_at)
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

    def _read(self, parameter: Parameter, columns: Sequence[Column]) -> _Found | None:
        """The columns that a parameter chooses by, and what makes tests of its values; None for no filter."""
        words = names.words_of(parameter.name)
        for column in columns:
            if _is_called(words, column) and (column.is_closed or column.is_list):
                return (column,), partial(_one_of, column)
        marks = set(words) & (_LEAST | _MOST)
        rest = tuple(word for word in words if word not in marks and word not in _AROUND)
        bounded = next((each for each in columns if each.is_number and each.words == rest), None)
        if len(marks) == 1 and bounded is not None:
            return (bounded,), partial(_bounded, bounded.name, marks.pop())
        texts = searched(names.plain(parameter.name), columns)
        return (texts, partial(has_words, texts)) if texts else self._of_time(words, columns)

    def _of_time(self, words: tuple[str, ...], columns: Sequence[Column]) -> _Found | None:
        edges = _SINCE | _UNTIL | {"gte", "gt", "lte", "lt"}
        marks = [word for word in words if word in edges]
        rest = {word for word in words if word not in edges} - _TIMES
        told = [each for each in columns if each.notation not in (None, "time")]
        column = self.birth if not rest else next((each for each in told if rest <= set(each.words)), None)
        if column is None or not marks or column.notation is None:
            return None
        is_end = bool({*marks} & (_UNTIL | {"lte", "lt"}))
        name, notation = column.name, column.notation
        return (column,), lambda value, now: _since(name, notation, value, now, is_end=is_end)


def _is_search(make: MakeTest) -> bool:
    return isinstance(make, partial) and make.func is has_words


def _is_called(words: tuple[str, ...], column: Column) -> bool:
    """Whether a parameter has the name of a column: `status`, `statuses`, `filter[status]`, `type[]`."""
    own = tuple(word for word in words if word not in _AROUND) or words
    theirs = tuple(word for word in column.words if word != "is")
    return bool(own) and (
        own in (column.words, theirs) or (*own[:-1], names.singular(own[-1])) == column.words
    )


def named_by(query: Sequence[Parameter], columns: Sequence[Column]) -> Mapping[str, str]:
    """The free fields of rows that parameters name in the plural: `usernames` and `username`."""
    free = {each.words for each in columns if not (each.is_closed or each.is_list) and each.notation is None}
    # A number in the plural says how many: `lines=100`.
    of_query = [names.words_of(each.name) for each in query if not each.types & {"integer", "number"}]
    return {
        "_".join(words): "_".join(one)
        for words in of_query
        if words
        if (one := (*words[:-1], names.singular(words[-1]))) != words
        if one in free and one not in of_query and words not in free
    }


def said_of_plurals(plurals: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, Any]:
    """What parameters in the plural say of the fields of rows, where they say one value."""
    several = {own: values.get(plain) for plain, own in plurals.items()}
    listed = {own: value if isinstance(value, list) else [value] for own, value in several.items()}
    return {
        own: value[0]
        for own, value in listed.items()
        if len(value) == 1 and value[0] is not None and "," not in str(value[0])
    }


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
