"""Templates of presence: an optional header that every reply has."""

from __future__ import annotations

from metermock.learn.candidate import Candidate, stated
from metermock.learn.terms import Scope

LEAST_REPLIES = 5
LEAST_ACCOUNTS = 3


class Presence:
    """The headers that the contract documents, and does not require."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def candidates(self) -> list[Candidate]:
        """Those that were always there."""
        if len(self.scope.exchanges) < LEAST_REPLIES or len(set(self.scope.accounts)) < LEAST_ACCOUNTS:
            return []
        return [
            stated(
                self.scope,
                "presence",
                f"{term.name} is there",
                f"'{term.name.lower()}' in headers",
                [term.always],
                chance=0.0,
            )
            for term in self.scope.terms
            if term.pointers == {f"headers/{term.name.lower()}"} and term.guards and None not in term.values
        ]
