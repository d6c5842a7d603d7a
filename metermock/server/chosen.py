"""Answers with the status or the example that a request prefers.

A preference comes after credentials and parameters: a request that the contract refuses is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from metermock.contract import Operation, Parameter
from metermock.contract.response import BODILESS
from metermock.errors import Refusal, Violation
from metermock.ledger.calendar import MINUTE
from metermock.server.answer import Answer
from metermock.server.handling import Reads, Reply, Request
from metermock.server.preferences.preferences import Preferences
from metermock.server.problem import problem, title_of
from metermock.server.request import HttpRequest
from metermock.server.site import Site

USUAL_LIMIT = 60
"""Reads in a minute where the plan says nothing."""
UNAUTHORIZED, TOO_MANY, INTERNAL, UNAVAILABLE = 401, 429, 500, 503
FIRST_ERROR = 400

REASONS: Mapping[int, tuple[tuple[str, str], ...]] = {
    400: (("invalid", ""),),
    422: (("invalid", ""),),
    401: (("unauthenticated", "unknown"), ("unauthenticated", "missing")),
    403: (("forbidden", "scope"), ("unauthenticated", "unknown")),
    404: (("unknown_resource", ""), ("not_found", "")),
    405: (("method_not_allowed", ""),),
    429: (("rate_limited", ""),),
    500: (("internal", ""),),
}
"""The refusals that may lead to a status, in the order in which they are tried."""


class Chooser:
    """Chooses among the documented replies of one operation."""

    def __init__(self, site: Site, operation: Operation, handler: Callable[[Any], Any]) -> None:
        self.site = site
        self.operation = operation
        self.handler = handler
        self.is_made = not site.has_handler(operation.id)
        """Whether the usual reply is made from the document."""

    def answer(self, http: HttpRequest, request: Request, wanted: Preferences) -> Answer | None:
        """Return the reply that is preferred; None where that is the usual one.

        PreferenceError for an example that the document does not have.
        """
        code = wanted.code
        if wanted.example is not None:
            status = self.site.documented.usual_status(self.operation.id) if code is None else code
            reply = self.site.documented.example(self.operation.id, status, wanted.example, request)
            return self.chosen(http, request, reply, "code", "example", "dynamic")
        if code is not None and code >= FIRST_ERROR:
            return self.error(http, request, code, dynamic=wanted.dynamic)
        if code is None and (wanted.dynamic is None or (wanted.dynamic and not self.is_made)):
            http.apply("dynamic")
            return None
        return self.success(http, request, code, dynamic=wanted.dynamic)

    def success(
        self, http: HttpRequest, request: Request, code: int | None, *, dynamic: bool | None
    ) -> Answer | None:
        """Return the reply of a status that is no error; None where that is the usual one."""
        usual = self.site.documented.usual_status(self.operation.id)
        status = usual if code is None else code
        if status == usual and (dynamic is None or (dynamic and not self.is_made)):
            http.apply("code", "dynamic")
            return None
        if self.operation.responses.find(status) is None:
            return self.undocumented(http, status)
        reply = self.site.documented.success(self.operation.id, status, request, dynamic=dynamic)
        return self.chosen(http, request, reply, "code", "dynamic")

    def error(self, http: HttpRequest, request: Request, status: int, *, dynamic: bool | None) -> Answer:
        """Return the documented error of a status, made for this request."""
        if self.operation.responses.find(status) is None:
            return self.undocumented(http, status)
        if status == UNAUTHORIZED:
            # Nobody is known there, so that headers about an account tell nothing of one.
            request = replace(request, account=None, key=None, usage=None)
        if status == TOO_MANY:
            request = replace(request, reads=reads_of(request))
        refusals = [self.refusal(request, status, *reason) for reason in REASONS.get(status, ())]
        if dynamic is not False and not self.site.makes_errors:
            for refusal in refusals:
                reply = self.site.write_error(refusal, request)
                if reply.status == status:
                    return self.chosen(http, request, reply, "code", "dynamic")
        # `internal` speaks of a fault of the mock's own, which nobody had here.
        is_known = bool(refusals) and status != INTERNAL
        named = refusals[0] if is_known else Refusal("other", f"{title_of(status)}.")
        reply = self.site.documented.error(self.operation.id, status, named, request, dynamic=dynamic)
        return self.chosen(http, request, reply, "code", "dynamic")

    def refusal(self, request: Request, status: int, reason: str, why: str) -> Refusal:
        """Return the refusal that a status is the answer to."""
        if reason == "invalid":
            wrong = violation(self.operation, status)
            return Refusal(reason, "" if wrong else "The request is not accepted.", wrong)
        if reason == "rate_limited" and request.reads is not None:
            facts: dict[str, Any] = {"retry_after": request.reads.resets_in, "limit": request.reads.limit}
            return Refusal(reason, why, facts=facts)
        allow = self.site.allowed[self.operation.path]
        return Refusal(reason, why, facts={"allow": allow, "path": self.operation.path})

    def chosen(self, http: HttpRequest, request: Request, reply: Reply, *met: str) -> Answer:
        """Make an answer of a reply that was chosen, and note what was met."""
        http.is_chosen = True
        http.apply(*met)
        return self.site.render(reply, request)

    def undocumented(self, http: HttpRequest, status: int) -> Answer:
        """Answer with a status that the operation does not document."""
        http.is_chosen = True
        http.apply("code")
        if status in BODILESS:
            return Answer(status, [], b"")
        again = [(b"retry-after", b"30")] if status in (TOO_MANY, UNAVAILABLE) else []
        known = self.operation.responses.documented
        detail = f"This status was asked for; {self.operation.id} documents {known}, and no form for others."
        return problem(status, detail, again)


def reads_of(request: Request) -> Reads:
    """Return the reads of an account that has used up its minute."""
    plan = request.account.plan if request.account is not None else None
    limit = (plan.reads_per_minute if plan is not None else None) or USUAL_LIMIT
    return Reads(limit, limit, MINUTE - request.now % MINUTE, let_in=False)


def violation(operation: Operation, status: int) -> tuple[Violation, ...]:
    """Return what may be wrong with a request: the value of a parameter, rather of an optional one."""
    has_inputs = [each for each in operation.parameters if each.location == "query"]
    found: Parameter | None = min(has_inputs, key=lambda each: each.required, default=None)
    if found is not None:
        return (Violation(found.location, found.name, "the value is not accepted", kind_of(found)),)
    if operation.body is not None and status in (400, 422):
        return (Violation("body", "body", "the value is not accepted", "type"),)
    return ()


def kind_of(parameter: Parameter) -> str:
    """Return the keyword of its schema that a wrong value of a parameter most likely breaks."""
    known = parameter.resolved
    kinds = ("enum", "const", "format", "pattern")
    typed = "type" if "string" not in parameter.types else "value"
    return next((each for each in kinds if each in known), typed)
