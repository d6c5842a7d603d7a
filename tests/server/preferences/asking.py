"""Ways to ask a mock with preferences, for tests: in each of the four places where they may be written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx
import pytest

from metermock.server.preferences.syntax import pairs_of_header
from tests.conftest import Server

USAGE = {
    "essarion": "/essarion/api/usage",
    "glyphnet": "/glyphnet/v1/usage",
    "onceonly": "/onceonly/v1/usage",
    "onepin": "/onepin/api/v1/usage/summary",
    "zkscore": "/zkscore/v1/developer/usage",
}
"""A path of each bundled contract."""
DOCUMENT = str(Path(__file__).parent / "meadow.yaml")
"""A document that is served without handlers and world."""
GAUGE = "/gauges/g-7"
NOW = 'now="2026-03-08T12:00:00Z"'

Ask = Callable[..., httpx.Response]


def by_prefer(server: Server, path: str, wanted: str, method: str = "GET", **headers: str) -> httpx.Response:
    """Ask with the header `Prefer`."""
    return asked(server, method, path, {"Prefer": wanted, **headers})


def by_header(server: Server, path: str, wanted: str, method: str = "GET", **headers: str) -> httpx.Response:
    """Ask with the header `X-Metermock`."""
    return asked(server, method, path, {"X-Metermock": wanted, **headers})


def by_url(server: Server, path: str, wanted: str, method: str = "GET", **headers: str) -> httpx.Response:
    """Ask with preferences in the base URL."""
    return asked(server, method, f"/~{quote(wanted, safe=':=,;')}{path}", headers)


def by_query(server: Server, path: str, wanted: str, method: str = "GET", **headers: str) -> httpx.Response:
    """Ask with preferences in the query."""
    query = urlencode([(f"__{pair.name}", pair.value) for pair in pairs_of_header(wanted)])
    return asked(server, method, f"{path}{'&' if '?' in path else '?'}{query}", headers)


SPELLINGS: tuple[Ask, ...] = (by_prefer, by_header, by_url, by_query)
EVERY = pytest.mark.parametrize("ask", SPELLINGS, ids=lambda ask: ask.__name__)
CONTRACTS = pytest.mark.parametrize("path", USAGE.values(), ids=USAGE)


def asked(server: Server, method: str, path: str, headers: dict[str, str]) -> httpx.Response:
    """Ask, and return what came."""
    with server.client() as client:
        return client.request(method, path, headers=headers)


def applied(reply: httpx.Response) -> str:
    """What a reply says was done."""
    return str(reply.headers.get("preference-applied", ""))
