"""An answer of the mock, and how it is sent."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.types import Send

from metermock.server.clock import http_date
from metermock.server.cors import allow
from metermock.server.headers import RawHeaders
from metermock.server.request import HttpRequest


@dataclass(slots=True)
class Answer:
    """Status, headers and bytes. The headers that every answer has are added by `deliver`."""

    status: int
    headers: RawHeaders
    body: bytes


async def deliver(http: HttpRequest, answer: Answer, exposed: bytes, send: Send) -> None:
    """Send an answer with the headers that all have: date, length, and CORS for a request with an origin."""
    headers = answer.headers
    headers.append((b"date", http_date(http.now)))
    if answer.status != 204:  # noqa: PLR2004 - a 204 must not carry a length (RFC 9110, 8.6)
        headers.append((b"content-length", b"%d" % len(answer.body)))
    origin = http.headers.get("origin")
    if origin is not None:
        headers += allow(origin, exposed)
    body = b"" if http.method == "HEAD" else answer.body
    http.sent = (
        {"type": "http.response.start", "status": answer.status, "headers": headers},
        {"type": "http.response.body", "body": body},
    )
    for message in http.sent:
        await send(message)
