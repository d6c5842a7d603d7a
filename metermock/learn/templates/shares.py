"""Templates of shares: percentages and ratios, with their decimals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from metermock.counts import count_of
from metermock.learn.candidate import UNLIKELY, Candidate, chance_of_equation, corrected, stated
from metermock.learn.names import words_of
from metermock.learn.templates.columns import Columns, is_largest, is_peak
from metermock.learn.terms import Term

ROUNDING = 1e-9
TINY = 1e-6
HALF = 0.5000001
MOST_DIGITS = 6


class Shares:
    """The fractions among the numbers of a scope, and what they may be of."""

    def __init__(self, data: Columns) -> None:
        self.data = data
        self.tried = 0

    def candidates(self) -> list[Candidate]:
        """Every share that holds."""
        several = list(self._shares())
        return corrected(several, self.tried)

    def _shares(self) -> Iterator[Candidate]:
        for share, term in enumerate(self.data.terms):
            if term.is_outer or not term.pointers or term.weight > 1 or not _is_share(term):
                continue
            x = self.data.columns[share]
            for part in range(len(self.data.terms)):
                for whole in range(len(self.data.terms)):
                    if share in (part, whole) or part == whole or self._is_odd(part, whole):
                        continue
                    self.tried += 1
                    yield from self._share(share, x, part, whole)

    def _is_odd(self, part: int, whole: int) -> bool:
        """Whether two terms make no share: of parameters, of largest values, of what is the same."""
        a, b = self.data.terms[part], self.data.terms[whole]
        if a.is_outer or not a.pointers or not b.pointers or {part, whole} & self.data.same.keys():
            return True
        return is_largest(a) or is_largest(b) or is_peak(a) or is_peak(b)

    def _share(self, share: int, x: Any, part: int, whole: int) -> Iterator[Candidate]:
        a, b = self.data.columns[part], self.data.columns[whole]
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
                # Half the languages round halves to the even digit, or cut them: then the rule allows for it.
                half_up = np.floor(wanted[known] * 10**digits + 0.5 + ROUNDING) / 10**digits
                is_rounded = bool((np.abs(half_up - x[known]) < TINY).all())
                is_rounded &= _shows_halves(wanted[known] * 10**digits, a[known], b[known])
                tolerance = 0.0 if is_rounded else (0.501 if off <= HALF * 10**-digits else 1.0)
                yield self._as_share((share, part, whole), name, (digits, tolerance), is_cut=high is not None)
                break

    def _as_share(
        self, indices: tuple[int, int, int], name: str, shown: tuple[int, float], *, is_cut: bool
    ) -> Candidate:
        digits, tolerance = shown
        share, part, whole = indices
        x, a, b = (self.data.terms[each] for each in indices)
        value = f"{name}({a.text}, {b.text})"
        value = f"clamp({value}, 0, 100)" if is_cut else value
        rule = (
            f"near({x.text}, round({value}, {digits}), 0.000001)"
            if not tolerance
            else f"near({x.text}, {value}, {tolerance * 10.0**-digits:.{digits + 3 * (tolerance < 1)}f})"
        )
        kind = "percentage" if name == "percent" else "ratio"
        how = f", rounded to {count_of(digits, 'decimal')}" if tolerance < 1 else ""
        # A row and its reply may call a count by one name.
        to = f"{b.name} of the whole reply" if b.is_outer and b.name == a.name else b.name
        message = f"{x.name} is the {kind} of {a.name} to {to}{how}"
        scale = self.data.columns[share] * 10**digits
        known = ~np.isnan(scale)
        chance = chance_of_equation(
            scale[known], [self.data.columns[part][known], self.data.columns[whole][known]]
        )
        weight = 1 if name == "percent" else 2
        return stated(self.data.scope, "share", message, rule, (x, a, b), chance=chance, weight=weight)


def _shows_halves(scaled: Any, a: Any, b: Any) -> bool:
    """Whether so many halves were rounded up that it is no chance: each shows it one time in two."""
    is_half = np.abs(scaled - np.floor(scaled) - 0.5) < TINY
    shown = set(zip(a[is_half].tolist(), b[is_half].tolist(), strict=True))
    return bool(0.5 ** len(shown) < UNLIKELY)


def _is_share(term: Term) -> bool:
    """Whether a number may be a part of another: a fraction, or one that is called so."""
    if not term.is_integer:
        return True
    words = words_of(term.name)
    return bool(
        {"percent", "percentage", "pct", "share", "rate", "ratio", "avg", "average", "utilization", "mean"}
        & words
    )


def _digits(x: Any) -> int | None:
    """With how many decimals a number is written; None where it is not rounded."""
    known = x[~np.isnan(x)]
    for digits in range(MOST_DIGITS):
        if (np.abs(known - np.round(known, digits)) < ROUNDING).all():
            return digits
    return None
