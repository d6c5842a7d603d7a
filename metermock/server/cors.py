"""CORS: the headers with which a browser lets a page of another origin send requests and read answers."""

from __future__ import annotations

from metermock.server.headers import RawHeaders
from metermock.server.request import HttpRequest

CORS = frozenset(
    (b"access-control-allow-origin", b"access-control-allow-credentials", b"access-control-expose-headers")
)
"""What an answer says of CORS, once."""


def allow(origin: str, exposed: bytes) -> RawHeaders:
    """Return the headers that let a page of `origin` read an answer and its `exposed` headers.

    The origin is named: browsers refuse the wildcard `*` for requests with credentials.
    """
    headers = [
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-allow-credentials", b"true"),
        (b"vary", b"Origin"),
    ]
    if exposed:
        headers.append((b"access-control-expose-headers", exposed))
    return headers


def is_preflight(http: HttpRequest) -> bool:
    """Tell whether a browser asks for permission before the request itself."""
    return (
        http.method == "OPTIONS"
        and "origin" in http.headers
        and "access-control-request-method" in http.headers
    )


def preflight_headers(http: HttpRequest) -> RawHeaders:
    """Return the headers that allow what the browser asks for; `deliver` adds the origin."""
    headers = [
        (b"access-control-allow-methods", http.headers["access-control-request-method"].encode("latin-1"))
    ]
    wanted = http.headers.get("access-control-request-headers")
    if wanted:
        headers.append((b"access-control-allow-headers", wanted.encode("latin-1")))
    if "access-control-request-private-network" in http.headers:
        # A page of a public site asks whether this machine lets it in.
        headers.append((b"access-control-allow-private-network", b"true"))
    headers.append((b"access-control-max-age", b"600"))
    return headers
