"""Somebody whose usage is metered: the facts that a world states, without the traffic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from metermock.ledger import people
from metermock.ledger.people import Person


@dataclass(frozen=True, slots=True)
class Plan:
    """What an account has subscribed to.

    `reads_per_minute` limits its reads of usage when rate limits are on.
    """

    name: str
    label: str
    reads_per_minute: int | None
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Key:
    """A key of an account; `created` and `revoked` are instants."""

    id: str
    name: str
    created: int
    revoked: int | None
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Account:
    """Somebody whose usage is metered."""

    name: str
    about: str
    plan: Plan | None
    zone: ZoneInfo
    since: int
    keys: tuple[Key, ...]
    head_count: int
    facts: Mapping[str, Any]
    world: str

    @cached_property
    def people(self) -> tuple[Person, ...]:
        """The people of the account; the same for every seed."""
        return tuple(people.person(self.world, self.name, number) for number in range(self.head_count))

    def key(self, identity: str) -> Key | None:
        """The key of that id."""
        return next((key for key in self.keys if key.id == identity), None)
