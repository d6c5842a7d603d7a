"""A check from beginning to end: preflight, directed requests, relations, fuzzing, verdict."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import compress, islice

from metermock.checker.checks.base_values import in_order
from metermock.checker.checks.builtin import Builtin
from metermock.checker.checks.expectation import Expectation, unless_unknown
from metermock.checker.checks.fuzz_process import fuzz
from metermock.checker.checks.isolation import ask_for_foreign_values, compare_accounts
from metermock.checker.checks.lifeline import Lifeline
from metermock.checker.checks.needed import Needed
from metermock.checker.checks.preflight import Preflight, preflight
from metermock.checker.checks.refusals import Refusals
from metermock.checker.checks.relations import Relations
from metermock.checker.checks.seen_values import SeenValues, not_varied, seen_values
from metermock.checker.checks.selection import SAFE, selection
from metermock.checker.checks.session import Session
from metermock.checker.checks.shrink import shrink
from metermock.checker.checks.writing import Writing
from metermock.checker.deployment.client import Client
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.recording import Recording
from metermock.checker.deployment.reply import Reply
from metermock.checker.deployment.target import Target, TargetAccount, one_of_each
from metermock.checker.findings.check_ids import CheckIds
from metermock.checker.findings.collector import Collector
from metermock.checker.findings.verdict import Verdict
from metermock.checker.inputs.allowed import any_made, combinations, singles
from metermock.checker.inputs.refused_credentials import nearly
from metermock.checker.watch import watched
from metermock.contract import Operation
from metermock.errors import BudgetExhaustedError, CannotTestError

WHOLLY = 2
"""Accounts that get every request; the others get a sample."""
SAMPLE = 12
APART = 3
"""Values of parameters for which the accounts are compared too."""


class Check:
    """One target under check."""

    def __init__(
        self, target: Target, options: Options, client: Client, progress: Callable[[str], None]
    ) -> None:
        target = replace(target, refused=(*target.refused, *nearly(target)))
        self.target = target
        self.options = options
        self.client = client
        self.progress = progress
        self.collector = Collector(target, options, enough=client.stop)
        self.session = Session(client, self.collector, CheckIds.of(target.contract.document))
        self.needed = Needed(self.collector, self.session.ids)
        client.waited_out = self.session.judge
        self.builtin = Builtin(self.session)
        self.refusals = Refusals(self.session)
        self.writing = Writing(self.session, self.refusals)
        self.leaders: list[TargetAccount | None] = []
        self.owned: tuple[TargetAccount | None, ...] = ()
        """The leaders, and the other accounts whose owner is configured."""
        self.seen: dict[tuple[str, str], SeenValues] = {}
        self.dead: dict[str, str] = {}
        """Operations that gave nobody a good reply, and why."""
        self.left_out: list[str] = []
        self.selection = selection(target.contract, options)
        self.operations = self.selection.operations

    def run(self) -> Verdict:
        """Check everything, until the budget is spent."""
        reason, untested, truncated = "", False, False
        try:
            self._announce()
            reason = self._all()
        except BudgetExhaustedError as end:
            reason, truncated = str(end), True
        except CannotTestError as end:
            reason, untested = str(end), True
        return self.verdict(reason, untested=untested, truncated=truncated)

    def stop(self) -> None:
        """Let all threads of the check end as soon as they can."""
        self.client.stop()
        self.session.ended.set()

    def verdict(self, reason: str, *, untested: bool, truncated: bool = False) -> Verdict:
        """The verdict by what is known now."""
        return self.collector.verdict(
            requests=self.client.requests,
            seconds=self.client.seconds,
            reason=reason,
            untested=untested,
            truncated=truncated,
            unasked=self._unasked(),
            left_out=(*self.selection.left_out, *self.left_out, *self.session.admission.lines),
            unvaried=not_varied(self.operations, self.dead, self.seen, self.leaders),
        )

    def _unasked(self) -> dict[str, str]:
        """The operations of which nothing was learnt, without those that do not matter."""
        if not self.options.in_part:
            return {**self.selection.unreadable, **self.dead}
        wanted = {each.id for each in self.operations if self.needed.any(each)}
        return {name: why for name, why in self.dead.items() if name in wanted}

    def _announce(self) -> None:
        relations = Relations(self.session, {})
        for operation in self.operations:
            # What is refused is computed here, which takes a while where a document is large.
            self.client.go_on()
            for rule in operation.rules:
                self.collector.expect(rule.id, operation.id, level=rule.level, message=rule.message)
            relations.announce(operation)
            self.refusals.announce(operation)
            if operation.method not in SAFE:
                self.writing.announce(operation)
                continue
            self.builtin.announce(operation)
            if len(self.session.accounts) > 1:
                self.collector.expect(
                    self.session.ids.isolation,
                    operation.id,
                    message="one account never sees another's usage",
                )

    def _all(self) -> str:
        if not self.operations:
            return "" if self.selection.unreadable else "no operation is left to ask"
        self.progress("preflight")
        deleting = [each for each in self.operations if each.method == "DELETE"]
        others = [each for each in self.operations if each.method != "DELETE"]
        flight = preflight(self.session, others or deleting)
        self.dead = dict(flight.dead)
        self.session.lifeline = self._lifeline(flight)
        self.session.admission.know(self.operations, flight.replies.values())
        alive = [each for each in others if each.id not in flight.dead and self.needed.any(each)]
        accounts = [
            account for account in self.session.accounts if not account or account.name not in flight.refused
        ]
        for account in self.session.accounts:
            if account and account.name in flight.refused:
                self._turned_away([*alive, *others, *deleting][0], account)
        # Most rules show only where there is usage, so the accounts with most of it get every request.
        self.leaders = sorted(one_of_each(accounts), key=lambda who: -flight.shown(who.name if who else ""))
        owned = (account for account in accounts if account and account.owner)
        self.owned = tuple(dict.fromkeys((*self.leaders, *owned)))
        reading = [operation for operation in alive if operation.method in SAFE]
        self._read(reading, alive, accounts, flight)
        self._write([operation for operation in alive if operation not in reading], accounts[:1])
        fuzzed = [each for each in alive if self.needed.allowed(each) or self.needed.bad_inputs(each)]
        if self.options.fuzz and fuzzed:
            self.progress("random requests")
            try:
                fuzz(self.session, fuzzed, self.session.admission.let_in(accounts)[:1] or [None])
            except CannotTestError as problem:
                self.left_out.append(f"no random requests: {problem}")
        if others:
            self._delete([each for each in deleting if self.needed.any(each)], accounts[0], flight)
        shrink(self.session)
        return flight.reason

    def _lifeline(self, flight: Preflight) -> Lifeline:
        """A request that was answered well, one that changes nothing if there is any."""
        operations = {each.id: each for each in self.operations}
        replies = sorted(
            flight.replies.values(),
            key=lambda reply: operations[reply.request.operation].method not in SAFE,
        )
        return Lifeline(self.client, operations[replies[0].request.operation], replies[0].request)

    def _read(
        self,
        reading: list[Operation],
        alive: list[Operation],
        accounts: list[TargetAccount | None],
        flight: Preflight,
    ) -> None:
        """Everything about operations that change nothing, and the relations of all."""
        started = time.monotonic()
        late = self._late(alive)
        # Relations that wait for the clock do so beside everything else, one thread each, so that a check
        # takes as long as its longest wait and not as their sum.
        with ThreadPoolExecutor(max(len(late), 1)) as patient:
            waiting = [patient.submit(job) for job in late]
            try:
                self._look(reading, accounts)
                self.progress("relations")
                self._side_by_side(self._relations, alive, self.leaders)
                self.progress("a later look")
            except BaseException:
                # Leaving the pool joins its threads: those that wait must be woken, or an error would be
                # told late.
                self.session.ended.set()
                raise
            for job in waiting:
                job.result()
        if not reading:
            return
        later = [each for each in reading if self.needed.comparisons(each)]
        if later:
            self.session.ended.wait(max(0.0, self.options.later - (time.monotonic() - started)))
            self._side_by_side(self._later, later, self._moved(later, flight))
        self.progress("a look that nothing disturbs")
        self._undisturbed(reading)

    def _write(self, operations: list[Operation], accounts: list[TargetAccount | None]) -> None:
        if operations:
            self.progress("requests that may change data")
            # One after the other: what one of them makes, the next may change.
            for operation in in_order(operations):
                for account in accounts:
                    self.writing.good(operation, account)
                    self.writing.refused(operation, account)

    def _delete(self, operations: list[Operation], account: TargetAccount | None, flight: Preflight) -> None:
        """Delete last, the innermost things first."""
        for operation in reversed(in_order(operations)):
            self.progress("deletion")
            self.dead |= self.writing.delete(operation, account, flight, self.operations)

    def _turned_away(self, operation: Operation, account: TargetAccount) -> None:
        """Report an account that is refused while others are answered."""
        about = f"the credential of {account.name}, which is given as a good one,"
        request = self.session.make(operation, {}, account)
        self.session.send(operation, request, Expectation(about, rule=self.session.ids.credentials))

    def _late(self, operations: Iterable[Operation]) -> list[Callable[[], None]]:
        """The relations whose requests lie seconds apart: they wait while everything else is checked."""
        return [
            partial(Relations(self.session, {}).run, relation, {}, account)
            for operation in operations
            for relation in operation.relations
            if relation.waits
            for account in self.leaders
        ]

    def _look(self, operations: list[Operation], accounts: list[TargetAccount | None]) -> None:
        self.progress("requests that the contract allows")
        self._side_by_side(self._allowed, operations, accounts)
        self._isolation(operations)
        self.progress("requests that it refuses")
        self._side_by_side(self._refused, operations, accounts[:1])

    def _side_by_side(
        self,
        work: Callable[[Operation, TargetAccount | None], None],
        operations: Iterable[Operation],
        accounts: Iterable[TargetAccount | None],
    ) -> None:
        accounts = list(accounts)
        with ThreadPoolExecutor(max(self.options.workers, 1)) as pool:
            jobs = [pool.submit(work, operation, account) for operation in operations for account in accounts]
            try:
                for job in jobs:
                    job.result()
            finally:
                for job in jobs:
                    # After an error, or at the end of the budget, jobs that have not begun never do.
                    job.cancel()

    def _allowed(self, operation: Operation, account: TargetAccount | None) -> None:
        if self.needed.allowed(operation) and not self._good(operation, account):
            return
        self.builtin.run(operation, {}, account)
        if account in self.leaders[:1]:
            self.builtin.defaults_beside(operation, account)

    def _good(self, operation: Operation, account: TargetAccount | None) -> bool:
        """Send what the contract allows; whether the first of these requests was answered."""
        seen = self._seen(operation, account)
        reply: Reply | None = self.session.ask(operation, {}, account)
        if reply is None:
            return False
        found = combinations(operation, seen, reply.exchange.now, self.options.seed)
        if account not in self.leaders:
            found = []
        elif account not in self.leaders[:WHOLLY]:
            found = random.Random(f"{self.options.seed} {operation.id} {account}").sample(  # noqa: S311 - repeatable
                found, min(SAMPLE, len(found))
            )
        for values in found:
            # A value that is only made may name a thing that is not there, which is refused as documented.
            expectation = unless_unknown(operation, is_made=any_made(operation, values, seen))
            self.session.send(operation, self.session.make(operation, values, account), expectation)
        return True

    def _refused(self, operation: Operation, account: TargetAccount | None) -> None:
        self.builtin.probes.routing(operation, account)
        if self.needed.bad_inputs(operation):
            self.refusals.parameters(operation, account)
            self.refusals.examples(operation, account)
        if not (operation.is_guarded and self.needed.bad_credentials(operation)):
            return
        if account is not None:
            self.refusals.credentials(operation, account)
            self.refusals.any_case(operation, account)
            self.refusals.beside(operation, account)
        for refused in self.target.refused:
            self.refusals.configured(operation, refused)

    def _relations(self, operation: Operation, account: TargetAccount | None) -> None:
        if not self.needed.relations(operation):
            return
        relations = Relations(self.session, {operation.id: self._seen(operation, account)})
        many = account in self.leaders[:WHOLLY]
        for relation in operation.relations:
            if relation.waits:
                continue
            for base in relations.bases(operation, relation, self.options.seed, many=many):
                relations.run(relation, base, account)

    def _moved(self, operations: Iterable[Operation], flight: Preflight) -> list[TargetAccount | None]:
        """The accounts whose data have moved since the first requests; no other can have a stale copy."""

        def moved(account: TargetAccount | None) -> bool:
            for operation in operations:
                before = flight.replies.get((operation.id, account.name if account else ""))
                now = self.session.ask(operation, {}, account)
                if before is not None and now is not None and not self.session.same(before, now):
                    return True
            return False

        with ThreadPoolExecutor(max(self.options.workers, 1)) as pool:
            return list(compress(self.leaders, list(pool.map(moved, self.leaders))))

    def _later(self, operation: Operation, account: TargetAccount | None) -> None:
        self.builtin.run(operation, {}, account)
        relations = Relations(self.session, {})
        for relation in operation.relations:
            if not relation.waits and not any(spec.is_list for spec in relation.requests.values()):
                relations.run(relation, {}, account)

    def _undisturbed(self, operations: Iterable[Operation]) -> None:
        """Read as one account, one request at a time, so that no other read can cause a change."""

        def look(account: TargetAccount | None) -> None:
            for operation in operations:
                self.builtin.comparisons.undisturbed(operation, self.session.make(operation, {}, account))

        with ThreadPoolExecutor(max(self.options.workers, 1)) as pool:
            list(pool.map(look, self.leaders))
        # One request at a time: where two nodes take turns, an account may have met only one of them so far.
        for operation in operations:
            for account in self.leaders[:WHOLLY]:
                self.builtin.comparisons.repeatable(operation, self.session.make(operation, {}, account))

    def _isolation(self, operations: Iterable[Operation]) -> None:
        for operation in filter(self.needed.isolation, operations):
            for values in ({}, *islice(singles(operation), APART)):
                # A second credential of an owner may be taken for somebody else's.
                accounts = self.leaders if values else self.owned
                found = {
                    account: reply
                    for account in accounts
                    if account and (reply := self.session.ask(operation, values, account)) is not None
                }
                compare_accounts(self.session, operation, found)
                if not values:
                    ask_for_foreign_values(self.session, operation, found)

    def _seen(self, operation: Operation, account: TargetAccount | None) -> SeenValues:
        key = (operation.id, account.name if account else "")
        if key not in self.seen:
            self.seen[key] = seen_values(self.session, operation, account)
        return self.seen[key]


def check(
    target: Target,
    options: Options,
    progress: Callable[[str], None] = lambda _: None,
    heartbeat: Callable[[int, float], None] = lambda _requests, _seconds: None,
    recording: Recording | None = None,
) -> Verdict:
    """Check that a deployment keeps its contract.

    `progress` gets the name of each stage as it begins; `heartbeat` the number of requests and the seconds
    so far, every ten seconds. Raises UsageError for options that name what the contract does not have. A
    deployment that cannot be tested gives the verdict `untested`, with the reason; so does a signal.
    """
    with Client(target, options) as client:
        job = Check(target, options, client, progress)
        if recording is not None:
            client.recorder = recording.of(job.target)
        return watched(job, heartbeat)
