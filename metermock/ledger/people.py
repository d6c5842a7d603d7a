"""People, made with Faker from the world's name alone: the same for every seed."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from metermock.ledger import dice


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who belongs to an account."""

    id: str
    name: str
    email: str


def person_id(world: str, account: str, number: int) -> str:
    """The id of the person of that number in an account; it takes no Faker, as the name does."""
    purpose = dice.key("person", world, account, number)
    return str(UUID(int=purpose << 64 | dice.draw(purpose, 1), version=4))


def person(world: str, account: str, number: int) -> Person:
    """The person of that number in an account."""
    from faker import Faker  # noqa: PLC0415 - takes a fifth of a second, and not every command needs names

    purpose = dice.key("person", world, account, number)
    fake = Faker("en_US")
    fake.seed_instance(purpose)
    name = f"{fake.first_name()} {fake.last_name()}"
    return Person(person_id(world, account, number), name, f"{name.lower().replace(' ', '.')}@example.com")
