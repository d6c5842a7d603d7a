"""Whether a reply comes from the API at all, and the request that tells whether the API still lives."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from metermock.checker.checks.expectation import successes
from metermock.checker.deployment.client import Client
from metermock.checker.deployment.gateway import is_page
from metermock.checker.deployment.reply import Reply
from metermock.checker.deployment.request import Request
from metermock.checker.deployment.statuses import (
    FAILURE,
    GATEWAY,
    NO_ACCESS,
    REDIRECT,
    SUCCESS,
    TOO_MANY_REQUESTS,
)
from metermock.contract import Operation
from metermock.errors import CannotTestError


def why_untestable(operation: Operation, reply: Reply) -> str:
    """Why a reply does not come from the API: a gateway, a proxy, a login page; empty if it may."""
    status, headers = reply.status, reply.exchange.headers
    if status in REDIRECT and status not in successes(operation):
        elsewhere = headers.get("location", "nowhere")
        return f"it answers {status} and sends us to {elsewhere}: {_why_elsewhere(reply, elsewhere)}"
    if is_page(operation, reply):
        return f"it answers {status} with a web page{_title(reply.raw)}: a proxy or a login page, not the API"
    if status in GATEWAY:
        return f"it answers {status}"
    return ""


@dataclass
class Lifeline:
    """A request that was answered well, sent again when a reply looks as if the deployment were gone."""

    client: Client
    operation: Operation
    request: Request

    def demand(self, operation: Operation, reply: Reply | None) -> None:
        """Raise CannotTestError if the deployment is gone; return if only this one reply was odd.

        None stands for no reply. So a 503 half-way ends the check, and a 503 for one value of one
        parameter is a finding.
        """
        if reply is not None and not why_untestable(operation, reply) and reply.status != TOO_MANY_REQUESTS:
            return
        # The same request was answered well before, so that whatever it gets now is about the deployment.
        again = self.client.send(self.operation, self.request)
        why = why_untestable(self.operation, again) or bad(self.operation, again)
        if why:
            since = f"after {self.client.requests} requests"
            message = f"{since} {self.client.target.url} could not be tested any more: {why}"
            raise CannotTestError(message)


def bad(operation: Operation, reply: Reply) -> str:
    """Why a reply is not what an allowed request should get; empty if it is."""
    status = reply.status
    if status in NO_ACCESS:
        return _refused(operation, reply)
    if status == TOO_MANY_REQUESTS:
        return "it answers 429 however long we wait; set a lower --rate-limit"
    if status in FAILURE:
        return f"it answers {status}"
    if status not in SUCCESS and status not in successes(operation):
        return f"{reply.request.method} {reply.request.url} answers {status}"
    if reply.faults:
        # What begins as JSON comes from the API, and breaks its contract; the rest may come from anywhere.
        begun = reply.raw.lstrip()[:1] in (b"{", b"[")
        return f"its reply {reply.faults[0]}" if reply.body is None and not begun else ""
    return ""


def _refused(operation: Operation, reply: Reply) -> str:
    """What a 401 or 403 refuses."""
    account = reply.request.account
    if account is None:
        return f"a request without a credential is refused ({reply.status})"
    if not operation.security:
        # A login form refuses the values that it was sent, whoever sends them.
        return f"it answers {reply.status}, though the document demands no credential of it"
    return f"the credential of {account!r} is refused ({reply.status})"


def _why_elsewhere(reply: Reply, elsewhere: str) -> str:
    """What a redirect most likely means."""
    here, there = urlsplit(reply.request.url).path, urlsplit(elsewhere).path
    if here != there and here.rstrip("/") == there.rstrip("/"):
        # Frameworks have a path with a slash at its end or without, and send everybody to the one they have.
        return f"the document has that path {'with' if here.endswith('/') else 'without'} a slash at its end"
    return "a login page, or a moved API"


def _title(raw: bytes) -> str:
    match = re.search(rb"<title[^>]*>\s*([^<]{1,80}?)\s*</title>", raw, re.IGNORECASE)
    return f" “{match[1].decode('utf-8', 'replace')}”" if match else ""
