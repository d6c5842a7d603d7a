"""Templates of what a parameter gives: parts that are there where it is true, or null where it is given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from metermock.contract import ABSENT
from metermock.contract.parameter import Parameter
from metermock.learn.candidate import Candidate, stated
from metermock.learn.conditions import asked
from metermock.learn.shapes import MISSING, ROW, Place, value_at
from metermock.learn.terms import Scope, Term

LEAST = 3
LEAST_ACCOUNTS = 2


class Given:
    """The parts of a reply that may be absent or null, beside switches and optional parameters."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        places = [*scope.shape.scalars, *(rows.place for rows in scope.shape.lists)]
        # Of what lies in an optional object only the object itself follows the parameter.
        self.guards = dict.fromkeys(guard for each in places for guard in each.guards)
        self.rows = [(rows.place, guard) for rows in scope.shape.lists for guard in _of_rows(rows.fields)]

    def candidates(self) -> list[Candidate]:
        """What is there exactly where a parameter is true, or is given."""
        found: list[Candidate] = []
        for parameter in self.scope.operation.parameters:
            wanted = _wanted(parameter, [each.parameters for each in self.scope.exchanges])
            if wanted is None:
                continue
            is_switch = parameter.types == {"boolean"}
            condition = asked(parameter.name) if is_switch else f"has({asked(parameter.name)})"
            words = f"{parameter.name} is {'true' if is_switch else 'given'}"
            for guard in self.guards:
                found += self._whole(guard, wanted, condition, words)
            for place, guard in self.rows:
                found += self._in_rows(place, guard, wanted, (condition, words))
        return found

    def _whole(self, guard: str, wanted: Sequence[bool], condition: str, words: str) -> Iterator[Candidate]:
        path = _path(guard)
        shown = [_is_there(each.body, path, guard) for each in self.scope.exchanges]
        known = [
            (value, want, who) for value, want, who in zip(shown, wanted, self.scope.accounts, strict=True)
        ]
        yield from self._told(guard, [each for each in known if each[0] is not None], condition, words)

    def _told(
        self, guard: str, known: Sequence[tuple[Any, bool, str]], condition: str, words: str
    ) -> Iterator[Candidate]:
        for turned in (False, True):
            if not _agree(known, turned=turned):
                continue
            path = _path(guard)
            what, gone = (guard, "null") if "null" in guard else (guard, "left out")
            rule = f"({what}) == {'!' if turned else ''}{condition}"
            state = gone if turned else "there" if gone != "null" else "not null"
            message = f"{'.'.join(path)} is {state} exactly where {words}"
            pointer = "/" + "/".join(path)
            outer = tuple(each for each in self.guards if _path(each) == path[: len(_path(each))])
            around = tuple(each for each in outer if each != guard and _comes_before(each, guard))
            term = Term(what, ".".join(path), (), frozenset(), around, frozenset({pointer}))
            yield stated(self.scope, "given", message, rule, [term], chance=0.0)

    def _in_rows(
        self, place: Place, guard: str, wanted: Sequence[bool], said: tuple[str, str]
    ) -> Iterator[Candidate]:
        condition, words = said
        path = _path(guard)
        known = []
        for exchange, want, who in zip(self.scope.exchanges, wanted, self.scope.accounts, strict=True):
            rows = value_at(exchange.body, place.path)
            states = {_is_there(row, path, guard) for row in rows} if isinstance(rows, list) else set()
            if len(states) > 1:
                return
            known += [(state, want, who) for state in states]
        if any(state is None for state, _, _ in known) or not _agree(known, turned=False):
            return
        pointers = frozenset({f"{place.pointer}/*/" + "/".join(path)})
        term = Term(guard, ".".join(path), (), frozenset(), place.guards, pointers)
        rule = f"{place.text}.all({ROW}, ({guard}) == {condition})"
        message = f"in each of {place.name}, {'.'.join(path)} is there exactly where {words}"
        yield stated(self.scope, "given", message, rule, [term], chance=0.0, weight=1)


def _wanted(parameter: Parameter, given: Sequence[Any]) -> list[bool] | None:
    """Whether a switch is on, or an optional parameter given, in each request; None for others."""
    if parameter.types == {"boolean"}:
        values = [each.get(parameter.key) for each in given]
        return [value is True for value in values] if None not in values else None
    if parameter.required or parameter.default is not ABSENT or "[" in asked(parameter.name):
        return None
    return [parameter.key in each for each in given]


def _agree(known: Sequence[tuple[Any, bool, str]], *, turned: bool) -> bool:
    """Whether it is there exactly where it is wanted, as enough replies of several accounts show."""
    if not known or any((value != want) is not turned for value, want, _ in known):
        return False
    return all(
        len(its := [who for _, want, who in known if want is side]) >= LEAST
        and len(set(its)) >= LEAST_ACCOUNTS
        for side in (True, False)
    )


def _of_rows(fields: Sequence[Place]) -> dict[str, None]:
    return dict.fromkeys(each.guards[0] for each in fields if len(each.guards) == 1 and len(each.path) == 1)


def _path(guard: str) -> tuple[str, ...]:
    """The path of what a guard speaks of, from the body or the row."""
    return tuple(re.sub(r"^has\(|\)\Z| != null\Z", "", guard).split(".")[1:])


def _is_there(value: Any, path: tuple[str, ...], guard: str) -> bool | None:
    """Whether something stands at a path; None where the guard cannot be asked."""
    around = value_at(value, path[:-1])
    if not isinstance(around, dict) or ("null" in guard and path[-1] not in around):
        return None
    found = value_at(value, path)
    return found is not None if "null" in guard else found is not MISSING


def _comes_before(one: str, other: str) -> bool:
    """Whether a guard has to hold before another can be asked."""
    return len(_path(one)) < len(_path(other)) or (one.startswith("has(") and "null" in other)
