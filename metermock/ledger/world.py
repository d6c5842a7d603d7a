"""Worlds: the accounts of a contract, their credentials, and the traffic behind their usage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from metermock.errors import LedgerEndError
from metermock.ledger import dice, effort
from metermock.ledger.account import Account, Plan
from metermock.ledger.cache import Cache
from metermock.ledger.calendar import DAY, END, instant_text
from metermock.ledger.credential import Credential, Keyring
from metermock.ledger.queries.usage import Usage
from metermock.ledger.texts import texts_of
from metermock.ledger.traffic.book import Book
from metermock.ledger.traffic.deck import Deck
from metermock.ledger.traffic.recipe import Recipe
from metermock.ledger.traffic.stream import Stream
from metermock.ledger.traffic.traffic import Traffic

_STRIDE = 128  # days by which a book grows, so that a running clock seldom needs a new book
_BOOKS, _USAGES = 32, 256
_DAY_OF_BOOK = 32  # a day of a stream takes a book as long as so many minutes take a query


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
    history_days: int | None = None
    """The days before now whose calls are known at least; None for all. Older ones are forgotten."""
    others: str | None = None
    """The account that every credential opens which the world does not list; None refuses them."""
    _books: Cache = field(default_factory=lambda: Cache(_BOOKS))
    _usages: Cache = field(default_factory=lambda: Cache(_USAGES))
    _decks: dict[tuple[str, ...], Deck] = field(default_factory=dict)

    def usage(self, account: str, now: int, lag: int = 0) -> Usage:
        """An account's usage as of an instant; KeyError for an account that the world lacks.

        Calls of the last `lag` seconds are not there yet.
        LedgerEndError for an instant from `calendar.END` on.
        """
        found: Usage | None = self._usages.get((account, now, lag))
        if found is not None:
            return found
        book = self._book(account, now)
        made = Usage(self.accounts[account], now, book, self.recipe, self._pools, lag=lag)
        self._usages.put((account, now, lag), made, 1)
        return made

    def find_credential(self, scheme: str, value: str, now: int) -> Credential | None:
        """The credential of a security scheme that has this value at an instant; None if it was never issued.

        A token that has expired by `now` is a credential that is refused. With `others`, what was never
        issued opens that account.
        """
        found = self.keyring.find(scheme, value, now)
        if found is None and self.others is not None:
            return self._of_others
        return found

    @cached_property
    def _of_others(self) -> Credential | None:
        return next(
            (one for one in self.credentials if one.account == self.others and one.refused is None), None
        )

    def _book(self, account: str, now: int) -> Book:
        if now >= END:
            raise LedgerEndError(
                f"the clock {instant_text(now)} is too late: the ledger ends with {instant_text(END - 1)}"
            )
        traffic = self.traffic[account]
        first = min((stream.first for stream in traffic.streams), default=self.accounts[account].since // DAY)
        # The days up to and with tomorrow, in whole strides: the same book serves every clock in between.
        last = first + max(-(-(now // DAY + 2 - first) // _STRIDE), 1) * _STRIDE
        if self.history_days is not None:
            first = max(first, last - _STRIDE - self.history_days)
        found: Book | None = self._books.get((account, last))
        if found is not None:
            return found
        effort.begin((last - first) * len(traffic.streams) * _DAY_OF_BOOK)
        made = Book(traffic.streams, range(first, last), traffic.incidents, self._deck)
        self._books.put((account, last), made, 1)
        return made

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
        return {pool.name: texts_of(self.name, pool) for pool in self.recipe.texts}
