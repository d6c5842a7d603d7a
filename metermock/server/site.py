"""A contract that is served: what its operations have in common."""

from __future__ import annotations

import logging
import os
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.types import ASGIApp, Send

from metermock.contract import Operation
from metermock.contract.media import is_json
from metermock.errors import LedgerEndError, PreferenceError, Refusal
from metermock.project import Service
from metermock.server.answer import Answer
from metermock.server.clock import Clock
from metermock.server.counts import Counts
from metermock.server.delivery import WITHOUT_LENGTH, deliver, finish
from metermock.server.documented import Documented
from metermock.server.grants import Grants
from metermock.server.handling import Reply, Request, request_of
from metermock.server.headers import RawHeaders, raw_headers
from metermock.server.json_body import json_bytes
from metermock.server.origin import link
from metermock.server.preferences.nearest import near
from metermock.server.preferences.preferences import Preferences
from metermock.server.preferences.syntax import echoed
from metermock.server.problem import problem
from metermock.server.request import HttpRequest, Sent

if TYPE_CHECKING:  # `limits` is slow to import, and only servers that enforce limits need it
    from metermock.server.rates import Rates

logger = logging.getLogger("metermock")

CONTENT_TYPE = b"content-type"
STATUSES = range(200, 600)
"""Those of replies: what is below them only announces one, and nothing is above."""
JSON = (b"application/json", True)
"""A media type, and whether it is JSON."""


class Site:
    """A contract that is served, with its clock, its world and its handlers."""

    def __init__(
        self,
        service: Service,
        clock: Clock,
        documented: Documented,
        *,
        strict: bool = False,
        rates: Rates | None = None,
        counts: Counts | None = None,
        is_alone: bool = False,
    ) -> None:
        self.name = service.name
        self.contract = service.contract
        self.prefix = service.contract.prefix(is_alone=is_alone)
        """The path behind which the mock says that the contract is."""
        self.world = service.world
        self.handlers = service.handlers
        self.write_error = service.handlers.refuse or no_error
        self.makes_errors = service.handlers.makes_errors
        """Whether errors are made from the document, since nobody wrote `refuse`."""
        self.documented = documented
        self.grants = Grants(service.world)
        self.has_prefer = any(
            parameter.location == "header" and parameter.name.lower() == "prefer"
            for operation in service.contract.operations
            for parameter in operation.parameters
        )
        """Whether the document has a `Prefer` header of its own."""
        self.clock = clock
        self.has_ended = False
        """Whether a clock that runs has left the ledger, which the log tells once."""
        self.strict = strict
        self.rates = rates
        self.counts = counts
        self.repeats = clock.frozen and rates is None
        """Whether the same request always has the same reply."""
        self.media: dict[tuple[str | None, int], tuple[bytes, bool]] = {}
        """The documented media type of a reply, by operation and status; found when it is first sent."""
        self.endpoints: dict[str, ASGIApp] = {}
        """By operation, where this site has another seed than the server."""
        self.exposed = exposed_headers(service, is_tagged=clock.frozen)
        self.allowed = {
            path: allowed_methods(service, path) for path in {op.path for op in self.contract.operations}
        }

    def now(self, http: HttpRequest) -> int:
        """Return the instant at which a request is answered: the clock's, or the one that it prefers."""
        if http.preferences is None or http.preferences.now is None:
            return self.clock.now()
        http.apply("now")
        return http.preferences.now

    def endpoint(self, operation: str, make: Callable[[], ASGIApp]) -> ASGIApp:
        """Return what answers an operation at this site, made when it is first asked for."""
        if operation not in self.endpoints:
            self.endpoints[operation] = make()
        return self.endpoints[operation]

    def has_handler(self, operation: str) -> bool:
        """Tell whether somebody wrote the usual reply of an operation."""
        return not self.documented.makes(operation)

    def check(self, preferences: Preferences) -> None:
        """Raise PreferenceError for an account that is not there, and for what this server cannot do."""
        if preferences.sequence and self.counts is None:
            raise PreferenceError(
                [
                    "Several workers cannot count a sequence in memory: serve with --rate-limit-storage redis://…."
                ]
            )
        known, name = self.grants.stand_ins, preferences.account
        if name is not None and name not in known:
            listed = ", ".join(known) or "none"
            wrong = f"{self.name} has no account {echoed(name)}. {near(name, known)}It has {listed}."
            raise PreferenceError([wrong])

    def request(self, http: HttpRequest, operation: Operation | None) -> Request:
        """Make a handler's request. Its parameters share the HTTP request's dict, which is filled later."""
        grant = http.grant
        lag = 0 if http.preferences is None else http.preferences.lag
        if grant is None:
            account = key = usage = None
        else:
            account, key = grant.account, grant.key
            usage = self.world.usage(account.name, http.now, lag)
        return request_of(
            None if operation is None else operation.id,
            http.parameters,
            account,
            key,
            usage,
            http.now,
            self.world.settings,
            self.world,
            http.headers,
            self.identity(http),
            http.reads,
            http.body,
            lag,
            partial(link, http),
            http.method,
            http.path,
        )

    def identity(self, http: HttpRequest) -> tuple[str, ...]:
        """Return what a request's id is made from; HEAD has the id of the same GET."""
        if not self.clock.frozen and (http.preferences is None or http.preferences.now is None):
            return (os.urandom(16).hex(),)
        method = "GET" if http.method == "HEAD" else http.method
        credential = http.grant.credential.name if http.grant else ""
        return (self.name, method, http.path, http.query_string, credential, str(http.now))

    def render(self, reply: Reply, request: Request) -> Answer:
        """Make an answer of a handler's reply; ValueError or TypeError for one that HTTP does not allow."""
        if reply.status not in STATUSES:
            raise ValueError(f"a reply has the status {reply.status!r}: it has to be one from 200 to 599")
        if reply.status in WITHOUT_LENGTH and reply.body:
            raise ValueError(f"a reply has the status {reply.status} and a body: HTTP allows none there")
        return self.write(reply.status, reply.headers, reply.body, request)

    def write(self, status: int, own_headers: Mapping[str, str], body: Any, request: Request) -> Answer:
        """Make an answer of what a reply has; the errors of `raw_header` for a header that cannot be."""
        always = self.handlers.always
        headers = raw_headers({**always(request), **own_headers} if always else own_headers)
        if body is None or status in WITHOUT_LENGTH:
            return Answer(status, headers, b"")
        is_text = isinstance(body, str | bytes)
        own = media_of(headers) if headers else None
        if own is None:
            operation = request.operation
            media, is_of_json = self.media.get((operation, status)) or self.find_media(operation, status)
            if not (is_of_json or is_text):
                media, is_of_json = JSON
            headers.append((CONTENT_TYPE, media))
        else:
            is_of_json = not is_text or is_json(own.decode("latin-1"))
        if isinstance(body, bytes) or (is_text and not is_of_json):
            return Answer(status, headers, body.encode() if isinstance(body, str) else body)
        return Answer(status, headers, json_bytes(body))

    def find_media(self, operation_id: str | None, status: int) -> tuple[bytes, bool]:
        """Find the media type that an operation documents for a status, JSON before others, and keep it."""
        found = JSON
        response = (
            None if operation_id is None else self.contract.operation(operation_id).responses.find(status)
        )
        documented = [] if response is None else [each for each in response.content if "*" not in each]
        if documented and "application/json" not in documented:
            named = next((each for each in documented if is_json(each)), documented[0])
            found = (named.encode("latin-1", "replace"), is_json(named))
        self.media[operation_id, status] = found
        return found

    def refuse(self, refusal: Refusal, http: HttpRequest, request: Request | None = None) -> Answer:
        """Answer with the contract's own error; with problem details if its handler fails."""
        try:
            request = request or self.request(http, None)
            reply: Reply = self.write_error(refusal, request)
            return self.render(reply, request)
        except LedgerEndError as error:
            return self.end(error)
        except Exception as error:  # noqa: BLE001 - whatever a project's function does, the client gets an answer
            self.log(error, http)
            return problem(500, "The mock failed to write this contract's error; its log says why.")

    def fail(self, error: Exception, http: HttpRequest, request: Request | None = None) -> Answer:
        """Answer 500 for an unexpected error; only the log describes it, but for the end of the ledger."""
        if isinstance(error, LedgerEndError):
            return self.end(error)
        self.log(error, http)
        return self.refuse(Refusal("internal"), http, request)

    def end(self, error: LedgerEndError) -> Answer:
        """Answer 500 where the clock has run beyond the ledger: then no account has a usage to write with."""
        if not self.has_ended:
            self.has_ended = True
            logger.error(
                "%s: %s; what needs an account's usage is answered 500 from now on. This is told once.",
                self.name,
                error,
            )
        return problem(500, f"The mock cannot answer: {error}. Start it with a frozen clock (--now).")

    def log(self, error: Exception, http: HttpRequest) -> None:
        """Log an error in one line; with its trace under `--verbose` or `--strict`."""
        trace = error if self.strict or logger.isEnabledFor(logging.DEBUG) else None
        text = str(error).replace("\n", " ")
        logger.error(
            "%s %s %s: %s: %s",
            self.name,
            http.method,
            ascii(http.path),
            type(error).__name__,
            text,
            exc_info=trace,
        )

    def send(self, http: HttpRequest, answer: Answer, send: Send) -> Awaitable[None]:
        """Send an answer, and let pages of other origins read this contract's headers."""
        return deliver(http, answer, self.exposed, send, is_tagged=self.clock.frozen)

    def finish(self, http: HttpRequest, answer: Answer) -> Sent:
        """Return what `send` would send."""
        return finish(http, answer, self.exposed, is_tagged=self.clock.frozen)


def media_of(headers: RawHeaders) -> bytes | None:
    """Return the value of a reply's `Content-Type`, if its handler has set one."""
    for name, value in headers:
        if name == CONTENT_TYPE:
            return value
    return None


def no_error(refusal: Refusal, _request: Request) -> Reply:
    """Stand in for a contract's errors: `generation` writes those of a project that has none."""
    raise LookupError(refusal.reason)


def exposed_headers(service: Service, *, is_tagged: bool) -> bytes:
    """List the headers that pages of other origins may read: those of the contract, and of the mock."""
    # Retry-After comes with refusals that a document does not describe too.
    names = {"date": "Date", "retry-after": "Retry-After"} | ({"etag": "ETag"} if is_tagged else {})
    for operation in service.contract.operations:
        if operation.document.get("deprecated") is True:
            names["deprecation"] = "Deprecation"
        for response in operation.responses.all:
            names.update((name.lower(), name) for name in response.headers)
    return ", ".join(sorted(names.values())).encode()


def allowed_methods(service: Service, path: str) -> str:
    """Return the value of a path's `Allow` header: documents may tell some of its operations by a query."""
    bare = path.partition("?")[0]
    alike = [op for op in service.contract.operations if op.path.partition("?")[0] == bare]
    methods = [*dict.fromkeys(op.method.upper() for op in alike)]
    if "GET" in methods and "HEAD" not in methods:
        methods.insert(methods.index("GET") + 1, "HEAD")
    return ", ".join(methods)
