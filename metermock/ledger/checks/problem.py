"""One thing that is wrong in a world."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from metermock.ledger.calendar import read_instant

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


def instant_problems(where: Where, text: str) -> Iterator[Problem]:
    """The problem of a text that is no instant, or an instant that the ledger does not reach."""
    try:
        read = read_instant(text)
    except ValueError:
        yield Problem(where, f"{text!r} is no instant", "write one that exists, such as 2026-03-08T12:00:00Z")
        return
    if not 0 <= read < read_instant("2100-01-01T00:00:00Z"):
        yield Problem(where, f"{text} is out of reach", "choose an instant from 1970 to 2099")
