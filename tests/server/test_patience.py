"""Clients that send a body slowly or never, and clients that do not take their replies.

No clock runs: a connection is looked at as often as the time that is told has looks.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.server import ServerState

from metermock.server.connection.patience import (
    LEAST_OF_BODY,
    LONGEST,
    LOOKED_AT_EVERY,
    SLOWEST_BODY,
    SLOWEST_READER,
)
from metermock.server.connection.protocol import BoundedProtocol
from metermock.server.request_body import receive_body
from metermock.server.running.process import config_of
from tests.server.conversations import Written

HEAD = b"POST /rows HTTP/1.1\r\nHost: a\r\n%b\r\n"
LENGTH = b"Content-Length: 1000000\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
CHUNK = b"1\r\na\r\n"
LARGE = 16 << 20
"""Bytes of a reply that no buffer of the system holds."""


async def reading(_scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the length of the body."""
    body = await receive_body(receive)
    await answer(send, b"%d" % len(body or b""))


async def careless(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Answer without a look at the body."""
    await answer(send, b"ok")


async def generous(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Answer with a great many bytes."""
    await answer(send, bytes(LARGE))


async def answer(send: Send, body: bytes) -> None:
    """Send a reply with a body."""
    headers = [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def made(app: ASGIApp) -> BoundedProtocol:
    """One end of a connection to an application."""
    config = config_of(app)
    config.load()
    return BoundedProtocol(config, ServerState(), {})


async def turns() -> None:
    """Let everything happen that waits for nothing."""
    for _ in range(12):
        await asyncio.sleep(0)


def sent_to(app: ASGIApp, sends: Callable[[BoundedProtocol], Awaitable[None]]) -> tuple[bytes, bool]:
    """What a client is sent, and whether its connection was closed."""

    async def talk() -> tuple[bytes, bool]:
        protocol, transport = made(app), Written()
        protocol.connection_made(transport)
        await sends(protocol)
        await turns()
        is_closed = transport.is_closed
        protocol.connection_lost(None)
        await turns()
        assert not protocol.tasks, "nothing goes on for a client that has gone"
        return b"".join(transport.chunks), is_closed

    return asyncio.run(talk())


def looks(seconds: float) -> int:
    """How often a connection is looked at in a time; the first look is where it begins."""
    return 1 + round(seconds / LOOKED_AT_EVERY)


@pytest.mark.parametrize("announced", [LENGTH, CHUNKED])
@pytest.mark.parametrize("begun", [b"", CHUNK])
def test_a_body_that_does_not_come_is_refused(announced: bytes, begun: bytes) -> None:
    """Its client is told why with 408, and the connection is closed."""

    async def sends(protocol: BoundedProtocol) -> None:
        protocol.data_received(HEAD % announced + begun)
        await turns()
        for _ in range(looks(SLOWEST_BODY)):
            protocol.look()

    sent, is_closed = sent_to(reading, sends)

    assert sent.startswith(b"HTTP/1.1 408 Request Timeout\r\ncontent-type: application/problem+json\r\n")
    assert b"body" in sent.partition(b"\r\n\r\n")[2]
    assert is_closed


@pytest.mark.parametrize("piece", [CHUNK, b"0"])
def test_a_body_that_trickles_is_refused(piece: bytes) -> None:
    """Some bytes at each look are not enough, be they of chunks or of what stands between them."""

    async def sends(protocol: BoundedProtocol) -> None:
        protocol.data_received(HEAD % CHUNKED)
        for _ in range(looks(SLOWEST_BODY) + 1):
            if not protocol.broken:
                protocol.data_received(piece)
            protocol.look()

    assert sent_to(reading, sends)[0].startswith(b"HTTP/1.1 408")


def test_a_body_that_comes_steadily_is_read() -> None:
    """Slow is not too slow: the least of bytes in each while is enough, up to the whole time for a body."""
    size = LEAST_OF_BODY * 4

    async def sends(protocol: BoundedProtocol) -> None:
        protocol.data_received(HEAD % b"Content-Length: %d\r\n" % size)
        for _ in range(4):
            for _ in range(looks(SLOWEST_BODY) - 2):
                protocol.look()
            protocol.data_received(bytes(LEAST_OF_BODY))
            await turns()
            protocol.look()

    sent, is_closed = sent_to(reading, sends)

    assert sent.endswith(b"\r\n\r\n%d" % size)
    assert not is_closed


def test_a_body_without_an_end_is_refused() -> None:
    """However many bytes come: a body has its time as a whole."""

    async def sends(protocol: BoundedProtocol) -> None:
        protocol.data_received(HEAD % CHUNKED)
        for _ in range(looks(LONGEST)):
            protocol.data_received(b"2000\r\n" + bytes(0x2000) + b"\r\n")
            await turns()
            protocol.look()

    assert sent_to(reading, sends)[0].startswith(b"HTTP/1.1 408")


def test_each_body_has_its_own_time() -> None:
    """A client that sends one small body after the other is in the middle of one at each look."""
    begun, whole = HEAD % b"Content-Length: 2\r\n" + b"a", 3 * looks(SLOWEST_BODY)

    async def sends(protocol: BoundedProtocol) -> None:
        protocol.data_received(begun)
        for _ in range(whole):
            protocol.look()
            protocol.data_received(b"b")
            await turns()
            protocol.data_received(begun)

    sent, is_closed = sent_to(reading, sends)

    assert sent.count(b"HTTP/1.1 200") == whole
    assert not is_closed


def test_a_body_that_nobody_waited_for_ends_its_connection() -> None:
    """Its request is answered: a second reply would be taken for that of the next."""

    async def sends(protocol: BoundedProtocol) -> None:
        protocol.data_received(HEAD % LENGTH)
        await turns()
        for _ in range(looks(SLOWEST_BODY)):
            protocol.look()

    sent, is_closed = sent_to(careless, sends)

    assert (sent.count(b"HTTP/1.1"), sent[:12], is_closed) == (1, b"HTTP/1.1 200", True)


def test_a_server_that_reads_no_more_does_not_blame_its_client() -> None:
    """While earlier requests are answered, a body waits in the client's own buffers."""

    async def sends(protocol: BoundedProtocol) -> None:
        protocol.data_received(HEAD % b"Content-Length: 4\r\n" + b"ab")
        protocol.flow.pause_reading()
        for _ in range(looks(SLOWEST_BODY) + 1):
            protocol.look()
        protocol.data_received(b"cd")

    assert sent_to(reading, sends)[0].endswith(b"\r\n\r\n4")


def test_who_sends_no_body_may_wait() -> None:
    """A connection between two requests has its own limit, which is longer."""

    async def sends(protocol: BoundedProtocol) -> None:
        protocol.data_received(HEAD % b"")
        await turns()
        for _ in range(looks(SLOWEST_BODY) + 1):
            protocol.look()

    assert not sent_to(careless, sends)[1]


class Noticed(BoundedProtocol):
    """A connection that says when its client takes no more, and when it is over."""

    def __init__(self) -> None:
        config = config_of(generous)
        config.load()
        super().__init__(config, ServerState(), {})
        self.is_full, self.is_over = asyncio.Event(), asyncio.Event()

    def pause_writing(self) -> None:
        """Note that the buffers are full."""
        super().pause_writing()
        self.is_full.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note the end."""
        super().connection_lost(exc)
        self.is_over.set()


@pytest.mark.parametrize("asked", [HEAD % b"", HEAD % b"Connection: close\r\n", HEAD % b"" * 100])
def test_who_does_not_take_a_reply_is_cut_off(asked: bytes) -> None:
    """What waits for it is freed, also where the connection was to be closed, or more is asked for."""

    async def wait() -> tuple[int, int]:
        protocol = Noticed()
        server = await asyncio.get_running_loop().create_server(lambda: protocol, "127.0.0.1", 0)
        with socket.create_connection(server.sockets[0].getsockname()) as client:
            client.sendall(asked)
            await protocol.is_full.wait()
            held = protocol.transport.get_write_buffer_size()
            for _ in range(looks(SLOWEST_READER)):
                protocol.look()
            await protocol.is_over.wait()
            await turns()
            assert not protocol.tasks
        server.close()
        return held, protocol.transport.get_write_buffer_size()

    held, after = asyncio.run(asyncio.wait_for(wait(), 10))

    assert 0 < held < LARGE + 65_536
    assert after == 0


def test_who_takes_a_reply_slowly_gets_it() -> None:
    """Some bytes in each while are enough."""

    async def sends(protocol: BoundedProtocol) -> None:
        transport = protocol.transport
        assert isinstance(transport, Written)
        protocol.data_received(HEAD % b"")
        await turns()
        protocol.pause_writing()
        for left in range(5, 0, -1):
            transport.waits = left
            for _ in range(looks(SLOWEST_READER) - 2):
                protocol.look()

    assert not sent_to(generous, sends)[1]


def test_each_reply_has_its_own_time() -> None:
    """A client that takes one large reply after the other is in the middle of one at each look."""

    async def sends(protocol: BoundedProtocol) -> None:
        transport = protocol.transport
        assert isinstance(transport, Written)
        protocol.data_received(HEAD % b"")
        await turns()
        for turn in range(2 * looks(LONGEST)):
            protocol.pause_writing()
            transport.waits = LARGE + turn
            protocol.look()
            protocol.resume_writing()

    assert not sent_to(generous, sends)[1]


def test_a_server_that_ends_leaves_a_reply_that_nobody_takes(caplog: pytest.LogCaptureFixture) -> None:
    """Its end is not held up for ever, and the log has no stack trace."""

    async def sends(protocol: BoundedProtocol) -> None:
        protocol.pause_writing()
        protocol.data_received(HEAD % b"")
        await turns()
        protocol.shutdown()
        for task in protocol.tasks:
            task.cancel()
        await turns()

    assert sent_to(generous, sends) == (b"", True)
    assert not caplog.records
