"""Rules: what one reply must satisfy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from metermock.contract.cel.expressions import Environment, EvaluationError, Expression, Reason
from metermock.contract.exchange import Breach, Exchange, Level

SUCCESS = 200
NO_ANSWER = "the rule has no answer"


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of `x-rules`; several may share an id.

    `statuses` are those of the replies that it judges; None stands for every status. `pointer` is its place
    in the document.
    """

    id: str
    level: Level
    message: str
    rule: Expression
    when: Expression | None
    statuses: frozenset[int] | None
    pointer: tuple[str | int, ...]

    def applies(self, status: int, environment: Environment) -> bool:
        """Whether it judges this reply; EvaluationError where `when` has no value."""
        if self.statuses is not None and status not in self.statuses:
            return False
        return self.when is None or self.when.holds(environment)

    def judge(self, environment: Environment, *, explain: bool = True) -> Breach | None:
        """The breach where it does not hold. To `explain` where and why takes longer than to judge."""
        return breach(self.id, self.level, self.message, self.rule, environment, explain=explain)


def breach(
    id_: str,
    level: Level,
    message: str,
    rule: Expression,
    environment: Environment,
    *,
    explain: bool = True,
) -> Breach | None:
    """The breach of a rule that is false or has no value; None where it holds."""
    try:
        if rule.holds(environment):
            return None
        reason = rule.why_not(environment) if explain else Reason("", rule.text, "false")
    except EvaluationError as problem:
        return failure(id_, level, message, rule, problem)
    return Breach(id_, level, reason.pointer, reason.expected, reason.received, message)


def failure(id_: str, level: Level, message: str, rule: Expression, problem: EvaluationError) -> Breach:
    """The breach of a rule that has no value for a reply."""
    text = " ".join(rule.text.split())
    return Breach(id_, level, "", text, f"{NO_ANSWER}: {problem}", message)


def environment_of(exchange: Exchange, body: Any) -> Environment:
    """What a rule sees of an exchange."""
    return Environment(view_of(exchange, body))


def view_of(exchange: Exchange, body: Any) -> dict[str, Any]:
    """An exchange as rules see it: `request`, `status`, `headers`, `body`, `now`."""
    return {
        "request": {**exchange.parameters, "headers": dict(exchange.request_headers)},
        "status": exchange.status,
        "headers": dict(exchange.headers),
        "body": body,
        "now": exchange.now,
    }
