"""What comes after the headers of a HEAD reply, which HTTP clients hide: there must be nothing."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

from metermock.checker.deployment.raw import connection_to, last_response
from metermock.checker.deployment.request import Pairs, Request


@dataclass(frozen=True, slots=True)
class HeadReply:
    """The reply to a HEAD request, and how many bytes follow its headers."""

    status: int
    reason: str
    headers: Pairs
    left: int


def reply_to_head(
    request: Request, *, timeout: float, tls: ssl.SSLContext, trust_env: bool
) -> HeadReply | None:
    """The reply to a HEAD request; None where it cannot be seen what follows it, behind a proxy.

    The connection is closed after the reply, so what is left on it is a body. Raises OSError or
    http.client.HTTPException where there is no reply.
    """
    parts = urlsplit(request.full_url)
    connection = connection_to(request.full_url, timeout=timeout, tls=tls, trust_env=trust_env)
    if connection is None:
        return None
    try:
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        connection.putrequest("HEAD", target or "/", skip_accept_encoding=True)
        for name, value in (*request.headers, ("Connection", "close")):
            connection.putheader(name, value.encode("utf-8", "surrogateescape"))
        connection.endheaders()
        response = last_response(connection, "HEAD")
        # For HEAD the reader stops at the headers; the stream below it goes on to the end.
        left = len(response.fp.read()) if response.fp else 0
        return HeadReply(response.status, response.reason, tuple(response.getheaders()), left)
    finally:
        connection.close()
