"""Templates of lengths and echoes: what a list or a field owes to a parameter, and texts that are equal."""

from __future__ import annotations

import re
from collections.abc import Iterator

from metermock.contract.cel import function_times as times
from metermock.learn.candidate import Candidate, stated
from metermock.learn.shapes import is_instant
from metermock.learn.terms import Condition, Scope, Term

LEAST = 4
LEAST_CONSTANT = 6
LEAST_VALUES = 3
LEAST_ECHOES = 10
"""Replies in which a field of two values has to say a parameter back: by chance it does in half of them."""


class Lengths:
    """The lengths and texts of an operation's replies."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.sizes = [term for term in scope.numbers if term.text.startswith("size(")]
        self.parameters = [term for term in scope.terms if not term.pointers]

    def candidates(self) -> list[Candidate]:
        """What lengths and texts suggest."""
        found = list(self._pages())
        if self.scope.rows is None:
            found += self._constant_lengths()
        return found + list(self._equal_texts())

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
            for condition in self.scope.conditions:
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
                if self._is_of_today(values[0], condition):
                    continue
                message = f"{size.name} is {values[0]}"
                rule = f"{size.text} == {values[0]}"
                yield stated(
                    self.scope, "length", message, rule, [size], chance=0.0, condition=condition, weight=1
                )
                if not condition.text:
                    break

    def _is_of_today(self, size: int, condition: Condition) -> bool:
        """Whether a month or a week that has begun is as long today: tomorrow it will be longer."""
        days = {times.local_date(each.now, "UTC") for each in self.scope.exchanges}
        if "week" in condition.words:
            return size in {times.weekday(day) for day in days}
        return size in {int(day[8:]) for day in days} and not re.search(rf"\b{size}", condition.words)

    def _equal_texts(self) -> Iterator[Candidate]:
        texts = self.scope.texts
        for index, one in enumerate(texts):
            for other in texts[index + 1 :]:
                if not (one.pointers or other.pointers) or (one.is_outer and other.is_outer):
                    continue
                yield from self._equal(*((one, other) if one.pointers else (other, one)))

    def _equal(self, one: Term, other: Term) -> Iterator[Candidate]:
        conditions = self.scope.conditions if self.scope.rows is None else self.scope.conditions[:1]
        for form, words in (
            ("{}", ""),
            ("substring({}, 0, 10)", "the date of "),
            ("substring({}, 0, 7)", "the month of "),
        ):
            for first, then in ((one, other), (other, one)) if form != "{}" else ((one, other),):
                for condition in conditions:
                    if self._agree(first, then, form, condition):
                        text = form.format(then.text)
                        message = f"{first.name} is {words}{then.name}"
                        yield stated(
                            self.scope,
                            "echo" if not then.pointers else "same text",
                            message,
                            f"{first.text} == {text}",
                            (first, then),
                            chance=0.0,
                            condition=condition,
                            weight=0 if form == "{}" else 2,
                        )
                        break

    def _agree(self, one: Term, other: Term, form: str, condition: Condition) -> bool:
        """Whether the texts agree, wherever both are there, in several values."""
        pairs = [
            (x, y)
            for x, y, holds in zip(one.values, other.values, condition.holds, strict=True)
            if holds and isinstance(x, str) and isinstance(y, str)
        ]
        if form != "{}":
            length = int(form.rpartition(" ")[2].rstrip(")"))
            if any(not is_instant(y) and len(y) <= length for _, y in pairs):
                return False
            pairs = [(x, y[:length]) for x, y in pairs]
        if any(x != y for x, y in pairs):
            return False
        # An account's own texts are as many as there are accounts.
        distinct = len({x for x, _ in pairs})
        is_echo = not other.pointers and distinct > 1 and len(pairs) >= LEAST_ECHOES
        return is_echo or distinct >= LEAST_VALUES
