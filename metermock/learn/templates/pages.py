"""Templates of numbered pages: how many there are, how many rows this one has, and which is the next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from metermock.learn.candidate import LEAST_TUPLES, Candidate, stated
from metermock.learn.cutting import is_size
from metermock.learn.names import PAGES
from metermock.learn.terms import Scope, Term, column

MOST_COUNTS = 40
LEAST_UNEVEN = 2
"""Counts that are no multiple of the page's size: these tell how the quotient is rounded."""


class Pages:
    """The counts of a reply beside the size and the number of its page."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.counts = [
            term
            for term in scope.numbers
            if term.is_integer and term.pointers and term.weight == 1 and not term.guards
        ][:MOST_COUNTS]
        self.sizes = [term for term in scope.numbers if term.text.startswith("size(") and not term.guards]
        self.size = self._named(is_size)
        self.page = self._named(lambda name: PAGES.fullmatch(name) is not None)

    def _named(self, is_meant: Any) -> Term | None:
        """The parameter that is called so, else the field that says it."""
        known = [each for each in self.scope.numbers if each.is_integer and not each.guards]
        known = [each for each in known if each.weight == 1 and None not in each.values]
        found = [
            each for each in known if is_meant(each.name.removeprefix("the parameter ").rpartition(".")[2])
        ]
        return next((each for each in found if not each.pointers), next(iter(found), None))

    def candidates(self) -> list[Candidate]:
        """What follows from how many rows there are in all."""
        if self.size is None:
            return []
        found: list[Candidate] = []
        for total in self.counts:
            if total is not self.size and total is not self.page:
                found += [*self._counted(total, self.size), *self._shown(total, self.size)]
        return found

    def _counted(self, total: Term, size: Term) -> Iterator[Candidate]:
        """The number of pages: the quotient, rounded upwards."""
        n, k = column(total), column(size)
        if (k < 1).any() or not _is_uneven(n, k):
            return
        quotient = np.ceil(n / k)
        for pages in self.counts:
            shown = column(pages)
            is_told = len({*zip(n.tolist(), k.tolist(), strict=True)} - {(0.0, each) for each in k.tolist()})
            if pages in (total, size) or len({*shown.tolist()}) < LEAST_TUPLES or is_told < LEAST_TUPLES:
                continue
            if (shown != quotient)[n > 0].any():
                continue
            empty = {*shown[n == 0].tolist()}
            rule = f"({total.text} + {size.text} - 1) / {size.text}"
            if empty == {1.0}:
                rule = f"max([1, {rule}])"
            rule = f"{pages.text} == {rule}"
            if not empty:
                rule = f"{total.text} == 0 || {rule}"
            if len(empty) <= 1 and empty <= {0.0, 1.0}:
                message = f"{pages.name} is how many pages of {size.name} {total.name} has"
                terms = (pages, total, size)
                yield stated(self.scope, "page", message, rule, terms, chance=0.0)

    def _shown(self, total: Term, size: Term) -> Iterator[Candidate]:
        """The rows of a page, whether another one follows, and which."""
        if self.page is None:
            return
        n, k, page = (column(each) for each in (total, size, self.page))
        if len({*page.tolist()}) < 2 or len({*n.tolist()}) < LEAST_TUPLES:  # noqa: PLR2004 - two pages
            return
        for first in (1, 0):
            before, after = (f"({self.page.text} - 1)", self.page.text)
            if not first:
                before, after = self.page.text, f"({self.page.text} + 1)"
            left = np.clip(n - (page - first) * k, 0, k)
            is_short = (left < k) & (left > 0)
            short = {*zip(n[is_short].tolist(), page[is_short].tolist(), strict=True)}
            for rows in self.sizes if len(short) >= LEAST_TUPLES else ():
                if np.array_equal(left, column(rows)):
                    rule = f"{rows.text} == clamp({total.text} - {before} * {size.text}, 0, {size.text})"
                    message = f"{rows.name} is what is left of {total.name}, or {size.name}"
                    yield stated(self.scope, "page", message, rule, (rows, total, size), chance=0.0, weight=1)
                    follows = (n > (page - first + 1) * k).tolist()
                    yield from self._more(total, size, self.page, follows, after)

    def _more(
        self, total: Term, size: Term, page: Term, follows: list[bool], after: str
    ) -> Iterator[Candidate]:
        told = f"{after} * {size.text} < {total.text}"
        if min(follows.count(True), follows.count(False)) < LEAST_TUPLES:
            return
        for term in self.scope.terms:
            if not term.pointers or term.weight > 1:
                continue
            if term.types == {"boolean"} and list(term.values) == follows:
                message = f"{term.name} says whether another page follows"
                yield stated(
                    self.scope, "page", message, f"{term.text} == ({told})", (term, total), chance=0.0
                )
            next_ones = [
                int(number) + 1 if more else None for number, more in zip(page.values, follows, strict=True)
            ]
            is_nullable = term.guards == (f"{term.text} != null",)
            if term.is_integer and is_nullable and list(term.values) == next_ones:
                message = f"{term.name} is the next page, or null where none follows"
                rule = f"({told}) ? {term.text} == {page.text} + 1 : {term.text} == null"
                yield stated(self.scope, "page", message, rule, (term.always, total), chance=0.0)


def _is_uneven(n: Any, k: Any) -> bool:
    """Whether several counts are no multiple of the size and more than it."""
    uneven = (n % k != 0) & (n > k)
    return len({*zip(n[uneven].tolist(), k[uneven].tolist(), strict=True)}) >= LEAST_UNEVEN
