"""Requests that must be refused: bad credentials, bad parameters, inputs that are paired with errors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from metermock import json_pointer
from metermock.checker.checks.bare import bare_of_credentials
from metermock.checker.checks.credential_cases import CredentialCase, credential_cases, documented_refusals
from metermock.checker.checks.expectation import Expectation, conflicts
from metermock.checker.checks.needed import Needed
from metermock.checker.checks.session import Session
from metermock.checker.checks.steps import Step
from metermock.checker.checks.ways_in import WaysIn
from metermock.checker.deployment.access import concerns, way_in
from metermock.checker.deployment.request import Request
from metermock.checker.deployment.statuses import (
    FAILURE,
    NO_ACCESS,
    NOT_FOUND,
    REDIRECT,
    SUCCESS,
    UNAUTHENTICATED,
    UNOFFERED,
    UNSEEN,
)
from metermock.checker.deployment.target import RefusedCredential, TargetAccount
from metermock.checker.findings.advice import UNUSUAL
from metermock.checker.inputs.allowed import (
    Values,
    example_values,
    is_closed,
    is_open,
    names_thing,
    refused_examples,
    sure,
)
from metermock.checker.inputs.guard import is_ours
from metermock.checker.inputs.refused import (
    RefusedInput,
    first_refused,
    invalid_statuses,
    is_asked,
    is_unclear,
    refused_inputs,
)
from metermock.checker.inputs.refused_credentials import NEARLY, other_credentials
from metermock.contract import Breach, NamedExample, Operation
from metermock.contract.exchange import Level

_ALIKE = "credentials"
"""The group of credentials that do not count: the same wrong status for several is one finding."""


class Refusals:
    """Sends what must be refused, and compares the refusals with what is documented."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.needed = Needed(session.collector, session.ids)
        self.ways = WaysIn(session.collector.target.accounts)

    def announce(self, operation: Operation) -> None:
        """Name the checks, so that reports list those that never ran."""
        ids, expect = self.session.ids, self.session.collector.expect
        if operation.is_guarded:
            expect(
                ids.credentials,
                operation.id,
                message="credentials that do not count are refused as documented",
            )
        if any(not refused.name.startswith(NEARLY) for refused in self.refused(operation)):
            expect(ids.refused, operation.id, message="a credential that is known not to count is refused")
        for example in operation.examples:
            if example.parameters and example.name in ids.examples:
                message = f"the input {example.name} is answered by {example.status}"
                expect(ids.examples[example.name], operation.id, message=message)
        bad = refused_inputs(operation)
        if any(is_asked(operation, each) for each in bad):
            expect(ids.invalid, operation.id, message="an invalid parameter is refused as documented")
        if bad and operation.is_guarded and first_refused(operation):
            level, message = ids.level(ids.precedence), "bad credentials come before bad parameters"
            expect(ids.precedence, operation.id, level=level, message=message)

    def refused(self, operation: Operation) -> list[RefusedCredential]:
        """The credentials that the operation has to refuse."""
        return [each for each in self.session.collector.target.refused if concerns(operation, each)]

    def parameters(self, operation: Operation, account: TargetAccount | None) -> Iterator[Step]:
        """Each invalid value of each parameter; of a deletion those that nobody may take."""
        refusals = invalid_statuses(operation)
        seen: set[str] = set()
        for bad in refused_inputs(operation):
            if not is_asked(operation, bad):
                continue
            if is_unclear(operation, bad):
                self._path(operation, account, bad)
                continue
            statuses = refusals | {NOT_FOUND} if bad.location == "path" else refusals
            if bad.level == "should":
                yield self._step(self._unusual, operation, account, statuses, bad)
                continue
            yield self._step(self._invalid, operation, account, statuses, bad)
            # One value of each parameter is tried among others too: a server may stop at the first good one.
            if bad.parameter not in seen and bad.about != "empty":
                seen.add(bad.parameter)
                for beside in _beside(operation, bad.parameter):
                    yield self._step(self._invalid, operation, account, statuses, bad, beside=beside)

    def _step(self, send: Callable[..., None], *words: Any, **named: Any) -> Step:
        """A step about an invalid parameter; what `send` makes for it is made when it is taken."""
        return Step(self.session.ids.invalid, partial(send, *words, **named))

    def _invalid(
        self,
        operation: Operation,
        account: TargetAccount | None,
        statuses: frozenset[int],
        bad: RefusedInput,
        *,
        beside: Values | None = None,
    ) -> None:
        if not self.needed.refusal(operation, self.session.ids.invalid):
            return
        request = bad.into(self.session.make(operation, beside or {}, account), operation)
        about = f"{bad.parameter}: {bad.shown}{', beside good parameters' if beside else ''}"
        rule = self.session.ids.invalid
        # What is not there is refused for that, whatever else is wrong with a deletion.
        unclear = conflicts(operation) - statuses if operation.method == "DELETE" else frozenset()
        expectation = Expectation(about, statuses, rule, unclear=unclear, group=bad.parameter)
        expectation = replace(expectation, declared=bad.declared, because=bad.why(operation))
        reply = self.session.send(operation, request, expectation)
        if reply is not None and reply.status in SUCCESS:
            cause = (rule, operation.id, "", expectation.kind(reply.status))
            level = self.session.ids.level(rule)
            self.session.taken.note(operation, request, reply.status, level, cause)

    def _path(self, operation: Operation, account: TargetAccount | None, bad: RefusedInput) -> None:
        """A bad value of a path where the document does not tell a bad value from what is not there.

        It may name nothing, or lead to no operation at all, so that any refusal of it is right.
        """
        rule, collector = self.session.ids.invalid, self.session.collector
        if not collector.wants(rule, operation.id):
            return
        request = bad.into(self.session.make(operation, {}, account), operation)
        about = f"{bad.parameter}: {bad.shown}"
        reply = self.session.probe(operation, request, rule, about)
        if reply is None or reply.status in REDIRECT:
            return
        if reply.status in FAILURE:
            self.session.judge(operation, reply, due=False)
        elif reply.status in SUCCESS:
            message = f"{about} is refused"
            breach = Breach(rule, bad.level, "", "status 4xx", f"status {reply.status}", message)
            kind = f"{bad.parameter} {reply.status}"
            collector.broken(breach, request, kind=kind, variant=about, pointer=bad.declared)
        else:
            collector.kept(rule, operation.id)

    def _unusual(
        self,
        operation: Operation,
        account: TargetAccount | None,
        statuses: frozenset[int],
        bad: RefusedInput,
    ) -> None:
        """A value that a deployment may accept; anything but the refusal is only a warning."""
        rule = self.session.ids.invalid
        if not self.session.collector.wants(rule, operation.id):
            return
        request = bad.into(self.session.make(operation, {}, account), operation)
        about = f"{bad.parameter}: {bad.about}"
        reply = self.session.probe(operation, request, rule, about)
        if reply is None:
            return
        got = reply.status
        if got in statuses:
            self.session.collector.kept(rule, operation.id)
            return
        if got in FAILURE:
            # However it is read, nothing may fail on it.
            self.session.judge(operation, reply, due=False)
        wanted = Expectation(statuses=statuses).wanted
        message = f"{about} is answered by {wanted}"
        breach = Breach(rule, "should", "", f"status {wanted}", f"status {got}", message)
        kind = f"{bad.parameter} {bad.about} {got}"
        advice = UNUSUAL if got in SUCCESS else ""
        cause = self.session.collector.broken(breach, request, kind=kind, pointer=bad.declared, advice=advice)
        if got in SUCCESS:
            self.session.taken.note(operation, request, got, "should", cause)

    def credentials(self, operation: Operation, account: TargetAccount) -> Iterator[Step]:
        """Each reason for which a credential does not count, alone and beside a bad parameter."""
        ids = self.session.ids
        bad = first_refused(operation)
        for case in credential_cases(self.session, operation, account):
            yield Step(
                ids.credentials,
                partial(self._refused, operation, case, ids.credentials, case.about, _ALIKE),
            )
            if operation.method == "GET" and case.kind == "missing":
                yield Step(ids.credentials, partial(self._refused_head, operation, case))
            if bad is not None:
                # Who is refused must not learn from the error what a good parameter would be.
                both = replace(case, request=bad.into(case.request, operation))
                about = f"{case.about} beside a bad parameter"
                yield Step(
                    ids.precedence, partial(self._refused, operation, both, ids.precedence, about, _ALIKE)
                )

    def _refused_head(self, operation: Operation, case: CredentialCase) -> None:
        """HEAD needs the same credentials as GET."""
        rule, collector = self.session.ids.credentials, self.session.collector
        if not collector.wants(rule, operation.id):
            return
        # Servers route HEAD apart from GET, and may forget the credentials there.
        head = replace(case.request, method="HEAD")
        reply = self.session.probe(operation, head, rule, "HEAD without credentials", elsewhere=True)
        if reply is None:
            return
        status = reply.status
        # Who has no HEAD at all refuses everybody.
        if status in case.statuses or status in UNOFFERED:
            collector.kept(rule, operation.id)
            return
        wanted = " or ".join(f"status {each}" for each in sorted(case.statuses))
        message = "HEAD without credentials is refused like GET"
        level = self.session.ids.level(self.session.ids.head)
        breach = Breach(rule, level, "", wanted, f"status {status}", message)
        collector.broken(breach, head, pointer=collector.locator.security(operation.id))

    def any_case(self, operation: Operation, account: TargetAccount) -> Iterator[Step]:
        """The name of an authentication scheme counts in any case (RFC 9110, 11.1).

        OpenAPI does not say so, and many servers compare it: a *must* only where the document promises it.
        """
        if not self.needed.refusal(operation, self.session.ids.credentials):
            return
        good = self.session.make(operation, {}, account)
        for word in ("bearer", "BEARER"):
            headers = tuple((name, _reworded(value, word)) for name, value in good.headers)
            if headers != good.headers:
                about = f"a credential whose scheme is written {word}"
                level: Level = "must" if "credentials" in self.session.contract.promises else "should"
                yield self._counts(operation, replace(good, headers=headers), about, level=level)

    def beside(self, operation: Operation, account: TargetAccount) -> Iterator[Step]:
        """What a scheme's `x-beside` sends along with a good credential does not spoil it."""
        if not self.needed.refusal(operation, self.session.ids.credentials):
            return
        good = self.session.make(operation, {}, account)
        for scheme in account.credential:
            headers = self.session.contract.security_schemes[scheme].get("x-beside", {})
            for name, value in headers.items():
                request = replace(good, headers=(*good.headers, (name, value)))
                about = f"a good credential beside {name}: {value}"
                yield self._counts(operation, request, about)

    def other_ways(self, operation: Operation, accounts: Iterable[TargetAccount]) -> Iterator[Step]:
        """Each other way in that the document has, as the first account that has the credentials for it."""
        if not self.needed.refusal(operation, self.session.ids.credentials):
            return
        accounts = list(accounts)
        chosen = [set(way_in(operation, each) or ()) for each in accounts]
        for account in accounts:
            for credential in other_credentials(operation, account):
                if credential.keys() in chosen:
                    continue
                chosen.append(set(credential))
                holder = replace(account, credential=credential)
                about = f"a request with a good {' and '.join(credential)} alone"
                yield self._counts(operation, self.session.make(operation, {}, holder), about, credential)

    def anonymous(self, operation: Operation, account: TargetAccount) -> Iterator[Step]:
        """A request without a credential, where the document has `{}` beside other ways in.

        Whoever is not known need not see the thing that the request names: it may be private.
        """
        is_optional = any(operation.security) and not all(operation.security)
        if not is_optional or not self.needed.allowed(operation) or not way_in(operation, account):
            return
        good = self.session.make(operation, {}, account)
        naked = bare_of_credentials(self.session.contract, good)
        things = any(names_thing(each) or (each.required and is_open(each)) for each in operation.parameters)
        private = (UNAUTHENTICATED, *UNSEEN)
        hidden = frozenset(each for each in private if things and operation.responses.find(each))
        expectation = Expectation("a request without a credential", unclear=hidden)
        yield Step(self.session.ids.valid, partial(self._let_in, operation, naked, expectation, ()))

    def _counts(
        self,
        operation: Operation,
        request: Request,
        about: str,
        way: Iterable[str] | None = None,
        level: Level | None = None,
    ) -> Step:
        rule = self.session.ids.credentials
        expectation = Expectation(about, rule=rule, level=level)
        return Step(rule, partial(self._let_in, operation, request, expectation, way))

    def _let_in(
        self, operation: Operation, request: Request, expectation: Expectation, way: Iterable[str] | None
    ) -> None:
        """Ask with a credential that counts, or without one; `way` is another way in than the usual one."""
        if self.session.send(operation, request, expectation) is not None and way is not None:
            self.ways.note(operation, way)

    def configured(self, operation: Operation, refused: RefusedCredential) -> Step:
        """A credential that the configuration says is refused."""
        request = self.session.make(operation, {}, refused)
        ids, made = self.session.ids, refused.name.startswith(NEARLY)
        about = f"a credential, {refused.name}," if made else f"the refused credential {refused.name}"
        statuses = frozenset({refused.status})
        if refused.status == UNAUTHENTICATED:
            # 401 is what is meant where nobody says another status; a document may have 403 alone.
            documented = documented_refusals(operation)
            if made:
                statuses = documented
            elif refused.status not in operation.responses:
                statuses |= documented
        case = CredentialCase(request, refused.name, statuses, {}, about)
        rule = ids.refused_for(operation, refused.headers, refused.status)
        rule = rule or (ids.credentials if made else ids.refused)
        group = refused.name.partition(",")[0] if made else ""
        return Step(rule, partial(self._refused, operation, case, rule, about, group))

    def examples(self, operation: Operation, account: TargetAccount | None) -> Iterator[Step]:
        """The inputs that named examples pair with a refusal, and those that `x-checks` names."""
        named = self.session.ids.examples
        for example in operation.examples:
            if example in refused_examples(operation) or (example.parameters and example.name in named):
                yield from self._example(operation, example, account)

    def _example(
        self, operation: Operation, example: NamedExample, account: TargetAccount | None
    ) -> Iterator[Step]:
        request = self.session.make(operation, example.parameters, account)
        rule = self.session.ids.examples.get(example.name, self.session.ids.invalid)
        if not self.needed.refusal(operation, rule):
            return
        no_access = example.status in NO_ACCESS
        expectation = Expectation(
            about=f"the input of the example {example.name}",
            statuses=frozenset({example.status}),
            rule=rule,
            form_rule=rule if no_access else "",
            declared=json_pointer.text_of(example.pointer),
        )
        yield Step(rule, partial(self.session.send, operation, request, expectation))
        refused = first_refused(operation)
        if refused is not None and no_access:
            # What somebody may not see is refused before the parameters are looked at.
            both = refused.into(request, operation)
            about = f"{expectation.about}, beside a bad parameter,"
            expectation = replace(expectation, about=about)
            yield Step(rule, partial(self.session.send, operation, both, expectation))

    def _refused(self, operation: Operation, case: CredentialCase, rule: str, about: str, group: str) -> None:
        if not self.needed.refusal(operation, rule):
            return
        declared = self.session.collector.locator.security(operation.id)
        expectation = Expectation(about, case.statuses, rule, form_rule=rule, group=group, declared=declared)
        reply = self.session.send(operation, case.request, expectation)
        if reply is None or reply.status not in case.statuses:
            return
        for pointer, wanted in case.says.items():
            got = json_pointer.member(reply.exchange.body, pointer)
            if got != wanted:
                breach = Breach(
                    rule, "must", pointer, repr(wanted), repr(got), f"{about} is refused as documented"
                )
                self.session.broken(breach, case.request, status=reply.status, kind=case.kind)


def _beside(operation: Operation, name: str) -> list[Values]:
    """Values without this parameter: of a good request, and one of each other closed parameter."""
    good = [example_values(operation, without=name)]
    good += [
        {other.key: value}
        for other in operation.parameters
        if other.location == "query" and other.key != name and is_closed(other) and is_ours(operation, other)
        for value in sure(other)[-1:]
    ]
    kept: list[Values] = []
    for values in good:
        if values and values not in kept:
            kept.append(values)
    return kept


def _reworded(header: str, word: str) -> str:
    return f"{word}{header[6:]}" if header.startswith("Bearer ") else header
