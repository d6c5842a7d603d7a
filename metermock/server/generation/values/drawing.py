"""Draws texts of one pattern: what its parts may be is found once, by `rstr`, and kept for all texts.

It is imported where a pattern is drawn from: few documents have patterns, and `rstr` takes a while.
"""

from __future__ import annotations

import functools
import re._parser  # type: ignore[import-not-found]  # what `rstr` reads patterns with
import string
from collections.abc import Iterable, Sequence
from itertools import chain
from random import Random
from typing import Any

from rstr import Rstr

from metermock.contract.python_patterns import for_python

_PLAIN = frozenset(string.ascii_lowercase + string.digits)
_OPEN = 70
"""Characters of a class from which on it is for any text, and not for those of some notation."""


class Parsed:
    """A pattern, with the characters of each of its classes that have been drawn from."""

    def __init__(self, pattern: str) -> None:
        self.states: Sequence[Any] = re._parser.parse(for_python(pattern))  # noqa: SLF001 - as `rstr` does
        self.characters: dict[int, Sequence[str]] = {}
        """By the identity of a class, which lives as long as the pattern."""


parsed = functools.lru_cache(maxsize=1024)(Parsed)


class Drawing(Rstr):
    """Draws texts of a pattern by one source of chance."""

    def __init__(self, pattern: str, chance: Random) -> None:
        super().__init__(chance)
        self._parsed: Parsed = parsed(pattern)
        self._cases = {
            **self._cases,
            "any": lambda _: self._random.choice(_ANY),
            "not_literal": lambda code: self._random.choice(_all_but(code)),
        }

    def text(self) -> str:
        """Another text."""
        self._cache.clear()
        return str(self._build_string(self._parsed.states))

    def _handle_in(self, value: Any) -> str:
        known = self._parsed.characters.get(id(value))
        if known is None:
            found = [*chain.from_iterable(self._handle_state(each) for each in value)]
            is_negated = found[0] is False
            known = _drawable({*string.printable}.difference(found[1:]) if is_negated else found)
            self._parsed.characters[id(value)] = known
        return self._random.choice(known)


def _drawable(characters: Iterable[str]) -> Sequence[str]:
    """The characters in their order; of those of any text small letters and digits, if it has them."""
    found = sorted(set(characters))
    return tuple([each for each in found if each in _PLAIN] or found if len(found) >= _OPEN else found)


@functools.cache
def _all_but(code: int) -> Sequence[str]:
    return _drawable({*string.printable} - {chr(code)})


_ANY = _all_but(ord("\n"))
