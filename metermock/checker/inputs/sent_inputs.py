"""How a check varied each parameter: read off the requests that it sent, by the contract's own reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from metermock.checker.inputs.written_bodies import is_bad_body
from metermock.contract import Contract, Operation, Parameter
from metermock.contract.wire_text import pairs_of

BODY = "body"
UNKNOWN = "(unknown)"
"""What stands for the query parameters that an operation does not have."""


@dataclass
class SentInput:
    """One parameter of an operation, or its body: how many requests had it, well and badly.

    `good` are the different good values, `bad` is by what is wrong: a keyword of the schema, `missing`,
    `empty`, `encoding`.
    """

    operation: str
    location: str
    name: str
    good: set[str] = field(default_factory=set)
    bad: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    left_out: int = 0

    @property
    def line(self) -> str:
        """What was sent, in a line."""
        wrong = ", ".join(f"{kind} {count}" for kind, count in self.bad.most_common())
        parts = [f"{len(self.good)} good" if self.good else "nothing good", f"bad: {wrong or 'nothing'}"]
        parts += [f"repeated {self.repeated}"] if self.repeated else []
        return f"{self.operation} {self.location} {self.name}: {'; '.join(parts)}"


@dataclass(frozen=True, slots=True)
class SentRequest:
    """A request as it went out; names of headers are lower-case."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""


def sent_inputs(contract: Contract, base: str, requests: Iterable[SentRequest]) -> list[SentInput]:
    """What was sent of each parameter to a deployment at a base URL, in the order of the document."""
    # Where two paths match, the one without parameters is meant.
    operations = sorted(contract.operations, key=lambda each: each.path.count("{"))
    found = {key: SentInput(*key) for each in contract.operations for key in _keys(each)}
    asked: set[str] = set()
    for request in requests:
        parts = urlsplit(request.url)
        path = parts.path.removeprefix(urlsplit(base).path)
        for operation in operations:
            if operation.method == request.method and (operation.path == path or operation.path_values(path)):
                asked.add(operation.id)
                _count(found, operation, path, request, pairs_of(parts.query))
                break
    # An unknown parameter is never good or bad: it is there, or it is not.
    return [
        each for each in found.values() if each.operation in asked and (each.name != UNKNOWN or each.good)
    ]


def _keys(operation: Operation) -> list[tuple[str, str, str]]:
    keys = [(operation.id, each.location, each.key) for each in operation.parameters]
    body = [(operation.id, BODY, BODY)] if operation.body is not None else []
    return [*keys, *body, (operation.id, "query", UNKNOWN)]


def _count(
    found: Mapping[tuple[str, str, str], SentInput],
    operation: Operation,
    path: str,
    request: SentRequest,
    pairs: Iterable[tuple[str, str]],
) -> None:
    pairs = list(pairs)
    texts = operation.path_values(path)
    values, violations = operation.read(pairs, request.headers, path=texts)
    wrong = {(each.location, each.name): each.kind for each in violations}
    names = [name for name, _ in pairs]
    for parameter in operation.parameters:
        its = found[operation.id, parameter.location, parameter.key]
        kind = wrong.get((parameter.location, parameter.name))
        if kind is not None:
            its.bad[kind] += 1
        elif _is_there(parameter, names, request.headers):
            its.good.add(repr(values.get(parameter.key)))
        else:
            its.left_out += 1
        its.repeated += parameter.location == "query" and names.count(parameter.name) > 1
    unknown = found[operation.id, "query", UNKNOWN]
    unknown.good |= {name for name in names if operation.is_unknown(name)}
    if operation.body is not None:
        its = found[operation.id, BODY, BODY]
        if is_bad_body(operation, request.headers.get("content-type", ""), request.body):
            its.bad["its schema"] += 1
        else:
            its.good.add(repr(request.body))


def _is_there(parameter: Parameter, names: Iterable[str], headers: Mapping[str, str]) -> bool:
    if parameter.location == "header":
        return parameter.name.lower() in headers
    if parameter.location == "cookie":
        crumbs = headers.get("cookie", "").split("; ")
        return any(crumb.partition("=")[0] == parameter.name for crumb in crumbs)
    return parameter.location == "path" or any(parameter.style.owns(name, frozenset()) for name in names)


def as_json(one: SentInput) -> dict[str, Any]:
    """What was sent, for programs."""
    return {
        "operation": one.operation,
        "in": one.location,
        "parameter": one.name,
        "good": len(one.good),
        "bad": dict(one.bad.most_common()),
        "repeated": one.repeated,
        "left_out": one.left_out,
    }
