"""Operations that may change data: good bodies, bad bodies, and deletion at the very end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from metermock.checker.checks.effects import Effects
from metermock.checker.checks.expectation import (
    Expectation,
    after_changes,
    conflicts,
    unless_unfit,
)
from metermock.checker.checks.kept_requests import KeptRequests
from metermock.checker.checks.preflight import LastLook
from metermock.checker.checks.refusals import Refusals
from metermock.checker.checks.session import Session
from metermock.checker.checks.steps import Step, take_all
from metermock.checker.checks.taken_names import TakenNames
from metermock.checker.deployment.request import Request
from metermock.checker.deployment.statuses import BAD_BODY, FAILURE, REFUSAL
from metermock.checker.deployment.target import TargetAccount
from metermock.checker.inputs.allowed import combinations
from metermock.checker.inputs.refused import about_values
from metermock.checker.inputs.wrong_bodies import RefusedBody, refused_bodies
from metermock.contract import Breach, Operation
from metermock.contract.exchange import Level

_SAMPLE = 12
"""Combinations of parameters that are sent beside a good body: each may make a thing."""
_ALIKE = "body"
"""The group of bad bodies: the same wrong status for several is one finding."""


class Writing:
    """Asks operations that may change data; what they changed is no breach of others."""

    def __init__(self, session: Session, refusals: Refusals) -> None:
        self.session = session
        self.refusals = refusals
        self.names = TakenNames(session)
        self.effects = Effects(session)

    @property
    def lines(self) -> list[str]:
        """What was not tried, in a line."""
        return self.names.lines

    def announce(self, operation: Operation) -> None:
        """Name the checks, so that reports list those that never ran."""
        ids, expect = self.session.ids, self.session.collector.expect
        expect(ids.valid, operation.id, message="a valid request is answered")
        self.effects.announce(operation)
        if operation.body is not None:
            level: Level = "must" if body_refusals(operation) else "should"
            message = "a body that breaks its schema is refused"
            expect(ids.body, operation.id, level=level, message=message)

    def good(self, operation: Operation, account: TargetAccount | None) -> None:
        """Every good body, and some combinations of parameters beside one."""
        expectation = after_changes(operation)
        now = ""
        for body in self.session.bodies.all(operation):
            may_be = unless_unfit(operation) if body.is_made else expectation
            reply = self.names.send(operation, {}, account, body, may_be)
            now = reply.exchange.now if reply else now
        seed = self.session.collector.options.seed
        for values in combinations(operation, {}, now, seed)[1 : _SAMPLE + 1] if now else ():
            body = self.session.bodies.of(operation)
            self.names.send(operation, values, account, body, expectation)
        self.effects.change(operation, account)

    def once(self, operation: Operation, account: TargetAccount | None) -> None:
        """Let each *must* rule run once that never did, apart from rules about good bodies."""
        ids, is_missing = self.session.ids, self.session.collector.is_missing
        if is_missing(ids.effect, operation.id):
            self.effects.change(operation, account)
        if body_refusals(operation) and is_missing(ids.body, operation.id):
            for bad in refused_bodies(operation, self.session.bodies.of(operation)):
                if is_missing(ids.body, operation.id) and bad.level == "must":
                    self._bad_body(operation, account, bad)
        self._refuse_once(operation, account)

    def refused(self, operation: Operation, account: TargetAccount | None) -> None:
        """Bad bodies, bad parameters and bad credentials."""
        for bad in refused_bodies(operation, self.session.bodies.of(operation)):
            self._bad_body(operation, account, bad)
        take_all(self._refusals(operation, account))

    def _bad_body(self, operation: Operation, account: TargetAccount | None, bad: RefusedBody) -> None:
        due, in_the_way = body_refusals(operation), conflicts(operation)
        # A name that is taken is a reason of its own to refuse a body.
        body = self.session.bodies.renewed(operation, bad.body)
        request = self.session.make(operation, {}, account, body=body)
        if not (due and bad.level == "must"):
            self._unpromised(operation, request, bad)
            return
        declared = self.session.collector.locator.body(operation.id)
        expectation = Expectation(
            bad.about,
            due,
            self.session.ids.body,
            unclear=in_the_way - due,
            group=_ALIKE,
            declared=declared,
            because=bad.why,
        )
        self.session.send(operation, request, expectation)

    def _refusals(self, operation: Operation, account: TargetAccount | None) -> Iterator[Step]:
        """Bad parameters, the examples of the document, and bad credentials."""
        yield from self.refusals.parameters(operation, account)
        yield from self.refusals.examples(operation, account)
        yield from self._credentials(operation, account)

    def _refuse_once(self, operation: Operation, account: TargetAccount | None) -> None:
        """Take, of all refusals, what lets a *must* rule run that never did."""
        for step in self._refusals(operation, account):
            if self.session.collector.is_missing(step.rule, operation.id):
                step.take()

    def _unpromised(self, operation: Operation, request: Request, bad: RefusedBody) -> None:
        """A body of which the document does not say how it is refused: that it is taken is a warning."""
        rule, collector = self.session.ids.body, self.session.collector
        if not collector.wants(rule, operation.id):
            return
        reply = self.session.probe(operation, request, rule, bad.about)
        if reply is None:
            return
        if reply.status in conflicts(operation):
            collector.inapplicable(rule, operation.id, level="should")
            return
        if reply.status in REFUSAL:
            collector.kept(rule, operation.id, level="should")
            return
        if reply.status in FAILURE:
            self.session.judge(operation, reply, due=False)
        message = f"{bad.about} is refused"
        breach = Breach(rule, "should", "", "status 4xx", f"status {reply.status}", message)
        kind, declared = f"{_ALIKE} {reply.status}", collector.locator.body(operation.id)
        collector.broken(breach, request, kind=kind, variant=bad.about, pointer=declared)

    def _credentials(self, operation: Operation, account: TargetAccount | None) -> Iterator[Step]:
        if account is not None and operation.is_guarded:
            yield from self.refusals.credentials(operation, account)
        for refused in self.refusals.refused(operation):
            yield self.refusals.configured(operation, refused)

    def delete(
        self,
        operation: Operation,
        account: TargetAccount | None,
        look: LastLook,
        kept: KeptRequests,
        later: Sequence[Operation],
    ) -> Mapping[str, str]:
        """Delete one thing, once; the reason, by operation, where nothing could be deleted.

        Where requests are numbered, some are kept for it and for the deletions that come `later`.
        """
        look.settle()
        with kept.keeping(kept.of(later) + kept.of([operation])):
            take_all(self._refusals(operation, account))
        before = None
        with kept.keeping(len(later) + 1):
            if kept.is_limited:
                self._refuse_once(operation, account)
            before = self.effects.before(operation, account)
        reply, why = look.ask()
        if reply is None:
            return {operation.id: why}
        self.session.accept(operation, reply)
        with kept.keeping(len(later)):
            self.effects.deleted(operation, account, before, reply)
        return {}


def body_refusals(operation: Operation) -> frozenset[int]:
    """How a bad body may be refused; empty where the document says nothing about it."""
    responses = operation.responses
    if responses.has_range("4XX") or responses.has_range("default"):
        return about_values()
    # Servers draw the line between what cannot be read and what is wrong in other places than documents.
    return BAD_BODY if any(status in responses for status in BAD_BODY) else frozenset()
