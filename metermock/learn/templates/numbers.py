"""Templates of arithmetic: equal numbers, sums, remainders, multiples, shares, and bounds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from metermock.learn.candidate import Candidate, chance_of_equation, corrected, stated
from metermock.learn.terms import Condition, Scope, Term, column

CLOSE = 1e-6
ROUNDING = 1e-9
MOST_TERMS = 60
MOST_OF_TRIPLES = 26
MOST_DIGITS = 6
FACTORS = frozenset({7, 10, 12, 24, 60, 100, 1000, 1024, 1440, 3600, 86400})
"""What people multiply by; another factor is how somebody's data were made."""
LEAST_OF_BOUND = 8
"""Sets of values that a bound needs: each is kept by chance half of the time."""
_ZERO_OR_MORE = 0.0


class Numbers:
    """The numbers of a scope as columns, and what they make of each other."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        terms = scope.numbers[:MOST_TERMS]
        kept = [(term, column(term)) for term in terms]
        # What never changes says nothing about another number.
        varied = [(term, values) for term, values in kept if len(set(values[~np.isnan(values)])) > 1]
        self.terms = [term for term, _ in varied]
        self.columns = [values for _, values in varied]
        self.tried = 0
        self.same: dict[int, int] = {}
        """Terms that always equal an earlier one."""

    def candidates(self) -> list[Candidate]:
        """Everything that the numbers suggest."""
        found: list[Candidate] = []
        for template in (self._equal, self._sums, self._sums_of_three, self._remainders, self._multiples):
            self.tried = 0
            several = list(template())
            found += corrected(several, self.tried)
        self.tried = 0
        shares = list(self._shares())
        found += corrected(shares, self.tried)
        self.tried = 0
        bounds = list(self._bounds())
        return found + corrected(bounds, self.tried)

    def _pairs(self) -> Iterator[tuple[int, int]]:
        """Pairs of terms of which one is the row's own, and the reply's."""
        for one, other in combinations(range(len(self.terms)), 2):
            pair = (self.terms[one], self.terms[other])
            if any(term.pointers for term in pair) and not all(term.is_outer for term in pair):
                yield one, other

    def _equal(self) -> Iterator[Candidate]:
        for one, other in self._pairs():
            for condition in self.scope.conditions:
                self.tried += 1
                if self._known(condition, one, other) and (condition.text or self.same.get(other) is None):
                    a, b = self._taken(condition, one, other)
                    if not _all_close(a, b):
                        continue
                    chance = chance_of_equation(a, [b])
                    if not condition.text and chance < 1:
                        self.same[other] = one
                    yield self._equation("equal", (one, other), chance, condition)
                    if not condition.text:
                        break

    def _equation(
        self, template: str, pair: tuple[int, int], chance: float, condition: Condition
    ) -> Candidate:
        a, b = (self.terms[each] for each in pair)
        if not a.pointers:
            a, b = b, a
        message = f"{a.name} is {b.name}"
        return stated(
            self.scope,
            template,
            message,
            _equals(a, b.text, [b]),
            (a, b),
            chance=chance,
            condition=condition,
        )

    def _addends(self) -> list[int]:
        """The terms that may be parts or wholes: counted in the reply, none of them twice."""
        return [
            index
            for index, term in enumerate(self.terms)
            if term.pointers
            and not term.is_outer
            and index not in self.same
            and not term.text.startswith("max(")
        ]

    def _sums(self) -> Iterator[Candidate]:
        usable = self._addends()
        for one, other in combinations(usable, 2):
            total = self.columns[one] + self.columns[other]
            for whole in usable:
                if whole in (one, other):
                    continue
                self.tried += 1
                if self._adds_up(total, whole):
                    chance = self._chance(whole, (one, other))
                    yield self._sum("sum", whole, (one, other), chance)

    def _sums_of_three(self) -> Iterator[Candidate]:
        usable = self._addends()[:MOST_OF_TRIPLES]
        for parts in combinations(usable, 3):
            total = self.columns[parts[0]] + self.columns[parts[1]] + self.columns[parts[2]]
            for whole in usable:
                if whole in parts:
                    continue
                self.tried += 1
                if self._adds_up(total, whole):
                    yield self._sum("sum of three", whole, parts, self._chance(whole, parts))

    def _adds_up(self, total: Any, whole: int) -> bool:
        other = self.columns[whole]
        # A look at the first few samples refuses nearly all.
        head = np.abs(total[:8] - other[:8])
        return not (head > CLOSE).any() and _all_close(total, other)

    def _sum(self, template: str, whole: int, parts: Sequence[int], chance: float) -> Candidate:
        total, terms = self.terms[whole], [self.terms[each] for each in parts]
        doubles = any(not term.is_integer for term in (total, *terms))
        text = " + ".join(term.as_double if doubles else term.text for term in terms)
        message = f"{_listed([term.name for term in terms])} make {total.name}"
        rule = f"near({text}, {total.text}, 0.0001)" if doubles else f"{text} == {total.text}"
        return stated(self.scope, template, message, rule, (total, *terms), chance=chance)

    def _remainders(self) -> Iterator[Candidate]:
        usable = self._addends()
        for whole in usable:
            for taken in usable:
                if whole == taken:
                    continue
                rest = np.maximum(self.columns[whole] - self.columns[taken], 0)
                if not (self.columns[whole] < self.columns[taken]).any():
                    # Nothing is ever above: then it is a sum.
                    continue
                for left in usable:
                    if left in (whole, taken):
                        continue
                    self.tried += 1
                    if self._adds_up(rest, left):
                        yield self._remainder(whole, taken, left)

    def _remainder(self, whole: int, taken: int, left: int) -> Candidate:
        a, b, c = (self.terms[each] for each in (whole, taken, left))
        doubles = any(not term.is_integer for term in (a, b, c))
        rule = (
            f"near({c.text}, max([{a.as_double} - {b.as_double}, 0.0]), 0.0001)"
            if doubles
            else f"{c.text} == max([0, {a.text} - {b.text}])"
        )
        message = f"{c.name} is {a.name} less {b.name}, never below zero"
        chance = self._chance(left, (whole, taken))
        return stated(self.scope, "remainder", message, rule, (a, b, c), chance=chance)

    def _multiples(self) -> Iterator[Candidate]:
        usable = [each for each in self._addends() if self.terms[each].is_integer]
        for one in usable:
            for other in usable:
                a, b = self.columns[one], self.columns[other]
                first = next(((x, y) for x, y in zip(a, b, strict=True) if y and y == y and x == x), None)  # noqa: PLR0124 - NaN
                if one == other or first is None:
                    continue
                self.tried += 1
                factor = round(first[0] / first[1])
                if factor not in FACTORS or not _all_close(a, b * factor):
                    continue
                terms = self.terms[one], self.terms[other]
                message = f"{terms[0].name} is {factor} times {terms[1].name}"
                rule = f"{terms[0].text} == {factor} * {terms[1].text}"
                # One set of values tells the factor, and is no test.
                chance = self._chance(one, [other]) ** 0.5
                yield stated(self.scope, "multiple", message, rule, terms, chance=chance)

    def _shares(self) -> Iterator[Candidate]:
        for share, term in enumerate(self.terms):
            if term.is_outer or not term.pointers or term.weight > 1 or not _is_share(term):
                continue
            x = self.columns[share]
            for part in range(len(self.terms)):
                for whole in range(len(self.terms)):
                    if share in (part, whole) or part == whole or self._is_odd(part, whole):
                        continue
                    self.tried += 1
                    yield from self._share(share, x, part, whole)

    def _is_odd(self, part: int, whole: int) -> bool:
        """Whether two terms make no share: of parameters, of largest values, of what is the same."""
        a, b = self.terms[part], self.terms[whole]
        if a.is_outer or not a.pointers or not b.pointers or {part, whole} & self.same.keys():
            return True
        return a.text.startswith("max(") or b.text.startswith("max(")

    def _share(self, share: int, x: Any, part: int, whole: int) -> Iterator[Candidate]:
        a, b = self.columns[part], self.columns[whole]
        # A few samples refuse nearly all.
        for name, factor in (("percent", 100.0), ("ratio", 1.0)):
            head = factor * a[:6] / np.where(b[:6] == 0, np.nan, b[:6])
            if (np.abs(head - x[:6]) > np.maximum(1.0, np.abs(head) * 0.5)).sum() > 1:
                continue
            with np.errstate(all="ignore"):
                exact = np.where(b == 0, 0.0, factor * a / np.where(b == 0, 1, b))
            for low, high in ((None, None), (0, 100)):
                if high is not None and name == "ratio":
                    continue
                wanted = exact if high is None else np.clip(exact, low, high)
                digits = _digits(x)
                known = ~(np.isnan(x) | np.isnan(wanted))
                if not known.any() or digits is None:
                    continue
                off = np.abs(wanted - x)[known].max()
                if off > 1.01 * 10**-digits:
                    continue
                yield self._as_share((share, part, whole), name, digits, off, is_cut=high is not None)
                break

    def _as_share(
        self, indices: tuple[int, int, int], name: str, digits: int, off: float, *, is_cut: bool
    ) -> Candidate:
        share, part, whole = indices
        x, a, b = (self.terms[each] for each in indices)
        value = f"{name}({a.text}, {b.text})"
        value = f"clamp({value}, 0, 100)" if is_cut else value
        rounded = off <= 0.5000001 * 10**-digits
        rule = (
            f"near({x.text}, round({value}, {digits}), 0.000001)"
            if rounded
            else f"near({x.text}, {value}, {10.0**-digits:.{digits}f})"
        )
        kind = "percentage" if name == "percent" else "ratio"
        how = f", rounded to {digits} decimals" if rounded else ""
        message = f"{x.name} is the {kind} of {a.name} to {b.name}{how}"
        scale = self.columns[share] * 10**digits
        known = ~np.isnan(scale)
        chance = chance_of_equation(scale[known], [self.columns[part][known], self.columns[whole][known]])
        weight = 1 if name == "percent" else 2
        return stated(self.scope, "share", message, rule, (x, a, b), chance=chance, weight=weight)

    def _bounds(self) -> Iterator[Candidate]:
        usable = [each for each in range(len(self.terms)) if each not in self.same]
        for low in usable:
            for high in usable:
                terms = self.terms[low], self.terms[high]
                if low == high or all(term.is_outer for term in terms) or not terms[0].pointers:
                    continue
                if terms[0].pointers & terms[1].pointers or terms[1].text.startswith("max("):
                    continue
                self.tried += 1
                a, b = _known_pair(self.columns[low], self.columns[high])
                if not len(a) or (a > b + CLOSE).any() or not _is_tight(a, b, *terms):
                    continue
                tuples = {each for each in zip(a.tolist(), b.tolist(), strict=True) if each[0] and each[1]}
                if len(tuples) < LEAST_OF_BOUND:
                    continue
                message = f"{terms[0].name} is at most {terms[1].name}"
                rule = f"{_side(terms[0], terms[1])} <= {_side(terms[1], terms[0])}"
                chance = 0.5 ** len(tuples)
                yield stated(self.scope, "bound", message, rule, terms, chance=chance, weight=3)

    def _known(self, condition: Condition, *indices: int) -> bool:
        known = condition.holds.copy()
        for each in indices:
            known &= ~np.isnan(self.columns[each])
        return bool(known.any())

    def _taken(self, condition: Condition, one: int, other: int) -> tuple[Any, Any]:
        return _known_pair(self.columns[one][condition.holds], self.columns[other][condition.holds])

    def _chance(self, result: int, operands: Sequence[int]) -> float:
        known = ~np.isnan(self.columns[result])
        for each in operands:
            known &= ~np.isnan(self.columns[each])
        return chance_of_equation(
            self.columns[result][known], [self.columns[each][known] for each in operands]
        )


def _known_pair(a: Any, b: Any) -> tuple[Any, Any]:
    known = ~(np.isnan(a) | np.isnan(b))
    return a[known], b[known]


def _all_close(a: Any, b: Any) -> bool:
    """Whether they agree wherever both are known, and that is somewhere."""
    off = np.abs(a - b)
    known = ~np.isnan(off)
    return bool(known.any()) and bool((off[known] <= CLOSE).all())


def _is_share(term: Term) -> bool:
    """Whether a number may be a part of another: a fraction, or one that is called so."""
    if not term.is_integer:
        return True
    words = re.split(r"[^a-z]+", re.sub("([A-Z])", r" \1", term.name).lower())
    return bool(
        {"percent", "percentage", "pct", "share", "rate", "ratio", "avg", "average", "utilization", "mean"}
        & set(words)
    )


def _digits(x: Any) -> int | None:
    """With how many decimals a number is written; None where it is not rounded."""
    known = x[~np.isnan(x)]
    for digits in range(MOST_DIGITS):
        if (np.abs(known - np.round(known, digits)) < ROUNDING).all():
            return digits
    return None


def _is_tight(a: Any, b: Any, low: Term, high: Term) -> bool:
    """Whether a bound is of two things of one name, and is reached at times."""
    touches = bool((np.abs(a - b) <= CLOSE)[a > 0].any())
    words = [_last_words(term) for term in (low, high)]
    return touches and bool(words[0] & words[1] or _kin(low, high))


def _last_words(term: Term) -> set[str]:
    return set(re.split(r"[^a-z]+", re.sub("([A-Z])", r" \1", term.name.rpartition(".")[2]).lower())) - {""}


def _kin(low: Term, high: Term) -> bool:
    """Whether two plain fields stand beside each other, and the higher is a total."""
    together = low.name.rpartition(".")[0] == high.name.rpartition(".")[0]
    return low.weight == high.weight == 1 and together and "total" in _last_words(high)


def _side(term: Term, beside: Term) -> str:
    return term.text if term.is_integer == beside.is_integer else term.as_double


def _equals(a: Term, text: str, others: Sequence[Term]) -> str:
    if a.is_integer and all(each.is_integer for each in others):
        return f"{a.text} == {text}"
    return f"near({a.text}, {text}, 0.0001)"


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"
