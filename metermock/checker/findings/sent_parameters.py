"""The parameters of a finding's request, as reports list them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from metermock.checker.deployment.concealment import conceal
from metermock.checker.deployment.request import Request
from metermock.checker.deployment.secret import Secret
from metermock.contract import Operation


@dataclass(frozen=True, slots=True)
class SentParameter:
    """One parameter of a request as it was sent, secrets concealed; `place` is what OpenAPI calls `in`."""

    place: str
    name: str
    value: str


def sent_parameters(
    request: Request, operation: Operation | None, secrets: Iterable[Secret]
) -> tuple[SentParameter, ...]:
    """The path's and the query's parameters, and the headers and cookies that the operation documents."""
    secrets = tuple(secrets)
    return tuple(
        SentParameter(place, conceal(name, secrets), conceal(value, secrets))
        for place, name, value in _found(request, operation)
    )


def _found(request: Request, operation: Operation | None) -> Iterator[tuple[str, str, str]]:
    yield from (("path", *pair) for pair in request.path)
    yield from (("query", *pair) for pair in request.pairs)
    parameters = operation.parameters if operation else ()
    headers = {each.name.lower() for each in parameters if each.location == "header"}
    cookies = {each.name for each in parameters if each.location == "cookie"}
    for name, value in request.headers:
        if name.lower() in headers:
            yield "header", name, value
        elif name.lower() == "cookie":
            for crumb in value.split("; "):
                key, _, text = crumb.partition("=")
                if key in cookies:
                    yield "cookie", key, text
