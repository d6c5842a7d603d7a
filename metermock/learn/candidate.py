"""Candidates: rules that templates propose, with how likely it is that they hold by chance."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from metermock.contract import Operation
from metermock.init.places import negated
from metermock.learn.conditions import Condition
from metermock.learn.shapes import ROW
from metermock.learn.terms import Scope, Term

UNLIKELY = 0.001
"""Below this chance a candidate is believed."""
MOST_SPREAD = 1000.0
"""How many values a number is thought to have at most: a wide range makes nothing certain by itself."""
LEAST_TUPLES = 3


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A rule that held on the samples that its template looked at.

    `pointers` are the places of the reply that it reads, as the places of lies; `chance` is how likely it
    holds by chance alone; `weight` tells how much there is to read.
    """

    operation: Operation
    template: str
    message: str
    rule: str
    when: str
    pointers: frozenset[str]
    weight: int
    chance: float

    @property
    def id(self) -> str:
        """The same whenever the same rule is learnt."""
        text = f"{self.operation.id}\n{self.when}\n{self.rule}"
        return "LR-" + hashlib.sha256(text.encode()).hexdigest()[:6]


def stated(
    scope: Scope,
    template: str,
    message: str,
    rule: str,
    terms: Iterable[Term],
    *,
    chance: float,
    condition: Condition | None = None,
    weight: int = 0,
) -> Candidate:
    """A candidate about these terms, where they have a value: about every row, if the samples are rows."""
    terms = list(terms)
    pointers = frozenset(pointer for term in terms for pointer in term.pointers)
    heavy = weight + sum(term.weight for term in terms)
    when = [condition.text] if condition is not None and condition.text else []
    words = f"{condition.words}: {message}" if condition is not None and condition.words else message
    guards = dict.fromkeys(guard for term in terms for guard in term.guards)
    if scope.rows is None:
        text = " && ".join([*when, *guards])
        # Each part of a condition is something to read.
        heavy += 2 * sum(len(each.split(" && ")) for each in when)
        return Candidate(scope.operation, template, words, rule, text, pointers, heavy, chance)
    inside = [guard for guard in guards if _is_of_row(guard)]
    outside = [guard for guard in guards if not _is_of_row(guard)]
    of_row = " || ".join([*map(negated, inside), rule])
    place = scope.rows.place
    text = " && ".join(dict.fromkeys([*when, *place.guards, *outside]))
    words = f"in each of {place.name}, {words}"
    whole = f"{place.text}.all({ROW}, {of_row})"
    return Candidate(scope.operation, template, words, whole, text, pointers, heavy + 1, chance)


def _is_of_row(guard: str) -> bool:
    return guard.removeprefix("has(").startswith(f"{ROW}.")


def corrected(found: Sequence[Candidate], tried: int) -> list[Candidate]:
    """The candidates that are no chance finds among so many that were tried."""
    return [
        replace(each, chance=each.chance * tried) for each in found if each.chance * max(tried, 1) < UNLIKELY
    ]


def chance_of_equation(result: Any, operands: Sequence[Any]) -> float:
    """How likely an equation holds by chance: each new set of operands, none of them zero, is one more test.

    A test is passed by chance once in as many times as the result has values, from its least to its largest.
    """
    tuples = {
        each for each in zip(*(one.tolist() for one in operands), strict=True) if all(value for value in each)
    }
    if len(tuples) < LEAST_TUPLES or any(len({each[i] for each in tuples}) < 2 for i in range(len(operands))):  # noqa: PLR2004 - two values vary
        return 1.0
    spread = min(MOST_SPREAD, max(2.0, float(result.max() - result.min()) + 1))
    return float(spread ** -len(tuples))
