"""A text that a pattern matches: the same in every process, and wherever the package lies."""

from __future__ import annotations

import functools
import random
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar, cast

import jsonschema_rs

from metermock.contract.languages import Common, Language, UnreadableError, languages_of
from metermock.contract.patterns import usable
from metermock.contract.python_patterns import for_python

if TYPE_CHECKING:  # a module of type stubs, which is not there at run time
    from _typeshed import SupportsLenAndGetItem

T = TypeVar("T")

_TRIES = 200
"""Texts that are drawn of a pattern which looks around, or remembers: only chance meets it."""
_DRAWS = 50
UNDRAWABLE = (re.error, ValueError, TypeError, IndexError, KeyError, RecursionError, OverflowError)
"""What `rstr` raises for a pattern that it does not understand."""


class Ordered(random.Random):
    """Draws from characters in their order: `rstr` has them from a set, whose order differs by process."""

    def choice(self, seq: SupportsLenAndGetItem[T]) -> T:
        """One of several; of characters by their order."""
        values: Any = seq
        # It draws from characters alone, or from the ways of a choice.
        is_text = isinstance(values, list) and isinstance(values[0], str)
        return super().choice(cast("list[T]", sorted(values)) if is_text else seq)


@functools.lru_cache(maxsize=1024)
def matching(pattern: str, low: int = 0, high: int | None = None, *, plain: bool = True) -> str | None:
    """A text that a pattern matches, within bounds of its length; None where none is found.

    A plain one is of letters and digits if it can.
    """
    known = usable(pattern)
    if known is None:
        return None
    try:
        common = Common(languages_of(known), low, high)
        if not common.is_empty:
            return common.draw(0, plain=plain)
    except UnreadableError:
        pass
    return next(filter(_keeping(known, low, high), _drawn(known, low, high)), None)


def _keeping(pattern: str, low: int, high: int | None) -> Callable[[str], bool]:
    lengths = {"minLength": low} | ({} if high is None else {"maxLength": high})
    return jsonschema_rs.Draft202012Validator({"pattern": pattern, **lengths}).is_valid


def _drawn(pattern: str, low: int, high: int | None) -> Iterator[str]:
    """Texts that the pattern may match, and others."""
    try:
        common = Common([Language(pattern, looks_past=True)], low, high)
    except UnreadableError:
        yield from _written_out(pattern)
    else:
        if not common.is_empty:
            yield from (common.draw(number, plain=bool(number % 2)) for number in range(_TRIES))
        # It has no other characters than those of ASCII that can be printed.
        yield from _written_out(pattern)


def _written_out(pattern: str) -> list[str]:
    """What `rstr` makes of a pattern, the shortest first."""
    import rstr  # noqa: PLC0415 - few documents have such patterns

    try:
        texts = [rstr.Rstr(Ordered(number)).xeger(for_python(pattern)) for number in range(_DRAWS)]
    except UNDRAWABLE:
        return []
    return sorted(texts, key=len)
