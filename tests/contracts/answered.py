"""A contract's handlers asked as the server asks them, without a server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import orjson

from metermock import Refusal, Refused, Reply, Request, instant_text
from metermock.contract import Breach, Exchange, Operation
from metermock.project import Service, open_project


@dataclass(frozen=True)
class Answered:
    """A request as it was read, and its reply."""

    exchange: Exchange
    operation: Operation

    @property
    def breaches(self) -> list[Breach]:
        """What the contract has against the reply."""
        return self.operation.judge(self.exchange).breaches

    @property
    def status(self) -> int:
        """The status of the reply."""
        return self.exchange.status

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of the reply, by lower-case name."""
        return self.exchange.headers

    @property
    def body(self) -> Any:
        """The body of the reply."""
        return self.exchange.body


@cache
def load(contract: str, seed: int) -> Service:
    """The contract, its handlers and one of its worlds; only the worlds differ between seeds."""
    if seed == 0:
        return open_project().load(contract)
    return replace(load(contract, 0), world=open_project().load_world(contract, seed=seed))


def answer(service: Service, request: Request, violations: Any = ()) -> Exchange:
    """What goes over the wire for a request of an operation: its handler's reply, or the refusal."""
    handlers = service.handlers
    try:
        if handlers.authorize:
            handlers.authorize(request)
        if violations:
            return refuse(service, request, Refusal("invalid", violations=violations))
        found = handlers.operations[str(request.operation)](request)
    except Refused as refused:
        return refuse(service, request, refused.refusal)
    return exchanged(service, request, found if isinstance(found, Reply) else Reply(200, found))


def refuse(service: Service, request: Request, refusal: Refusal) -> Exchange:
    """What goes over the wire when a request is refused."""
    assert service.handlers.refuse is not None
    return exchanged(service, request, service.handlers.refuse(refusal, request))


def exchanged(service: Service, request: Request, reply: Reply) -> Exchange:
    """A reply with the headers that all replies have."""
    always = service.handlers.always(request) if service.handlers.always else {}
    sent = {**always, **reply.headers, "Content-Type": "application/json"}
    headers = {name.lower(): value for name, value in sent.items()}
    # Parts of a body may be prepared JSON, which only the writer knows to put in.
    body = orjson.loads(orjson.dumps(reply.body))
    operation, now = str(request.operation), instant_text(request.now)
    return Exchange(operation, request.parameters, request.headers, reply.status, headers, body, now)
