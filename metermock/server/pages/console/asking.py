"""A request of the console: made of the fields of its form, and answered as a client's is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote, urlsplit

from starlette.types import Message, Receive, Scope, Send

from metermock.contract import Operation, Parameter
from metermock.contract.json_types import ABSENT
from metermock.contract.wire_text import quoted
from metermock.ledger.credential import Credential
from metermock.project import scheme_of
from metermock.server.pages.curl_lines import Line, Sent, body_of, needed, together
from metermock.server.preferences.syntax import quoted as in_quotes
from metermock.server.request import HttpRequest
from metermock.server.site import Site

OWN_HEADER = "X-Metermock"
CHOOSERS = ("now", "seed", "code", "lag", "delay", "fault")
"""The preferences that the form offers."""
ON_THE_WAY = ("delay", "fault")
"""Those that change how a reply is sent, not what it says."""

STAND_IN = "stand-in"
"""The field of an account that no credential opens: the request names it."""

Ask = Callable[[Scope, Receive, Send], Awaitable[tuple[HttpRequest, Any]]]


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter in the form."""

    parameter: Parameter
    name: str
    value: str
    choices: tuple[str, ...] = ()
    usual: str = ""
    """What it is where it is left out."""


@dataclass(frozen=True, slots=True)
class Got:
    """A reply, and what was read of the request that it answers."""

    http: HttpRequest
    status: int
    headers: list[tuple[str, str]]
    body: bytes


def fields_of(operation: Operation, given: Mapping[str, str]) -> list[Field]:
    """Return the parameters that the form asks for; those of several texts have a sample, if needed."""
    samples = {each.key: sample(each, value) for each, value in needed(operation)}
    is_new = given.get("of") != operation.id
    fields = []
    for each in operation.parameters:
        if each.style.is_plain and not each.media and each.location != "cookie":
            name = f"p.{each.key}"
            value = samples.get(each.key, "") if is_new or name not in given else given[name]
            usual = "" if each.default is ABSENT or each.default is None else sample(each, each.default)
            fields.append(Field(each, name, value, choices_of(each), usual))
    return fields


def sample(parameter: Parameter, value: Any) -> str:
    """Return the text that a plain parameter is sent with."""
    pairs = parameter.pairs(value) if parameter.location == "query" else []
    return pairs[0][1] if pairs else parameter.text(value)


def choices_of(parameter: Parameter) -> tuple[str, ...]:
    """Return the values that a parameter may have, where its schema lists them."""
    listed = parameter.resolved.get("enum")
    plain = [each for each in listed if each is not None] if isinstance(listed, list) else []
    return tuple(sample(parameter, each) for each in plain)


def preferences_of(given: Mapping[str, str]) -> str:
    """Return the chosen preferences as a header has them."""
    chosen = {"account": given.get(STAND_IN, ""), **{key: given.get(key, "") for key in CHOOSERS}}
    return ", ".join(f"{key}={in_quotes(value.strip())}" for key, value in chosen.items() if value.strip())


def request_of(
    site: Site, operation: Operation, credential: Credential, url: str, given: Mapping[str, str]
) -> Sent:
    """Return the request that the form describes."""
    line = Line(url + operation.path)
    for each in together(operation, site.world, credential) if credential.value else ():
        line.add_credential(scheme_of(site.contract, site.world, each), each)
    asked = {field.parameter.key: field.value for field in fields_of(operation, given)}
    for parameter, value in needed(operation):
        if parameter.key not in asked:
            line.add_parameter(parameter, value)
    for parameter in operation.parameters:
        if asked.get(parameter.key):
            add_text(line, parameter, asked[parameter.key])
    wanted = preferences_of(given)
    if wanted:
        line.headers[OWN_HEADER] = wanted
    media, body = body_of(operation)
    return line.sent(
        operation.method, media, given.get("body", body) if given.get("of") == operation.id else body
    )


def add_text(line: Line, parameter: Parameter, text: str) -> None:
    """Add a parameter as it was typed."""
    if parameter.location == "path":
        line.url = line.url.replace(f"{{{parameter.name}}}", quoted(text, ";,=:@"))
    elif parameter.location == "header":
        line.headers[parameter.name] = text
    else:
        line.query.append((parameter.name, text))


def at_rest(sent: Sent, given: Mapping[str, str]) -> Sent:
    """Return the request without what happens to its reply on the way: the console shows the whole reply."""
    wanted = preferences_of({key: each for key, each in given.items() if key not in ON_THE_WAY})
    headers = {name: value for name, value in sent.headers.items() if name != OWN_HEADER}
    return replace(sent, headers={**headers, OWN_HEADER: wanted} if wanted else headers)


async def answered(ask: Ask, sent: Sent) -> Got:
    """Ask the mock as a client does, but for the wire."""
    start: Message = {}
    body = bytearray()

    async def receive() -> Message:
        return {"type": "http.request", "body": (sent.body or "").encode(), "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            body.extend(message.get("body", b""))

    http, _ = await ask(scope_of(sent), receive, send)
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]]
    return Got(http, start["status"], headers, bytes(body))


def scope_of(sent: Sent) -> Scope:
    """Return the scope of a request that comes on no connection."""
    parts = urlsplit(sent.url)
    length = {"content-length": str(len(sent.body.encode()))} if sent.body is not None else {}
    headers = {"host": parts.netloc, **length, **sent.headers}
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": sent.method,
        "scheme": parts.scheme,
        "path": unquote(parts.path),
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode("utf-8")) for name, value in headers.items()],
        "server": (parts.hostname, parts.port),
        "client": None,
    }
