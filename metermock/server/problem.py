"""The mock's own errors, which no contract documents, as problem details (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import orjson

from metermock.server.answer import Answer
from metermock.server.headers import RawHeaders

TITLES = {
    400: "Bad request",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    408: "Request timeout",
    431: "Request header fields too large",
    500: "Internal error",
    501: "Not implemented",
    503: "Service unavailable",
    505: "HTTP version not supported",
}


PROBLEM = "application/problem+json"


def title_of(status: int) -> str:
    """Return the title of a status; its name in HTTP, where it has one."""
    try:
        return TITLES.get(status) or HTTPStatus(status).phrase.capitalize()
    except ValueError:
        return f"Status {status}"


def problem(status: int, detail: str, headers: RawHeaders | None = None, **members: Any) -> Answer:
    """Make an `application/problem+json` answer."""
    body = problem_body(status, detail, **members)
    return Answer(status, [(b"content-type", PROBLEM.encode()), *(headers or [])], orjson.dumps(body))


def problem_body(status: int, detail: str, *, title: str = "", **members: Any) -> dict[str, Any]:
    """Make the members of problem details; the title is that of the status, unless another is given."""
    return {
        "type": "about:blank",
        "title": title or title_of(status),
        "status": status,
        "detail": detail,
        **members,
    }
