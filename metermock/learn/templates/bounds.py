"""Templates of bounds: one number is at most another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from metermock.learn.candidate import Candidate, corrected, stated
from metermock.learn.names import words_of
from metermock.learn.templates.columns import (
    CLOSE,
    Columns,
    is_largest,
    is_peak,
    is_sum_of_decimals,
    known_pair,
)
from metermock.learn.templates.ladders import rung_of
from metermock.learn.terms import Term

LEAST_OF_BOUND = 8
"""Sets of values that a bound needs: each is kept by chance half of the time."""


class Bounds:
    """Which numbers of a scope never exceed which others."""

    def __init__(self, data: Columns) -> None:
        self.data = data
        self.tried = 0

    def candidates(self) -> list[Candidate]:
        """Every bound that is reached at times."""
        several = list(self._bounds())
        return corrected(several, self.tried)

    def _bounds(self) -> Iterator[Candidate]:
        usable = [each for each in range(len(self.data.terms)) if each not in self.data.same]
        for low in usable:
            for high in usable:
                terms = self.data.terms[low], self.data.terms[high]
                if low == high or all(term.is_outer for term in terms) or not terms[0].pointers:
                    continue
                if terms[0].pointers & terms[1].pointers or not _is_plain(*terms) or _is_ladder(*terms):
                    continue
                self.tried += 1
                a, b = known_pair(self.data.columns[low], self.data.columns[high])
                if not len(a) or (a > b + CLOSE).any() or not _is_tight(a, b, *terms):
                    continue
                tuples = {each for each in zip(a.tolist(), b.tolist(), strict=True) if each[0] and each[1]}
                if len(tuples) < LEAST_OF_BOUND:
                    continue
                message = f"{terms[0].name} is at most {terms[1].name}"
                rule = f"{_side(terms[0], terms[1])} <= {_side(terms[1], terms[0])}"
                chance = 0.5 ** len(tuples)
                yield stated(self.data.scope, "bound", message, rule, terms, chance=chance, weight=3)


def _is_plain(low: Term, high: Term) -> bool:
    """Whether people compare the two: no largest value but with a peak, none of another list in a row."""
    if is_sum_of_decimals(low) or is_sum_of_decimals(high):
        # It may be above a total by what was rounded of each.
        return False
    if is_largest(low) or is_largest(high):
        return is_largest(low) and is_peak(high)
    return not (high.is_outer and high.weight > 1) and not low.is_outer


def _is_ladder(low: Term, high: Term) -> bool:
    """Whether both are rungs of one measure, of which a ladder tells."""
    rungs = [rung_of(each.name) for each in (low, high)]
    return rungs[0] is not None and rungs[1] is not None and rungs[0][0] == rungs[1][0]


def _is_tight(a: Any, b: Any, low: Term, high: Term) -> bool:
    """Whether a bound is of two things of one name, and is reached at times."""
    touches = bool((np.abs(a - b) <= CLOSE)[a > 0].any())
    words = [_last_words(term) for term in (low, high)]
    return touches and bool(words[0] & words[1] or _kin(low, high))


def _last_words(term: Term) -> set[str]:
    return words_of(term.name.rpartition(".")[2])


def _kin(low: Term, high: Term) -> bool:
    """Whether two plain fields stand beside each other, and the higher is a total."""
    together = low.name.rpartition(".")[0] == high.name.rpartition(".")[0]
    return low.weight == high.weight == 1 and together and "total" in _last_words(high)


def _side(term: Term, beside: Term) -> str:
    return term.text if term.is_integer == beside.is_integer else term.as_double
