"""The mock's own errors, which no contract documents, as problem details (RFC 9457)."""

from __future__ import annotations

from typing import Any

import orjson

from metermock.server.answer import Answer
from metermock.server.headers import RawHeaders

TITLES = {
    400: "Bad request",
    404: "Not found",
    405: "Method not allowed",
    408: "Request timeout",
    431: "Request header fields too large",
    500: "Internal error",
    501: "Not implemented",
    503: "Service unavailable",
}


def problem(status: int, detail: str, headers: RawHeaders | None = None, **members: Any) -> Answer:
    """Make an `application/problem+json` answer."""
    body = {"type": "about:blank", "title": TITLES[status], "status": status, "detail": detail, **members}
    return Answer(
        status, [(b"content-type", b"application/problem+json"), *(headers or [])], orjson.dumps(body)
    )
