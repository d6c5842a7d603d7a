"""Templates of nothing: null exactly where a count is zero, two nulls together, nothing out of nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from metermock.learn.candidate import UNLIKELY, Candidate, stated
from metermock.learn.names import words_of
from metermock.learn.shapes import common_start
from metermock.learn.templates.ladders import MOST, rung_of
from metermock.learn.terms import Scope, Term, column

LEAST = 3
MOST_COUNTS = 40


_EVENTS = frozenset(
    {"requests", "calls", "runs", "count", "events", "total", "hits", "messages", "jobs", "invocations"}
)
"""What is counted first, so that without it there is nothing else."""
_MEANS = frozenset({"avg", "average", "mean", "median", "rate", "peak", "max"})


def _stems(name: str) -> set[str]:
    """The words of a name, in the singular."""
    return {word.removesuffix("s") for word in words_of(name)}


_FRACTIONS = frozenset({"percent", "percentage", "pct", "rate", "ratio", "share", "utilization"})
_LIMITS = frozenset({"limit", "quota", "cap", "max", "maximum", "allowance", "included", "budget"})


def _is_part(count: Term, beside: Sequence[Term]) -> bool:
    """Whether another count is zero wherever this one is, and elsewhere too: both may be the cause."""
    if {word.removesuffix("s") for word in _EVENTS} & _stems(count.name.rpartition(".")[2]):
        return False
    own = column(count)
    others = [column(each) for each in beside if each is not count]
    return any(not each[own == 0].any() and bool((each[own > 0] == 0).any()) for each in others)


class Nothing:
    """What is null, absent or zero in the samples, and together with what."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.counts = [
            term
            for term in scope.numbers
            if term.pointers and term.is_integer and not term.guards and not term.text.startswith("max(")
        ][:MOST_COUNTS]

    def candidates(self) -> list[Candidate]:
        """What is nothing exactly, or at least, where something else is."""
        return [*self._nulls(), *self._nulls_together(), *self._zeros()]

    def _nulls(self) -> Iterator[Candidate]:
        for term in self.scope.terms:
            own = term.guards[-1:]
            if term.is_outer or term.weight > 1 or not own or term.guards[:-1] or not term.pointers:
                continue
            gone = np.array([value is None for value in term.values])
            beside = self._beside(term)
            for count in beside:
                values = column(count)
                if not bool(((values == 0) == gone).all()) or _is_part(count, beside):
                    continue
                both = {*values[gone].tolist()}, {*values[~gone].tolist()}
                seen = len({*zip(self.scope.accounts, gone.tolist(), strict=True)})
                if gone.sum() < LEAST or not both[1] or len(both[1]) < LEAST or seen < LEAST:
                    continue
                is_gone, words = (
                    (f"{term.text} == null", "null") if "null" in own[0] else (f"!{own[0]}", "left out")
                )
                rule = f"({is_gone}) == ({count.text} == 0)"
                message = f"{term.name} is {words} exactly where {count.name} is 0"
                # Its own guard must not keep the rule from running where it is null.
                bare = Term(term.text, term.name, term.values, term.types, (), term.pointers, term.weight)
                yield stated(self.scope, "null", message, rule, (bare, count), chance=0.0)
                # Others that are zero too say the same in other words.
                break

    def _nulls_together(self) -> Iterator[Candidate]:
        """What is null exactly where a number beside it is null or zero, as a share of no limit is."""
        nullable = [
            term
            for term in self.scope.numbers
            if term.pointers
            and term.weight == 1
            and not term.is_outer
            and term.guards == (f"{term.text} != null",)
        ]
        for term in nullable:
            for other in nullable:
                if term is other or term.name.rpartition(".")[0] != other.name.rpartition(".")[0]:
                    continue
                if not _FRACTIONS & words_of(term.name) or not _LIMITS & words_of(other.name):
                    continue
                gone = [value is None for value in term.values]
                lacks = [not value for value in other.values]
                shown = {value for value in other.values if value}
                if gone != lacks or sum(gone) < LEAST or len(shown) < LEAST:
                    continue
                zero = "0" if other.is_integer else "0.0"
                nothing = f"{other.text} == null || {other.text} == {zero}"
                rule = f"({term.text} == null) == ({nothing})"
                message = f"{term.name} is null exactly where {other.name} is null or 0"
                terms = [replace(each, guards=()) for each in (term, other)]
                yield stated(self.scope, "null", message, rule, terms, chance=0.0)

    def _beside(self, term: Term) -> list[Term]:
        """The counts, those first that stand nearest to a term."""
        plain = [count for count in self.counts if count.weight == 1 and not count.is_outer]
        stems = _stems(term.name)

        def nearness(count: Term) -> tuple[int, int]:
            return len(common_start([count.name, term.name])), len(stems & _stems(count.name))

        return sorted(plain, key=nearness, reverse=True)

    def _zeros(self) -> Iterator[Candidate]:
        if self.scope.rows is None:
            return
        own = [term for term in self.scope.numbers if not term.is_outer and not term.guards]
        columns = {term.text: column(term) for term in own}
        for cause in (term for term in own if term.is_integer):
            is_event = bool(_EVENTS & words_of(cause.name))
            empty = columns[cause.text] == 0
            rung = rung_of(cause.name)
            # A call that takes no time is no missing one; where the longest takes none, none does.
            if empty.sum() < LEAST or empty.all() or (rung is not None and rung[1] != MOST):
                continue
            for effect in own:
                values: Any = columns[effect.text]
                if (
                    effect is cause
                    or (values[empty] != 0).any()
                    or not (is_event or _MEANS & words_of(effect.name))
                ):
                    continue
                share = float((values == 0).mean())
                chance = share ** int(empty.sum())
                if chance >= UNLIKELY / len(own) ** 2:
                    continue
                zero = "0" if effect.is_integer else "0.0"
                text = effect.text if effect.is_integer else effect.as_double
                rule = f"({cause.text} > 0 || {text} == {zero})"
                message = f"{effect.name} is 0 where {cause.name} is 0"
                yield stated(self.scope, "nothing", message, rule, (cause, effect), chance=chance, weight=2)
