"""Requests and replies as HAR 1.2 has them, without secrets, and no longer than a reader needs."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from metermock.checker.deployment.concealment import Concealment
from metermock.checker.deployment.request import Pairs, Request
from metermock.checker.deployment.told_secrets import ToldSecrets
from metermock.contract.wire_text import pairs_of

if TYPE_CHECKING:  # a mistake in the options is reported without waiting for the HTTP client
    import httpx

LONGEST = 65_536
"""Characters of a body that are kept."""
_BEYOND = 8_192
"""Characters behind them that are looked at, so that no secret is cut in two."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it went out, and its reply; status 0 and a comment where none came.

    `started` is a time in seconds since 1970, `elapsed` is in seconds.
    """

    method: str
    url: str
    headers: Pairs
    body: bytes
    started: float
    elapsed: float
    status: int = 0
    reason: str = ""
    version: str = "HTTP/1.1"
    reply_headers: Pairs = ()
    reply_body: bytes = b""
    comment: str = ""


def sent_now(request: Request, headers: Pairs) -> Sent:
    """A request that is about to be sent with these headers."""
    return Sent(request.method, request.full_url, headers, request.body, time.time(), 0.0)


def ended(sent: Sent, **reply: Any) -> Sent:
    """What was sent, with what came of it by now."""
    return replace(sent, elapsed=max(0.0, time.time() - sent.started), **reply)


def answered(sent: Sent, response: httpx.Response) -> Sent:
    """What was sent, with the response that came by now."""
    return ended(
        sent,
        status=response.status_code,
        reason=response.reason_phrase,
        version=response.http_version,
        reply_headers=tuple(response.headers.multi_items()),
        reply_body=response.content,
    )


def entry(page: str, sent: Sent, hidden: Concealment, told: ToldSecrets) -> dict[str, Any]:
    """The entry of a log; `page` is the id of its target."""
    milliseconds = round(sent.elapsed * 1000, 3)
    found: dict[str, Any] = {
        "pageref": page,
        "startedDateTime": datetime.fromtimestamp(sent.started, UTC).isoformat(timespec="milliseconds"),
        "time": milliseconds,
        "request": _request(sent, hidden),
        "response": _response(sent, hidden, told),
        "cache": {},
        # How long each of them took is not known: the whole time counts as waiting.
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
    }
    if sent.comment:
        found["comment"] = hidden.conceal(sent.comment)
    return found


def _request(sent: Sent, hidden: Concealment) -> dict[str, Any]:
    cookies = [
        crumb for name, value in sent.headers if name.lower() == "cookie" for crumb in value.split("; ")
    ]
    found: dict[str, Any] = {
        "method": sent.method,
        "url": hidden.conceal(sent.url),
        "httpVersion": sent.version,
        "cookies": _cookies(cookies, hidden),
        "headers": _named(sent.headers, hidden),
        "queryString": _named(tuple(pairs_of(sent.url.partition("?")[2])), hidden),
        "headersSize": -1,
        "bodySize": len(sent.body),
    }
    if sent.body:
        read = sent.body.decode("utf-8", "replace")
        text, comment = _text(read, len(sent.body), hidden)
        if read.encode() != sent.body:
            # HAR has base64 for replies only.
            told = ["bytes that are no UTF-8 are replaced", *comment.values()]
            comment = {"comment": "; ".join(told)}
        found["postData"] = {"mimeType": _media(sent.headers), "text": text} | comment
    return found


def _response(sent: Sent, hidden: Concealment, told: ToldSecrets) -> dict[str, Any]:
    headers = [(name, told.conceal_header(name, value)) for name, value in sent.reply_headers]
    given = [value.partition(";")[0] for name, value in headers if name.lower() == "set-cookie"]
    location = next((value for name, value in headers if name.lower() == "location"), "")
    return {
        "status": sent.status,
        "statusText": hidden.conceal(sent.reason),
        "httpVersion": sent.version,
        "cookies": _cookies(given, hidden),
        "headers": _named(headers, hidden),
        "content": {
            "size": len(sent.reply_body),
            "mimeType": _media(sent.reply_headers),
            **_content(sent.reply_body, hidden, told),
        },
        "redirectURL": hidden.conceal(location),
        "headersSize": -1,
        "bodySize": -1,
    }


def _content(body: bytes, hidden: Concealment, told: ToldSecrets) -> dict[str, str]:
    try:
        text, comment = _text(told.conceal(body.decode("utf-8")), len(body), hidden)
    except UnicodeDecodeError:
        kept = body[:LONGEST].decode("latin-1")
        text, comment = _text(body.decode("latin-1"), len(body), hidden)
        if text != kept:
            said = "; ".join(["bytes that are no UTF-8, each as one character", *comment.values()])
            return {"text": text, "comment": said}
        return {"text": base64.b64encode(body[:LONGEST]).decode("ascii"), "encoding": "base64"} | comment
    return {"text": text} | comment


def _text(text: str, size: int, hidden: Concealment) -> tuple[str, dict[str, str]]:
    """The text without secrets, and a comment where it is only the beginning."""
    shown = hidden.conceal(text[: LONGEST + _BEYOND])
    if len(text) <= LONGEST:
        return shown, {}
    return shown[:LONGEST], {"comment": f"the first {LONGEST:,} characters of {size:,} bytes"}


def _named(pairs: Iterable[tuple[str, str]], hidden: Concealment) -> list[dict[str, str]]:
    return [
        {"name": hidden.conceal(name), "value": hidden.conceal(value, carried=True)} for name, value in pairs
    ]


def _cookies(crumbs: list[str], hidden: Concealment) -> list[dict[str, str]]:
    parts = (crumb.partition("=") for crumb in crumbs)
    return _named(tuple((name.strip(), value) for name, _, value in parts), hidden)


def _media(headers: Pairs) -> str:
    return next((value for name, value in headers if name.lower() == "content-type"), "x-unknown")
