"""Spans of time that end before they start, which the documented refusal of bad input answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from metermock.contract import Operation
from metermock.contract.composing import together
from metermock.contract.json_types import types_of
from metermock.contract.media import is_json
from metermock.contract.range_names import ENDS, STARTS, is_end, is_pair, is_start, words
from metermock.errors import Refused, Violation
from metermock.ledger.calendar import DAY
from metermock.server.generation.asked.cursors import refuses_input
from metermock.server.generation.asked.members import fields_of, parameters_of, spread
from metermock.server.generation.asked.moments import moment
from metermock.server.generation.asked.spans import role_of
from metermock.server.generation.values.instants import notation_of
from metermock.server.generation.words.grains import UTC
from metermock.server.handling import Request

_TIMES = frozenset(
    {"date", "time", "datetime", "day", "month", "at", "on", "timestamp", "ts", "period", "range", "window"}
)
"""What a name may say of a time beside which end it is: a `from_account` is no time."""
_DIGITS = len("20260318")
"""Digits of a day; a text of more is a phone number or an account as likely as a time."""
_DEEPEST = 2
"""Objects inside each other in a body in which ends are looked for: `filter: {created: {from, to}}`."""


@dataclass(frozen=True, slots=True)
class _Edge:
    """A parameter, or a field of the body, that names one end of a span."""

    key: str
    name: str
    location: str


_Pair = tuple[_Edge, _Edge]


@dataclass(frozen=True, slots=True)
class _Fields:
    """The ends that the fields of an object name, and the objects in it that have some."""

    pairs: Sequence[_Pair]
    inner: Mapping[str, _Fields]

    def __bool__(self) -> bool:
        return bool(self.pairs or self.inner)


class Inverted:
    """Refuses the requests of one operation whose start is after their end."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        self.is_told = refuses_input(operation)
        """Whether the operation documents how: else such a span is as empty as it was asked for."""

    @cached_property
    def pairs(self) -> Sequence[_Pair]:
        """The two ends of spans among the parameters; found when first asked."""
        edges = [
            (_Edge(each.key, each.name, each.location), each.resolved, each.types)
            for each in parameters_of(self.operation)
            if each.location in ("query", "path")
        ]
        return [*_pairs([edge for edge, whole, types in edges if _is_time(edge.name, whole, types)])]

    @cached_property
    def _fields(self) -> Mapping[tuple[str, str], str]:
        return fields_of(self.operation)

    @cached_property
    def _body(self) -> _Fields:
        content = self.operation.body.content if self.operation.body else {}
        return self._of_object(next((each for media, each in content.items() if is_json(media)), None), 0)

    def _of_object(self, schema: Any, depth: int) -> _Fields:
        schemas = self.operation.contract.schemas
        whole = together(schemas, schema) if isinstance(schema, dict) else {}
        properties = whole.get("properties")
        if not isinstance(properties, dict) or depth > _DEEPEST:
            return _Fields((), {})
        told = [
            _Edge(name, name, "body")
            for name, each in properties.items()
            if isinstance(each, dict) and _is_time(name, together(schemas, each), types_of(schemas, each))
        ]
        inner = {name: self._of_object(each, depth + 1) for name, each in properties.items()}
        return _Fields([*_pairs(told)], {name: each for name, each in inner.items() if each})

    def refuse(self, request: Request) -> None:
        """Raise Refused for a start that is after its end, where the operation documents a refusal for it."""
        if not self.is_told:
            return
        if self.pairs:
            given = spread(request.parameters, self._fields)
            _refuse(self.pairs, given, request.now)
        if isinstance(request.body, dict):
            _refuse_in(self._body, request.body, request.now)


def _pairs(edges: Sequence[_Edge]) -> Iterator[_Pair]:
    starts = [each for each in edges if is_start(each.name)]
    ends = [each for each in edges if is_end(each.name)]
    return (
        (first, last)
        for first in starts
        for last in ends
        if first.location == last.location and is_pair(first.name, last.name)
    )


def _is_time(name: str, whole: Mapping[str, Any], types: frozenset[str]) -> bool:
    """Whether a value says a time: prices bound rows too, and money goes from one account to another."""
    if notation_of(name, whole, types) is not None:
        return True
    return role_of(name, whole, types) in ("start", "end") and {*words(name)} <= STARTS | ENDS | _TIMES


def _refuse_in(fields: _Fields, body: Mapping[str, Any], now: int) -> None:
    _refuse(fields.pairs, body, now)
    for name, each in fields.inner.items():
        inner = body.get(name)
        if isinstance(inner, dict):
            _refuse_in(each, inner, now)


def _refuse(pairs: Sequence[_Pair], given: Mapping[str, Any], now: int) -> None:
    for first, last in pairs:
        start, end = given.get(first.key), given.get(last.key)
        if start is None or end is None or _is_number(start) or _is_number(end):
            continue
        if not _is_after(start, end, now):
            continue
        message = f"{start!r} is after {last.name} {end!r}"
        wrong = Violation(first.location, first.name, message, "order", start)
        raise Refused("invalid", violations=(wrong,))


def _is_number(value: Any) -> bool:
    """Whether a text is a number that may be anybody's: of a phone, of an account."""
    return isinstance(value, str) and value.isdecimal() and len(value) > _DIGITS


def _is_after(start: Any, end: Any, now: int) -> bool:
    """Whether a start is after an end: a day that is an end goes on until midnight."""
    begins, ends = moment(start, now, UTC), moment(end, now, UTC)
    if begins is None or ends is None or begins <= ends:
        return False
    day, after = moment(start, now, UTC, is_end=True) != begins, moment(end, now, UTC, is_end=True) or ends
    # Where only one of them is a day, it may be one of another zone.
    slack = 0 if day == (after != ends) else DAY
    return begins >= after + slack
