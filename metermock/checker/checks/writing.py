"""Operations that may change data: good bodies, bad bodies, and deletion at the very end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from metermock.checker.checks.expectation import (
    Expectation,
    after_changes,
    conflicts,
    unless_unfit,
)
from metermock.checker.checks.preflight import Preflight, last_look
from metermock.checker.checks.refusals import Refusals
from metermock.checker.checks.session import Session
from metermock.checker.checks.steps import take_all
from metermock.checker.deployment.reply import Reply
from metermock.checker.deployment.request import Request
from metermock.checker.deployment.statuses import BAD_BODY, CONFLICT, FAILURE, REFUSAL
from metermock.checker.deployment.target import TargetAccount
from metermock.checker.inputs.allowed import combinations
from metermock.checker.inputs.refused import about_values
from metermock.checker.inputs.written_bodies import SentBody, fresh_body
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
        self.untried: dict[str, int] = {}
        """How many good bodies of an operation met nothing but a conflict."""

    @property
    def lines(self) -> list[str]:
        """What was not tried, in a line."""
        if not self.untried:
            return []
        told = ", ".join(f"{name} ({count})" for name, count in self.untried.items())
        return [f"good bodies that were not tried, since 409 came, with a new name too: {told}"]

    def announce(self, operation: Operation) -> None:
        """Name the checks, so that reports list those that never ran."""
        ids, expect = self.session.ids, self.session.collector.expect
        expect(ids.valid, operation.id, message="a valid request is answered")
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
            reply = self._send(operation, {}, account, body, may_be)
            now = reply.exchange.now if reply else now
        seed = self.session.collector.options.seed
        for values in combinations(operation, {}, now, seed)[1 : _SAMPLE + 1] if now else ():
            self._send(operation, values, account, self.session.bodies.of(operation), expectation)

    def _send(
        self,
        operation: Operation,
        values: Mapping[str, Any],
        account: TargetAccount | None,
        body: SentBody,
        expectation: Expectation,
    ) -> Reply | None:
        """The reply; a documented 409 may be about a name that is taken, so that a new one is tried."""
        reply = self.session.send(
            operation, self.session.make(operation, values, account, body=body), expectation
        )
        if not self._is_conflict(operation, reply) or not body.raw:
            return reply
        fresh = fresh_body(operation, body)
        if fresh != body:
            request = self.session.make(operation, values, account, body=fresh)
            reply = self.session.send(operation, request, unless_unfit(operation))
        if self._is_conflict(operation, reply):
            self.untried[operation.id] = self.untried.get(operation.id, 0) + 1
        return reply

    @staticmethod
    def _is_conflict(operation: Operation, reply: Reply | None) -> bool:
        return reply is not None and reply.status == CONFLICT and reply.status in conflicts(operation)

    def refused(self, operation: Operation, account: TargetAccount | None) -> None:
        """Bad bodies, bad parameters and bad credentials."""
        due, in_the_way = body_refusals(operation), conflicts(operation)
        for bad in refused_bodies(operation, self.session.bodies.of(operation)):
            # A name that is taken is a reason of its own to refuse a body.
            body = fresh_body(operation, bad.body) if in_the_way else bad.body
            request = self.session.make(operation, {}, account, body=body)
            if due and bad.level == "must":
                rule = self.session.ids.body
                unclear = in_the_way - due
                declared = self.session.collector.locator.body(operation.id)
                about = Expectation(bad.about, due, rule, unclear=unclear, group=_ALIKE, declared=declared)
                self.session.send(operation, request, about)
            else:
                self._unpromised(operation, request, bad)
        take_all(self.refusals.parameters(operation, account))
        take_all(self.refusals.examples(operation, account))
        self._credentials(operation, account)

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

    def _credentials(self, operation: Operation, account: TargetAccount | None) -> None:
        if account is not None and operation.is_guarded:
            take_all(self.refusals.credentials(operation, account))
        for refused in self.refusals.refused(operation):
            self.refusals.configured(operation, refused).take()

    def delete(
        self,
        operation: Operation,
        account: TargetAccount | None,
        flight: Preflight,
        all_: tuple[Operation, ...],
    ) -> Mapping[str, str]:
        """Delete one thing, once; the reason, by operation, where nothing could be deleted."""
        look = last_look(self.session, flight, operation, account, all_)
        look.settle()
        self._credentials(operation, account)
        reply, why = look.ask()
        if reply is None:
            return {operation.id: why}
        self.session.accept(operation, reply)
        return {}


def body_refusals(operation: Operation) -> frozenset[int]:
    """How a bad body may be refused; empty where the document says nothing about it."""
    responses = operation.responses
    if responses.has_range("4XX") or responses.has_range("default"):
        return about_values()
    # Servers draw the line between what cannot be read and what is wrong in other places than documents.
    return BAD_BODY if any(status in responses for status in BAD_BODY) else frozenset()
