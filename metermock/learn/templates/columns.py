"""The numbers of a scope as columns, which the templates of arithmetic share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from metermock.learn.candidate import chance_of_equation
from metermock.learn.conditions import Condition
from metermock.learn.names import words_of
from metermock.learn.terms import Scope, Term, column

CLOSE = 1e-6
ROUNDED = 5e-5
"""Half of what rules of decimals allow."""
MOST_TERMS = 90
_MEANS = frozenset(
    {"average", "avg", "mean", "median", "rate", "ratio", "percent", "percentage", "share", "code"}
)
"""Words of numbers that nobody adds up."""


class Columns:
    """The numbers of a scope that vary, each with its values as an array."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        added = [term for term in scope.numbers if not _is_odd_sum(term)]
        kept = [(term, column(term)) for term in added[:MOST_TERMS]]
        # What never changes says nothing about another number.
        varied = [(term, values) for term, values in kept if len(set(values[~np.isnan(values)])) > 1]
        self.terms = [term for term, _ in varied]
        self.columns = [values for _, values in varied]
        self.zeros = [
            term
            for term, values in kept
            if term.is_integer and term.pointers and term.weight == 1 and not term.is_outer
            if not values[~np.isnan(values)].any()
        ]
        """Counts that are zero wherever they are: nobody has seen what they belong to."""
        self.same: dict[int, int] = {}
        """Terms that always equal another one."""

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Pairs of terms of which one is the row's own, and the reply's."""
        for one, other in combinations(range(len(self.terms)), 2):
            pair = (self.terms[one], self.terms[other])
            if any(term.pointers for term in pair) and not all(term.is_outer for term in pair):
                yield one, other

    def addends(self) -> list[int]:
        """The terms that may be parts or wholes: counted in the reply, none of them twice."""
        return [
            index
            for index, term in enumerate(self.terms)
            if term.pointers
            and not term.is_outer
            and index not in self.same
            # The end of a list is the same as something, or nothing is made of it.
            and not term.is_end
            # What only grows is always at its peak, which is no part of anything.
            and not is_largest(term)
            and not is_peak(term)
        ]

    def unseen_beside(self, whole: Term) -> list[Term]:
        """The counts beside a total that are always zero, so that they may be parts of it."""
        around = whole.name.rpartition(".")[0]
        # Of nothing that is over its limit the sum says so itself.
        return [
            term
            for term in self.zeros
            if whole.weight == 1 and term.name.rpartition(".")[0] == around and term.guards == whole.guards
        ]

    def taken(self, condition: Condition, one: int, other: int) -> tuple[Any, Any]:
        """The values of two terms where both are known, under a condition."""
        return known_pair(self.columns[one][condition.holds], self.columns[other][condition.holds])

    def chance(self, result: int, operands: Sequence[int]) -> float:
        """How likely an equation of these terms holds by chance."""
        known = ~np.isnan(self.columns[result])
        for each in operands:
            known &= ~np.isnan(self.columns[each])
        return chance_of_equation(
            self.columns[result][known], [self.columns[each][known] for each in operands]
        )


def known_pair(a: Any, b: Any) -> tuple[Any, Any]:
    """Two columns where both are known."""
    known = ~(np.isnan(a) | np.isnan(b))
    return a[known], b[known]


def _is_odd_sum(term: Term) -> bool:
    """Whether it is the sum or the largest of means, shares or codes."""
    return term.text.startswith(("sum(", "max(")) and bool(_MEANS & words_of(term.name.rpartition(".")[2]))


def is_largest(term: Term) -> bool:
    """Whether it is the largest value of a list."""
    return term.text.startswith("max(")


def apart(one: Term, other: Term) -> float:
    """By how much two terms may differ that are equal: the decimals of a list are each rounded."""
    return ROUNDED if any(map(is_sum_of_decimals, (one, other))) else CLOSE


def is_sum_of_decimals(term: Term) -> bool:
    """Whether it adds up texts such as money."""
    return term.text.startswith("sum(") and "double(" in term.text


def is_peak(term: Term) -> bool:
    """Whether a field is called what a largest value is called."""
    return bool({"peak", "max", "maximum", "highest", "largest", "busiest", "top"} & words_of(term.name))
