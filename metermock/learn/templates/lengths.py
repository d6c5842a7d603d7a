"""Templates of lengths: of a page, and of a list that is always as long."""

from __future__ import annotations

import re
from collections.abc import Iterator

from metermock.contract.cel import function_times as times
from metermock.learn.candidate import Candidate, stated
from metermock.learn.conditions import HALF, Condition
from metermock.learn.terms import Scope, Term

LEAST = 4
LEAST_CONSTANT = 6
LEAST_VALUES = 3


class Lengths:
    """The lengths of an operation's lists."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        # How many keys a map has follows from its data.
        of_maps = {f"size({each.place.text})" for each in scope.shape.maps}
        self.sizes = [
            term for term in scope.numbers if term.text.startswith("size(") and term.text not in of_maps
        ]
        self.parameters = [term for term in scope.terms if not term.pointers]

    def candidates(self) -> list[Candidate]:
        """What the lengths suggest."""
        found = list(self._pages())
        if self.scope.rows is None:
            found += self._constant_lengths()
        return found

    def _pages(self) -> Iterator[Candidate]:
        for size in self.sizes:
            for limit in (each for each in self.parameters if each.is_integer):
                pairs = [
                    (x, y)
                    for x, y in zip(size.values, limit.values, strict=True)
                    if x is not None and y is not None
                ]
                full = {y for x, y in pairs if x == y}
                if len(full) >= LEAST_VALUES - 1 and all(x <= y for x, y in pairs):
                    message = f"{size.name} is at most {limit.name}"
                    rule = f"{size.text} <= {limit.text}"
                    yield stated(self.scope, "page", message, rule, (size, limit), chance=0.0)

    def _constant_lengths(self) -> Iterator[Candidate]:
        for size in self.sizes:
            if size.is_outer:
                continue
            for condition in (each for each in self.scope.conditions if not each.words.startswith(HALF)):
                values = [
                    value
                    for value, holds in zip(size.values, condition.holds, strict=True)
                    if holds and value is not None
                ]
                accounts = {
                    name for name, holds in zip(self.scope.accounts, condition.holds, strict=True) if holds
                }
                if len(values) < LEAST_CONSTANT or len(set(values)) > 1 or values[0] < LEAST:
                    continue
                if len(accounts) < min(LEAST_VALUES, len(set(self.scope.accounts))):
                    continue
                # Without its own number in the parameter only a list of days is as long by law.
                if condition.text and not self._is_series(size, condition, values[0]):
                    continue
                if self._is_of_today(values[0], condition):
                    continue
                message = f"{size.name} is {values[0]}"
                rule = f"{size.text} == {values[0]}"
                yield stated(
                    self.scope, "length", message, rule, [size], chance=0.0, condition=condition, weight=1
                )
                if not condition.text:
                    break

    def _is_series(self, size: Term, condition: Condition, length: int) -> bool:
        if re.search(rf"\b{length}", condition.words):
            return True
        rows = next(
            (each for each in self.scope.shape.lists if f"size({each.place.text})" == size.text), None
        )
        names = {field.path[-1] for field in rows.fields} if rows is not None else set()
        return bool({"date", "day", "start", "timestamp", "month", "week", "hour", "label"} & names)

    def _is_of_today(self, size: int, condition: Condition) -> bool:
        """Whether a month or a week that has begun is as long today: tomorrow it will be longer."""
        days = {times.local_date(each.now, "UTC") for each in self.scope.exchanges}
        if "week" in condition.words:
            return size in {times.weekday(day) for day in days}
        return size in {int(day[8:]) for day in days} and not re.search(rf"\b{size}", condition.words)
