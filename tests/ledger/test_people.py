"""The people of accounts."""

from __future__ import annotations

import sys

import pytest
from faker import Faker

from metermock.ledger import dice
from metermock.ledger.people import person


def test_people_have_the_names_that_faker_draws_with_their_seed() -> None:
    """The list of names is Faker's, and so is the way to draw from it: replies show the names of before."""
    fake = Faker("en_US")
    for number in range(2_000):
        fake.seed_instance(dice.key("person", "world", "account", number))
        assert person("world", "account", number).name == f"{fake.first_name()} {fake.last_name()}"


def test_people_are_named_without_faker(monkeypatch: pytest.MonkeyPatch) -> None:
    """To import Faker takes longer than the rest of a first reply that names people."""
    monkeypatch.setitem(sys.modules, "faker", None)
    made = person("world", "account", 0)
    assert made.email == f"{made.name.lower().replace(' ', '.')}@example.com"
