"""Relations between two operations: what both of them tell of an account."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from metermock.contract import ABSENT, Exchange
from metermock.learn.candidate import MOST_SPREAD, UNLIKELY
from metermock.learn.names import words_of
from metermock.learn.relations import LEAST_ACCOUNTS, MOST_VALUES, MOVED, SHARE, Related
from metermock.learn.shapes import Place, value_at
from metermock.learn.terms import Scope

LIMITING = frozenset({"limit", "quota", "cap", "allowance", "included", "budget", "ceiling"})
REST = frozenset({"remaining", "left", "unused", "rest", "balance", "headroom"})
Asked = tuple[str, Any]
"""A parameter and its value, the others being left out; without a name all of them are."""


def across(scopes: Sequence[Scope]) -> list[Related]:
    """Values of one name that two operations tell alike, one of them asked for each value of a parameter."""
    found: list[Related] = []
    for scope in scopes:
        for other in scopes:
            if scope is not other:
                found += _told_twice(scope, other, is_first=scopes.index(scope) < scopes.index(other))
                found += _left_of(scope, other)
    return found


def _left_of(scope: Scope, other: Scope) -> Iterator[Related]:
    """What one operation says is left of the limit that another one tells, with what was used of it."""
    theirs = _by_account(other, ("", None))
    for asked in _choices(scope):
        own = _by_account(scope, asked)
        both = [(own[name], theirs[name]) for name in own.keys() & theirs.keys()]
        known = _Beside(both, scope, other)
        for left, taken in product(known.of(0, REST), known.of(1, frozenset())):
            # A limit of its own comes first.
            wholes = [*known.of(0, LIMITING), *known.of(1, LIMITING)]
            whole = next((each for each in wholes if known.is_left(left, each, taken)), None)
            if whole is not None:
                yield _worked_out(scope, other, asked, (left, whole, taken))


@dataclass(frozen=True, slots=True)
class _Count:
    """A count of the first operation or of the other, with its value for each account."""

    side: int
    place: Place
    values: tuple[Any, ...]

    @property
    def text(self) -> str:
        """How a relation names it."""
        return f"{('one', 'other')[self.side]}.{self.place.text}"


class _Beside:
    """The counts of two operations, account by account."""

    def __init__(self, both: Sequence[tuple[Exchange, Exchange]], *scopes: Scope) -> None:
        self._counts = [
            _Count(side, place, tuple(value_at(pair[side].body, place.path) for pair in both))
            for side, scope in enumerate(scopes)
            for place in _comparable(scope)
            if place.types == {"integer"}
        ]
        limits = len(self.of(0, LIMITING)) + len(self.of(1, LIMITING))
        self._tried = max(len(self.of(0, REST)) * limits * len(self.of(1, frozenset())), 1)

    def of(self, side: int, words: frozenset[str]) -> list[_Count]:
        """The counts of an operation that are called so; with no words, neither limits nor what is left."""
        return [each for each in self._counts if each.side == side and _role(each.place) == words]

    def is_left(self, left: _Count, whole: _Count, taken: _Count) -> bool:
        """Whether one count is the rest of two others, which no operation says by itself."""
        rows = [*zip(left.values, whole.values, taken.values, strict=True)]
        if any(type(value) is not int for row in rows for value in row):
            return False
        exact = {(x, y, z) for x, y, z in rows if x and z and x == y - z}
        # Data that move between two requests are told apart when the relation is tried.
        is_near = all(abs(x - y + z) <= max(MOVED, SHARE * z) or (z > y and x <= 0) for x, y, z in rows)
        over = {(x, y, z) for x, y, z in rows if z > y and x == 0}
        spread = min(MOST_SPREAD, max(2.0, max(left.values, default=0) - min(left.values, default=0) + 1.0))
        chance = spread ** -len(exact) * self._tried
        is_shown = len(exact) >= LEAST_ACCOUNTS and len(exact | over) > LEAST_ACCOUNTS
        return is_near and is_shown and chance < UNLIKELY and not self._is_told(left, taken)

    def _is_told(self, left: _Count, taken: _Count) -> bool:
        """Whether one operation has both counts, so that its own rules say it."""
        return any(
            each.side != count.side and each.values == count.values
            for count in (left, taken)
            for each in self._counts
        )


def _role(place: Place) -> frozenset[str]:
    words = words_of(place.path[-1])
    return REST if words & REST else LIMITING if words & LIMITING else frozenset()


def _worked_out(scope: Scope, other: Scope, asked: Asked, counts: tuple[_Count, _Count, _Count]) -> Related:
    left, whole, taken = counts
    rows = zip(left.values, whole.values, taken.values, strict=True)
    beyond = {x for x, y, z in rows if z > y}
    name, value = asked
    where = f"where {name} is {value}: " if name else ""
    of_whole = f" of {other.operation.id}" if whole.side else ""
    message = (
        f"{where}{left.place.name} is {whole.place.name}{of_whole} less "
        f"{taken.place.name} of {other.operation.id}"
    )
    rule = f"{left.text} == {whole.text} - {taken.text}"
    if beyond == {0}:
        message += ", never below zero"
        rule = f"{left.text} == max([0, {whole.text} - {taken.text}])"
    elif not beyond:
        message += ", where that is not more"
        rule = f"{taken.text} > {whole.text} || {rule}"
    return Related(scope.operation, "two operations", message, _requests(scope, other, asked), rule)


def _told_twice(scope: Scope, other: Scope, *, is_first: bool) -> Iterator[Related]:
    theirs = _by_account(other, ("", None))
    for asked in _choices(scope) if is_first else list(_choices(scope))[1:]:
        own = _by_account(scope, asked)
        both = [(own[name], theirs[name]) for name in own.keys() & theirs.keys()]
        pairs = [
            (one, two)
            for one in _comparable(scope)
            for two in _comparable(other)
            if one.path[-1] == two.path[-1] and one.types == two.types and _is_same(both, one, two)
        ]
        shown = [(one.path[:-1], two.path[:-1]) for one, two in pairs if _is_shown(both, one)]
        for one, two in pairs:
            # Where two members of an object are told twice, the others are, too, that show few values.
            is_beside = shown.count((one.path[:-1], two.path[:-1])) > 1
            if _is_shown(both, one) or (is_beside and one.types == {"integer"}):
                yield _relation(scope, other, asked, one, two)


def _relation(scope: Scope, other: Scope, asked: Asked, one: Place, two: Place) -> Related:
    name, value = asked
    where = f"where {name} is {value}: " if name else ""
    return Related(
        scope.operation,
        "two operations",
        f"{where}{one.name} is {two.name} of {other.operation.id}",
        _requests(scope, other, asked),
        f"one.{one.text} == other.{two.text}",
    )


def _requests(scope: Scope, other: Scope, asked: Asked) -> dict[str, Any]:
    name, value = asked
    return {
        "one": {**_left_out(scope), **({name: value} if name else {})},
        "other": {"operation": other.operation.id, **_left_out(other)},
    }


def _left_out(scope: Scope) -> dict[str, None]:
    """Every parameter of the query left out: what is not named may have any value."""
    return {each.name: None for each in scope.operation.parameters if each.location == "query"}


def _choices(scope: Scope) -> Iterator[Asked]:
    """Nothing asked, then every value of a parameter that is not what it is without."""
    yield ("", None)
    for parameter in scope.operation.parameters:
        for value in parameter.resolved.get("enum", ())[:MOST_VALUES]:
            if parameter.location == "query" and value not in (None, parameter.default):
                yield (parameter.name, value)


def _by_account(scope: Scope, asked: Asked) -> dict[str, Exchange]:
    """The reply to each account's request with nothing but this parameter."""
    defaults = {p.key: p.default for p in scope.operation.parameters if p.default is not ABSENT}
    keys = {p.name: p.key for p in scope.operation.parameters}
    wanted = {**defaults, keys[asked[0]]: asked[1]} if asked[0] else defaults
    found: dict[str, Exchange] = {}
    for name, exchange in zip(scope.accounts, scope.exchanges, strict=True):
        if {**exchange.parameters} == wanted:
            found.setdefault(name, exchange)
    return found


def _comparable(scope: Scope) -> list[Place]:
    """The integers and texts of a reply that are always there."""
    return [
        place
        for place in scope.shape.scalars
        if place.types in (frozenset({"integer"}), frozenset({"string"})) and not place.guards
    ]


def _is_same(both: Sequence[tuple[Exchange, Exchange]], one: Place, two: Place) -> bool:
    """Whether two places agree for all accounts."""
    return bool(both) and all(value_at(x.body, one.path) == value_at(y.body, two.path) for x, y in both)


def _is_shown(both: Sequence[tuple[Exchange, Exchange]], one: Place) -> bool:
    """Whether a place has several values of which none is nothing."""
    return len({value for x, _ in both if (value := value_at(x.body, one.path))}) > LEAST_ACCOUNTS
