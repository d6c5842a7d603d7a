"""Templates of ladders: the least, quantiles and the largest of one measure, and its mean between them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from metermock.learn.candidate import UNLIKELY, Candidate, stated
from metermock.learn.templates.columns import CLOSE, Columns
from metermock.learn.terms import Term

LEAST, MOST = 0.0, 100.0
_ENDS = {
    **dict.fromkeys(("min", "minimum", "lowest", "least", "fastest", "shortest", "smallest"), LEAST),
    **dict.fromkeys(("max", "maximum", "highest", "most", "slowest", "longest", "largest"), MOST),
    "median": 50.0,
}
_MEANS = frozenset({"avg", "average", "mean"})
_QUANTILE = re.compile(r"(?:p|q|pct|percentile)(\d{1,2})(\d*)")

Measure = tuple[str, frozenset[str]]
"""What is measured: where it stands, and the words of its name."""


def rung_of(name: str) -> tuple[Measure, float | None] | None:
    """What a name measures, and at which hundredth; None for its mean. None where it says neither.

    `p50_ms`, `medianMs` and `ms.p50` are all halves; `p999` is 99.9.
    """
    around, _, last = name.rpartition(".")
    words = re.sub("([a-z0-9])([A-Z])", r"\1_\2", last).lower().replace("-", "_").split("_")
    for word in words:
        rest = (around, frozenset(words) - {word})
        quantile = _QUANTILE.fullmatch(word)
        if word in _MEANS:
            return rest, None
        if quantile is not None:
            return rest, float(f"{quantile[1]}.{quantile[2] or 0}")
        if word in _ENDS:
            return rest, _ENDS[word]
    return None


class Ladders:
    """The measures of a scope that are told by several numbers."""

    def __init__(self, data: Columns) -> None:
        self.data = data
        self.rungs: dict[Measure, list[tuple[float, int]]] = defaultdict(list)
        self.means: dict[Measure, int] = {}
        for index, term in enumerate(data.terms):
            found = rung_of(term.name) if term.pointers and term.weight == 1 and not term.is_outer else None
            if found is not None and found[1] is None:
                self.means[found[0]] = index
            elif found is not None and found[1] is not None:
                self.rungs[found[0]].append((found[1], index))

    def candidates(self) -> list[Candidate]:
        """What never goes down from rung to rung, and the means that lie between the ends."""
        found: list[Candidate] = []
        for measure, rungs in self.rungs.items():
            steps = [index for _, index in sorted(rungs)]
            found += self._of(steps) if len(steps) > 1 else []
            ends = {rung: index for rung, index in rungs if rung in (LEAST, MOST)}
            mean = self.means.get(measure)
            if mean is not None and ends:
                between = [ends.get(LEAST), mean, ends.get(MOST)]
                found += self._of([each for each in between if each is not None])
        return found

    def _of(self, steps: Sequence[int]) -> Iterator[Candidate]:
        values = np.array([self.data.columns[each] for each in steps])
        values = values[:, ~np.isnan(values).any(axis=0)]
        if not values.size or (np.diff(values, axis=0) < -CLOSE).any():
            return
        # Where all are one number, nothing shows which is above which.
        shown = {tuple(one) for one in values.T.tolist() if len(set(one)) > 1}
        chance = 0.5 ** len(shown)
        terms = [self.data.terms[each] for each in steps]
        if chance >= UNLIKELY:
            return
        rule = " && ".join(f"{_side(low, terms)} <= {_side(high, terms)}" for low, high in pairwise(terms))
        names = f"{', '.join(each.name for each in terms[:-1])} and {terms[-1].name}"
        message = f"{names}: none is below the one before"
        yield stated(self.data.scope, "ladder", message, f"({rule})", terms, chance=chance)


def _side(term: Term, beside: Sequence[Any]) -> str:
    return term.text if len({each.is_integer for each in beside}) == 1 else term.as_double
