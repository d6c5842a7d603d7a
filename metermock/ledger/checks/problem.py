"""One thing that is wrong in a world."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from metermock.ledger.calendar import END, instant_text, read_clock

_LAST = 4_102_444_800  # 2100-01-01T00:00:00Z; what ends then may be stated, although no clock gets there

Where = tuple[str | int, ...]


class Problem(NamedTuple):
    """What is wrong, where in the document, and what to do."""

    where: Where
    text: str
    advice: str


def unknown(where: Where, kind: str, name: object, known: Iterable[str]) -> Problem:
    """The problem of a name that the world does not declare."""
    names = ", ".join(sorted(known)) or "none"
    return Problem(where, f"there is no {kind} {name!r}", f"use one of: {names}; or declare it")


def clock_problems(where: Where, text: str) -> Iterator[Problem]:
    """The problem of a text that is no instant, or an instant for which the ledger has no answers."""
    problems = list(instant_problems(where, text))
    yield from problems
    if not problems and read_clock(text) >= END:
        last = instant_text(END - 1)
        yield Problem(where, f"{text} is out of reach", f"choose an instant from 1970 to {last}")


def instant_problems(where: Where, text: str) -> Iterator[Problem]:
    """The problem of a text that is no instant, or an instant that no ledger reaches."""
    try:
        read = read_clock(text)
    except ValueError:
        yield Problem(where, f"{text!r} is no instant", "write one that exists, such as 2026-03-08T12:00:00Z")
        return
    if not 0 <= read < _LAST:
        yield Problem(where, f"{text} is out of reach", "choose an instant from 1970 to 2099")
