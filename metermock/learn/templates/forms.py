"""Templates of forms: how a text is written, and between which numbers a fraction lies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from metermock.learn.candidate import Candidate, stated
from metermock.learn.shapes import common_start, is_date, is_instant
from metermock.learn.terms import Scope, Term

LEAST_TEXTS = 12
SHORTEST = 8
HEADER = 2
"""The weight of a header; what weighs more is made of others."""
_ALPHABETS = (
    ("[0-9a-f]", "hexadecimal digits"),
    ("[0-9A-HJKMNP-TV-Z]", "the letters of a ULID"),
    ("[0-9a-z]", "small letters and digits"),
    ("[0-9A-Za-z]", "letters and digits"),
    ("[0-9A-Za-z_-]", "letters, digits, dashes and underscores"),
)


class Forms:
    """The texts of the samples that are made by machines."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def candidates(self) -> list[Candidate]:
        """How ids are written: a prefix, an alphabet, a length."""
        own = [
            term for term in self.scope.texts if term.weight <= HEADER and not term.is_outer and term.pointers
        ]
        return [candidate for term in own for candidate in self._of(term)]

    def _of(self, term: Term) -> Iterator[Candidate]:
        values = list(dict.fromkeys(value for value in term.values if value is not None))
        if len(values) < LEAST_TEXTS or any(is_date(value) or is_instant(value) for value in values):
            return
        lengths = {len(value) for value in values}
        if len(lengths) > 1 or min(lengths) < SHORTEST or any(not value.isascii() for value in values):
            return
        prefix = _prefix(values)
        rest = [value[len(prefix) :] for value in values]
        found = next(
            ((a, w) for a, w in _ALPHABETS if all(re.fullmatch(f"{a}+", each) for each in rest)), None
        )
        # A counter has as many digits as it has by now; without a prefix it may be any generator's habit.
        if not prefix or found is None or all(each.isdecimal() for each in rest):
            return
        alphabet, words = found
        count = len(rest[0])
        rule = f"{term.text}.matches('^{prefix}{alphabet}{{{count}}}$')"
        message = f"{term.name} is {prefix} and {count} of {words}"
        yield stated(self.scope, "form", message, rule, [term], chance=0.0, weight=3)


def _prefix(values: Sequence[str]) -> str:
    """The words that all begin with, each with a dash or an underscore behind it."""
    found = re.match(r"([A-Za-z]+[_-])+", common_start(values))
    return found[0] if found else ""
