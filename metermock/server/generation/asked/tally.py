"""What the log says once of the replies of a contract: rules that they break, and what cannot be made."""

from __future__ import annotations

import logging
from collections.abc import Iterable

logger = logging.getLogger("metermock")


class Tally:
    """Counts the replies of one contract that break a rule, by the rule's id."""

    def __init__(
        self,
        contract: str,
        counts: dict[str, int],
        told: set[tuple[str, str]],
        unmade: set[str],
        *,
        tells: bool = True,
    ) -> None:
        self.contract = contract
        self.tells = tells
        self.counts = counts
        self.told = told
        """Operations and rules that were met before."""
        self.unmade = unmade
        """Schemas of which no value was found before."""

    def miss(self, schema: str, sentence: str) -> None:
        """Tell once of a schema of which no value was found, so that its reply is a 500."""
        if schema not in self.unmade:
            self.unmade.add(schema)
            if self.tells:
                logger.warning("%s: %s", self.contract, sentence)

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
