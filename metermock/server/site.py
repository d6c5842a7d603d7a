"""One contract being served: what its operations have in common."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

import orjson

from metermock.errors import Refusal
from metermock.server.call import Answer, deliver, raw_header
from metermock.server.handling import Reply, Request
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
        """Make what handlers see of a call; its parameters are filled in once they are read."""
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

    def identity(self, call: Call) -> tuple[str, ...]:
        """Return what a request's id is made from; a HEAD has the id of its GET."""
        if not self.clock.frozen:
            return (os.urandom(16).hex(),)
        method = "GET" if call.method == "HEAD" else call.method
        credential = call.grant.credential.name if call.grant else ""
        return (self.name, method, call.path, call.query_string, credential, str(call.now))

    def render(self, reply: Reply, request: Request) -> Answer:
        """Turn a handler's reply into bytes."""
        always = self.handlers.always
        named = {**always(request), **reply.headers} if always else reply.headers
        headers = [raw_header(name, value) for name, value in named.items()]
        if reply.body is None:
            return Answer(reply.status, headers, b"")
        for name, _ in headers:
            if name == b"content-type":
                break
        else:
            headers.append(JSON)
        return Answer(reply.status, headers, orjson.dumps(reply.body))

    def refuse(self, refusal: Refusal, call: Call, request: Request | None = None) -> Answer:
        """Answer in the contract's own manner of errors; problem details where that fails too."""
        try:
            request = request or self.request(call, None)
            reply: Reply = self.handlers.refuse(refusal, request)
            return self.render(reply, request)
        except Exception as error:  # noqa: BLE001 - whatever a project's function does, the client gets an answer
            self.log(error, call)
            return problem(500, "The mock failed to write this contract's error; its log says why.")

    def fail(self, error: Exception, call: Call, request: Request | None = None) -> Answer:
        """Answer 500 for an error that nobody meant, which only the log describes."""
        self.log(error, call)
        return self.refuse(Refusal("internal"), call, request)

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
    """List the headers that pages of other origins may read: those of the contract, and the mock's date."""
    names: dict[str, str] = {"date": "Date"}
    for operation in service.contract.operations:
        for response in operation.responses.values():
            names.update((name.lower(), name) for name in response.headers)
    return ", ".join(sorted(names.values())).encode()


def allowed_methods(service: Service, path: str) -> str:
    """Return the methods that a path has, as `Allow` lists them."""
    methods = [op.method.upper() for op in service.contract.operations if op.path == path]
    if "GET" in methods and "HEAD" not in methods:
        methods.insert(methods.index("GET") + 1, "HEAD")
    return ", ".join(methods)
