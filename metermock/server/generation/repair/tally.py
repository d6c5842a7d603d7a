"""The rules of a contract that made replies break in spite of repair: counted, and told once."""

from __future__ import annotations

import logging
from collections.abc import Iterable

logger = logging.getLogger("metermock")


class Tally:
    """Counts the replies of one contract that break a rule, by the rule's id."""

    def __init__(
        self, contract: str, counts: dict[str, int], told: set[tuple[str, str]], *, tells: bool = True
    ) -> None:
        self.contract = contract
        self.tells = tells
        self.counts = counts
        self.told = told
        """Operations and rules that were met before."""

    def note(self, operation: str, rules: Iterable[str]) -> None:
        """Count the rules that one reply breaks; each is told when it is first met."""
        found = sorted(set(rules))
        for rule in found:
            self.counts[rule] = self.counts.get(rule, 0) + 1
        fresh = [rule for rule in found if (operation, rule) not in self.told]
        self.told.update((operation, rule) for rule in fresh)
        if fresh and self.tells:
            logger.warning(
                "%s: a made reply of %s breaks %s; /health counts such replies",
                self.contract,
                operation,
                ", ".join(fresh),
            )
