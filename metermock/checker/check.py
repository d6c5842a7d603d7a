"""A check from beginning to end: preflight, directed requests, relations, fuzzing, verdict."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

from metermock.checker.checks.base_values import in_order
from metermock.checker.checks.builtin import Builtin
from metermock.checker.checks.changes import Changes
from metermock.checker.checks.expectation import Expectation
from metermock.checker.checks.isolation import level_of_isolation, untried_ids
from metermock.checker.checks.kept_requests import KeptRequests
from metermock.checker.checks.later_looks import LaterLooks
from metermock.checker.checks.lifeline import Lifeline
from metermock.checker.checks.needed import Needed
from metermock.checker.checks.opening import Opening
from metermock.checker.checks.preflight import Looks, Preflight
from metermock.checker.checks.random_requests import random_requests
from metermock.checker.checks.refusals import Refusals
from metermock.checker.checks.relations import Relations
from metermock.checker.checks.seen_values import cut_short, not_varied
from metermock.checker.checks.selection import listed, selection
from metermock.checker.checks.session import Session
from metermock.checker.checks.shrink import shrink
from metermock.checker.checks.sources import WHOLLY, Sources
from metermock.checker.checks.steps import in_turns, outstanding
from metermock.checker.checks.writing import Writing
from metermock.checker.deployment.client import Client
from metermock.checker.deployment.methods import READING
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.recording import Recording
from metermock.checker.deployment.reply import Reply
from metermock.checker.deployment.target import Target, TargetAccount
from metermock.checker.findings.check_ids import CheckIds
from metermock.checker.findings.collector import Collector, Forgives
from metermock.checker.findings.verdict import Verdict
from metermock.checker.inputs.refused_credentials import nearly
from metermock.checker.watch import watched
from metermock.contract import Operation
from metermock.errors import BudgetExhaustedError, CannotTestError

LATER = 3
"""About how many requests each operation gets as each account at the end."""


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
        self.sources = Sources(self.session, self.builtin, self.refusals)
        self.opening = Opening(self.session, self.sources, Looks(self.session, ()))
        self.planned: Callable[[int], None] | None = None
        """Told about how many requests it takes in all, random ones apart, once that can be told."""
        self.waiting: list[Future[bool]] = []
        """Relations whose requests lie seconds apart."""
        self.kept = KeptRequests(self.session, self._drop)
        self.dead: dict[str, str] = {}
        """Operations that gave nobody a good reply, and why."""
        self.left_out: list[str] = []
        self.settled: set[str] = set()
        """Operations of which all was asked that may let a rule run."""
        self.selection = selection(target.contract, options)
        access = self.session.access
        self.closed = {each.id: why for each in self.selection.operations if (why := access.why_closed(each))}
        """Operations that no account can open, and why."""
        self.operations = tuple(each for each in self.selection.operations if each.id not in self.closed)

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
        unvaried = not_varied(
            self.operations, self.dead, self.sources.seen, self.sources.leading, self.session.base
        )
        if truncated:
            alive = [each for each in self.operations if each.id not in self.dead]
            unvaried += cut_short(alive, self.session.base)
            self._tell_single_values(alive)
        found = self.collector.verdict(
            requests=self.client.requests,
            seconds=self.client.seconds,
            reason=reason,
            untested=untested,
            truncated=truncated,
            unasked=self._unasked(),
            left_out=self._not_asked(),
            unvaried=unvaried,
            settled=self.settled,
        )
        return replace(found, confirming=self.session.confirmations.most)

    def _tell_single_values(self, operations: Iterable[Operation]) -> None:
        """Name the rules that an ended check let run with one value only of what they speak of."""
        found = self.opening.single_values(operations)
        if found:
            self.left_out.append(
                f"ran with one value only, since the check had reached its limits: {listed(found)}"
            )

    def _not_asked(self) -> tuple[str, ...]:
        """What was left out, a line each, so that nobody takes the part for the whole."""
        most = self.options.max_requests
        random = "" if self.options.fuzz else "; random requests were not sent"
        limits = f"profile {self.options.profile}: at most {most} requests{random}"
        named = (limits,) if self.options.profile != "full" else ()
        isolated = [each for each in self.operations if self.needed.isolation(each)]
        ids = untried_ids([each for each in isolated if len(self.session.access.of(each)) > 1])
        lines = [ids] if ids else []
        any_success = [each.id for each in self.operations if not each.responses.has_good]
        if any_success:
            lines.append(f"no good reply is documented, so that any success will do: {listed(any_success)}")
        alive = [each for each in self.operations if each.id not in self.dead]
        ways = self.refusals.ways.untried(each for each in alive if self.needed.bad_credentials(each))
        return (
            *named,
            *self.selection.left_out,
            *lines,
            *ways,
            *self.left_out,
            *self.writing.lines,
            *self.session.admission.lines,
            *self.session.past_caches.lines,
        )

    def _unasked(self) -> dict[str, str]:
        """The operations of which nothing was learnt, without those that do not matter."""
        if not self.options.in_part:
            return {**self.closed, **self.selection.unreadable, **self.dead}
        wanted = {each.id for each in self.selection.operations if self.needed.any(each)}
        return {name: why for name, why in (self.closed | self.dead).items() if name in wanted}

    def _announce(self) -> None:
        relations = Relations(self.session, {})
        for operation in self.operations:
            # What is refused is computed here, which takes a while where a document is large.
            self.client.go_on()
            self.session.judging.announce(operation)
            for rule in operation.rules:
                self.collector.expect(rule.id, operation.id, level=rule.level, message=rule.message)
            relations.announce(operation)
            self.refusals.announce(operation)
            if operation.method not in READING:
                self.writing.announce(operation)
                continue
            self.builtin.announce(operation)
            if len(self.session.access.of(operation)) > 1 and operation.knows_accounts:
                self.collector.expect(
                    self.session.ids.isolation,
                    operation.id,
                    level=level_of_isolation(operation, self.session.ids),
                    message="one account never sees another's usage",
                )

    def _all(self) -> str:
        if not self.operations:
            return "" if self.selection.unreadable or self.closed else "no operation is left to ask"
        waits = sum(relation.waits for each in self.operations for relation in each.relations)
        # Relations that wait for the clock do so beside everything else, one thread each, so that a check
        # takes as long as its longest wait and not as their sum.
        with ThreadPoolExecutor(max(waits * len(self.session.accounts), 1)) as self.patient:
            try:
                return self._rounds()
            except BaseException:
                # Leaving the pool joins its threads: those that wait must be woken, or an error would be
                # told late.
                self.session.ended.set()
                raise

    def _rounds(self) -> str:
        self.progress("preflight")
        started = time.monotonic()
        deleting = [each for each in self.operations if each.method == "DELETE"]
        others = [each for each in self.operations if each.method != "DELETE"]
        looks = self.opening.looks = Looks(self.session, in_order(others or deleting))
        self._first_round(looks, deleting)
        # Where there is nothing but deletions, they were asked already.
        changing = [each for each in self.operations if others and each.method not in READING]
        if looks.good:
            with self.kept.keeping(self.kept.of(changing)):
                looks.all()
        else:
            looks.all()
        flight = looks.outcome()
        self._know(flight)
        alive = [each for each in others if each.id not in flight.dead and self.needed.any(each)]
        accounts = [
            account for account in self.session.accounts if not account or account.name not in flight.refused
        ]
        for account in self.session.accounts:
            if account and account.name in flight.refused:
                self._turned_away([*alive, *others, *deleting], account)
        self.sources.accounts = accounts
        self.sources.usage = {each.name: flight.shown(each.name) for each in accounts if each}
        reading = [operation for operation in alive if operation.method in READING]
        with self.kept.keeping(self.kept.of(changing)):
            self._second_round(reading)
            self._read(reading, alive)
            self._look_again(reading, flight, started)
        changes = Changes(self.writing, self.sources, self.kept, self.progress, self.dead)
        changes.write([operation for operation in alive if operation not in reading], deleting)
        fuzzed = [each for each in alive if self.needed.allowed(each) or self.needed.bad_inputs(each)]
        if self.options.fuzz and fuzzed:
            self.progress("random requests")
            with self.kept.keeping(self.kept.of(deleting)):
                self.left_out += random_requests(self.session, self.sources, fuzzed, is_last=not deleting)
        if others:
            changes.delete([each for each in deleting if self.needed.any(each)], flight, self.operations)
        else:
            self._deleted(deleting, flight)
        shrink(self.session)
        if self.kept.is_cut:
            raise BudgetExhaustedError(self.client.exhausted)
        return flight.reason

    def _first_round(self, looks: Looks, deleting: Sequence[Operation]) -> None:
        """Every must rule once, as the first account that is let in."""
        admission = self.session.admission
        account = looks.first()
        if not looks.replies:
            return
        self.progress("every rule once")
        admission.is_whole = False
        self._live_by(looks.replies.values())
        self._accept(looks.replies)
        # Each operation is asked once before any is asked twice.
        with self.kept.keeping(len(deleting)):
            self._wait_for(self._answered(account), account)
            self.opening.run(self._answered(account), account)
            if self.kept.is_limited:
                # What they have to ask must not come after the last request.
                self._join()
        admission.is_whole = True

    def _second_round(self, reading: list[Operation]) -> None:
        """What may let rules run that did not for the first account, as those that show most usage."""
        for account in self.sources.accounts:
            leads = [each for each in reading if account in self.sources.leading(each)[:WHOLLY]]
            self.opening.run([each for each in self._answered(account) if each in leads], account)
        late = {each.id for each in reading if any(relation.waits for relation in each.relations)}
        self.settled |= {each.id for each in reading} - self.opening.open - (late if self.waiting else set())
        for account in self.sources.accounts:
            leads = [each for each in self._answered(account) if account in self.sources.leading(each)[:1]]
            self.opening.vary(leads, account)

    def _answered(self, account: TargetAccount | None) -> list[Operation]:
        """The operations that change nothing, and gave the account a good reply."""
        name = account.name if account else ""
        return [each for each in self.operations if (each.id, name) in self.sources.replies]

    def _know(self, flight: Preflight) -> None:
        self.dead = dict(flight.dead)
        for account, names in flight.barred.items():
            self.left_out.append(f"not asked as {account}, who gets 403: {listed(names)}")
        self._live_by(flight.replies.values())
        self._accept(flight.replies)
        self.writing.effects.first = flight.replies

    def _live_by(self, replies: Iterable[Reply]) -> None:
        replies = list(replies)
        self.session.lifeline = self._lifeline(replies)
        self.session.admission.know(self.operations, replies)

    def _accept(self, replies: Mapping[tuple[str, str], Reply]) -> None:
        """Take note of good replies, so that they are not asked for again."""
        asked = {each.id: each for each in self.operations}
        for key, reply in replies.items():
            self.refusals.ways.note_answered(asked[key[0]], key[1])
            if asked[key[0]].method in READING:
                self.sources.know(key, reply)

    def _lifeline(self, replies: Iterable[Reply]) -> Lifeline:
        """A request that was answered well, one that changes nothing if there is any."""
        operations = {each.id: each for each in self.operations}
        first = min(replies, key=lambda reply: operations[reply.request.operation].method not in READING)
        return Lifeline(self.client, operations[first.request.operation], first.request)

    def _read(self, reading: list[Operation], alive: list[Operation]) -> None:
        """Everything about operations that change nothing, and the relations of all."""
        sources = self.sources
        led = [(each, account) for each in alive for account in sources.leading(each)]
        for operation, account in led:
            self._wait_for([operation], account)
        self.progress("all that is allowed and refused")
        found = [
            each for one in reading for who in sources.openers(one) for each in sources.allowed(one, who)
        ]
        found += [each for one in reading for each in sources.isolation(one)]
        found += [each for one in reading for each in sources.refused(one, sources.asker(one))]
        found += [each for one, account in led for each in sources.relations(one, account)]
        if self.planned is not None:
            later = sum(operation in reading for operation, _ in led)
            self.planned(self.client.requests + outstanding(found) + LATER * later)
        in_turns(found, self.options.workers)
        self._join()

    def _wait_for(self, operations: Iterable[Operation], account: TargetAccount | None) -> None:
        """Begin the relations whose requests lie seconds apart."""
        for operation in operations:
            for source in self.sources.late(operation, account):
                self.waiting.append(self.patient.submit(source.take))

    def _join(self) -> None:
        for job in self.waiting:
            job.result()
        self.waiting.clear()

    def _drop(self) -> None:
        """Wait for relations that may ask nothing any more."""
        for job in self.waiting:
            if not job.cancel() and not isinstance(job.exception(), BudgetExhaustedError):
                job.result()
        self.waiting.clear()

    def _look_again(self, reading: list[Operation], flight: Preflight, started: float) -> None:
        """Ask once more, some seconds later, and then where nothing disturbs."""
        if not reading:
            return
        looks = LaterLooks(self.session, self.builtin, self.sources)
        later = [each for each in reading if self.needed.comparisons(each)]
        if later:
            self.progress("a later look")
            looks.later(later, flight, started)
        self.progress("a look that nothing disturbs")
        looks.undisturbed(reading)

    def _deleted(self, operations: list[Operation], flight: Preflight) -> None:
        """Judge what the preflight deleted, where there was nothing else to ask."""
        for operation in operations:
            for (name, _), reply in flight.replies.items():
                if name == operation.id:
                    self.session.accept(operation, reply)

    def _turned_away(self, operations: Iterable[Operation], account: TargetAccount) -> None:
        """Report an account that is refused while others are answered."""
        operation = next(each for each in operations if self.session.access.opens(each, account))
        about = f"the credential of {account.name}, which is given as a good one,"
        request = self.session.make(operation, {}, account)
        self.session.send(operation, request, Expectation(about, rule=self.session.ids.credentials))


def check(
    target: Target,
    options: Options,
    progress: Callable[[str], None] = lambda _: None,
    heartbeat: Callable[[int, float], None] = lambda _requests, _seconds: None,
    *,
    recording: Recording | None = None,
    forgives: Forgives = lambda _: False,
    planned: Callable[[int], None] | None = None,
) -> Verdict:
    """Check that a deployment keeps its contract.

    `progress` gets the name of each stage; `heartbeat` the requests and seconds so far, every ten seconds;
    `planned` about how many requests it takes in all. `forgives` tells which findings `--max-failures` does
    not count. Raises UsageError for options that name what the contract does not have. A deployment that
    cannot be tested gives the verdict `untested`, with the reason; so does a signal.
    """
    with Client(target, options) as client:
        job = Check(target, options, client, progress)
        if recording is not None:
            client.recorder = recording.of(job.target)
        job.collector.forgives = forgives
        job.planned = planned
        return watched(job, heartbeat)
