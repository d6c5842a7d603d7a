"""A process keeps so many connections, and closes one that waits for another that comes."""

from __future__ import annotations

import asyncio
from itertools import count

import pytest

from metermock.server.connection import crowd
from metermock.server.connection.crowd import LONGEST_REST, LOOKED_AGAIN, Crowd
from metermock.server.running.process import config_of
from tests.server.conversations import Written
from tests.server.echoing import answered, connected, echo

GET = b"GET /get HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhel"


class Clocked(asyncio.SelectorEventLoop):
    """A loop of which the clock is set by hand."""

    now = 1_000.0

    def time(self) -> float:
        """Say what time it is."""
        return self.now


def run(sent: list[bytes], later: float, most: int = 3) -> tuple[list[int], list[bytes]]:
    """Fill a crowd with connections on which something came, and let another come after a time.

    Returns which of them are closed, and what the other is sent.
    """
    loop = Clocked()
    try:

        async def talk() -> tuple[list[int], list[bytes]]:
            full = Crowd(most)
            old = [connected(Written(), echo, full) for _ in sent]
            for (protocol, _), data in zip(old, sent, strict=True):
                if data:
                    protocol.data_received(data)
                if data == GET:
                    await answered(protocol)
            loop.now += later
            for protocol, _ in old:
                protocol.rests(loop.time())
            loop.now += later
            _, new = connected(Written(), echo, full)
            closed = [number for number, (_, each) in enumerate(old) if each.is_closed]
            for protocol, _ in old:
                protocol.connection_lost(None)
                await answered(protocol)
            return closed, new.chunks

        return loop.run_until_complete(talk())
    finally:
        loop.close()


@pytest.mark.parametrize(
    ("sent", "closed"),
    [
        ([b"", b"", b""], [0]),
        ([POST, GET[:9], b""], [1]),
        ([POST, GET, GET], [1]),
        ([POST, POST, b"FRO"], [2]),
    ],
)
def test_a_connection_that_waits_makes_room(sent: list[bytes], closed: list[int]) -> None:
    """The one that was looked at longest ago: without a request, in the middle of a head, behind a reply."""
    assert run(sent, LONGEST_REST) == (closed, [])


@pytest.mark.parametrize(("sent", "later"), [([POST] * 3, 60.0), ([b""] * 3, 0.4), ([GET] * 3, 0.4)])
def test_where_nobody_waits_the_new_one_is_told(sent: list[bytes], later: float) -> None:
    """It gets a 503 that says when to come again; who has only just come is left alone."""
    closed, told = run(sent, later)
    assert closed == []
    assert told[0].startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
    assert b"retry-after: 1\r\n" in told[0]


def test_who_still_takes_a_reply_makes_no_room() -> None:
    """Its file stays open until all is taken: whoever came in its place would be one too many."""

    async def talk(waits: int) -> bool:
        protocol, transport = connected(Written())
        protocol.data_received(GET)
        await answered(protocol)
        transport.waits = waits
        now = protocol.loop.time() + LONGEST_REST
        protocol.rests(now)
        rests = protocol.rests(now + LONGEST_REST)
        protocol.connection_lost(None)
        return rests

    assert [asyncio.run(talk(waits)) for waits in (0, 1)] == [True, False]


def test_who_is_gone_counts_no_more() -> None:
    """In his place another comes in."""

    async def talk() -> list[bytes]:
        full = Crowd(1)
        first, _ = connected(Written(), echo, full)
        first.connection_lost(None)
        return connected(Written(), echo, full)[1].chunks

    assert asyncio.run(talk()) == []


class Busy:
    """A connection that always has a request."""

    looks = count()

    def rests(self, _now: float) -> bool:
        """Count a look."""
        next(self.looks)
        return False

    def leave(self) -> None:
        """Never."""
        raise AssertionError("it is busy")


def test_a_flood_does_not_have_all_looked_at_for_each(caplog: pytest.LogCaptureFixture) -> None:
    """Of a thousand that are too many, the first has all looked at, and is told in the log."""
    full, now = Crowd(100), 0.0
    assert all(full.admits(Busy(), now) for _ in range(100))
    assert not any(full.admits(Busy(), now) for _ in range(1_000))
    assert next(Busy.looks) == 100
    assert not full.admits(Busy(), now + LOOKED_AGAIN)
    assert next(Busy.looks) == 201
    (line,) = caplog.messages
    assert line.startswith("A process has 100 connections, the most that it keeps")


@pytest.mark.parametrize(
    ("files", "most"), [(256, 192), (1024, 960), (1 << 20, 4096), (100, 50), (16, 8), (-1, 4096)]
)
def test_files_are_left_for_what_is_read(files: int, most: int) -> None:
    """Time zones and pages are files too."""
    assert crowd.connections_of(files) == most


def test_each_server_has_its_own_crowd() -> None:
    """Connections of another thread are none of its business; those of one server are one crowd."""
    first, second = config_of(echo), config_of(echo)
    crowds = [each.http.keywords["crowd"] for each in (first, second)]  # type: ignore[union-attr]
    assert crowds[0] is not crowds[1]
