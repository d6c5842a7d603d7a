"""Holds each reply against the whole contract."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from metermock import json_pointer
from metermock.checker.checks.late_dates import LateDates
from metermock.checker.checks.variation import Variation
from metermock.checker.deployment.gateway import is_page
from metermock.checker.deployment.reply import Reply
from metermock.checker.deployment.statuses import ERROR
from metermock.checker.findings.causes import FORM, without_consequences
from metermock.checker.findings.check_ids import BUILT_IN_RULES, CheckIds
from metermock.checker.findings.collector import Collector
from metermock.checker.findings.grading import Grading
from metermock.contract import Breach, Exchange, Judgement, Operation
from metermock.contract.judging import OF_EVERY_REPLY
from metermock.contract.rules import NO_ANSWER
from metermock.contract.schema_breaches import is_undocumented_field

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
REMEMBERED = 20_000
"""Judgements that are kept, so that comparing replies does not judge each of them anew."""
FORM_RULES = BUILT_IN_RULES.keys() - {"status"}
"""What the form of a reply can break."""


@dataclass
class Judging:
    """Judges replies, the same one once, and hands what it finds to the collector."""

    collector: Collector
    ids: CheckIds
    grading: Grading = field(init=False)
    dates: LateDates = field(default_factory=LateDates)
    variation: Variation = field(default_factory=Variation)
    _operations: Mapping[str, Operation] = field(init=False)
    _judged: dict[tuple[Any, ...], tuple[Mapping[str, str], Judgement]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.grading = Grading(self.ids, self.collector.options)
        self._operations = {each.id: each for each in self.collector.target.contract.operations}

    def announce(self, operation: Operation) -> None:
        """Name the rules of every reply, so that they are counted also where no reply came to be judged."""
        for rule in OF_EVERY_REPLY:
            self.collector.expect(rule, operation.id, message=BUILT_IN_RULES[rule])

    def judge(
        self,
        operation: Operation,
        reply: Reply,
        *,
        form_rule: str = "",
        due: bool = True,
        told: frozenset[str] = frozenset(),
    ) -> None:
        """Hold a reply against the contract; `form_rule` is the rule that its form breaks, if not its own.

        A reply that was not `due` may leave rules without an answer, since they speak of good requests.
        Breaches of rules in `told` have been reported under another name.
        """
        judgement = self._judgement(operation, reply)
        self.variation.note(operation, reply.exchange, judgement.ran)
        for fault in reply.faults:
            self.collector.broken(
                Breach(form_rule or "json", "must", "", "JSON", fault, "the body is proper JSON"),
                reply.request,
            )
        graded = self.grading.graded(
            without_consequences(judgement.breaches, is_page=is_page(operation, reply))
        )
        breaches = [breach for breach in graded if breach.rule not in told]
        if due and reply.status in ERROR:
            # It was to be refused, and was: that its status is not documented is the document's gap.
            breaches = [
                replace(breach, level="should") if breach.rule == "status" else breach for breach in breaches
            ]
        for breach in breaches:
            # A rule that reads `body.total` has no answer on an error body; the wrong status is told
            # already.
            if not due and breach.received.startswith(NO_ANSWER):
                continue
            renamed = (
                replace(breach, rule=form_rule, message=f"{FORM}{breach.message}")
                if form_rule and breach.rule in FORM_RULES
                else breach
            )
            self.collector.broken(renamed, reply.request, status=reply.status)
        failed = {breach.rule for breach in (*judgement.breaches, *breaches)}
        # The judgement lists a rule as run even if it broke; it is counted once, as broken.
        for rule in judgement.ran:
            if rule not in failed:
                self.collector.kept(rule, operation.id)
        for rule in judgement.inapplicable:
            self.collector.inapplicable(rule, operation.id)

    def _judgement(self, operation: Operation, reply: Reply) -> Judgement:
        """The judgement of a reply, whose `Date` may be late."""
        found = self._judgement_now(operation, reply)
        return self.dates.settled(operation, reply.exchange, found, reply.elapsed)

    def _judgement_now(self, operation: Operation, reply: Reply) -> Judgement:
        """The judgement of a reply by its own `Date`.

        The same reply to the same request is not judged twice in a second.
        """
        exchange = reply.exchange
        # The time is part of the key, since rules may speak of `now`. Volatile identifiers are not: else no
        # two replies would be the same.
        key = (
            operation.id,
            exchange.status,
            exchange.now,
            reply.request.url,
            reply.request.query_text,
            hash(self._unnamed(reply)),
        )
        known = self._judged.get(key)
        # Headers are compared apart: some change with each reply, and rules may speak of them.
        if known is None or known[0] != exchange.headers:
            known = (exchange.headers, operation.judge(exchange))
            # Bounded, so that a long check does not keep every reply that it has seen.
            if len(self._judged) < REMEMBERED:
                self._judged[key] = known
        return known[1]

    def _unnamed(self, reply: Reply) -> bytes:
        """The bytes of a reply without the UUID that only this one has: one is as good as another."""
        raw = reply.raw
        for pointer in self.ids.volatile:
            value = json_pointer.member(reply.exchange.body, pointer)
            if isinstance(value, str) and _UUID.fullmatch(value):
                raw = raw.replace(value.encode(), b"")
        return raw

    def digest(self, reply: Reply) -> int:
        """A number that two replies share which say the same."""
        return hash(repr(self.promised(reply)))

    def same(self, one: Reply, other: Reply) -> bool:
        """Whether two replies say the same, request ids, response timestamps, undocumented fields apart."""
        return one.status == other.status and self.promised(one) == self.promised(other)

    def essence(self, reply: Reply) -> Any:
        """The body without what every response has anew."""
        return json_pointer.without(reply.exchange.body, self.ids.volatile)

    def promised(self, reply: Reply) -> Any:
        """The same without the fields that no schema names: nothing is promised of what they say."""
        return json_pointer.without(self.essence(reply), self._undocumented(reply))

    def documented(self, reply: Reply) -> Exchange:
        """The exchange without the fields that no schema names, which relations do not speak of."""
        unnamed = self._undocumented(reply)
        if not unnamed:
            return reply.exchange
        return replace(reply.exchange, body=json_pointer.without(reply.exchange.body, unnamed))

    def _undocumented(self, reply: Reply) -> tuple[str, ...]:
        """The places of those fields; an index stands for each row of a list."""
        operation = self._operations.get(reply.request.operation)
        if operation is None:
            return ()
        breaches = self._judgement_now(operation, reply).breaches
        return tuple(breach.pointer for breach in breaches if is_undocumented_field(breach))
