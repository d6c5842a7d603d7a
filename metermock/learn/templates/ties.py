"""Templates of ties: how rows go that are equal in what their list is sorted by."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import Any

from metermock.contract.json_types import is_number
from metermock.learn.candidate import UNLIKELY, Candidate, stated
from metermock.learn.conditions import SORTING, Condition
from metermock.learn.shapes import Place, Rows, is_date, is_instant, value_at
from metermock.learn.terms import Scope, Term

MOST_ROWS = 200
"""Rows of a list that a rule compares: each with all of them."""
LEAST_TIES = 3
LONGER = 1000
"""What is added to a length, so that all of them have as many digits."""


_SENSES: tuple[tuple[str, Callable[[Any, Any], bool], str], ...] = (
    ("ascending", operator.le, "upwards"),
    ("descending", operator.ge, "downwards"),
)


class Ties:
    """The lists of an operation that are sorted by a column in which values come twice."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def candidates(self) -> list[Candidate]:
        """The second column of each such list: a rule for always, else for each way of sorting."""
        found: list[Candidate] = []
        for rows in self.scope.shape.lists:
            lists = [value_at(each.body, rows.place.path) for each in self.scope.exchanges]
            plain = [each for each in rows.fields if len(each.path) == 1 and not each.guards]
            for condition in self.scope.conditions:
                if condition.text and not SORTING.search(condition.words):
                    continue
                chosen = _different(lists, condition)
                several = [
                    each for first in plain for each in self._second(rows, plain, first, chosen, condition)
                ]
                found += several
                if several and not condition.text:
                    break
        return found

    def _second(
        self,
        rows: Rows,
        fields: Sequence[Place],
        first: Place,
        lists: Sequence[list[Any]],
        condition: Condition,
    ) -> Iterator[Candidate]:
        name = first.path[0]
        if not lists or not _are_sorted(lists, name):
            return
        runs = [list(run) for one in lists for _, run in groupby(one, key=lambda row: row[name])]
        for second in fields:
            values = [[row.get(second.path[0]) for row in run] for run in runs]
            ties = [one for one in values if len(set(map(repr, one))) > 1]
            is_long = _is_counted(ties)
            ties = [list(map(_by_length, one)) for one in ties] if is_long else ties
            if second is first or len(ties) < LEAST_TIES or not (is_long or _is_key(ties)):
                continue
            chance = math.prod(1 / math.factorial(min(len(one), 20)) for one in ties) * 2 * len(fields)
            for word, kept, words in _SENSES:
                if chance < UNLIKELY and all(kept(x, y) for one in ties for x, y in pairwise(one)):
                    told = word, words, "texts" if is_long else ""
                    yield self._stated(rows, (first, second), told, chance, condition)

    def _stated(
        self,
        rows: Rows,
        fields: tuple[Place, Place],
        told: tuple[str, str, str],
        chance: float,
        condition: Condition,
    ) -> Candidate:
        first, second = (each.path[0] for each in fields)
        text = rows.place.text
        run = f"where({text}, '{first}', row.{first})"
        # A counter in a text goes by its length first: call_9 stands before call_10.
        counted = f"{run}.map(each, string({LONGER} + length(each.{second})) + each.{second})"
        keys = counted if told[2] else f"column({run}, '{second}')"
        rule = f"{text}.all(row, {told[0]}({keys}))"
        pointers = frozenset({rows.place.pointer, *(each.pointer for each in fields)})
        guards = (*rows.place.guards, f"size({text}) <= {MOST_ROWS}")
        message = f"{rows.place.name} with one {first} goes by {second}, {told[1]}"
        term = Term("", "", (), frozenset(), guards, pointers, 3)
        return stated(self.scope, "tie", message, rule, [term], chance=chance, condition=condition)


def _different(lists: Sequence[Any], condition: Condition) -> list[list[Any]]:
    """Each list of rows once: to see the same again proves nothing."""
    chosen = [
        one
        for one, holds in zip(lists, condition.holds, strict=True)
        if holds and isinstance(one, list) and all(isinstance(row, dict) for row in one)
    ]
    return list({repr(one): one for one in chosen}.values())


def _is_counted(ties: Sequence[list[Any]]) -> bool:
    """Whether all are texts that end with a number, of several lengths."""
    values = [value for one in ties for value in one]
    are_texts = bool(values) and all(isinstance(value, str) and value[-1:].isdecimal() for value in values)
    return are_texts and len(set(map(len, values))) > 1 and not any(map(is_instant, values))


def _by_length(text: str) -> str:
    return f"{LONGER + len(text)}{text}"


def _are_sorted(lists: Sequence[list[Any]], name: str) -> bool:
    """Whether all lists go in one sense by a column of numbers or texts that is not one value."""
    up = down = True
    varied = False
    for one in lists:
        values = [row.get(name) for row in one]
        if not all(isinstance(each, str) for each in values) and not all(map(is_number, values)):
            return False
        up = up and all(x <= y for x, y in pairwise(values))
        down = down and all(x >= y for x, y in pairwise(values))
        if not (up or down):
            return False
        varied = varied or len(set(values)) > 1
    return varied


def _is_key(ties: Sequence[list[Any]]) -> bool:
    """Whether a column tells rows apart that are equal else, and people sort by it: numbers, texts."""
    values = [value for one in ties for value in one]
    is_text = all(isinstance(value, str) for value in values)
    are_numbers = all(map(is_number, values))
    if not (is_text or are_numbers) or any(len(set(one)) < len(one) for one in ties):
        return False
    # Long numbers in texts go by their digits only where they are as long.
    return are_numbers or all(is_date(v) or is_instant(v) for v in values) or len(set(map(len, values))) == 1
