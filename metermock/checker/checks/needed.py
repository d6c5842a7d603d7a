"""Which requests the rules need that are wanted: the others are not sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from metermock.checker.deployment.statuses import SUCCESS
from metermock.checker.findings.check_ids import BUILT_IN_RULES, CheckIds
from metermock.checker.findings.collector import Collector
from metermock.contract import Operation


@dataclass(frozen=True, slots=True)
class Needed:
    """What `--rule` and `--skip`, or a choice of tests, leave to be asked of an operation."""

    collector: Collector
    ids: CheckIds

    def any(self, operation: Operation) -> bool:
        """Whether some rule of the operation is wanted."""
        return (
            self.allowed(operation)
            or self.refusals(operation)
            or self.relations(operation)
            or self._wants(operation, self.ids.listed)
        )

    def allowed(self, operation: Operation) -> bool:
        """Whether some rule judges the replies to requests that the contract allows."""
        ids = self.ids
        of_replies = (ids.integers, ids.undocumented, ids.discriminator, ids.unsent, ids.formats, ids.asked)
        # That a good request is refused is told under the rule that such refusals are about.
        of_refusing = (ids.valid, ids.invalid, *ids.examples.values())
        named = [*BUILT_IN_RULES, *of_replies, *of_refusing, *(rule.id for rule in operation.rules)]
        return self._wants(operation, named)

    def refusals(self, operation: Operation) -> bool:
        """Whether some rule judges the replies to requests that it refuses."""
        return self.bad_inputs(operation) or self.bad_credentials(operation)

    def bad_inputs(self, operation: Operation) -> bool:
        """Whether some rule is about parameters, bodies and examples that are refused."""
        named = (self.ids.invalid, self.ids.body, self.ids.precedence, *self.ids.examples.values())
        return self._of_errors(operation) or self._wants(operation, named)

    def bad_credentials(self, operation: Operation) -> bool:
        """Whether some rule is about credentials."""
        named = (*self.ids.of_credentials, *self.ids.examples.values())
        return self._of_errors(operation) or self._wants(operation, named)

    def relations(self, operation: Operation) -> bool:
        """Whether some relation is wanted."""
        return self._wants(operation, (relation.id for relation in operation.relations))

    def comparisons(self, operation: Operation) -> bool:
        """Whether replies are to be compared with each other."""
        ids = self.ids
        named = (ids.repeatable, ids.defaults, ids.order, ids.unknown, ids.repeated, ids.head)
        return self.relations(operation) or self._wants(operation, named)

    def refusal(self, operation: Operation, rule: str) -> bool:
        """Whether a refusal is wanted that is sent for a rule."""
        return self._of_errors(operation) or self._wants(operation, [rule])

    def isolation(self, operation: Operation) -> bool:
        """Whether accounts are to be compared."""
        return operation.knows_accounts and self._wants(operation, [self.ids.isolation])

    def _of_errors(self, operation: Operation) -> bool:
        """Whether a rule is wanted that judges the replies that say no."""
        errors = (
            rule.id
            for rule in operation.rules
            if rule.statuses is None or not all(status in SUCCESS for status in rule.statuses)
        )
        return self._wants(operation, [*BUILT_IN_RULES, *errors])

    def _wants(self, operation: Operation, rules: Iterable[str]) -> bool:
        return any(rule and self.collector.wants(rule, operation.id) for rule in rules)
