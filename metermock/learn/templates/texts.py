"""Templates of texts: fields that say a parameter back, and texts that are equal, or the date of another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from metermock.learn.candidate import UNLIKELY, Candidate, stated
from metermock.learn.conditions import HALF, Condition
from metermock.learn.shapes import is_date, is_instant
from metermock.learn.terms import OF_END, Scope, Term

LEAST_VALUES = 3
LEAST_ECHOES = 10
"""Replies in which a field of two values has to say a parameter back: by chance it does in half of them."""
_FORMS = (
    ("{}", "", 0),
    ("substring({}, 0, 10)", "the date of ", 10),
    ("substring({}, 0, 7)", "the month of ", 7),
)


class Texts:
    """The texts of a scope beside each other."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._instants = {term.text for term in scope.texts if _all(term, is_instant)}

    def candidates(self) -> list[Candidate]:
        """Every pair of texts that agree."""
        found: list[Candidate] = []
        texts = self.scope.texts
        for index, one in enumerate(texts):
            for other in texts[index + 1 :]:
                if (
                    (one.pointers or other.pointers)
                    and not (one.is_outer and other.is_outer)
                    and not one.pointers & other.pointers
                ):
                    found += self._equal(*((one, other) if one.pointers else (other, one)))
        return found

    def _equal(self, one: Term, other: Term) -> Iterator[Candidate]:
        for form, words, length in _FORMS:
            for first, then in ((one, other), (other, one)) if length else ((one, other),):
                if length and (then.text not in self._instants or not _all(first, partial(_is_long, length))):
                    continue
                for condition in self._tried(then):
                    if self._agree(first, then, length, condition):
                        yield self._said(first, then, form, words, condition)
                        break

    def _tried(self, then: Term) -> list[Condition]:
        """Every condition; a parameter is said back always, or whenever others are left out."""
        return [
            each
            for each in self.scope.conditions
            # Where a parameter has a value, two dates may be equal as long as today is a Sunday.
            if not each.words.startswith(HALF)
            and (not each.words.startswith("where") or (then.pointers and not self._is_time(then)))
        ]

    def _is_time(self, term: Term) -> bool:
        return term.text in self._instants or _all(term, is_date)

    def _said(self, first: Term, then: Term, form: str, words: str, condition: Condition) -> Candidate:
        return stated(
            self.scope,
            "same text" if then.pointers else "echo",
            f"{first.name} is {words}{then.name}",
            f"{first.text} == {form.format(then.text)}",
            (first, then),
            chance=0.0,
            condition=condition,
            weight=2 if words else 0,
        )

    def _agree(self, one: Term, other: Term, length: int, condition: Condition) -> bool:
        """Whether the texts agree, wherever both are there, in several values."""
        seen: set[str] = set()
        tests: set[tuple[str, str]] = set()
        count = 0
        accounts = self.scope.accounts
        for x, y, holds, who in zip(one.values, other.values, condition.holds, accounts, strict=True):
            if not holds or x is None or y is None:
                continue
            if x != (y[:length] if length else y):
                return False
            seen.add(x)
            tests.add((who, x))
            count += 1
        # The ends of two lists that have a few categories each are often the same one.
        of_list = max(one.weight, other.weight) >= OF_END and not self._is_time(other)
        if of_list and len(seen) > 1 and len(seen) ** -len(tests) * len(self.scope.texts) ** 2 >= UNLIKELY:
            return False
        # An account's own texts are as many as there are accounts.
        is_echo = not other.pointers and len(seen) > 1 and count >= LEAST_ECHOES
        return is_echo or len(seen) >= LEAST_VALUES


def _all(term: Term, test: Callable[[str], bool]) -> bool:
    """Whether every value that is there passes."""
    known = [value for value in term.values if value is not None]
    return bool(known) and all(map(test, known))


def _is_long(length: int, text: str) -> bool:
    return len(text) == length
