"""One HTTP request on its way through the mock, and the answer that leaves it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from metermock.server.clock import http_date

if TYPE_CHECKING:
    from starlette.types import Scope, Send

    from metermock.server.credentials import Grant

RawHeaders = list[tuple[bytes, bytes]]

SCOPE_KEY = "metermock.call"


class Call:
    """A request as it arrived, and what the stations on its way learn about it."""

    __slots__ = ("context", "grant", "headers", "method", "now", "parameters", "path", "prefix", "scope")

    def __init__(self, scope: Scope, now: int) -> None:
        self.scope = scope
        self.now = now
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        """The path inside the contract, once the dispatcher has found that."""
        self.prefix = ""
        """What stands before `path` in the request."""
        self.headers = read_headers(scope["headers"])
        self.grant: Grant | None = None
        self.parameters: dict[str, Any] = {}
        self.context: dict[str, Any] = {}
        """Connexion's security leaves here what the credentials stand for."""

    def enter(self, prefix: str) -> None:
        """Take a prefix off the path."""
        self.prefix = prefix
        self.path = self.path[len(prefix) :]

    def values(self, name: bytes) -> list[str]:
        """Return the values of a header, one per line in which it was sent."""
        return [value.decode("latin-1") for key, value in self.scope["headers"] if key == name]

    @property
    def query_string(self) -> str:
        """The query as it was sent."""
        text: str = self.scope["query_string"].decode("latin-1")
        return text

    def query(self) -> list[tuple[str, str]]:
        """Return the query's pairs, decoded; bytes that are no UTF-8 become lone surrogates."""
        text = self.query_string
        if "%" in text or "+" in text:
            return parse_qsl(text, keep_blank_values=True, errors="surrogateescape")
        pairs = [part.partition("=") for part in text.split("&") if part]
        return [(name, value) for name, _, value in pairs]


def read_headers(raw: RawHeaders) -> dict[str, str]:
    """Return headers by lower-case name; those sent several times are joined as RFC 9110 says."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in raw:
        name = raw_name.decode("latin-1")
        value = raw_value.decode("latin-1")
        if name in headers:
            value = f"{headers[name]}{'; ' if name == 'cookie' else ', '}{value}"
        headers[name] = value
    return headers


@dataclass(slots=True)
class Answer:
    """What goes out: bytes and their headers, those that every answer has left aside."""

    status: int
    headers: RawHeaders
    body: bytes


async def deliver(call: Call, answer: Answer, exposed: bytes, send: Send) -> None:
    """Send an answer with the headers that all have: length, the mock's date, CORS where it is asked for."""
    headers = answer.headers
    headers.append((b"date", http_date(call.now)))
    if answer.status != 204:  # noqa: PLR2004 - a 204 must not carry a length (RFC 9110, 8.6)
        headers.append((b"content-length", b"%d" % len(answer.body)))
    origin = call.headers.get("origin")
    if origin is not None:
        headers += allow(origin, exposed)
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if call.method == "HEAD" else answer.body})


def allow(origin: str, exposed: bytes) -> RawHeaders:
    """Let a page of `origin` read the answer, `exposed` headers included; wildcards fail with credentials."""
    headers = [
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-allow-credentials", b"true"),
        (b"vary", b"Origin"),
    ]
    if exposed:
        headers.append((b"access-control-expose-headers", exposed))
    return headers


def raw_header(name: str, value: str) -> tuple[bytes, bytes]:
    """Encode a header of a reply; ValueError for a line break, which would start another header."""
    if "\n" in value or "\r" in value:
        raise ValueError(f"header {name} has a line break in its value: {value!r}")
    return name.lower().encode("latin-1"), value.encode("latin-1", "replace")
