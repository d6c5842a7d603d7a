"""Which written rules were found again: of the lies that a rule notices, how many the learnt ones notice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from metermock.checker.audit.lies import Lie, lies_about, samples_of
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.target import Target
from metermock.contract import Contract, Exchange, Operation
from metermock.contract.cel.expressions import EvaluationError
from metermock.contract.rules import Rule
from metermock.learn.asking import asked
from metermock.learn.lies import borrowed, out_of_place
from metermock.learn.trial import environment
from metermock.learn.witness import is_usable

REQUESTS = 150
MOST = 12
"""Replies of an operation that lies are told about."""


@dataclass(frozen=True, slots=True)
class Again:
    """A written rule, how many lies it notices and no schema does, and how many of them learnt ones do."""

    rule: str
    message: str
    lies: int
    noticed: int

    @property
    def said(self) -> str:
        """The share in words."""
        return f"{self.noticed} of {self.lies}" if self.lies else "no lie breaks it"


def found_again(target: Target, learnt: Contract) -> Iterator[Again]:
    """Every *must* rule about good replies of a target's contract, beside one with learnt rules alone."""
    contract = target.contract
    options = Options(fuzz=False, trust_env=False, max_requests=REQUESTS)
    witnesses = asked(target, options, contract.operations, lambda _: None).witnesses
    others = {operation.id: operation for operation in learnt.operations}
    for operation in contract.operations:
        its = [
            each.exchange
            for each in witnesses
            if each.exchange.operation == operation.id and is_usable(each.exchange)
        ]
        if its:
            yield from _of_operation(operation, others[operation.id], its)


def _of_operation(operation: Operation, other: Operation, exchanges: Sequence[Exchange]) -> Iterator[Again]:
    step = max(1, len(exchanges) // MOST)
    chosen = exchanges[::step][:MOST]
    written = [rule for rule in operation.rules if rule.level == "must" and _is_about(rule, chosen)]
    counts = {index: [0, 0] for index in range(len(written))}
    for lie in _lies(other, chosen):
        seen = environment(lie.exchange)
        if seen is None:
            continue
        by = [index for index, rule in enumerate(written) if _breaks(rule, lie.exchange.status, seen)]
        if not by or not _keeps_schema(other, lie):
            continue
        learnt = any(_breaks(rule, lie.exchange.status, seen) for rule in other.rules)
        for index in by:
            counts[index][0] += 1
            counts[index][1] += learnt
    for index, rule in enumerate(written):
        yield Again(rule.id, rule.message, *counts[index])


def _is_about(rule: Rule, exchanges: Sequence[Exchange]) -> bool:
    return rule.statuses is None or any(each.status in rule.statuses for each in exchanges)


def _lies(operation: Operation, exchanges: Sequence[Exchange]) -> Iterator[Lie]:
    samples: dict[str, Any] = {}
    for each in exchanges:
        samples.update(samples_of(each.body))
    for each in exchanges:
        further = (*out_of_place(each, exchanges), *borrowed(each, exchanges))
        for lie in (*lies_about(operation, each, samples), *further):
            if lie.place != "status":
                yield lie


def _breaks(rule: Rule, status: int, seen: Any) -> bool:
    try:
        return rule.applies(status, seen) and rule.judge(seen, explain=False) is not None
    except EvaluationError:
        return True


def _keeps_schema(operation: Operation, lie: Lie) -> bool:
    # The rules are learnt ones here, so that all other breaches are of the form.
    breaches = operation.judge(lie.exchange, brief=False).breaches
    return all(each.rule.startswith("LR-") for each in breaches)
