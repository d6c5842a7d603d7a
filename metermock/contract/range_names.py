"""How the two ends of a range are called: `from` and `to`, `start_date` and `until`, `created[gte]`."""

from __future__ import annotations

import re
from collections.abc import Sequence

STARTS = frozenset({"start", "from", "since", "after", "begin", "min", "gte", "gt", ">"})
STARTS |= {"starts", "starting", "begins", "beginning", "earliest", "first", "opens", "opening", "effective"}
ENDS = frozenset({"end", "to", "until", "before", "max", "lte", "lt", "<"})
ENDS |= {"ends", "ending", "finish", "stop", "latest", "last", "closes", "closing", "expires", "expiry"}
"""Words that name the two ends of a range."""
_SAYS_NOTHING = frozenset({"date", "time", "datetime", "day", "at", "on", "timestamp", "valid"})
"""Words that one end may have without the other: `start_date` and `until`."""
_JOINED = re.compile(r"(period|range|window)?(start|begin|from|end|to|until|stop)(date|time)?")
_WORD = re.compile(r"[<>]|[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


def is_start(name: str) -> bool:
    """Whether a name is of the first of two ends."""
    return any(word in STARTS for word in words(name))


def is_end(name: str) -> bool:
    """Whether a name is of the second of two ends."""
    return any(word in ENDS for word in words(name))


def is_pair(first: str, second: str) -> bool:
    """Whether two names are a range's start and end: `start_date` and `end_date`, `from` and `end_date`."""
    one, other = words(first), words(second)
    if len(one) == len(other):
        different = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
        if len(different) == 1:
            return different[0][0] in STARTS and different[0][1] in ENDS
    said = {*one, *other}
    if not said & STARTS or not said & ENDS or ENDS & set(one) or STARTS & set(other):
        return False
    return _rest(one) == _rest(other)


def _rest(said: Sequence[str]) -> list[str]:
    """What a name says beside which end it is."""
    return [word for word in said if word not in STARTS | ENDS | _SAYS_NOTHING]


def words(name: str) -> list[str]:
    """The words of a name, in lower case; `startdate` has two."""
    found: list[str] = []
    for word in _WORD.findall(name.replace("_", " ")):
        joined = _JOINED.fullmatch(word.lower())
        found += [part for part in joined.groups() if part] if joined else [word.lower()]
    return found
