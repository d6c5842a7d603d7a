"""Relations between two operations: what both of them tell of an account."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from metermock.contract import ABSENT, Exchange
from metermock.learn.relations import LEAST_ACCOUNTS, MOST_VALUES, Related
from metermock.learn.shapes import Place, value_at
from metermock.learn.terms import Scope

Asked = tuple[str, Any]
"""A parameter and its value, the others being left out; without a name all of them are."""


def across(scopes: Sequence[Scope]) -> list[Related]:
    """Values of one name that two operations tell alike, one of them asked for each value of a parameter."""
    found: list[Related] = []
    for scope in scopes:
        for other in scopes:
            if scope is not other:
                found += _told_twice(scope, other, is_first=scopes.index(scope) < scopes.index(other))
    return found


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
        {
            "one": {**_left_out(scope), **({name: value} if name else {})},
            "other": {"operation": other.operation.id, **_left_out(other)},
        },
        f"one.{one.text} == other.{two.text}",
    )


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
