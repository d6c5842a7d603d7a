"""The first round of a check: every *must* rule once, before any of them twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from metermock.checker.checks.isolation import compare_accounts
from metermock.checker.checks.preflight import Looks
from metermock.checker.checks.session import Session
from metermock.checker.checks.sources import Account, Sources
from metermock.checker.checks.steps import Source, Step
from metermock.checker.deployment.target import one_of_each
from metermock.checker.inputs.allowed import Values
from metermock.contract import Operation
from metermock.contract.cel.expressions import EvaluationError
from metermock.contract.rules import Rule, environment_of

PASSES = 4
"""How often another request is looked for that may let a rule run."""
_CANDIDATES = 60
"""Allowed requests that are looked at for those that may let a rule run."""


class Opening:
    """Takes, of all that is asked, what lets a rule run that never ran; what costs least comes first.

    In this order: a good reply of each operation, which the preflight has; requests that let rules of the
    contract run; relations; refusals; comparisons. What they cost counts more than the order.
    """

    def __init__(self, session: Session, sources: Sources, looks: Looks) -> None:
        self.session = session
        self.sources = sources
        self.looks = looks

    def run(self, operations: Iterable[Operation], account: Account) -> None:
        """Take what lets rules run for one account."""
        operations = list(operations)
        sources = [source for operation in operations for source in self._sources(operation, account)]
        for _ in range(PASSES):
            steps = self._steps(sources)
            for operation in operations:
                steps += self._bringing(operation, account)
            if not steps:
                return
            # Sorting keeps the order of what costs the same.
            steps.sort(key=lambda pair: pair[1].requests)
            with ThreadPoolExecutor(max(self.session.collector.options.workers, 1)) as pool:
                for _ in pool.map(self._take, *zip(*steps, strict=True)):
                    pass

    def _take(self, operation: Operation, step: Step) -> None:
        if self.session.collector.is_missing(step.rule, operation.id):
            step.take()

    def _sources(self, operation: Operation, account: Account) -> list[Source]:
        relations = self.sources.relations(operation, account)
        refused = self.sources.refused(operation, account)
        allowed = self.sources.allowed(operation, account)
        apart = Source(operation, "isolation", [self.session.ids.isolation], self._apart(operation, account))
        return [*relations, *refused, *allowed, apart]

    def _steps(self, sources: Iterable[Source]) -> list[tuple[Operation, Step]]:
        """The next step of each rule that never ran."""
        found: list[tuple[Operation, Step]] = []
        chosen: set[tuple[str, str]] = set()
        for source in sources:
            name = source.operation.id
            wanted = {rule for rule in source.rules if self.session.collector.is_missing(rule, name)}
            wanted -= {rule for rule, operation in chosen if operation == name}
            for step in source.ahead() if wanted else ():
                if step.rule in wanted:
                    wanted.discard(step.rule)
                    chosen.add((step.rule, name))
                    found.append((source.operation, step))
                if not wanted:
                    break
        return found

    def _bringing(self, operation: Operation, account: Account) -> list[tuple[Operation, Step]]:
        """The allowed request that may let most rules of the contract run that never did."""
        missing = [
            rule for rule in operation.rules if self.session.collector.is_missing(rule.id, operation.id)
        ]
        if not missing:
            return []
        best: tuple[int, Values] = (0, {})
        for values in self.sources.combinations(operation, account)[1:_CANDIDATES]:
            if not self.sources.is_asked(operation, account, values):
                apply = (rule.id for rule in missing if self._may_apply(rule, operation, account, values))
                score = len(set(apply))
                best = max(best, (score, values), key=lambda pair: pair[0])
        score, values = best
        if not score:
            return []
        return [(operation, Step(missing[0].id, partial(self.sources.ask, operation, account, values)))]

    def _may_apply(self, rule: Rule, operation: Operation, account: Account, values: Values) -> bool:
        """Whether a rule would judge the reply that is known, if it were the one to that request."""
        reply = self.sources.replies[operation.id, account.name if account else ""]
        request = self.session.make(operation, values, account)
        sent = {name.lower(): value for name, value in request.headers}
        parameters, _ = operation.read(request.pairs, sent, path=dict(request.path))
        exchange = replace(reply.exchange, parameters=parameters, request_headers=sent)
        try:
            return rule.applies(exchange.status, environment_of(exchange, exchange.body))
        except EvaluationError:
            return True

    def _apart(self, operation: Operation, account: Account) -> Iterator[Step]:
        """The first good replies of two accounts beside each other."""
        if account is None:
            return
        for other in one_of_each(self.session.access.of(operation)):
            if other is not None and one_of_each([account, other])[1:] == [other]:
                yield Step(self.session.ids.isolation, partial(self._compare, operation, account, other))

    def _compare(self, operation: Operation, *accounts: Account) -> None:
        for account in accounts:
            self.looks.look(operation, account)
        known = {each: self.looks.replies.get((operation.id, each.name)) for each in accounts if each}
        replies = {account: reply for account, reply in known.items() if reply is not None}
        compare_accounts(self.session, operation, replies)
