"""Every request of a check goes through here: each reply is judged whole, at once."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from metermock.checker.checks.admission import Admission
from metermock.checker.checks.as_asked import AsAsked
from metermock.checker.checks.bare import bare_of_credentials
from metermock.checker.checks.base_values import BaseValues
from metermock.checker.checks.bodies import Bodies
from metermock.checker.checks.confirmations import Confirmations
from metermock.checker.checks.expectation import ALLOWED, Expectation, is_behind_last_page, successes
from metermock.checker.checks.judging import FORM_RULES, Judging
from metermock.checker.checks.lifeline import Lifeline
from metermock.checker.checks.past_caches import PastCaches
from metermock.checker.checks.stillness import Stillness
from metermock.checker.checks.taken_inputs import TakenInputs
from metermock.checker.deployment.access import Access
from metermock.checker.deployment.client import Client
from metermock.checker.deployment.gateway import is_limited, is_of_gateway
from metermock.checker.deployment.reply import Reply
from metermock.checker.deployment.request import Request
from metermock.checker.deployment.statuses import FAILURE, INVALID, NO_ACCESS, SUCCESS, UNSEEN
from metermock.checker.deployment.target import RefusedCredential, TargetAccount
from metermock.checker.findings.advice import advice_on
from metermock.checker.findings.check_ids import CheckIds
from metermock.checker.findings.collector import Collector
from metermock.checker.inputs.guard import FRAMING
from metermock.checker.inputs.written_bodies import SentBody
from metermock.contract import Breach, Contract, Operation
from metermock.contract.exchange import Level
from metermock.contract.parameter import text_of
from metermock.errors import NoReplyError, UnsentError


@dataclass
class Session:
    """Sends requests, judges every reply by the whole contract, and hands what it finds to the collector."""

    client: Client
    collector: Collector
    ids: CheckIds
    lifeline: Lifeline | None = None
    access: Access = field(init=False)
    admission: Admission = field(init=False)
    judging: Judging = field(init=False)
    base: BaseValues = field(init=False)
    as_asked: AsAsked = field(init=False)
    bodies: Bodies = field(init=False)
    stillness: Stillness = field(default_factory=Stillness)
    confirmations: Confirmations = field(init=False)
    ended: threading.Event = field(default_factory=threading.Event)
    """Set where the check ends early, so that nothing waits any longer."""
    gateway: Request | None = None
    """The first request that a gateway kept from the API, however often it was sent."""
    taken: TakenInputs = field(default_factory=TakenInputs)
    """Bad inputs that were not refused."""
    past_caches: PastCaches = field(init=False)
    headless: dict[str, Request] = field(default_factory=dict)
    """The HEAD requests that got no reply, by operation."""

    def __post_init__(self) -> None:
        self.access = Access(self.contract, self.collector.target.accounts)
        self.admission = Admission(self.client)
        self.past_caches = PastCaches(self.client)
        self.confirmations = Confirmations(self.ids)
        self.judging = Judging(self.collector, self.ids)
        self.base = BaseValues(self.collector.target)
        self.as_asked = AsAsked(self.collector, self.ids, self.base)
        self.bodies = Bodies(self.contract, self.collector.target.parameters)

    @property
    def contract(self) -> Contract:
        """The contract that the deployment has to keep."""
        return self.collector.target.contract

    @property
    def accounts(self) -> tuple[TargetAccount | None, ...]:
        """The accounts to look with; None stands for a request without a credential."""
        return self.collector.target.accounts or (None,)

    def make(
        self,
        operation: Operation,
        values: Mapping[str, Any],
        account: TargetAccount | RefusedCredential | None,
        *,
        body: SentBody | None = None,
    ) -> Request:
        """The request with these parameter values, over those that the operation cannot be without.

        Without a body that is given it has the one that was answered.
        """
        parameters = {parameter.key: parameter for parameter in operation.parameters}
        query: list[tuple[str, str]] = []
        headers: list[tuple[str, str]] = []
        path: dict[str, str] = {}
        base = self.base.beside(operation, account.name if account else None, values)
        for key, value in {**base, **values}.items():
            parameter = parameters.get(key)
            if parameter is None:
                query.append((key, text_of(value)))
            elif parameter.location in ("query", "querystring"):
                query += parameter.pairs(value)
            elif parameter.location == "path":
                path[parameter.name] = parameter.text(value)
            elif parameter.location == "cookie":
                headers.append(("Cookie", parameter.cookie(value)))
            elif parameter.name.lower() not in FRAMING:
                headers.append((parameter.name, parameter.text(value)))
        sent = body or self.bodies.of(operation)
        if sent.content_type:
            headers.append(("Content-Type", sent.content_type))
        return self.client.make(operation, query, account=account, headers=headers, path=path, body=sent.raw)

    def ask(
        self,
        operation: Operation,
        values: Mapping[str, Any],
        account: TargetAccount | None,
        expectation: Expectation = ALLOWED,
    ) -> Reply | None:
        """The reply to a request that the contract allows; None where none came."""
        name = account.name if account else None
        self.base.note_asked(operation, name, values)
        reply = self.send(operation, self.make(operation, values, account), expectation)
        if reply is not None and reply.status in successes(operation):
            self.base.note_answered(operation, name, values)
            self._hold(operation, reply, values)
        return reply

    def hold_compared(self, operation: Operation, reply: Reply) -> None:
        """Hold a good reply against its query, where nobody knows the values that it was made of.

        A request that has a parameter several times is not held: which of its values counts nobody can tell,
        nor what that lets in beside other parameters. An array of several elements comes so too.
        """
        if reply.status not in successes(operation):
            return
        names = [name for name, _ in reply.request.pairs]
        inputs = [each for each in operation.parameters if each.location == "query" and each.name in names]
        if any(names.count(each.name) > 1 for each in inputs):
            return
        read = reply.exchange.parameters
        values = {each.key: read[each.key] for each in inputs if each.key in read}
        self.base.note_asked(operation, reply.request.account, values)
        self.base.note_answered(operation, reply.request.account, values)
        self._hold(operation, reply, values)

    def _hold(self, operation: Operation, reply: Reply, values: Mapping[str, Any]) -> None:
        """Hold a good reply against what its request asks for."""
        base = self.base.beside(operation, reply.request.account, values)
        self.as_asked.judge(operation, reply, {**base, **values})

    def send(
        self, operation: Operation, request: Request, expectation: Expectation = ALLOWED
    ) -> Reply | None:
        """The reply, judged: its status by the expectation, all of it by the contract; None for no reply."""
        reply = self.hear(operation, request, expectation)
        if reply is not None:
            self.weigh(operation, reply, expectation)
        return reply

    def hear(
        self, operation: Operation, request: Request, expectation: Expectation = ALLOWED
    ) -> Reply | None:
        """The reply, which `weigh` has to judge; None for no reply, which is reported."""
        expectation = expectation.of(operation)
        return self._answer(operation, request, expectation, expectation.rule or self.ids.valid)

    def weigh(self, operation: Operation, reply: Reply, expectation: Expectation) -> None:
        """Judge the status of a reply by the expectation, and all of it by the contract."""
        expectation = expectation.of(operation)
        self._weigh(operation, reply, expectation, expectation.rule or self.ids.valid)

    def accept(self, operation: Operation, reply: Reply) -> None:
        """Judge a reply to an allowed request that came before there was anything to judge it by."""
        self._weigh(operation, reply, ALLOWED.of(operation), self.ids.valid)
        if reply.status in successes(operation):
            self._hold(operation, reply, {})

    def _weigh(self, operation: Operation, reply: Reply, expectation: Expectation, rule: str) -> None:
        due = reply.status in expectation.statuses
        if reply.status in SUCCESS and not reply.request.body:
            digest = self.judging.digest(reply)
            self.stillness.note(reply, digest)
            self.collector.sameness.note(reply.request, digest)
        if due:
            self.collector.kept(rule, operation.id)
        elif self._says_nothing(operation, reply, expectation):
            self.collector.inapplicable(rule, operation.id)
            due = True
        else:
            self._wrong_status(operation, reply, expectation, rule)
        # What took a bad value may say it back: that its reply has it too is the same cause.
        if due or not (reply.status in SUCCESS and expectation.is_refusal):
            level = expectation.level or self.ids.level(rule)
            told = self._told(operation, rule, level, reply.status, due=due)
            self.judge(operation, reply, form_rule=expectation.form_rule, due=due, told=told)

    def _answer(
        self, operation: Operation, request: Request, expectation: Expectation, rule: str
    ) -> Reply | None:
        """The API's answer; None where there is none, or none that says anything of the API."""
        is_let_in = expectation.statuses.isdisjoint(NO_ACCESS)
        if is_let_in and self.admission.is_out(request.account):
            self.collector.inapplicable(rule, operation.id)
            return None
        wanted = f"a reply with {expectation.wanted}"
        reply = self._heard(operation, request, Breach(rule, "must", "", wanted, "", expectation.about))
        if reply is None:
            return None
        if self.lifeline is not None:
            # A reply that looks like a gateway's is a finding only if the API turns out to live.
            self.lifeline.demand(operation, reply)
        if is_let_in and self._is_turned_away(operation, reply):
            self.collector.inapplicable(rule, operation.id)
            return None
        if is_of_gateway(operation, reply) and reply.status not in expectation.statuses:
            self._of_gateway(reply)
            return None
        return reply

    def _of_gateway(self, reply: Reply) -> None:
        """Report once, whatever was asked, that a gateway keeps answering for an API that lives."""
        if self.gateway is None:
            self.gateway = reply.request
        times = self.client.retries + 1
        received = f"the gateway answered {reply.status}" + (f" {times} times in a row" if times > 1 else "")
        message = "the API answers, and not a gateway for it"
        breach = Breach(self.ids.valid, "must", "", "a reply of the API", received, message)
        self.broken(breach, self.gateway, kind="gateway")

    def _says_nothing(self, operation: Operation, reply: Reply, expectation: Expectation) -> bool:
        """Whether a wrong status tells nothing about the rule: another thing was in the way.

        A documented 429 came as often as the client waits one out, in the place of what would tell.
        """
        return (
            is_limited(operation, reply)
            or reply.status in expectation.unclear
            or self._is_elsewhere(operation, reply, expectation)
        )

    def _is_elsewhere(self, operation: Operation, reply: Reply, expectation: Expectation) -> bool:
        """Whether a good request asks for a page that need not be there, or for an account's own thing."""
        if expectation.statuses != successes(operation):
            return False
        return is_behind_last_page(operation, reply.request, reply.status) or (
            self.base.is_guessed(operation, reply.request.account)
            and reply.status in UNSEEN
            and operation.responses.find(reply.status) is not None
        )

    def _told(
        self, operation: Operation, rule: str, level: Level, status: int, *, due: bool
    ) -> frozenset[str]:
        """The rules that a wrong status breaks too, where it has been reported under another one."""
        is_custom = level == "should"
        if due or not self.collector.wants(rule, operation.id) or (is_custom and status in FAILURE):
            return frozenset()
        is_undescribed = status in SUCCESS and status not in operation.responses  # `default` is of errors
        return frozenset({"status", *FORM_RULES} if is_undescribed else {"status"})

    def _wrong_status(self, operation: Operation, reply: Reply, expectation: Expectation, rule: str) -> None:
        status, wanted = reply.status, expectation.wanted
        about_credentials = rule in self.ids.of_credentials
        if rule == self.ids.valid:
            rule = self._too_strict(operation, reply.request, status)
        message = f"{expectation.about} is answered by {wanted}"
        level = expectation.level or self.ids.level(rule)
        self.collector.broken(
            Breach(rule, level, "", f"status {wanted}", f"status {status}", message),
            reply.request,
            status=status,
            kind=expectation.kind(status),
            advice=advice_on(
                status,
                wanted,
                allowed=not expectation.is_refusal,
                credential=about_credentials,
                documented=status in operation.responses,
                is_unsaid=rule in (self.ids.repeated, self.ids.unknown) and level == "should",
                forbidden=(rule, expectation.because) if expectation.because else None,
            ),
            variant=expectation.variant(status),
            pointer=expectation.declared,
        )

    def _too_strict(self, operation: Operation, request: Request, status: int) -> str:
        """The rule that a refusal of an allowed request breaks: the one that such refusals are about."""
        if status in INVALID and request.pairs:
            return self.ids.invalid
        headers = (name for name, _ in request.headers)
        return self.ids.refused_for(operation, headers, status) or self.ids.valid

    def probe(
        self, operation: Operation, request: Request, rule: str, about: str, *, elsewhere: bool = False
    ) -> Reply | None:
        """The reply to a request that no contract describes, not judged; None for no reply of the API.

        That none came is at most a warning under this rule; for HEAD it is one under HEAD's own rule. Where
        the request is `elsewhere`, with a path or method that the operation does not have, a gateway may
        know nothing of it: that it fails is told under this rule, if nothing else is kept from the API.
        """
        if request.method == "HEAD" and operation.id in self.headless:
            self.collector.inapplicable(rule, operation.id)
            return None
        silence = Breach(rule, "should", "", "a reply", "", about)
        reply = self._heard(operation, request, silence, kind="no reply")
        if reply is None:
            return None
        if self._is_turned_away(operation, reply) or is_limited(operation, reply):
            self.collector.inapplicable(rule, operation.id)
            return None
        if is_of_gateway(operation, reply):
            if not elsewhere:
                self._of_gateway(reply)
            if not elsewhere or (reply.status in FAILURE and self.gateway is not None):
                self.collector.inapplicable(rule, operation.id)
                return None
        return reply

    def _heard(
        self, operation: Operation, request: Request, silence: Breach, *, kind: str = ""
    ) -> Reply | None:
        """The reply; None where none came, which is reported as `silence`, whose message says to what."""
        try:
            return self.client.send(operation, request)
        except UnsentError:
            self.collector.inapplicable(silence.rule, operation.id)
        except NoReplyError as problem:
            if self.lifeline is not None:
                self.lifeline.demand(operation, None)
            breach = replace(silence, received=str(problem), message=f"{silence.message} gets a reply")
            if request.method == "HEAD":
                self._headless(operation, request, breach)
            else:
                self.broken(breach, request, kind=kind)
        return None

    def _headless(self, operation: Operation, request: Request, breach: Breach) -> None:
        """Report once, for all operations, that HEAD gets no reply."""
        self.headless[operation.id] = request
        first = next(iter(self.headless.values()))
        if breach.rule != self.ids.head or operation.id != first.operation:
            self.collector.inapplicable(breach.rule, operation.id)
        dropped = replace(
            breach, rule=self.ids.head, level=self.ids.level(self.ids.head), message="HEAD gets a reply"
        )
        variant = "" if operation.id == first.operation else operation.id
        advice = "Answer HEAD as GET without its body, or with 405."
        self.collector.broken(dropped, first, kind="no reply", variant=variant, advice=advice)

    def _is_turned_away(self, operation: Operation, reply: Reply) -> bool:
        """Whether a reply refuses an account that was let in before, whatever it asks by now."""
        self.admission.note_answered(operation, reply)
        if (
            reply.status not in NO_ACCESS
            or bare_of_credentials(self.contract, reply.request) == reply.request
        ):
            return False
        is_out = self.admission.notice(reply)
        if is_out and self.lifeline is not None and self.admission.is_out(self.lifeline.request.account):
            good = self.admission.good
            name = next((each for each in good if not self.admission.is_out(each)), None)
            self.lifeline = Lifeline(self.client, *good[name]) if name is not None else None
        return is_out

    def judge(
        self,
        operation: Operation,
        reply: Reply,
        *,
        form_rule: str = "",
        due: bool = True,
        told: frozenset[str] = frozenset(),
    ) -> None:
        """Hold a reply against the contract, as `Judging.judge` does."""
        self.judging.judge(operation, reply, form_rule=form_rule, due=due, told=told)

    def broken(self, breach: Breach, request: Request, *, status: int | None = None, kind: str = "") -> None:
        """Report a breach."""
        self.collector.broken(breach, request, status=status, kind=kind)

    def same(self, one: Reply, other: Reply) -> bool:
        """Whether two replies say the same, as `Judging.same` has it."""
        return self.judging.same(one, other)

    def essence(self, reply: Reply) -> Any:
        """The body without what every response has anew."""
        return self.judging.essence(reply)

    def promised(self, reply: Reply) -> Any:
        """The same without the fields that no schema names: nothing is promised of what they say."""
        return self.judging.promised(reply)
