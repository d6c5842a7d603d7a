"""People and sentences, made with Faker from the world's name alone: the same for every seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from metermock.ledger import dice

Pools = Callable[[], Mapping[str, tuple[str, ...]]]

_LOCALES = ("en_US", "en_US", "en_US", "de_DE", "fr_FR", "es_ES", "ja_JP", "hi_IN")
_MARKS = ("", "", "", "", "", "", " 🎧", " 📈", " 👩‍💻")


@dataclass(frozen=True, slots=True)
class TextPool:
    """So many sentences, of so many words."""

    name: str
    sentences: int
    shortest: int
    longest: int


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


def sentences(world: str, pool: TextPool) -> tuple[str, ...]:
    """The sentences of a pool: from its shortest to its longest number of words, in several scripts."""
    return tuple(_sentences(dice.key("text", world, pool.name), pool))


def _sentences(purpose: int, pool: TextPool) -> Iterator[str]:
    from faker import Faker  # noqa: PLC0415

    fakes = {locale: Faker(locale) for locale in dict.fromkeys(_LOCALES)}
    for number in range(pool.sentences):
        bits = dice.draw(purpose, number)
        # Seeded for each sentence, so that a sentence does not depend on those before it.
        fake = fakes[_LOCALES[bits % len(_LOCALES)]]
        fake.seed_instance(bits)
        words = pool.shortest + dice.below(pool.longest - pool.shortest + 1, dice.draw(purpose, ~number))
        text = fake.sentence(nb_words=words, variable_nb_words=False)
        yield text.rstrip(".。") + "?" + _MARKS[(bits >> 8) % len(_MARKS)]
