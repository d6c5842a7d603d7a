"""Templates of equations: equal numbers, sums of two and three, what is left, and multiples."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from metermock.learn.candidate import (
    LEAST_TUPLES,
    UNLIKELY,
    Candidate,
    chance_of_equation,
    corrected,
    stated,
)
from metermock.learn.conditions import HALF, Condition
from metermock.learn.cutting import is_size
from metermock.learn.names import LIMITS, words_of
from metermock.learn.templates.columns import CLOSE, Columns, apart, is_largest, is_peak
from metermock.learn.terms import Term

MOST_OF_TRIPLES = 26
FACTORS = frozenset({7, 10, 12, 24, 60, 100, 1000, 1024, 1440, 3600, 86400})
"""What people multiply by; another factor is how somebody's data were made."""

_LIMITING = frozenset({"limit", "quota", "cap", "allowance", "included", "budget"})
_REST = frozenset({"remaining", "left", "free", "available", "unused", "rest", "over", "overage", "excess"})
"""Words of what is between use and limit, on either side."""


class Numbers:
    """What the numbers of a scope make of each other."""

    def __init__(self, data: Columns) -> None:
        self.data = data
        self.tried = 0

    def candidates(self) -> list[Candidate]:
        """Every equation that holds."""
        found: list[Candidate] = []
        for template in (self._equal, self._sums, self._sums_of_three, self._remainders, self._multiples):
            self.tried = 0
            several = list(template())
            found += corrected(several, self.tried)
        return found

    def _equal(self) -> Iterator[Candidate]:
        """Pairs that agree: always, or under a condition where they do not agree always.

        What follows from pairs that agree already is not told again.
        """
        pairs = sorted(
            self._comparable(), key=lambda pair: sum(self.data.terms[each].weight for each in pair)
        )
        offs = {
            (one, other): np.abs(self.data.columns[one] - self.data.columns[other]) for one, other in pairs
        }
        agreed: list[tuple[Condition, int, int]] = []
        for condition in self.data.scope.conditions:
            if condition.text and not self._tells_numbers(condition):
                continue
            classes = _Classes(len(self.data.terms))
            for weaker, one, other in agreed:
                if bool((weaker.holds >= condition.holds).all()):
                    classes.join(one, other)
            for one, other in pairs:
                if condition.text and self._is_of_page(one, other):
                    continue
                off = offs[one, other][condition.holds]
                known = ~np.isnan(off)
                self.tried += 1
                close = apart(self.data.terms[one], self.data.terms[other])
                if classes.joined(one, other) or not known.any() or (off[known] > close).any():
                    continue
                a, b = self.data.taken(condition, one, other)
                chance = chance_of_equation(a, [b])
                if chance >= UNLIKELY or (condition.text and not self._shown(condition, one)):
                    continue
                classes.join(one, other)
                agreed.append((condition, one, other))
                if not condition.text:
                    self.data.same[other] = one
                yield self._equation("equal", (one, other), chance, condition)

    def _is_of_page(self, *pair: int) -> bool:
        """Whether one is of a list that may be shown in part, or a peak: these agree by luck of the data."""
        terms = [self.data.terms[each] for each in pair]
        is_paged = any(term.name.removeprefix("the parameter ") in LIMITS for term in self.data.scope.terms)
        of_list = any(term.text.startswith(("sum(", "size(", "max(")) for term in terms)
        return (is_paged and of_list) or any(is_peak(term) for term in terms)

    def _is_full(self, *pair: int) -> bool:
        """Whether one is the size that a page may have, and the other how many rows it has."""
        terms = [self.data.terms[each] for each in pair]
        counted = next((each for each in terms if each.pointers), None)
        asked = next((each for each in terms if not each.pointers), None)
        if counted is None or asked is None or not is_size(asked.name.removeprefix("the parameter ")):
            return False
        sizes = [each.values for each in self.data.terms if each.text.startswith("size(")]
        is_said_back = bool({"limit", "size", "per"} & words_of(counted.name.rpartition(".")[2]))
        return not is_said_back and counted.values in sizes

    def _shown(self, condition: Condition, one: int) -> bool:
        """Whether accounts enough show a number that is not zero: one account's again is no new test."""
        values = self.data.columns[one]
        who = {
            name
            for name, holds, value in zip(self.data.scope.accounts, condition.holds, values, strict=True)
            if holds and value and value == value  # noqa: PLR0124 - NaN
        }
        return len(who) >= min(LEAST_TUPLES, len(set(self.data.scope.accounts)))

    def _comparable(self) -> Iterator[tuple[int, int]]:
        """Pairs that may be the same number; a largest value only with what is called a peak."""
        for one, other in self.data.pairs():
            texts = [is_largest(self.data.terms[each]) for each in (one, other)]
            plain = self.data.terms[one if texts[1] else other]
            close = apart(self.data.terms[one], self.data.terms[other])
            agreeing = (np.abs(self.data.columns[one] - self.data.columns[other]) <= close).sum()
            of_limit = [_is_limit(self.data.terms[each]) for each in (one, other)]
            is_unused = any(of_limit) and _is_rest(self.data.terms[one if of_limit[1] else other])
            # All is left where nothing was used yet.
            if agreeing < LEAST_TUPLES or is_unused or self._is_full(one, other):
                continue
            if not any(texts):
                # What only grows is always at its peak: that says something of the data, not of the API.
                peaks = [is_peak(self.data.terms[each]) for each in (one, other)]
                if peaks[0] == peaks[1]:
                    yield one, other
            elif not all(texts) and is_peak(plain):
                yield one, other

    def _tells_numbers(self, condition: Condition) -> bool:
        """Whether numbers may agree under a condition alone, as several accounts show."""
        is_half = condition.words.startswith(HALF)
        if is_half or re.search("sort|order|include", condition.words, re.IGNORECASE):
            return False
        accounts = {
            name for name, holds in zip(self.data.scope.accounts, condition.holds, strict=True) if holds
        }
        return len(accounts) >= min(LEAST_TUPLES, len(set(self.data.scope.accounts)))

    def _equation(
        self, template: str, pair: tuple[int, int], chance: float, condition: Condition
    ) -> Candidate:
        a, b = (self.data.terms[each] for each in pair)
        if not a.pointers:
            a, b = b, a
        message = f"{a.name} is {b.name}"
        return stated(
            self.data.scope,
            template,
            message,
            _equals(a, b.text, [b]),
            (a, b),
            chance=chance,
            condition=condition,
        )

    def _sums(self) -> Iterator[Candidate]:
        usable = self.data.addends()
        for one, other in combinations(usable, 2):
            total = self.data.columns[one] + self.data.columns[other]
            for whole in usable:
                if whole in (one, other):
                    continue
                self.tried += 1
                if self._adds_up(total, whole):
                    chance = self.data.chance(whole, (one, other))
                    yield self._sum("sum", whole, (one, other), chance)

    def _sums_of_three(self) -> Iterator[Candidate]:
        usable = self.data.addends()[:MOST_OF_TRIPLES]
        for parts in combinations(usable, 3):
            total = self.data.columns[parts[0]] + self.data.columns[parts[1]] + self.data.columns[parts[2]]
            for whole in usable:
                if whole in parts:
                    continue
                self.tried += 1
                if self._adds_up(total, whole):
                    yield self._sum("sum of three", whole, parts, self.data.chance(whole, parts))

    def _adds_up(self, total: Any, whole: int) -> bool:
        other = self.data.columns[whole]
        # A look at the first few samples refuses nearly all.
        head = np.abs(total[:8] - other[:8])
        return not (head > CLOSE).any() and _all_close(total, other)

    def _sum(self, template: str, whole: int, parts: Sequence[int], chance: float) -> Candidate:
        total, terms = self.data.terms[whole], [self.data.terms[each] for each in parts]
        doubles = any(not term.is_integer for term in (total, *terms))
        text = " + ".join(term.as_double if doubles else term.text for term in terms)
        message = f"{_listed([term.name for term in terms])} make {total.name}"
        rule = f"near({text}, {total.text}, 0.0001)" if doubles else f"{text} == {total.text}"
        unseen = [] if _is_limit(total) else self.data.unseen_beside(total)
        if unseen:
            message += f", where {_listed([each.name for each in unseen])} {_are(unseen)} 0"
            rule = " || ".join([*(f"{each.text} > 0" for each in unseen), rule])
        beyond = _beyond_limits(total, terms)
        if beyond:
            # What is left, or what was too much, is mostly never below zero; nobody has seen that side.
            over = [
                f"{low.as_double} > {high.as_double}" if doubles else f"{low.text} > {high.text}"
                for low, high in beyond
            ]
            message += f", where {_listed([f'{low.name} is at most {high.name}' for low, high in beyond])}"
            rule = " || ".join([*over, rule])
        return stated(
            self.data.scope, template, message, rule, (total, *terms), chance=chance, weight=len(unseen)
        )

    def _remainders(self) -> Iterator[Candidate]:
        usable = self.data.addends()
        for whole in usable:
            for taken in usable:
                if whole == taken:
                    continue
                rest = np.maximum(self.data.columns[whole] - self.data.columns[taken], 0)
                if not (self.data.columns[whole] < self.data.columns[taken]).any():
                    # Nothing is ever above: then it is a sum.
                    continue
                for left in usable:
                    if left in (whole, taken):
                        continue
                    self.tried += 1
                    if self._adds_up(rest, left):
                        yield self._remainder(whole, taken, left)

    def _remainder(self, whole: int, taken: int, left: int) -> Candidate:
        a, b, c = (self.data.terms[each] for each in (whole, taken, left))
        doubles = any(not term.is_integer for term in (a, b, c))
        rule = (
            f"near({c.text}, max([{a.as_double} - {b.as_double}, 0.0]), 0.0001)"
            if doubles
            else f"{c.text} == max([0, {a.text} - {b.text}])"
        )
        message = f"{c.name} is {a.name} less {b.name}, never below zero"
        chance = self.data.chance(left, (whole, taken))
        return stated(self.data.scope, "remainder", message, rule, (a, b, c), chance=chance)

    def _multiples(self) -> Iterator[Candidate]:
        usable = [each for each in self.data.addends() if self.data.terms[each].is_integer]
        for one in usable:
            for other in usable:
                a, b = self.data.columns[one], self.data.columns[other]
                first = next(((x, y) for x, y in zip(a, b, strict=True) if y and y == y and x == x), None)  # noqa: PLR0124 - NaN
                if one == other or first is None:
                    continue
                self.tried += 1
                factor = round(first[0] / first[1])
                if factor not in FACTORS or not _all_close(a, b * factor):
                    continue
                terms = self.data.terms[one], self.data.terms[other]
                message = f"{terms[0].name} is {factor} times {terms[1].name}"
                rule = f"{terms[0].text} == {factor} * {terms[1].text}"
                # One set of values tells the factor, and is no test.
                chance = self.data.chance(one, [other]) ** 0.5
                yield stated(self.data.scope, "multiple", message, rule, terms, chance=chance)


class _Classes:
    """Which terms are known to agree, directly or through others."""

    def __init__(self, count: int) -> None:
        self._leader = list(range(count))

    def join(self, one: int, other: int) -> None:
        """Take two terms for the same."""
        old, new = self._leader[other], self._leader[one]
        self._leader = [new if each == old else each for each in self._leader]

    def joined(self, one: int, other: int) -> bool:
        """Whether two terms are the same."""
        return self._leader[one] == self._leader[other]


def _beyond_limits(total: Term, parts: Sequence[Term]) -> list[tuple[Term, Term]]:
    """The pairs of which the first is above the second on that side of a limit that no reply has shown.

    `used` and `left` make `limit` while no account is over it; `limit` and `over` make `used` if all are.
    """
    if _is_limit(total):
        return [] if any(map(_is_limit, parts)) else [(each, total) for each in parts if not _is_rest(each)]
    return [(each, total) for each in parts if _is_limit(each)]


def _is_limit(term: Term) -> bool:
    return bool(_LIMITING & words_of(term.name.rpartition(".")[2])) and not _is_rest(term)


def _are(terms: Sequence[Term]) -> str:
    return "is" if len(terms) == 1 else "are"


def _is_rest(term: Term) -> bool:
    return bool(_REST & words_of(term.name.rpartition(".")[2]))


def _all_close(a: Any, b: Any) -> bool:
    """Whether they agree wherever both are known, and that is somewhere."""
    off = np.abs(a - b)
    known = ~np.isnan(off)
    return bool(known.any()) and bool((off[known] <= CLOSE).all())


def _equals(a: Term, text: str, others: Sequence[Term]) -> str:
    if a.is_integer and all(each.is_integer for each in others):
        return f"{a.text} == {text}"
    return f"near({a.text}, {text}, 0.0001)"


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
