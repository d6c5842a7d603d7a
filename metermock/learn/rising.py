"""Relations of spans: what a longer span of time counts is at least what a shorter one does."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from metermock.contract import Exchange
from metermock.contract.parameter import Parameter
from metermock.learn.candidate import UNLIKELY
from metermock.learn.names import NOT_COUNTED, is_span, may_stick_out, words_of
from metermock.learn.relations import LEAST_ACCOUNTS, MOST_VALUES, Related, alike, of, plain
from metermock.learn.shapes import Place, value_at
from metermock.learn.terms import Scope

LEAST_RISEN = 3
MOST_FIELDS = 2

Group = dict[Any, Exchange]
"""Replies to one account that differ in nothing asked but a span, by the span."""


def rising(scope: Scope) -> list[Related]:
    """Counts that never fall from one value of a parameter to the next, as from an hour to a day."""
    found: list[Related] = []
    for parameter in scope.operation.parameters:
        spans = [value for value in parameter.resolved.get("enum", ()) if value is not None]
        if parameter.location == "query" and 1 < len(spans) <= MOST_VALUES and all(map(is_span, spans)):
            found += _Spans(scope, parameter, spans).relations()
    return found


class _Spans:
    """The spans of a parameter, and the counts of the replies for each."""

    def __init__(self, scope: Scope, parameter: Parameter, spans: Sequence[str]) -> None:
        self._scope = scope
        self._parameter = parameter
        self._pairs = [pair for pair in pairwise(spans) if not may_stick_out(*pair)]
        self._groups: dict[str, list[Group]] = defaultdict(list)
        for account, group in alike(scope, parameter):
            self._groups[account].append(group)
        self._counts = [place for place in plain(scope.shape) if not NOT_COUNTED & words_of(place.name)]

    def relations(self) -> Iterator[Related]:
        """A relation for each two spans that follow each other, of a few counts that rise through all."""
        believed = [place for place in self._counts if self._is_no_chance(place)]
        for pair in self._pairs:
            accounts = {name for name, its in self._groups.items() if any(map(set(pair).issubset, its))}
            if len(accounts) < LEAST_ACCOUNTS:
                continue
            for place in [each for each in believed if self._rises(each, pair)][:MOST_FIELDS]:
                yield self._relation(place, *pair)

    def _is_no_chance(self, place: Place) -> bool:
        """Whether its counts would hardly be in order if the spans had nothing to do with them.

        A test is what one account has from the shortest span to the longest on a day: n different counts are
        in order by chance once in n!. Where a count does not rise, nothing is claimed, so nothing is tested.
        """
        risen = [pair for pair in self._pairs if self._rises(place, pair)]
        tests = {counts for run in _runs(risen) for group in self._all for counts in [_in(group, place, run)]}
        if any(list(counts) != sorted(counts) for counts in tests):
            return False
        chance = math.prod(1 / math.factorial(len(counts)) for counts in tests)
        return chance * len(self._counts) * len(self._pairs) < UNLIKELY

    def _rises(self, place: Place, pair: tuple[str, str]) -> bool:
        values = [
            tuple(value_at(group[span].body, place.path) for span in pair)
            for group in self._all
            if group.keys() >= set(pair)
        ]
        known = [(x, y) for x, y in values if isinstance(x, int) and isinstance(y, int)]
        counted = [(x, y) for x, y in known if x > 0]
        risen = {(x, y) for x, y in counted if x < y}
        # Where data move, what is the same in both rises now and then; a longer span shows more usually.
        is_more = len(risen) >= LEAST_RISEN and 2 * sum(x < y for x, y in counted) >= len(counted)
        return len(known) == len(values) and all(x <= y for x, y in known) and is_more

    @property
    def _all(self) -> list[Group]:
        return [group for its in self._groups.values() for group in its]

    def _relation(self, place: Place, one: str, other: str) -> Related:
        name = self._parameter.name
        message = f"{place.name} of {name} {other} is at least that of {one}"
        requests = {"less": {name: one}, "more": {name: other}}
        rule = f"{of('less', place)} <= {of('more', place)}"
        return Related(self._scope.operation, "rising", message, requests, rule)


def _runs(pairs: Sequence[tuple[str, str]]) -> list[list[str]]:
    """The spans of pairs that follow each other, such as an hour, a day and a week."""
    runs: list[list[str]] = []
    for one, other in pairs:
        if runs and runs[-1][-1] == one:
            runs[-1].append(other)
        else:
            runs.append([one, other])
    return runs


def _in(group: Group, place: Place, spans: Sequence[str]) -> tuple[int, ...]:
    """The different counts of one account, from the shortest span to the longest; zeros are none."""
    counts = (value_at(group[span].body, place.path) for span in spans if span in group)
    return tuple(dict.fromkeys(count for count in counts if isinstance(count, int) and count))
