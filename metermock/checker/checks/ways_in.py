"""The ways into operations that were tried: where a document lists several, each of them has to work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from metermock.checker.checks.selection import listed
from metermock.checker.deployment.access import holds, way_in, what_lacks
from metermock.checker.deployment.methods import READING
from metermock.checker.deployment.target import TargetAccount
from metermock.contract import Operation

Way = frozenset[str]
"""The schemes that one alternative of an operation's security demands together."""


@dataclass
class WaysIn:
    """Which ways into which operations had a request that was answered."""

    accounts: Sequence[TargetAccount]
    _tried: set[tuple[str, Way]] = field(default_factory=set)

    def note(self, operation: Operation, way: Iterable[str]) -> None:
        """Note that somebody came this way."""
        self._tried.add((operation.id, frozenset(way)))

    def note_answered(self, operation: Operation, account: str) -> None:
        """Note the way in that an account takes."""
        for each in self.accounts:
            if each.name == account:
                self.note(operation, way_in(operation, each) or ())

    def untried(self, operations: Iterable[Operation]) -> tuple[str, ...]:
        """A line for each kind of way that nobody came, with the operations and the reason.

        An operation that nobody came into by any way is told of elsewhere.
        """
        if not self.accounts:
            # Everything is asked without a credential then, which other lines tell.
            return ()
        found: dict[str, list[str]] = {}
        for operation in operations:
            left = [way for way in _ways(operation) if (operation.id, way) not in self._tried]
            for way in left if len(left) < len(_ways(operation)) else ():
                found.setdefault(self._why(operation, way), []).append(operation.id)
        return tuple(f"not tried: another way into {listed(names)}{why}" for why, names in found.items())

    def _why(self, operation: Operation, way: Way) -> str:
        if not way:
            return ", without a credential: each is asked with one"
        if not any(holds(operation, way, account) for account in self.accounts):
            return f": {what_lacks(operation, sorted(way), self.accounts)}"
        named = f", by {' and '.join(sorted(way))}"
        if operation.method not in READING:
            return f"{named}: only GET is asked by each way in"
        return f"{named}: no such request was answered before the check ended"


def _ways(operation: Operation) -> list[Way]:
    """The ways in, where there are several; one that demands more than another opens nothing more."""
    ways = list(dict.fromkeys(frozenset(each) for each in operation.security))
    least = [way for way in ways if not any(other < way for other in ways if other)]
    return least if len(least) > 1 else []
