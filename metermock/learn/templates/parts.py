"""Templates of parts: counts beside a total that never come to more than it, though something is left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from metermock.learn.candidate import LEAST_TUPLES, MOST_SPREAD, UNLIKELY, Candidate, stated
from metermock.learn.names import words_of
from metermock.learn.templates.columns import CLOSE
from metermock.learn.terms import Scope, Term, column

MOST_PARTS = 3
NEAR = 0.8
"""The part of a total from which on others come near it: what is much smaller never exceeds it anyway."""
MOST_BESIDE = 8
_WHOLE = frozenset({"total", "all", "requests", "calls", "received", "sent", "attempts"})
_NO_PART = frozenset(
    {
        "limit",
        "quota",
        "max",
        "maximum",
        "remaining",
        "left",
        "average",
        "avg",
        "mean",
        "peak",
        "rate",
        "percent",
    }
    | {"bytes", "size", "offset", "page", "latency", "duration", "cost", "amount", "price"}
)


class Parts:
    """The objects of a reply, and in each the counts beside a total.

    Objects that have the same members, such as one for each product, are several tests of one law.
    """

    def __init__(self, scope: Scope) -> None:
        self.objects: dict[str, dict[str, Term]] = defaultdict(dict)
        self.scope = scope
        for term in scope.numbers:
            around, _, name = term.name.rpartition(".")
            is_plain = term.pointers and term.weight == 1 and term.is_integer and not term.guards
            if (
                is_plain
                and not term.is_outer
                and not term.text.startswith("header")
                and not _NO_PART & words_of(name)
            ):
                self.objects[around][name] = term

    def candidates(self) -> list[Candidate]:
        """For each total the most parts that never exceed it."""
        alike: dict[tuple[str, ...], list[dict[str, Term]]] = defaultdict(list)
        for members in self.objects.values():
            alike[tuple(sorted(members))].append(members)
        return [found for names, several in alike.items() for found in self._of(names, several)]

    def _of(self, names: Sequence[str], several: Sequence[dict[str, Term]]) -> Iterator[Candidate]:
        totals = [name for name in names if "total" in words_of(name)]
        for whole in totals if len(names) <= MOST_BESIDE else ():
            others = [name for name in names if name != whole]
            kept: list[set[str]] = []
            for count in range(min(MOST_PARTS, len(others)), 1, -1):
                for parts in combinations(others, count):
                    # What fewer parts say follows from what more of them say.
                    if any(set(parts) <= each for each in kept):
                        continue
                    chance = _chance(whole, parts, several)
                    if chance < UNLIKELY:
                        kept.append(set(parts))
                        yield from self._in_each(several, whole, parts, chance)

    def _in_each(
        self, several: Sequence[dict[str, Term]], whole: str, parts: Sequence[str], chance: float
    ) -> Iterator[Candidate]:
        """The law in each object, of the parts that are ever there in it."""
        for members in several:
            shown = [each for each in parts if any(members[each].values)]
            if len(shown) > 1:
                yield self._stated(members, whole, shown, chance)

    def _stated(self, members: dict[str, Term], whole: str, parts: Sequence[str], chance: float) -> Candidate:
        total, terms = members[whole], [members[each] for each in parts]
        names = f"{', '.join(each.name for each in terms[:-1])} and {terms[-1].name}"
        message = f"{names} are at most {total.name} together"
        rule = f"{' + '.join(each.text for each in terms)} <= {total.text}"
        return stated(self.scope, "parts", message, rule, (total, *terms), chance=chance, weight=2)


def _chance(whole: str, parts: Sequence[str], several: Sequence[dict[str, Term]]) -> float:
    """How likely the parts are at most the whole by chance; 1 where they are not, or never come near it.

    To reach it exactly is as unlikely as an equation; to stay below it happens every other time.
    """
    chance, near = 1.0, set[Any]()
    seen: list[set[int]] = [set() for _ in parts]
    for members in several:
        total = column(members[whole])
        columns = [column(members[each]) for each in parts]
        added = np.sum(columns, axis=0)
        known = ~np.isnan(added) & ~np.isnan(total)
        if (added[known] > total[known] + CLOSE).any():
            return 1.0
        spread = (
            min(MOST_SPREAD, max(2.0, float(total[known].max() - total[known].min()) + 1))
            if known.any()
            else 2.0
        )
        tuples = {each for each in zip(total[known].tolist(), added[known].tolist(), strict=True) if each[1]}
        exact = {each for each in tuples if each[0] == each[1]}
        near |= {each for each in tuples if each[1] >= NEAR * each[0]}
        chance *= 0.5 ** len(tuples - exact) / spread ** len(exact)
        for shown, values in zip(seen, columns, strict=True):
            shown |= {int(each) for each in values[known].tolist() if each}
    is_varied = all(len(each) > 1 for each in seen)
    return chance if is_varied and len(near) >= LEAST_TUPLES else 1.0
