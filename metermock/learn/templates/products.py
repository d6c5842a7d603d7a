"""Templates of products: so many at a price, so much percent of an amount; with the digits that are shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from metermock.learn.candidate import UNLIKELY, Candidate, chance_of_equation, corrected, stated
from metermock.learn.names import words_of
from metermock.learn.templates.columns import CLOSE, Columns

MOST = 20
DIGITS = 4
LEAST_UNLIKE = 3
_PERCENT = frozenset({"percent", "percentage", "pct", "rate", "vat"})

_SHARES = _PERCENT | {"share", "ratio", "fraction", "utilization", "avg", "average", "mean"}


class Products:
    """The numbers of a scope of which one may be the product of two."""

    def __init__(self, data: Columns) -> None:
        self.data = data
        self.tried = 0

    def candidates(self) -> list[Candidate]:
        """Each product that holds, to the last digit that is shown."""
        return corrected(list(self._found()), self.tried)

    def _found(self) -> Iterator[Candidate]:
        usable = [each for each in self.data.addends() if self.data.terms[each].weight == 1][:MOST]
        for whole in usable:
            x = self.data.columns[whole]
            digits = _digits(x)
            for number, one in enumerate(usable):
                for other in usable[number:]:
                    if whole in (one, other) or one == other:
                        continue
                    for part in self._parts(one, other):
                        self.tried += 1
                        y = self.data.columns[one] * self.data.columns[other] * part
                        if _is_close(x, y, digits):
                            yield from self._of(whole, (one, other), part, digits)

    def _parts(self, *pair: int) -> Iterator[float]:
        yield 1.0
        names = [words_of(self.data.terms[each].name.rpartition(".")[2]) for each in pair]
        if any(_PERCENT & each for each in names):
            yield 0.01

    def _of(self, whole: int, pair: tuple[int, int], part: float, digits: int) -> Iterator[Candidate]:
        x, a, b = (self.data.columns[each] for each in (whole, *pair))
        known = ~(np.isnan(x) | np.isnan(a) | np.isnan(b))
        # Once and nothing are no products: the amount is then the other number, or zero as well.
        known &= ~np.isin(a * (min(1, part)), (0, 1)) & ~np.isin(b, (0, 1)) & (x != 0)
        step = 10.0**-digits
        # A rate that was rounded gives the count that it was made of only while that is small.
        for index, factor, other in ((pair[0], a, b), (pair[1], b, a)):
            if not _SHARES & words_of(self.data.terms[index].name.rpartition(".")[2]):
                continue
            told = np.abs(other) * part * 10.0 ** -_digits(factor) > step
            if len({*zip(a[known & told].tolist(), b[known & told].tolist(), strict=True)}) < LEAST_UNLIKE:
                return
        sides = [{*each[known].tolist()} for each in (a, b)]
        if min(map(len, sides)) < 2 or len({*x[known].tolist()}) < LEAST_UNLIKE:  # noqa: PLR2004 - they vary
            return
        chance = chance_of_equation(x[known] / step, [a[known], b[known]])
        if chance >= UNLIKELY:
            return
        terms = [self.data.terms[each] for each in (whole, *pair)]
        percent = " / 100.0" if part < 1 else ""
        product = f"{terms[1].as_double} * {terms[2].as_double}{percent}"
        rule = f"near({terms[0].text}, {product}, {step / 2 + 1e-5:g})"
        if part == 1 and all(each.is_integer for each in terms):
            rule = f"{terms[0].text} == {terms[1].text} * {terms[2].text}"
        message = f"{terms[0].name} is {terms[1].name} times {terms[2].name}{' / 100' if percent else ''}"
        yield stated(self.data.scope, "product", message, rule, terms, chance=chance)


def _digits(values: Any) -> int:
    known = values[~np.isnan(values)]
    shown = (n for n in range(DIGITS) if (np.abs(known - np.round(known, n)) < CLOSE).all())
    return next(shown, DIGITS)


def _is_close(x: Any, y: Any, digits: int) -> bool:
    """Whether they agree, but for the rounding of the last digit, wherever both are known."""
    off = np.abs(x - y)
    known = ~np.isnan(off)
    return bool(known.any()) and bool((off[known] <= 0.5 * 10.0**-digits + CLOSE).all())
