"""Relations of filters: the values of one divide a list, and the things that a list names make a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from metermock.contract import ABSENT, Exchange
from metermock.contract.parameter import Parameter
from metermock.learn.conditions import asked, literal
from metermock.learn.cutting import is_size
from metermock.learn.names import OFFSETS, PAGES, words_of
from metermock.learn.paging import CURSOR
from metermock.learn.relations import LEAST_ACCOUNTS, Related, of, plain
from metermock.learn.shapes import Place, Rows, value_at
from metermock.learn.terms import Scope

MOST_VALUES = 10
LEAST_ROWS = 3
_ADDED = frozenset(
    {
        "total",
        "requests",
        "calls",
        "count",
        "credits",
        "characters",
        "bytes",
        "used",
        "usage",
        "tokens",
        "units",
        "messages",
        "events",
        "lines",
        "transferred",
        "failed",
        "successful",
        "amount",
        "cost",
    }
)
_NOT_ADDED = frozenset(
    {
        "average",
        "avg",
        "mean",
        "peak",
        "max",
        "min",
        "rate",
        "percent",
        "per",
        "limit",
        "quota",
        "remaining",
        "current",
        "offset",
        "page",
    }
)


def filtered(scope: Scope) -> list[Related]:
    """What the filters of an operation suggest."""
    found: list[Related] = []
    for parameter in scope.operation.parameters:
        if parameter.location != "query" or parameter.required or parameter.default is not ABSENT:
            continue
        if "[" in asked(parameter.name) or CURSOR.fullmatch(parameter.name) or parameter.types != {"string"}:
            continue
        values = [value for value in parameter.resolved.get("enum", ()) if isinstance(value, str)]
        if values:
            found += _divided(scope, parameter, values) if len(values) <= MOST_VALUES else []
        else:
            found += _shares(scope, parameter)
    return found


def _divided(scope: Scope, parameter: Parameter, values: Sequence[str]) -> Iterator[Related]:
    """A list of which each value of a parameter shows the rows that have it."""
    for rows in scope.shape.lists:
        field = next((each for each in rows.fields if _says(scope, rows, each, parameter)), None)
        if field is None or rows.place.guards:
            continue
        cut = _first_page(scope)
        each = f"[{', '.join(f'{{{literal(parameter.name)}: {literal(value)}}}' for value in values)}]"
        requests = {"all": {**cut, parameter.name: None}, "parts": {**cut, "each": each}}
        name, whole = field.path[0], of("all", rows.place)
        of_value = f"where({whole}, {literal(name)}, p.{asked(parameter.name)})"
        same = f"{of_value} == first({of('p', rows.place)}, size({of_value}))"
        counted = f"size({whole}) == sum(parts.map(p, size({of('p', rows.place)})))"
        limit = next((size for size in cut.values() if size), None)
        full = f"size({whole}) >= {limit} || " if limit else ""
        rule = f"parts.all(p, {same})"
        message = f"{rows.place.name} is divided by {parameter.name}"
        if limit or not any(is_size(each.name) for each in scope.operation.parameters):
            # Where nobody knows how long a page is, rows may be left out by law.
            rule += f" && ({full}{counted})"
            message += ", and nothing is left out"
        yield Related(scope.operation, "divided", message, requests, rule)


def _says(scope: Scope, rows: Rows, field: Place, parameter: Parameter) -> bool:
    """Whether a field of every row is the value that was asked for, of several values."""
    if len(field.path) != 1 or field.guards or field.types != {"string"}:
        return False
    shown = [
        (value_at(row, field.path), each.parameters[parameter.key])
        for each in scope.exchanges
        if parameter.key in each.parameters and isinstance(its := value_at(each.body, rows.place.path), list)
        for row in its
    ]
    return len(shown) >= LEAST_ROWS and all(x == y for x, y in shown) and len({x for x, _ in shown}) > 1


def _first_page(scope: Scope) -> dict[str, Any]:
    """The parameters that ask for the longest first page."""
    found: dict[str, Any] = {}
    for each in scope.operation.parameters:
        if is_size(each.name) and isinstance(each.resolved.get("maximum"), int):
            found[each.name] = each.resolved["maximum"]
        elif each.name in OFFSETS or CURSOR.fullmatch(each.name) or PAGES.fullmatch(each.name):
            found[each.name] = None
    return found


def _shares(scope: Scope, parameter: Parameter) -> Iterator[Related]:
    """Things that a list names, each of which a parameter asks for alone: they add up, or change nothing."""
    listed = _naming(scope, parameter)
    pairs = _beside(scope, parameter)
    if listed is None or len({who for who, _, _ in pairs}) < LEAST_ACCOUNTS:
        return
    rows, field = listed
    known = [guard.replace("body.", "whole.body.", 1) for guard in rows.place.guards]
    things = f"{of('whole', rows.place)}.map(k, {{{literal(parameter.name)}: k.{field.path[0]}}})"
    each = f"{' && '.join(known)} ? {things} : []" if known else things
    requests = {"whole": {parameter.name: None}, "each_one": {"each": each}}
    bodies = [(x.body, y.body) for _, x, y in pairs]
    for place in plain(scope.shape):
        values = [(value_at(x, place.path), value_at(y, place.path)) for x, y in bodies]
        words = words_of(place.name)
        is_part = all(isinstance(x, int) and isinstance(y, int) and x <= y for x, y in values)
        if not is_part or not any(x < y for x, y in values) or not _ADDED & words or _NOT_ADDED & words:
            continue
        rule = f"sum(each_one.map(r, {of('r', place)})) == {of('whole', place)}"
        message = f"{place.name} is the sum over every {parameter.name} of {rows.place.name}"
        when = " && ".join(known)
        yield Related(scope.operation, "shares", message, requests, rule, when)
    for name in _left_alone(bodies):
        rule = f"each_one.all(r, r.body.{name} == whole.body.{name})"
        message = f"{name} is the same whatever {parameter.name} is asked for"
        yield Related(scope.operation, "shares", message, requests, rule, " && ".join(known))


def _naming(scope: Scope, parameter: Parameter) -> tuple[Rows, Place] | None:
    """The list that names the values of a parameter, and the field that does."""
    asked_for = {
        each.parameters[parameter.key] for each in scope.exchanges if parameter.key in each.parameters
    }
    for rows in scope.shape.lists:
        for field in rows.fields:
            if len(field.path) != 1 or field.guards or words_of(field.path[0]) != words_of(parameter.name):
                continue
            named = {
                value_at(row, field.path)
                for each in scope.exchanges
                if isinstance(its := value_at(each.body, rows.place.path), list)
                for row in its
            }
            if asked_for & named:
                return rows, field
    return None


def _beside(scope: Scope, parameter: Parameter) -> list[tuple[str, Exchange, Exchange]]:
    """Replies to one account with a value of the parameter, and without; nothing else is asked otherwise."""
    without: dict[str, Exchange] = {}
    for who, each in zip(scope.accounts, scope.exchanges, strict=True):
        if parameter.key not in each.parameters:
            without.setdefault(repr((who, sorted(each.parameters.items()))), each)
    found = []
    for who, each in zip(scope.accounts, scope.exchanges, strict=True):
        rest = {key: value for key, value in each.parameters.items() if key != parameter.key}
        other = without.get(repr((who, sorted(rest.items()))))
        if parameter.key in each.parameters and other is not None:
            found.append((who, each, other))
    return found


def _left_alone(bodies: Sequence[tuple[Any, Any]]) -> list[str]:
    """The objects of a reply that are the same for one thing as for all, though others differ."""
    names = (
        [
            name
            for name, value in bodies[0][1].items()
            if isinstance(value, dict)
            and name.isidentifier()
            and all(name in x and name in y for x, y in bodies)
        ]
        if all(isinstance(x, dict) and isinstance(y, dict) for x, y in bodies)
        else []
    )
    same = [name for name in names if all(x[name] == y[name] for x, y in bodies)]
    kinds = {name: len({repr(y[name]) for _, y in bodies}) for name in same}
    return [name for name in same if kinds[name] >= LEAST_ACCOUNTS] if len(same) < len(names) else []
