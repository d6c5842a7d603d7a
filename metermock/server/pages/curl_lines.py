"""The curl line of a credential: a request that is answered, ready to paste."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from metermock.contract import Contract, Operation, Parameter
from metermock.contract.media import is_json
from metermock.contract.samples import Samples
from metermock.contract.security import authorization
from metermock.contract.wire_text import in_url, quoted
from metermock.ledger.credential import Credential
from metermock.ledger.world import World
from metermock.project import scheme_of

FORM = "application/x-www-form-urlencoded"
_HOST = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#]*", re.IGNORECASE)
"""What stands before a path, where letters of other alphabets are not percent-encoded."""


def curl(contract: Contract, world: World, credential: Credential, url: str) -> str:
    """Return a curl line for the operation that is easiest to ask of those that the credential opens."""
    operation = first_operation(contract, credential.scheme)
    line = Line(url + operation.path)
    for each in together(operation, world, credential):
        line.add_credential(scheme_of(contract, world, each), each)
    return asked(line, operation)


def open_curl(contract: Contract, url: str) -> str:
    """Return a curl line for the operation that is easiest to ask, without a credential."""
    operation = min(contract.operations, key=effort)
    return asked(Line(url + operation.path), operation)


def asked(line: Line, operation: Operation) -> str:
    """Return a line with the parameters and the body that an operation cannot be without."""
    for parameter, value in needed(operation):
        line.add_parameter(parameter, value)
    return line.text(operation.method, *body_of(operation))


class Line:
    """A curl line in the making."""

    def __init__(self, url: str) -> None:
        start = _HOST.match(url)
        before = start.end() if start else 0
        self.url = url[:before] + in_url(url[before:])
        self.headers: dict[str, str] = {}
        self.query: list[tuple[str, str]] = []
        self.cookies: list[str] = []

    def add_credential(self, scheme: Mapping[str, Any], credential: Credential) -> None:
        """Add a credential where its scheme puts it."""
        if scheme.get("in") == "cookie":
            self.cookies.append(f"{scheme['name']}={credential.value}")
        if scheme.get("in") == "query":
            self.query.append((str(scheme["name"]), credential.value))
        headers = credential_headers(scheme, credential)
        self.headers |= {name: value for name, value in headers.items() if name != "Cookie"}

    def add_parameter(self, parameter: Parameter, value: Any) -> None:
        """Add a parameter where it belongs."""
        if parameter.location == "path":
            self.url = self.url.replace(f"{{{parameter.name}}}", quoted(parameter.text(value), ";,=:@"))
        elif parameter.location == "header":
            self.headers[parameter.name] = parameter.text(value)
        elif parameter.location == "cookie":
            self.cookies.append(parameter.cookie(value))
        else:
            self.query += parameter.pairs(value)

    def text(self, method: str, media: str, body: str) -> str:
        """Return the line."""
        return as_curl(self.sent(method, media, body))

    def sent(self, method: str, media: str, body: str) -> Sent:
        """Return the request that the line sends."""
        headers = dict(self.headers)
        if self.cookies:
            headers["Cookie"] = "; ".join(self.cookies)
        if media:
            headers["Content-Type"] = media
        query = "&".join(f"{quoted(name, '/:,@')}={quoted(each, '/:,@')}" for name, each in self.query)
        mark = ("&" if "?" in self.url else "?") if query else ""
        return Sent(method, f"{self.url}{mark}{query}", headers, body if media else None)


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it is sent."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: str | None


def as_curl(sent: Sent) -> str:
    """Write a request as a curl line."""
    words = ["curl"] if sent.method == "GET" else ["curl", "-X", sent.method]
    for name, value in sent.headers.items():
        # curl takes `Name:` for a wish to leave the header out.
        words += ["-H", shlex.quote(f"{name}: {value}" if value else f"{name};")]
    words += [] if sent.body is None else ["--data-raw", shlex.quote(sent.body)]
    return " ".join([*words, shlex.quote(sent.url)])


def credential_headers(scheme: Mapping[str, Any], credential: Credential) -> dict[str, str]:
    """Return the headers that carry a credential, ready to send."""
    value = credential.value
    if scheme["type"] == "apiKey":
        carriers = {
            "header": {scheme["name"]: value},
            "cookie": {"Cookie": f"{scheme['name']}={value}"},
            "query": {},
        }
        headers = carriers[scheme["in"]]
    else:
        headers = {"Authorization": authorization(scheme, value)}
    return {**headers, **credential.headers}


def first_operation(contract: Contract, scheme: str) -> Operation:
    """Return the operation that accepts a scheme and is easiest to ask, else the contract's easiest."""
    fitting = [
        operation
        for operation in contract.operations
        if any(scheme in alternative for alternative in operation.security)
    ]
    return min(fitting or contract.operations, key=effort)


def effort(operation: Operation) -> tuple[bool, int, int]:
    """Return how much has to be known before an operation is answered."""
    required = [parameter for parameter in operation.parameters if parameter.required]
    unknown = [parameter for parameter in required if not parameter.examples]
    return operation.method != "GET", len(unknown), len(required)


def together(operation: Operation, world: World, credential: Credential) -> Iterator[Credential]:
    """Yield a credential, and those of the same account that the operation needs beside it."""
    yield credential
    fitting = [each for each in operation.security if credential.scheme in each]
    for name in min(fitting, key=len, default={}):
        if name != credential.scheme:
            others = (each for each in world.credentials if each.scheme == name and each.refused is None)
            yield from [each for each in others if each.account == credential.account][:1]


def needed(operation: Operation) -> Iterator[tuple[Parameter, Any]]:
    """Yield the parameters that an operation cannot be without, each with a value that its schema accepts."""
    samples = Samples(operation.contract.schemas)
    for parameter in operation.parameters:
        if parameter.required:
            shown = [each for each in parameter.examples.values() if is_good(parameter, each)]
            yield parameter, (shown or samples.accepted(parameter.schema) or [parameter.name])[0]


def is_good(parameter: Parameter, value: Any) -> bool:
    """Tell whether a schema accepts an example: documents show odd ones."""
    return value is not None and parameter.reader.accepts(value)


def body_of(operation: Operation) -> tuple[str, str]:
    """Return the media type and the text of a body; both are empty where the operation takes none."""
    body = operation.body
    for media, schema in body.content.items() if body is not None else ():
        values = [*body.examples.get(media, {}).values()] if body is not None else []
        values = values or Samples(operation.contract.schemas).accepted(schema)
        if is_json(media) and values:
            return ("application/json" if "*" in media else media), json.dumps(values[0])
        if media == FORM and values and isinstance(values[0], dict):
            return media, urlencode(values[0], doseq=True)
    return "", ""
