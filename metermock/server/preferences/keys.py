"""The keys that a preference may have, each with what it wants and how its value is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from metermock.ledger.calendar import END, read_instant
from metermock.server.preferences.syntax import echoed

LONGEST_DELAY = 600_000
"""Milliseconds."""
LONGEST_LAG = 31_622_400
"""Seconds: a leap year."""
LARGEST_SEED = 999_999_999
FAULTS = ("drop", "reset", "empty", "truncated", "malformed", "slow-body", "hang")
"""What may happen to a reply on its way; `network_faults` does it."""
LONGEST_SEQUENCE = 100
STATUSES = range(200, 600)
DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Key:
    """A key: what it wants, an example of its value, and what reads one.

    The first argument of its ValueError is what it takes; the second what is wrong, where that is a part.
    """

    about: str
    example: str
    read: Callable[[str], Any]


def status(text: str) -> int:
    """Read a status."""
    return whole(text, STATUSES, "a status from 200 to 599")


def statuses(text: str) -> tuple[int, ...]:
    """Read several statuses."""
    takes = f'up to {LONGEST_SEQUENCE} statuses from 200 to 599, as in "429,429,200"'
    parts = [each.strip() for each in text.split(",")]
    if len(parts) > LONGEST_SEQUENCE:
        raise ValueError(takes, f"{len(parts)} of them")
    found = []
    for part in parts:
        try:
            found.append(status(part))
        except ValueError:
            raise ValueError(takes, echoed(part)) from None
    return tuple(found)


def whole(text: str, allowed: range, takes: str) -> int:
    """Read a whole number."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 12 and int(text) in allowed):  # noqa: PLR2004 - digits
        raise ValueError(takes)
    return int(text)


def truth(text: str) -> bool:
    """Read a truth; a key alone is true."""
    known = {"": True, "true": True, "false": False}
    if text.lower() not in known:
        raise ValueError("true or false")
    return known[text.lower()]


def name(text: str) -> str:
    """Read a name."""
    if not text:
        raise ValueError("a name")
    return text


def instant(text: str) -> int:
    """Read an instant that the ledger knows; a date alone is its first instant in UTC."""
    takes = "an instant such as 2026-03-08T12:00:00Z, or a date such as 2026-03-08, from 1970 to 2039"
    try:
        found = read_instant(f"{text}T00:00:00Z" if DATE.fullmatch(text) else text)
    except ValueError:
        raise ValueError(takes) from None
    if not 0 <= found < END:
        raise ValueError(takes)
    return found


def milliseconds(text: str) -> int:
    """Read a time."""
    return whole(text, range(LONGEST_DELAY + 1), f"milliseconds from 0 to {LONGEST_DELAY}")


def seconds(text: str) -> int:
    """Read a time in seconds."""
    return whole(text, range(LONGEST_LAG + 1), f"seconds from 0 to {LONGEST_LAG}")


def seed(text: str) -> int:
    """Read a seed."""
    return whole(text, range(LARGEST_SEED + 1), f"a whole number from 0 to {LARGEST_SEED}")


def fault(text: str) -> str:
    """Read the name of a fault."""
    if text not in FAULTS:
        raise ValueError(f"{', '.join(FAULTS[:-1])} or {FAULTS[-1]}")
    return text


KEYS: Mapping[str, Key] = {
    "code": Key("the documented reply of this status", "429", status),
    "example": Key("the documented example of this name", "NAME", name),
    "dynamic": Key("a made reply also where the document has an example", "true", truth),
    "now": Key("the clock of this request", '"2026-03-08T12:00:00Z"', instant),
    "lag": Key("the data of so many seconds before the clock", "60", seconds),
    "delay": Key("so many milliseconds of waiting before the reply", "1500", milliseconds),
    "fault": Key("a reply that is broken on its way", "drop", fault),
    "seed": Key("the traffic of another seed", "7", seed),
    "sequence": Key("the statuses of a session's requests, one after the other", '"429,429,200"', statuses),
    "session": Key("the session that a sequence counts in", "abc", name),
    "account": Key("the account or credential, in place of the one that is sent", "over-limit", name),
}
