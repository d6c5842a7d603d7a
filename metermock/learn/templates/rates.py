"""Templates of rates: a count over the length of the window that a parameter names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from metermock.learn.candidate import UNLIKELY, Candidate, chance_of_equation, stated
from metermock.learn.conditions import Condition
from metermock.learn.names import words_of
from metermock.learn.terms import Scope, Term, column

_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
_LENGTHS = {"h": 3600, "d": 86400, "w": 604800, "y": 365 * 86400}
MOST_DIGITS = 4
TINY = 1e-9


class Rates:
    """The numbers of an operation that are called after a unit of time, and the counts beside them."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        own = [term for term in scope.numbers if term.pointers and term.weight == 1 and not term.is_outer]
        self.rates = [(term, unit) for term in own if (unit := _unit(term)) and not term.is_integer]
        self.counts = [term for term in own if term.is_integer and not _unit(term)]

    def candidates(self) -> list[Candidate]:
        """What is a count per unit, where a parameter says how long the window is."""
        return [
            each
            for condition in self.scope.conditions
            if (seconds := _length(condition.words))
            for rate, unit in self.rates
            for each in self._of(rate, unit, seconds, condition)
        ]

    def _of(self, rate: Term, unit: int, seconds: int, condition: Condition) -> Iterator[Candidate]:
        x = column(rate)
        digits = _digits(x)
        for count in self.counts:
            a = column(count)
            known = ~(np.isnan(x) | np.isnan(a)) & condition.holds
            if not known.any():
                continue
            off = np.abs(a * unit / seconds - x)[known].max()
            chance = chance_of_equation(x[known] * 10**digits, [a[known]]) * len(self.counts)
            if off > 1.01 * 10**-digits or chance >= UNLIKELY:
                continue
            rule = f"near({rate.text}, ratio({count.text} * {unit}, {seconds}), {10.0**-digits:.{digits}f})"
            message = f"{rate.name} is {count.name} over the window's length"
            yield stated(
                self.scope, "rate", message, rule, (rate, count), chance=chance, condition=condition, weight=2
            )
            return


def _unit(term: Term) -> int:
    """The seconds of the unit that a name such as requestsPerHour has; 0 without one."""
    name = re.sub("([A-Z])", r" \1", term.name.rpartition(".")[2]).lower()
    found = re.search(r"per[ _]?(second|minute|hour|day|week)\Z", name)
    return _UNITS[found[1]] if found and "peak" not in words_of(term.name) else 0


def _length(words: str) -> int:
    """The seconds of the window that the words of a condition name; 0 where they name none."""
    found = re.fullmatch(r"where \w+ is (?:last_?)?(\d{1,3})([hdwy])(, without .*)?", words)
    return int(found[1]) * _LENGTHS[found[2]] if found else 0


def _digits(x: Any) -> int:
    known = x[~np.isnan(x)]
    shown = (d for d in range(MOST_DIGITS) if (np.abs(known - np.round(known, d)) < TINY).all())
    return next(shown, MOST_DIGITS)
