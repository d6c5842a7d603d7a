"""One contract being served: what its operations have in common."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

import orjson

from metermock.errors import Refusal
from metermock.server.call import Answer, deliver, raw_header
from metermock.server.exchange import Reply, Request
from metermock.server.problem import problem

if TYPE_CHECKING:
    from starlette.types import Send

    from metermock.contract import Operation
    from metermock.project import Service
    from metermock.server.call import Call
    from metermock.server.clock import Clock
    from metermock.server.rates import Rates

logger = logging.getLogger("metermock")

JSON = (b"content-type", b"application/json")


class Site:
    """A contract being served, with its clock and its manner of errors."""

    def __init__(
        self, service: Service, clock: Clock, *, strict: bool = False, rates: Rates | None = None
    ) -> None:
        self.name = service.name
        self.contract = service.contract
        self.world = service.world
        self.handlers = service.handlers
        self.clock = clock
        self.strict = strict
        self.rates = rates
        self.exposed = exposed_headers(service)
        self.allowed = {
            path: allowed_methods(service, path) for path in {op.path for op in self.contract.operations}
        }

    def request(self, call: Call, operation: Operation | None) -> Request:
        """Make what handlers see of a call."""
        grant = call.grant
        if grant is None:
            account = key = usage = None
        else:
            account, key = grant.account, grant.key
            usage = self.world.usage(account.name, call.now)
        return Request(
            None if operation is None else operation.id,
            call.parameters,
            account,
            key,
            usage,
            call.now,
            self.world.settings,
            self.world,
            call.headers,
            self.identity(call),
        )

    def identity(self, call: Call) -> tuple[bytes, ...]:
        """Return what a request's id is made from; a HEAD has the id of its GET."""
        if not self.clock.frozen:
            return (os.urandom(16),)
        method = "GET" if call.method == "HEAD" else call.method
        credential = call.grant.credential.value if call.grant else ""
        parts = (self.name, method, call.path, credential, str(call.now))
        return (*(part.encode("utf-8", "surrogatepass") for part in parts), call.scope["query_string"])

    def render(self, reply: Reply, request: Request) -> Answer:
        """Turn a handler's reply into bytes."""
        headers = []
        if self.handlers.always is not None:
            headers += [raw_header(name, value) for name, value in self.handlers.always(request).items()]
        headers += [raw_header(name, value) for name, value in reply.headers.items()]
        if reply.body is None:
            return Answer(reply.status, headers, b"")
        if not any(name == b"content-type" for name, _ in headers):
            headers.append(JSON)
        return Answer(reply.status, headers, orjson.dumps(reply.body))

    def refuse(
        self, refusal: Refusal, call: Call, operation: Operation | None = None
    ) -> tuple[Answer, Request]:
        """Answer in the contract's own manner of errors; problem details where that fails too."""
        request = self.request(call, operation)
        try:
            return self.render(self.handlers.refuse(refusal, request), request), request
        except Exception as error:  # noqa: BLE001 - whatever a project's function does, the client gets an answer
            self.log(error, call)
            return problem(500, "The mock failed to write this contract's error; its log says why."), request

    def fail(
        self, error: Exception, call: Call, operation: Operation | None = None
    ) -> tuple[Answer, Request]:
        """Answer 500 for an error that nobody meant, which only the log describes."""
        self.log(error, call)
        return self.refuse(Refusal("internal"), call, operation)

    def log(self, error: Exception, call: Call) -> None:
        """Say in one line what went wrong; the trace stands in the log of `--verbose` or `--strict`."""
        trace = error if self.strict or logger.isEnabledFor(logging.DEBUG) else None
        text = str(error).replace("\n", " ")
        logger.error(
            "%s %s %s: %s: %s",
            self.name,
            call.method,
            ascii(call.path),
            type(error).__name__,
            text,
            exc_info=trace,
        )

    async def send(self, call: Call, answer: Answer, send: Send) -> None:
        """Deliver an answer of this contract."""
        await deliver(call, answer, self.exposed, send)


def exposed_headers(service: Service) -> bytes:
    """List the response headers that a contract documents, for pages of other origins."""
    names: dict[str, str] = {}
    for operation in service.contract.operations:
        for response in operation.responses.values():
            names.update((name.lower(), name) for name in documented_headers(response))
    return ", ".join(sorted(names.values())).encode()


def documented_headers(response: Any) -> list[str]:
    """Return the names of a response's documented headers."""
    headers = response.get("headers", {}) if isinstance(response, dict) else response.headers
    return list(headers)


def allowed_methods(service: Service, path: str) -> str:
    """Return the methods that a path has, as `Allow` lists them."""
    methods = [op.method.upper() for op in service.contract.operations if op.path == path]
    if "GET" in methods and "HEAD" not in methods:
        methods.insert(methods.index("GET") + 1, "HEAD")
    return ", ".join(methods)
