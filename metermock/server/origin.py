"""The scheme and host of the mock, as its clients spell them."""

from __future__ import annotations

import re

from metermock.server.request import HttpRequest

_HOST = re.compile(r"[A-Za-z0-9.:\[\]_-]+")
"""What a host may look like: what is sent back in a page or a link must not be a client's invention."""


def origin(http: HttpRequest) -> str:
    """Return the scheme and host under which the client reaches the mock, also through a proxy."""
    host = http.headers.get("x-forwarded-host") or http.headers.get("host", "")
    scheme = http.headers.get("x-forwarded-proto") or http.scope["scheme"]
    if not _HOST.fullmatch(host):
        host = "{}:{}".format(*(http.scope.get("server") or ("127.0.0.1", 80)))
    return f"{'https' if scheme == 'https' else 'http'}://{host}"


def link(http: HttpRequest, path: str) -> str:
    """Return the URL of a path of the contract that a request has entered, with its preferences in front."""
    return f"{origin(http)}{http.base}{http.prefix}{path}"
