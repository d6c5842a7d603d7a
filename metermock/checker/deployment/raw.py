"""Requests that an HTTP client refuses to send although HTTP allows them, sent as they are written."""

from __future__ import annotations

import http.client
import ssl
import urllib.request
from http import HTTPStatus
from urllib.parse import urlsplit

import httpx

Connection = http.client.HTTPConnection

_MOST = 100
"""Responses that inform; a server that never ends them would hold up the check, since each comes in time."""


def connection_to(url: str, *, timeout: float, tls: ssl.SSLContext, trust_env: bool) -> Connection | None:
    """A connection for one request; None where a proxy stands before it."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if trust_env and parts.scheme in urllib.request.getproxies() and not urllib.request.proxy_bypass(host):
        return None
    if parts.scheme == "https":
        return http.client.HTTPSConnection(host, parts.port, timeout=timeout, context=tls)
    return http.client.HTTPConnection(host, parts.port, timeout=timeout)


def last_response(connection: Connection, method: str) -> http.client.HTTPResponse:
    """The response to the request that was sent, after whatever informs about it, such as 103 Early Hints.

    The library's own reader skips 100 only, and takes any other 1xx for the response.
    """
    response = connection.response_class(connection.sock, method=method)
    response.begin()
    informing = 0
    while response.status < HTTPStatus.OK and response.status != HTTPStatus.SWITCHING_PROTOCOLS:
        informing += 1
        if informing > _MOST:
            message = f"more than {_MOST} responses of 1xx before the response"
            raise http.client.HTTPException(message)
        following = connection.response_class(connection.sock, method=method)
        # What was read ahead of the socket is in the first one's stream, which ends with its owner.
        following.fp, response.fp = response.fp, following.fp
        following.begin()
        response = following
    return response


def send_raw(connection: Connection, wire: httpx.Request) -> httpx.Response:
    """The response to a request whose headers go out byte for byte; closes the connection.

    Raises httpx.ReadError where none comes.
    """
    try:
        target = wire.url.raw_path.decode("latin-1")
        connection.putrequest(wire.method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in (*wire.headers.raw, (b"Connection", b"close")):
            connection.putheader(name, value)
        connection.endheaders(wire.content or None)
        response = last_response(connection, wire.method)
        return httpx.Response(
            response.status, headers=response.getheaders(), content=response.read(), request=wire
        )
    except (OSError, http.client.HTTPException) as problem:
        raise httpx.ReadError(str(problem) or type(problem).__name__) from None
    finally:
        connection.close()
