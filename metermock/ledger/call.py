"""A single call."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from metermock.ledger import dice
from metermock.ledger.texts import Pools


class Call:
    """One call of an account, with all that is known of it."""

    __slots__ = ("_identity", "_pools", "at", "dimensions", "measures", "number")

    def __init__(
        self,
        *,
        number: int,
        at: int,
        dimensions: Mapping[str, str],
        measures: Mapping[str, int],
        identity: int,
        pools: Pools,
    ) -> None:
        self.number = number
        """Its number in the account's life, from 1; a later call has a higher one."""
        self.at = at
        """The instant at which it ended."""
        self.dimensions = dimensions
        self.measures = measures
        self._identity = identity
        self._pools = pools

    def __repr__(self) -> str:
        return f"Call(number={self.number}, at={self.at})"

    @property
    def texts(self) -> Mapping[str, str]:
        """A text from each of the world's pools, such as what was asked; the same at every look."""
        return {name: pool[dice.below(len(pool), self.bits(name))] for name, pool in self._pools().items()}

    def bits(self, name: str) -> int:
        """64 random bits, always the same for this call and this name: for ids and the like."""
        return dice.draw(_purpose(name), self._identity)


@lru_cache(maxsize=256)
def _purpose(name: str) -> int:
    return dice.key("call", name)
