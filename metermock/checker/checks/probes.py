"""Looks beside an operation: HEAD, paths that nobody documents, and methods that a path does not have."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from metermock.checker.checks.bare import bare_of_credentials
from metermock.checker.checks.comparisons import shown
from metermock.checker.checks.expectation import successes
from metermock.checker.checks.session import Session
from metermock.checker.deployment.request import Request
from metermock.checker.deployment.statuses import (
    ERROR,
    METHOD_NOT_ALLOWED,
    NO_ACCESS,
    NOT_FOUND,
    UNOFFERED,
)
from metermock.checker.deployment.target import TargetAccount
from metermock.contract import Breach, Exchange, Operation
from metermock.contract.media import is_json
from metermock.errors import NoReplyError

_FORM = frozenset({"json", "schema", "undocumented-field"})


class Probes:
    """Sends what no operation describes; a probe without a reply is told under the rule that sent it."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def head(self, operation: Operation, request: Request) -> None:
        """HEAD is GET without the body; a deployment may do without HEAD where the document does."""
        rule, collector = self.session.ids.head, self.session.collector
        if operation.method != "GET" or not collector.wants(rule, operation.id):
            return
        head = replace(request, method="HEAD")
        # GET is asked anew: headers of an older reply may differ by now.
        get = self.session.probe(operation, request, rule, "GET")
        reply = self.session.probe(operation, head, rule, "HEAD", elsewhere=True) if get else None
        if get is None or reply is None:
            return
        # An HTTP client drops what follows a HEAD reply, so a raw connection looks.
        left = self._left(operation, head)
        kind, wanted = _media(reply.exchange.headers), _media(get.exchange.headers)
        received = f"status {reply.status} and {left} bytes of body, as {kind}"
        if left is None or (reply.status in UNOFFERED and not self._is_promised(operation)):
            collector.inapplicable(rule, operation.id)
        elif reply.status in {*successes(operation), get.status} and not left and kind in {wanted, ""}:
            collector.kept(rule, operation.id)
        else:
            expected = f"status {get.status} and no body, as {wanted}"
            level, message = self.session.ids.level(rule), "HEAD is GET without the body"
            breach = Breach(rule, level, "", expected, received, message)
            self.session.broken(breach, head, status=reply.status)

    def _left(self, operation: Operation, head: Request) -> int | None:
        """How many bytes follow the headers; None where nobody can see that."""
        try:
            return self.session.client.after_head(head)
        except NoReplyError:
            # The client has just got a reply; a raw connection goes another way, past its proxy and TLS.
            self.session.collector.inapplicable(self.session.ids.head, operation.id)
            return None

    def _is_promised(self, operation: Operation) -> bool:
        """Whether the document has HEAD for this path, or gives the check a name."""
        return "HEAD" in self.session.contract.methods(operation.path) or "head" in self.session.ids.named

    def routing(self, operation: Operation, account: TargetAccount | None) -> None:
        """An unknown path gets 404; an unknown method, if it may be sent, 405 with the methods that work."""
        request = self.session.make(operation, {}, account)
        elsewhere = self._elsewhere(request)
        if elsewhere is not None:
            nobody = bare_of_credentials(self.session.contract, elsewhere)
            self._route(operation, elsewhere, NOT_FOUND, "an unknown path")
            if nobody != elsewhere:
                self._route(
                    operation, replace(nobody, account=None), NOT_FOUND, "an unknown path, to nobody,"
                )
        if self.session.collector.options.unsafe_methods:
            sent = request.url.removeprefix(self.session.collector.target.url)
            known = self.session.contract.methods_at(sent) | self.session.contract.methods(operation.path)
            # A method that the path has, by any of its templates, would do what it is there for.
            for method in ("POST", "PUT", "DELETE"):
                if method in known:
                    continue
                other = replace(request, method=method, body=b"")
                self._route(operation, other, METHOD_NOT_ALLOWED, f"{method}, which is not documented,")

    def _elsewhere(self, request: Request) -> Request | None:
        """The request with a path that no template of the contract matches; None where all are matched."""
        target = self.session.collector.target
        for more in ("/metermock-unknown", "/metermock-unknown/nowhere", "/metermock/unknown/nowhere"):
            url = request.url + more
            if not self.session.contract.matches(url.removeprefix(target.url)):
                return replace(request, url=url, method="GET", body=b"")
        return None

    def _route(self, operation: Operation, request: Request, wanted: int, about: str) -> None:
        rule, collector = self.session.ids.routing, self.session.collector
        if not collector.wants(rule, operation.id):
            return
        reply = self.session.probe(operation, request, rule, about, elsewhere=True)
        if reply is None:
            return
        is_shut = request.account is None and reply.status in NO_ACCESS
        if is_shut and operation.is_guarded and "routing" not in self.session.ids.named:
            # Many look at credentials before anything else, and tell a stranger no more than that.
            collector.inapplicable(rule, operation.id)
            return
        headers = reply.exchange.headers
        allow = {word.strip() for word in headers.get("allow", "").split(",")}
        # A 405 must name the methods that work, and not the one that it refuses.
        told = wanted != METHOD_NOT_ALLOWED or (operation.method in allow and request.method not in allow)
        if reply.status == wanted and told:
            self._envelope(operation, request, reply.exchange.body, about)
            return
        known = self.session.contract.methods(operation.path)
        allowed = ", ".join(sorted(known | {"HEAD"} if "GET" in known else known))
        expected = f"{wanted} with Allow: {allowed}" if wanted == METHOD_NOT_ALLOWED else str(wanted)
        received = str(reply.status)
        if wanted == METHOD_NOT_ALLOWED:
            received += f" with Allow: {headers.get('allow', 'nothing')}"
        level, message = self.session.ids.level(rule), f"{about} is answered by {wanted}"
        breach = Breach(rule, level, "", expected, received, message)
        self.session.broken(breach, request, status=reply.status, kind=about)

    def _envelope(self, operation: Operation, request: Request, body: Any, about: str) -> None:
        """Errors outside every operation should have the form of the documented errors too."""
        rule, wanted = self.session.ids.routing, envelope(operation)
        # An unknown path is no operation's: the form of any other one's errors will do.
        is_known = isinstance(body, dict) and any(each <= body.keys() for each in self._envelopes)
        if not wanted or is_known or self._is_documented(body):
            self.session.collector.kept(rule, operation.id)
            return
        expected = f"an error with {', '.join(sorted(wanted))}"
        received = shown(sorted(body)) if isinstance(body, dict) else "something else"
        message = f"{about} is answered in the form of the documented errors"
        self.session.broken(Breach(rule, "should", "", expected, received, message), request, kind="envelope")

    def _is_documented(self, body: Any) -> bool:
        """Whether a body is an error as the schema of some documented one has it, without another field."""
        return any(
            not {breach.rule for breach in operation.judge(_with(body, operation, status)).breaches} & _FORM
            for operation, status in self._errors
        )

    @functools.cached_property
    def _errors(self) -> list[tuple[Operation, int]]:
        """A status of an operation for each documented schema of an error that says something of it."""
        found: dict[str, tuple[Operation, int]] = {}
        for operation in self.session.contract.operations:
            for response in operation.responses.all:
                schema = next((each for media, each in response.content.items() if is_json(media)), True)
                status = next((each for each in ERROR if operation.responses.find(each) is response), None)
                if schema not in (True, {}) and status is not None:
                    found.setdefault(json.dumps(schema, sort_keys=True), (operation, status))
        return list(found.values())

    @functools.cached_property
    def _envelopes(self) -> set[frozenset[str]]:
        """The members of documented errors, by operation."""
        found = (frozenset(envelope(each)) for each in self.session.contract.operations)
        return {each for each in found if each}


def envelope(operation: Operation) -> set[str]:
    """The members that every documented error of an operation has."""
    errors = [set(e.body) for e in operation.examples if e.status in ERROR and isinstance(e.body, dict)]
    return set.intersection(*errors) if errors else set()


def _with(body: Any, operation: Operation, status: int) -> Exchange:
    """A reply with this body, as JSON."""
    return Exchange(operation.id, {}, {}, status, {"content-type": "application/json"}, body, "")


def _media(headers: Mapping[str, str]) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()
