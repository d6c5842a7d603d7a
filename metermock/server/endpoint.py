"""Answers one operation: credentials, validation, handler, and with `--strict` the check of the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from starlette.types import Receive, Scope, Send

from metermock.contract import Operation
from metermock.contract.any_text import takes_any_text
from metermock.contract.security import challenges
from metermock.errors import NotJsonError, PreferenceError, Refusal, Refused, StorageDownError, Violation
from metermock.ledger.effort import NoLongWork, TooLongError
from metermock.remembered import short
from metermock.server.admission import Admission
from metermock.server.answer import Answer
from metermock.server.chosen import Chooser
from metermock.server.connexion_view import path_names
from metermock.server.counts import FORGOTTEN
from metermock.server.grant import Grant
from metermock.server.handling import Reply, Request
from metermock.server.preferences.preferences import Preferences
from metermock.server.preferred import refused as refused_preferences
from metermock.server.problem import problem
from metermock.server.request import SCOPE_KEY, SEEDED, HttpRequest
from metermock.server.request_body import BodyReader, receive_body
from metermock.server.site import Site
from metermock.server.strict import Strict

INVALID = {400, 422}
UNAUTHORIZED = 401
OK = range(200, 400)
NOT_FOUND = 404
OF_BODIES = {"media-type", "size"}
"""What of a body is 415 and 413, where these are documented."""
CHALLENGE = b"www-authenticate"
DEPRECATION = (b"deprecation", b"true")
"""As Prism says it. RFC 9745 has the date since when, which no document has."""
NO_HEADERS: Mapping[str, str] = {}
"""Those of a reply of which a handler gives the body alone."""

LONG_WORK = ThreadPoolExecutor(1, "long-work")
"""Where replies are made that take long, so that other clients need not wait for them."""
HERE = NoLongWork()
"""Where all others are made."""


class Endpoint:
    """One operation as an ASGI application, to which connexion's router leads."""

    def __init__(
        self, site: Site, operation: Operation, verify: Callable[[HttpRequest], Awaitable[None]] | None
    ) -> None:
        self.site = site
        self.operation = operation
        self.verify = verify
        self.admission = None if verify is None else Admission(operation, verify)
        self.handler = site.handlers.operations[operation.id]
        self.path_names = path_names(operation.path.partition("?")[0])
        self.has_composed_path = any(
            parameter.location == "path" and not parameter.style.is_plain
            for parameter in operation.parameters
        )
        self.body = None if operation.body is None else BodyReader(operation, operation.body)
        self.challenges = [(CHALLENGE, each.encode("latin-1")) for each in challenges(operation)]
        self.is_deprecated = operation.document.get("deprecated") is True
        self.judge = Strict(operation)
        self.chooser = Chooser(site, operation, self.handler)
        # An operation that documents no error for bad parameters cannot refuse an unknown one either.
        can_refuse = not INVALID.isdisjoint(operation.responses)
        self.finds_nothing = NOT_FOUND in operation.responses and not any(
            operation.responses.find(status) for status in INVALID
        )
        self.again = (
            partial(self.respond, refused=None)
            if self.body is None and (self.admission is None or self.admission.carriers)
            else None
        )
        """Answers requests that were admitted, where path and headers say all that lets them in."""
        self.strict = site.strict and can_refuse and not operation.contract.ignores_unknown

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        http: HttpRequest = scope[SCOPE_KEY]
        site = self.site
        if SEEDED in http.context:
            other = http.context.pop(SEEDED)
            http.apply("seed")
            await other.endpoint(self.operation.id, lambda: self.of_site(other))(scope, receive, send)
            return
        refused: Exception | None = None
        try:
            http.grant = await self.grant(http)
            if site.rates is not None and http.grant is not None:
                http.reads = await site.rates.count(site.name, http.grant)
            if http.preferences is not None and http.preferences.sequence:
                http.preferences = await self.step(http, http.preferences)
            if self.body is not None:
                http.depends_on_body = True
                http.body, http.body_faults = self.body.read(await receive_body(receive), http.headers)
        except Exception as error:  # noqa: BLE001 - worded in `respond`, as a handler's errors are
            refused = error
        if refused is None:
            http.respond = self.again
        try:
            with HERE:
                answer = self.respond(http, refused)
        except TooLongError:
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(LONG_WORK, self.respond, http, refused)
        await site.send(http, answer, send)

    def at_once(self, http: HttpRequest) -> Answer | None:
        """Answer a request of which nothing has to be waited for; None for any other.

        It wants a site that has the same reply for the same request, and no preferences. TooLongError as of
        `respond`.
        """
        if self.again is None:
            return None
        if self.admission is not None:
            grant = self.admission.known(http)
            if grant is None:
                return None
            http.grant = self.site.grants.own(grant)
        http.respond = self.again
        return self.again(http)

    async def step(self, http: HttpRequest, wanted: Preferences) -> Preferences:
        """Count a request in its session, and return the preferences that it has there."""
        if self.site.counts is None:
            return wanted
        session = short(wanted.session or ""), short(wanted.texts["sequence"])
        # A probe with HEAD takes no status away from the request that it was sent before.
        name = "sequence", self.site.name, http.method, self.operation.id, short(http.path), *session
        http.apply("sequence", "session")
        return wanted.at(await self.site.counts.next(name, FORGOTTEN))

    def of_site(self, site: Site) -> Endpoint:
        """Return the endpoint of the same operation at a site of another seed."""
        return Endpoint(site, self.operation, self.verify)

    async def grant(self, http: HttpRequest) -> Grant | None:
        """Return the grant of the account that a request prefers, else of the credential that it sends."""
        if http.preferences is not None and http.preferences.account is not None:
            return self.stand_in(http, http.preferences.account)
        grant = None if self.admission is None else await self.admission.grant(http)
        # The credentials were looked up in the world that the server was started with.
        return grant if grant is None else self.site.grants.own(grant)

    def stand_in(self, http: HttpRequest, name: str) -> Grant:
        """Return the grant of an account by name, and add the headers that its credential is sent with."""
        http.apply("account")
        grant = self.site.grants.stand_in(name, http.now)
        http.headers = http.headers.replaced(grant.credential.headers)
        return grant

    def respond(self, http: HttpRequest, refused: Exception | None) -> Answer:
        """Return the answer to a request that was admitted, or to one that was refused before."""
        site = self.site
        request: Request | None = None
        only_unknown = False
        try:
            request = site.request(http, self.operation)
            answer = self.answer(http, request, refused)
        except PreferenceError as error:
            return refused_preferences(error)
        except Refused as error:
            request = request or site.request(http, self.operation)
            only_unknown = self.only_unknown(error.refusal)
            answer = site.refuse(error.refusal, http, request)
        except Exception as error:  # noqa: BLE001 - a handler may raise anything; the client gets a documented body
            answer = self.failed(error, http, request)
        if answer.status == UNAUTHORIZED:
            self.challenge(answer)
        if self.is_deprecated and not any(name.lower() == DEPRECATION[0] for name, _ in answer.headers):
            answer.headers.append(DEPRECATION)
        # An error that the document does not name is no breach of a handler, where none was written.
        is_own = (http.is_chosen or (site.makes_errors and answer.status not in OK)) and not self.documents(
            answer.status
        )
        if site.strict and request is not None and not is_own:
            # The document's own reply of another status says nothing of this request's values.
            answer = self.judged(http, request, answer, form_only=only_unknown or http.is_chosen)
        return answer

    def documents(self, status: int) -> bool:
        """Tell whether the operation documents a status."""
        return self.operation.responses.find(status) is not None

    def failed(self, error: Exception, http: HttpRequest, request: Request | None) -> Answer:
        """Answer for a fault of the mock or of a handler."""
        if isinstance(error, StorageDownError):
            self.site.log(error, http)
            return problem(
                503,
                "The mock cannot count requests: the storage of its rate limits does not answer.",
                [(b"retry-after", b"1")],
            )
        if isinstance(error, NotJsonError):
            self.site.log(error, http)
            return problem(500, f"The handler of {self.operation.id} gave no JSON: {error}.")
        return self.site.fail(error, http, request)

    def challenge(self, answer: Answer) -> None:
        """Say in a 401 what the operation needs, unless its handler did."""
        if not any(name == CHALLENGE for name, _ in answer.headers):
            answer.headers += self.challenges

    def answer(self, http: HttpRequest, request: Request, refused: Exception | None) -> Answer:
        """Return the operation's reply; Refused where the contract refuses, or what was refused before."""
        site = self.site
        if refused is not None:
            raise refused
        if http.reads is not None and not http.reads.let_in:
            facts = {"retry_after": http.reads.resets_in, "limit": http.reads.limit}
            raise Refused("rate_limited", facts=facts)
        if site.handlers.authorize is not None:
            site.handlers.authorize(request)
        values, violations = self.read(http)
        http.parameters.update(values)
        if violations or http.body_faults:
            faults = (*violations, *http.body_faults)
            raise Refused(self.reason(faults), why_of(http), violations=faults)
        if http.preferences is not None:
            http.apply("lag")
            chosen = self.chooser.answer(http, request, http.preferences)
            if chosen is not None:
                return chosen
        result = self.handler(request)
        if isinstance(result, Reply):
            return site.render(result, request)
        return site.write(200, NO_HEADERS, result, request)

    def reason(self, faults: tuple[Violation, ...]) -> str:
        """Return the reason for which faulty values are refused.

        Where the contract documents 404 and no error for bad values, a bad path is one that names nothing.
        """
        is_nothing = self.finds_nothing and all(fault.location == "path" for fault in faults)
        return "unknown_resource" if is_nothing else "invalid"

    def only_unknown(self, refusal: Refusal) -> bool:
        """Tell whether only unknown parameters are refused: `--strict` does that, the contract does not."""
        return bool(refusal.violations) and all(wrong.kind == "unknown" for wrong in refusal.violations)

    def judged(self, http: HttpRequest, request: Request, answer: Answer, *, form_only: bool) -> Answer:
        """Return the answer if it keeps the contract; else a 500, also where a rule cannot be judged."""
        try:
            return self.judge.judge(request, answer, form_only=form_only)
        except Exception as error:  # noqa: BLE001 - a rule may fail in any way; the client gets an answer
            return self.site.fail(error, http, request)

    def fits_path(self, http: HttpRequest) -> tuple[bool, int]:
        """Tell whether the path's values are accepted, and how many of them may not be any text."""
        _, faults = self.operation.read_text("", {}, path=self.path_texts(http), strict=False)
        own = [each for each in self.operation.parameters if each.location == "path"]
        particular = sum(not takes_any_text(each.resolved) for each in own)
        return all(each.location != "path" for each in faults), particular

    def path_texts(self, http: HttpRequest) -> dict[str, str]:
        """Return the texts of the path's parameters by their names."""
        if not self.path_names:
            return {}
        path = dict(zip(self.path_names, http.path_values(), strict=True))
        if self.has_composed_path:
            path.update(self.operation.path_values(http.wire_path()))
        return path

    def read(self, http: HttpRequest) -> tuple[dict[str, Any], tuple[Violation, ...]]:
        """Read and validate the parameters."""
        path = self.path_texts(http) if self.path_names else {}
        for name, text in http.query() if self.operation.queried else ():
            if name in self.operation.queried:
                path[self.operation.queried[name]] = text
        return self.operation.read_text(http.query_string, http.headers, path=path, strict=self.strict)


def why_of(http: HttpRequest) -> str:
    """Return what is wrong with a whole body where HTTP has a status of its own for that."""
    return next((fault.kind for fault in http.body_faults if fault.kind in OF_BODIES), "")
