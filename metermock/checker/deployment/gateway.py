"""Replies of what stands before an API: a gateway whose API is gone for a moment, a login page."""

from __future__ import annotations

from metermock.checker.deployment.reply import Reply
from metermock.checker.deployment.statuses import CLOUDFLARE, GATEWAY, INTERNAL, SUCCESS, TOO_MANY_REQUESTS
from metermock.contract import Operation


def is_page(operation: Operation, reply: Reply) -> bool:
    """Whether a reply is a web page that the operation does not document."""
    documented = operation.responses.find(reply.status)
    return (
        "html" in reply.exchange.headers.get("content-type", "").lower()
        and not (documented is not None and documented.media("text/html") is not None)
        and reply.raw.lstrip().startswith(b"<")
    )


def is_passing(operation: Operation, reply: Reply) -> bool:
    """Whether a reply may be another one a moment later: a gateway sent it, or says that it did.

    This is so of every method: what may change data is sent only to a deployment whose data nobody needs.
    """
    return reply.status in GATEWAY or _is_of_proxy(operation, reply)


def is_of_gateway(operation: Operation, reply: Reply) -> bool:
    """Whether a reply comes from a gateway, and says nothing of the API.

    An API may send a 503 of its own: that is JSON, and documented.
    """
    if reply.status in GATEWAY:
        return reply.body is None or operation.responses.find(reply.status) is None
    return _is_of_proxy(operation, reply)


def is_limited(operation: Operation, reply: Reply) -> bool:
    """Whether a documented limit is in the way, however often it was waited out: it says nothing else."""
    return reply.status == TOO_MANY_REQUESTS and operation.responses.find(reply.status) is not None


def _is_of_proxy(operation: Operation, reply: Reply) -> bool:
    """Whether a reply whose status is none of a gateway's looks as if a proxy had sent it."""
    if reply.status in CLOUDFLARE:
        # Programs get `error code: 522` as a text, browsers a page.
        return reply.body is None
    # An API that crashes answers 500, maybe with a page; a refusal would be the same a moment later.
    return (reply.status in SUCCESS or reply.status > max(INTERNAL)) and is_page(operation, reply)
