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
from metermock.checker.checks.variation import Single
from metermock.checker.deployment.target import one_of_each
from metermock.checker.inputs.allowed import Values
from metermock.contract import Operation
from metermock.contract.cel.expressions import EvaluationError
from metermock.contract.exchange import Exchange
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
        self.open: set[str] = set()
        """Operations for which something is left to try that may let a rule run."""

    def run(self, operations: Iterable[Operation], account: Account) -> None:
        """Take what lets rules run for one account."""
        operations = list(operations)
        sources = [source for operation in operations for source in self._sources(operation, account)]
        for done in range(PASSES + 1):
            steps = self._steps(sources)
            for operation in operations:
                steps += self._bringing(operation, account)
            if not steps or done == PASSES:
                break
            # Sorting keeps the order of what costs the same.
            steps.sort(key=lambda pair: pair[1].requests)
            self._take_all(steps)
        self.open |= {operation.id for operation, _ in steps}

    def vary(self, operations: Iterable[Operation], account: Account) -> None:
        """Let rules run with a second value of each parameter that they speak of, as one account."""
        operations = list(operations)
        for _ in range(PASSES):
            steps = [step for operation in operations for step in self._varying(operation, account)]
            if not steps:
                break
            self._take_all(steps)

    def _take_all(self, steps: Iterable[tuple[Operation, Step]]) -> None:
        with ThreadPoolExecutor(max(self.session.collector.options.workers, 1)) as pool:
            for _ in pool.map(self._take, *zip(*steps, strict=True)):
                pass

    def _take(self, operation: Operation, step: Step) -> None:
        if not step.rule or self.session.collector.is_missing(step.rule, operation.id):
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
        for values in self._left(operation, account):
            exchange = self._expected(operation, account, values)
            score = len({rule.id for rule in missing if _may_apply(rule, exchange)})
            best = max(best, (score, values), key=lambda pair: pair[0])
        score, values = best
        if not score:
            return []
        return [(operation, Step(missing[0].id, partial(self.sources.ask, operation, account, values)))]

    def _varying(self, operation: Operation, account: Account) -> list[tuple[Operation, Step]]:
        """The allowed request that lets most rules run with another value of a parameter."""
        single = self.session.judging.variation.single(operation)
        if not single:
            return []
        best: tuple[int, Values] = (0, {})
        for values in self._left(operation, account):
            score = len(self._varied(operation, account, values, single))
            best = max(best, (score, values), key=lambda pair: pair[0])
        score, values = best
        return [(operation, Step("", partial(self.sources.ask, operation, account, values)))] if score else []

    def _varied(
        self, operation: Operation, account: Account, values: Values, single: Single
    ) -> set[tuple[str, str]]:
        """The rules that may run, on a request with these values, with another value of a parameter."""
        exchange = self._expected(operation, account, values)
        applying = {rule.id for rule in operation.rules if _may_apply(rule, exchange)}
        parameters = exchange.parameters
        return {
            (rule, name)
            for (rule, name), value in single.items()
            if rule in applying and repr(parameters.get(name)) != value
        }

    def single_values(self, operations: Iterable[Operation]) -> list[str]:
        """The rules that ran with one value only of a parameter, though others were still to be sent."""
        found = []
        for operation in operations:
            single = self.session.judging.variation.single(operation)
            for account in self.sources.leading(operation)[:1]:
                if single and self.sources.has_combinations(operation, account):
                    left = self._left(operation, account)
                    pairs = {pair for each in left for pair in self._varied(operation, account, each, single)}
                    found += [f"{operation.id} {rule} ({name})" for rule, name in sorted(pairs)]
        return found

    def _left(self, operation: Operation, account: Account) -> list[Values]:
        """The first allowed requests, without those that were sent."""
        found = self.sources.combinations(operation, account)[1:_CANDIDATES]
        return [values for values in found if not self.sources.is_asked(operation, account, values)]

    def _expected(self, operation: Operation, account: Account, values: Values) -> Exchange:
        """The reply that is known, as if it were the one to a request with these values."""
        reply = self.sources.replies[operation.id, account.name if account else ""]
        request = self.session.make(operation, values, account)
        sent = {name.lower(): value for name, value in request.headers}
        parameters, _ = operation.read(request.pairs, sent, path=dict(request.path))
        return replace(reply.exchange, parameters=parameters, request_headers=sent)

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


def _may_apply(rule: Rule, exchange: Exchange) -> bool:
    """Whether a rule would judge such a reply."""
    try:
        return rule.applies(exchange.status, environment_of(exchange, exchange.body))
    except EvaluationError:
        return True
