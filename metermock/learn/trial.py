"""Holds candidates against every witness, in the rules' own language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from metermock.contract import Exchange, Operation
from metermock.contract.cel.expressions import CompileError, Environment, EvaluationError, Expression
from metermock.contract.judging import UNREAD, read_body
from metermock.contract.reading import rule_checking
from metermock.contract.reading.scopes import reply_scope
from metermock.contract.rules import environment_of
from metermock.learn.candidate import Candidate

LEAST = 3
"""Witnesses on which a rule has to apply."""
WHOLE, LEAST_OF_WHOLE = frozenset({"whole", "average"}), 2
"""Few accounts have lists so short that they are whole; two such totals are no chance."""


class Compiled:
    """A candidate as it is judged."""

    def __init__(self, candidate: Candidate) -> None:
        self.candidate = candidate
        self.rule = Expression(candidate.rule)
        self.when = Expression(candidate.when) if candidate.when else None

    def applies(self, environment: Environment) -> bool:
        """Whether it says something of a reply; a `when` without a value counts as applied."""
        try:
            return self.when is None or self.when.holds(environment)
        except EvaluationError:
            return True

    def holds(self, environment: Environment) -> bool:
        """Whether it is true of a reply that it applies to."""
        try:
            return (self.when is None or self.when.holds(environment)) and self.rule.holds(environment)
        except EvaluationError:
            return False


def environment(exchange: Exchange) -> Environment | None:
    """What rules see of a reply; None where it cannot be looked into."""
    body, _ = read_body(exchange)
    try:
        return None if body is UNREAD else environment_of(exchange, body)
    except EvaluationError:
        return None


def proven(
    operation: Operation, candidates: Iterable[Candidate], exchanges: Sequence[Exchange]
) -> list[Compiled]:
    """The candidates that the contract's language takes, and that hold on every witness, on some of them."""
    environments = [each for each in map(environment, exchanges) if each is not None]
    scope = reply_scope(operation, frozenset({exchanges[0].status}))
    found: list[Compiled] = []
    seen: set[tuple[str, str]] = set()
    for candidate in candidates:
        key = (candidate.rule, candidate.when)
        if key in seen:
            continue
        seen.add(key)
        try:
            compiled = Compiled(candidate)
        except CompileError:
            continue
        texts = [candidate.rule, *([candidate.when] if candidate.when else [])]
        if any(list(rule_checking.check(text, scope, gives="bool")) for text in texts):
            continue
        if _holds(compiled, environments):
            found.append(compiled)
    return found


def _holds(compiled: Compiled, environments: Sequence[Environment]) -> bool:
    ran = 0
    for each in environments:
        if compiled.applies(each):
            if not compiled.holds(each):
                return False
            ran += 1
    least = LEAST_OF_WHOLE if compiled.candidate.template in WHOLE else LEAST
    return ran >= min(least, len(environments))
