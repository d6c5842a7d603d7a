"""People, made from the world's name alone: the same for every seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from uuid import UUID

from metermock.ledger import dice


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who belongs to an account."""

    id: str
    name: str
    email: str


def person_id(world: str, account: str, number: int) -> str:
    """The id of the person of that number in an account; it takes no list of names."""
    purpose = dice.key("person", world, account, number)
    return str(UUID(int=purpose << 64 | dice.draw(purpose, 1), version=4))


def person(world: str, account: str, number: int) -> Person:
    """The person of that number in an account."""
    # The names of Faker's `first_name` and `last_name` with this seed, from its lists. Faker itself, which
    # imports every provider of data that it has, took 0.3 s of the first reply that names somebody.
    drawn = random.Random(dice.key("person", world, account, number))  # noqa: S311 - guards nothing
    name = " ".join(drawn.choices(names, cum_weights=sums)[0] for names, sums in _names())
    return Person(person_id(world, account, number), name, f"{name.lower().replace(' ', '.')}@example.com")


@cache
def _names() -> tuple[tuple[tuple[str, ...], tuple[float, ...]], ...]:
    """First and last names, each with the sums of the weights up to every name."""
    text = Path(__file__).with_name("names.txt").read_text(encoding="utf-8")
    found = []
    for part in text.split("\n\n")[1:]:
        names, weights = zip(*(line.split() for line in part.splitlines()), strict=True)
        found.append((names, tuple(accumulate(map(float, weights)))))
    return tuple(found)
