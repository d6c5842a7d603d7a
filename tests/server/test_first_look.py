"""The console's figures are worked out before anybody waits for them, where somebody looks."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import httpx
import pytest

from metermock import asgi_app
from metermock.server.current import Current
from metermock.server.running.replacing import ahead, begin_ahead
from tests.conftest import ACME


@pytest.fixture
def current() -> Current:
    """An application that has just started."""
    return Current(asgi_app(ACME))


def asked(current: Current, path: str, accept: str) -> None:
    """Ask an application once."""

    async def ask() -> None:
        transport = httpx.ASGITransport(current)
        async with httpx.AsyncClient(transport=transport, base_url="http://mock.test") as client:
            (await client.get(path, headers={"Accept": accept})).raise_for_status()

    asyncio.run(ask())


def test_in_a_terminal_the_work_begins_at_the_start(current: Current) -> None:
    """Behind what is to be told."""
    begun: list[object] = []
    begin_ahead(current, lambda: begun.append("told"), begun.append, is_terminal=True)

    assert begun[0] == "told"
    assert len(begun) == 2


def test_elsewhere_it_begins_once_with_the_first_page_of_a_browser(current: Current) -> None:
    """A server that only answers programs never does it."""
    begun: list[Iterator[None]] = []
    begin_ahead(current, None, begun.append, is_terminal=False)
    counts = []
    for accept in ("application/json", "*/*", "text/html", "text/html"):
        asked(current, "/", accept)
        counts.append(len(begun))

    assert counts == [0, 0, 1, 1]


def test_it_ends_when_another_application_takes_the_place(current: Current) -> None:
    """The worlds of before are let go."""
    console = current.app.console
    assert console is not None
    steps = ahead(current, console)
    next(steps)
    current.app = asgi_app(ACME)

    assert list(steps) == []
