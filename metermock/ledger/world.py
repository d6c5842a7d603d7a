"""Worlds: the accounts of a contract, their credentials, and the traffic behind their usage."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from metermock.errors import UsageError
from metermock.ledger import dice, people
from metermock.ledger.account import Account, Plan
from metermock.ledger.calendar import DAY, instant_text
from metermock.ledger.credential import Credential, Keyring
from metermock.ledger.queries.usage import Usage
from metermock.ledger.traffic.book import Book
from metermock.ledger.traffic.deck import Deck
from metermock.ledger.traffic.recipe import Recipe
from metermock.ledger.traffic.stream import Stream
from metermock.ledger.traffic.traffic import Traffic

_STRIDE = 128  # days by which a book grows, so that a running clock seldom needs a new book
_LAST_DAY = 47_482  # 2100-01-01: the ledger's numbers are sized for a clock before it
_BOOKS, _USAGES = 32, 256


@dataclass(frozen=True)
class World:
    """Everything that a contract's mock knows: a pure function of the world's file and the seed."""

    path: Path
    name: str
    seed: int
    clock: int
    settings: Mapping[str, Any]
    plans: Mapping[str, Plan]
    accounts: Mapping[str, Account]
    credentials: tuple[Credential, ...]
    recipe: Recipe
    traffic: Mapping[str, Traffic]
    keyring: Keyring
    _books: OrderedDict[tuple[str, int], Book] = field(default_factory=OrderedDict)
    _usages: OrderedDict[tuple[str, int], Usage] = field(default_factory=OrderedDict)
    _decks: dict[tuple[str, ...], Deck] = field(default_factory=dict)

    def usage(self, account: str, now: int) -> Usage:
        """An account's usage as of an instant; KeyError for an account that the world lacks.

        UsageError for an instant from 2100 on.
        """
        found = self._usages.get((account, now))
        if found is None:
            book = self._book(account, now)
            found = Usage(self.accounts[account], now, book, self.recipe, self._pools)
            self._usages[account, now] = found
            if len(self._usages) > _USAGES:
                self._usages.popitem(last=False)
        else:
            self._usages.move_to_end((account, now))
        return found

    def find_credential(self, scheme: str, value: str, now: int) -> Credential | None:
        """The credential of a security scheme that has this value at an instant; None if it was never issued.

        A token that has expired by `now` is a credential that is refused.
        """
        return self.keyring.find(scheme, value, now)

    def _book(self, account: str, now: int) -> Book:
        if now >= _LAST_DAY * DAY:
            raise UsageError(f"the clock {instant_text(now)} is too late: the ledger ends with 2099")
        traffic = self.traffic[account]
        first = min((stream.first for stream in traffic.streams), default=self.accounts[account].since // DAY)
        # The days up to and with tomorrow, in whole strides: the same book serves every clock in between.
        last = first + max(-(-(now // DAY + 2 - first) // _STRIDE), 1) * _STRIDE
        found = self._books.get((account, last))
        if found is None:
            found = Book(traffic.streams, range(first, last), traffic.incidents, self._deck)
            self._books[account, last] = found
            if len(self._books) > _BOOKS:
                self._books.popitem(last=False)
        return found

    def _deck(self, stream: Stream) -> Deck:
        fixed = {name: stream.dimensions[name] for name in self.recipe.parents}
        # Streams that differ in nothing on which the recipe depends share one deck.
        name = tuple(fixed.values())
        if name not in self._decks:
            self._decks[name] = Deck(self.recipe, fixed, dice.key(self.name, self.seed))
        return self._decks[name]

    def _pools(self) -> Mapping[str, tuple[str, ...]]:
        return self._sentences

    @cached_property
    def _sentences(self) -> Mapping[str, tuple[str, ...]]:
        return {pool.name: people.sentences(self.name, pool) for pool in self.recipe.texts}
