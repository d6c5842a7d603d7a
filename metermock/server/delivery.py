"""How answers are sent: with the headers that all have."""

from __future__ import annotations

from starlette.types import Send

from metermock.server.answer import Answer
from metermock.server.clock import http_date
from metermock.server.cors import CORS, allow
from metermock.server.representation import represent
from metermock.server.request import HttpRequest, Sent

WITHOUT_LENGTH = frozenset((204, 304))
"""A 204 must not carry a length (RFC 9110, 8.6), and that of a 304 would be the one of the 200."""


async def deliver(
    http: HttpRequest, answer: Answer, exposed: bytes, send: Send, *, is_tagged: bool = False
) -> None:
    """Send an answer with the headers that all have."""
    await send_copy(finish(http, answer, exposed, is_tagged=is_tagged), send)


async def send_copy(sent: Sent, send: Send) -> None:
    """Send a reply that may be sent again: an ASGI middleware may change the messages that it is handed."""
    start, body = sent
    await send({**start, "headers": [*start["headers"]]})
    await send({**body})


def finish(http: HttpRequest, answer: Answer, exposed: bytes, *, is_tagged: bool) -> Sent:
    """Add the headers that all have: date, length, and CORS for a request with an origin.

    With `is_tagged` a body has an entity tag, and a client that has it already gets a 304.
    """
    accepts, known, origin = http.headers.wishes
    represent(http, answer, accepts, known, is_tagged=is_tagged)
    headers = answer.headers
    headers.append((b"date", http_date(http.now)))
    if answer.status not in WITHOUT_LENGTH:
        headers.append((b"content-length", b"%d" % len(answer.body)))
    if origin is not None:
        # One that the document has beside it would keep every page out.
        headers[:] = [pair for pair in headers if pair[0] not in CORS]
        headers += allow(origin, exposed)
    body = b"" if http.method == "HEAD" else answer.body
    http.sent = (
        {"type": "http.response.start", "status": answer.status, "headers": headers},
        {"type": "http.response.body", "body": body},
    )
    return http.sent
