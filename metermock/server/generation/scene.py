"""What a generated reply depends on, besides its schema."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from metermock.ledger import dice
from metermock.server.handling import Reads

T = TypeVar("T")

DEEP = 5
"""Levels below which optional objects and lists are left out."""
DEEPEST = 14
"""Levels below which nothing more is made: a schema may go on for ever."""


class TooDeepError(Exception):
    """A value would have to go on for ever."""


@dataclass(frozen=True, slots=True)
class Page:
    """The part of a list that a request asks for."""

    numbers: range
    """Of the rows, from nought."""
    total: int
    """How many rows the whole list has."""
    size: int
    """How many the request wants at most."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A request, as far as its reply speaks of it."""

    now: int
    """The mock's clock, in epoch seconds."""
    said: Mapping[str, Any] = field(default_factory=dict)
    """What the request says, by `names.plain` of its names."""
    subject: Any = None
    """The id of the one thing that is asked for; None where a path names none."""
    account: str = "steady"
    """Its situation: numbers are nought for `empty`, above the limit for `over-limit`."""
    sparse: bool = False
    """Whether only what is required is made."""
    page: Page | None = None
    seed: int = 0
    shows_examples: bool = True
    """Whether the document's examples are this account's replies."""
    reads: Reads | None = None
    """What has been counted of the account's reads, where limits are enforced."""

    @property
    def is_empty(self) -> bool:
        """Whether the account has not done anything yet."""
        return self.account == "empty"


def child(key: int, name: str | int) -> int:
    """The key of a part: fields by name, so that a new one changes no other."""
    number = name if isinstance(name, int) else zlib.crc32(name.encode("utf-8", "surrogatepass"))
    return dice.draw(key, number + 1)


def below(key: int, limit: int) -> int:
    """A number from 0 to `limit` - 1."""
    return dice.below(limit, dice.draw(key, 0))


def between(key: int, low: int, high: int) -> int:
    """A number from `low` to `high`, both of them possible."""
    return low + dice.below(max(high - low, 0) + 1, dice.draw(key, 0))


def pick(key: int, values: Sequence[T]) -> T:
    """One of several values."""
    return values[dice.below(len(values), dice.draw(key, 0))]


def chance(key: int, of: int) -> bool:
    """Whether one case in so many is met."""
    return below(child(key, "chance"), of) == 0
