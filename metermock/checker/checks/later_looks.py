"""The looks at the end: what has changed some seconds later, and what shows only where nothing disturbs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import compress

from metermock.checker.checks.builtin import Builtin
from metermock.checker.checks.preflight import Preflight
from metermock.checker.checks.relations import Relations
from metermock.checker.checks.session import Session
from metermock.checker.checks.sources import WHOLLY, Account, Sources
from metermock.checker.checks.steps import take_all
from metermock.contract import Operation


class LaterLooks:
    """Asks operations that change nothing once more, each as the accounts that lead."""

    def __init__(self, session: Session, builtin: Builtin, sources: Sources) -> None:
        self.session = session
        self.builtin = builtin
        self.sources = sources
        self._options = session.collector.options

    def later(self, operations: Iterable[Operation], flight: Preflight, started: float) -> None:
        """Compare replies again, `--later` seconds after the start."""
        operations = list(operations)
        self.session.ended.wait(max(0.0, self._options.later - (time.monotonic() - started)))
        moved = self._moved(operations, flight)
        self._side_by_side(self._compared, [pair for pair in self._pairs(operations) if pair[1] in moved])

    def undisturbed(self, operations: Iterable[Operation]) -> None:
        """Read as one account, one request at a time, so that no other read can cause a change."""
        operations = list(operations)

        def look(account: Account) -> None:
            for operation, leader in self._pairs(operations):
                if leader is account:
                    self.builtin.comparisons.undisturbed(operation, self.session.make(operation, {}, account))

        with self._pool() as pool:
            list(pool.map(look, self._leaders(operations)))
        # One request at a time: where two nodes take turns, an account may have met only one of them so far.
        for operation in operations:
            for account in self.sources.leading(operation)[:WHOLLY]:
                self.builtin.comparisons.repeatable(operation, self.session.make(operation, {}, account))

    def _pairs(self, operations: Iterable[Operation]) -> list[tuple[Operation, Account]]:
        return [(each, account) for each in operations for account in self.sources.leading(each)]

    def _leaders(self, operations: Iterable[Operation]) -> list[Account]:
        return list(dict.fromkeys(account for _, account in self._pairs(operations)))

    def _moved(self, operations: list[Operation], flight: Preflight) -> set[Account]:
        """The accounts whose data have moved since the first requests; no other can have a stale copy."""

        def moved(account: Account) -> bool:
            for operation, leader in self._pairs(operations):
                if leader is not account:
                    continue
                before = flight.replies.get((operation.id, account.name if account else ""))
                now = self.session.ask(operation, {}, account)
                if before is not None and now is not None and not self.session.same(before, now):
                    return True
            return False

        leaders = self._leaders(operations)
        with self._pool() as pool:
            return set(compress(leaders, list(pool.map(moved, leaders))))

    def _compared(self, operation: Operation, account: Account) -> None:
        take_all(self.builtin.steps(operation, {}, account))
        relations = Relations(self.session, {})
        for relation in operation.relations:
            if not relation.waits and not any(spec.is_list for spec in relation.requests.values()):
                relations.run(relation, {}, account)

    def _side_by_side(
        self, work: Callable[[Operation, Account], None], pairs: Iterable[tuple[Operation, Account]]
    ) -> None:
        with self._pool() as pool:
            jobs = [pool.submit(work, *pair) for pair in pairs]
            try:
                for job in jobs:
                    job.result()
            finally:
                for job in jobs:
                    # After an error, or at the end of the budget, jobs that have not begun never do.
                    job.cancel()

    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(max(self._options.workers, 1))
