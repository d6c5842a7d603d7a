"""Terms: what rules are made of, each with its value for every sample.

A sample is a witness, or a row of one. A missing value is None.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from metermock.contract import Exchange, Operation
from metermock.contract.json_types import is_number
from metermock.learn import decimals
from metermock.learn.conditions import Condition, asked, conditions_of
from metermock.learn.shapes import MISSING, VALUES, Place, Rows, Shape, shape_of, value_at
from metermock.learn.witness import Witness
from metermock.learn.zones import UNKNOWN, Local

OF_END = 3
"""The weight of what stands in the first or the last row."""
LEAST_RISING = 3
"""Lists that have to go up before anything is told of their ends, and the values that each of them has."""
MOST_ROWS = 3000
"""Rows of a list, over all witnesses, that are looked at."""


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """An expression with its values; `name` is what people call it, `weight` how much there is to read.

    `pointers` are the places of the reply that it reads; none for a parameter.
    """

    text: str
    name: str
    values: tuple[Any, ...]
    types: frozenset[str]
    guards: tuple[str, ...] = ()
    pointers: frozenset[str] = frozenset()
    weight: int = 1
    is_outer: bool = False
    """Whether a rule about rows looks outside of the row."""

    @property
    def is_number(self) -> bool:
        """Whether its values are numbers."""
        return bool(self.types) and self.types <= {"integer", "number"}

    @property
    def is_integer(self) -> bool:
        """Whether its values are integers, so that it mixes with integers in CEL."""
        return self.types == {"integer"}

    @property
    def is_text(self) -> bool:
        """Whether its values are texts."""
        return self.types == {"string"}

    @property
    def is_end(self) -> bool:
        """Whether it stands in the first or the last row of a list."""
        return self.weight == OF_END and not self.text.startswith("max(")

    @property
    def always(self) -> Term:
        """The same where nothing is asked of the reply before."""
        return replace(self, guards=())

    @property
    def as_double(self) -> str:
        """Its text in arithmetic that needs doubles."""
        return self.text if self.text.startswith("double(") else f"double({self.text})"


@dataclass(frozen=True, slots=True)
class Scope:
    """The samples of an operation, as terms: whole replies, or the rows of one list."""

    operation: Operation
    exchanges: tuple[Exchange, ...]
    """The reply of every sample."""
    accounts: tuple[str, ...]
    terms: tuple[Term, ...]
    conditions: tuple[Condition, ...]
    shape: Shape
    rows: Rows | None = None
    local: Local = UNKNOWN
    """Whose days they may be, besides UTC's."""

    @property
    def numbers(self) -> list[Term]:
        """The terms that are numbers."""
        return [term for term in self.terms if term.is_number]

    @property
    def texts(self) -> list[Term]:
        """The terms that are texts."""
        return [term for term in self.terms if term.is_text]


def column(term: Term) -> Any:
    """The values of a number as an array, with NaN where there is none."""
    return np.array(
        [np.nan if value is None or isinstance(value, bool) else float(value) for value in term.values]
    )


def reply_scope(operation: Operation, witnesses: Sequence[Witness]) -> Scope:
    """The replies of an operation as samples."""
    exchanges = tuple(each.exchange for each in witnesses)
    response = operation.responses.find(exchanges[0].status)
    shape = shape_of(operation, response) if response is not None else Shape((), ())
    terms = _with_decimals([_scalar(place, exchanges) for place in shape.scalars])
    for rows in (*shape.lists, *shape.maps):
        terms += _of_list(rows, exchanges)
    terms += _of_headers(operation, exchanges)
    terms += _of_parameters(operation, exchanges)
    known = [term for term in terms if any(value is not None for value in term.values)]
    conditions = tuple(conditions_of(operation, exchanges))
    accounts = tuple(each.account for each in witnesses)
    return Scope(operation, exchanges, accounts, tuple(known), conditions, shape)


def narrowed(scope: Scope, condition: Condition) -> Scope:
    """The samples where a condition holds, as if there were no others."""
    kept = [index for index, holds in enumerate(condition.holds) if holds]
    terms = [replace(term, values=tuple(term.values[index] for index in kept)) for term in scope.terms]
    return replace(
        scope,
        exchanges=tuple(scope.exchanges[index] for index in kept),
        accounts=tuple(scope.accounts[index] for index in kept),
        terms=tuple(term for term in terms if any(value is not None for value in term.values)),
        conditions=(Condition("", "", np.ones(len(kept), dtype=bool)),),
    )


def row_scopes(scope: Scope) -> list[Scope]:
    """The rows of each list of an operation as samples, beside the reply's numbers and all texts."""
    found = []
    for rows in (*scope.shape.lists, *scope.shape.maps):
        pairs = _spread(
            [
                (index, row)
                for index, exchange in enumerate(scope.exchanges)
                for row in _listed(rows.place, exchange)
            ]
        )
        if not pairs:
            continue
        terms = _with_decimals([_of_rows(place, [row for _, row in pairs]) for place in rows.fields])
        outer = [
            replace(term, values=tuple(term.values[index] for index, _ in pairs), is_outer=True)
            for term in scope.terms
            if term.is_text or (term.pointers and term.is_number and not term.is_end)
        ]
        known = [each for each in (*terms, *outer) if any(value is not None for value in each.values)]
        exchanges = tuple(scope.exchanges[index] for index, _ in pairs)
        always = Condition("", "", np.ones(len(pairs), dtype=bool))
        accounts = tuple(scope.accounts[index] for index, _ in pairs)
        found.append(Scope(scope.operation, exchanges, accounts, tuple(known), (always,), scope.shape, rows))
    return found


def _spread(pairs: list[tuple[int, Any]]) -> list[tuple[int, Any]]:
    """An even selection of rows; all of them where they are not too many."""
    step = -(-len(pairs) // MOST_ROWS)
    return pairs[:: max(step, 1)]


def _listed(place: Place, exchange: Exchange) -> list[Any]:
    value = value_at(exchange.body, place.path)
    return value if isinstance(value, list) else []


def _scalar(place: Place, exchanges: Sequence[Exchange]) -> Term:
    values = tuple(_known(value_at(exchange.body, place.path)) for exchange in exchanges)
    return Term(place.text, place.name, values, place.types, place.guards, frozenset({place.pointer}))


def _of_rows(place: Place, rows: Sequence[Any]) -> Term:
    values = tuple(_known(value_at(row, place.path)) for row in rows)
    return Term(place.text, place.name, values, place.types, place.guards, frozenset({place.pointer}))


def _with_decimals(terms: list[Term]) -> list[Term]:
    """Texts with those that are decimals, such as money, as numbers too."""
    return terms + [
        replace(
            term,
            text=f"double({term.text})",
            types=decimals.NUMBER,
            values=tuple(None if value is None else float(value) for value in term.values),
        )
        for term in terms
        if term.is_text and decimals.are_decimals([value for value in term.values if value is not None])
    ]


def _known(value: Any) -> Any:
    return None if value is MISSING else value


def _of_list(rows: Rows, exchanges: Sequence[Exchange]) -> list[Term]:
    """The length of a list; sum and largest of its columns of numbers; its first and last row's texts."""
    place = rows.place
    lists = [value_at(exchange.body, place.path) for exchange in exchanges]
    sizes = tuple(len(each) if isinstance(each, list) else None for each in lists)
    integer = frozenset({"integer"})
    at_all = frozenset({place.pointer or "/"})
    size = Term(f"size({place.text})", f"the number of {place.name}", sizes, integer, place.guards, at_all, 2)
    found = [size]
    filled = (*place.guards, f"size({place.text}) > 0")
    is_map = VALUES in place.path
    if rows.items and rows.items <= {"integer", "number"}:
        found += _of_numbers(rows, lists)
    for each in rows.fields:
        if len(each.path) != 1 or any("has(" in guard or "null" in guard for guard in each.guards):
            # `column` needs the field in every row.
            continue
        (name,) = each.path
        columns = [_column(one, name) for one in lists]
        pointers = frozenset({each.pointer, place.pointer})
        column_text = f"column({place.text}, '{name}')"
        what = f"{place.name}.{name}"
        column = Term(place.text, what, tuple(columns), each.types, filled, pointers, OF_END)
        if each.types <= {"integer", "number"}:
            totals = tuple(None if one is None else _sum(one) for one in columns)
            tops = tuple(max(one) if one else None for one in columns)
            found += [
                Term(
                    f"sum({column_text})", f"the sum of {what}", totals, each.types, place.guards, pointers, 2
                ),
                Term(f"max({column_text})", f"the largest {what}", tops, each.types, filled, pointers, 3),
            ]
            if not is_map and _are_rising(columns):
                found += _ends(column, f".{name}")
        elif each.types == {"string"}:
            if decimals.are_decimals([value for one in columns for value in one or ()]):
                totals = tuple(decimals.total(one) for one in columns)
                text = f"sum({place.text}.map(row, double(row.{name})))"
                words = f"the sum of {what}"
                found.append(Term(text, words, totals, decimals.NUMBER, place.guards, pointers, 2))
            if not is_map:
                found += _ends(column, f".{name}")
    return found


def _ends(lists: Term, field: str = "") -> list[Term]:
    """What stands in the first row and in the last one; a term's values are the column of each reply."""
    found = []
    for word, index, row in (("first", 0, f"{lists.text}[0]"), ("last", -1, f"last({lists.text}, 1)[0]")):
        ends = tuple(one[index] if one else None for one in lists.values)
        found.append(replace(lists, text=f"{row}{field}", name=f"the {word} {lists.name}", values=ends))
    return found


def _are_rising(columns: Sequence[Any]) -> bool:
    """Whether lists never go down, as cumulative counts and marks of a scale: their ends say something."""
    long = [one for one in columns if one and len(one) >= LEAST_RISING and any(one)]
    # What is there in the last rows alone has not risen yet.
    return len(long) >= LEAST_RISING and all(
        None not in one and len(set(one)) >= LEAST_RISING and all(x <= y for x, y in pairwise(one))
        for one in long
    )


def _of_numbers(rows: Rows, lists: Sequence[Any]) -> list[Term]:
    """The sum and the largest of a list of numbers."""
    place = rows.place
    known = [one if isinstance(one, list) and all(map(is_number, one)) else None for one in lists]
    totals = tuple(None if one is None else _sum(one) for one in known)
    tops = tuple(max(one) if one else None for one in known)
    filled, at_all = (*place.guards, f"size({place.text}) > 0"), frozenset({place.pointer})
    found = [
        Term(f"sum({place.text})", f"the sum of {place.name}", totals, rows.items, place.guards, at_all, 2),
        Term(f"max({place.text})", f"the largest of {place.name}", tops, rows.items, filled, at_all, 3),
    ]
    if VALUES not in place.path and _are_rising(known):
        found += _ends(Term(place.text, f"of {place.name}", tuple(known), rows.items, filled, at_all, OF_END))
    return found


def _column(rows: Any, name: str) -> list[Any] | None:
    if not isinstance(rows, list) or not all(isinstance(row, dict) and name in row for row in rows):
        return None
    return [row[name] for row in rows]


def _sum(values: list[Any]) -> Any:
    total = sum(values)
    return round(total, 9) if isinstance(total, float) else total


def _of_headers(operation: Operation, exchanges: Sequence[Exchange]) -> list[Term]:
    response = operation.responses.find(exchanges[0].status)
    found = []
    for header in response.headers.values() if response is not None else ():
        name = header.name.lower()
        texts = [exchange.headers.get(name) for exchange in exchanges]
        guards = () if header.required else (f"'{name}' in headers",)
        pointers = frozenset({f"headers/{name}"})
        given = [text for text in texts if text is not None]
        if given and all(text.isdecimal() for text in given):
            values = tuple(None if text is None else int(text) for text in texts)
            text = f"header_int(headers['{name}'])"
            found.append(Term(text, header.name, values, frozenset({"integer"}), guards, pointers, 2))
        elif given:
            text = f"headers['{name}']"
            found.append(Term(text, header.name, tuple(texts), frozenset({"string"}), guards, pointers, 2))
    return found


def _of_parameters(operation: Operation, exchanges: Sequence[Exchange]) -> list[Term]:
    found = []
    for parameter in operation.parameters:
        values = tuple(exchange.parameters.get(parameter.key) for exchange in exchanges)
        types = parameter.types - {"null"}
        is_plain = all(value is None or isinstance(value, str | int | float) for value in values)
        if not is_plain or not types or not any(value is not None for value in values):
            continue
        text = asked(parameter.name)
        is_given = all(value is not None for value in values)
        guards = () if is_given or not _may_lack(text) else (f"has({text})",)
        name = f"the parameter {parameter.name}"
        found.append(Term(text, name, values, frozenset(types), guards))
    return found


def _may_lack(text: str) -> bool:
    return "[" not in text
