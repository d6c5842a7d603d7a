"""Requests that come before the replies to earlier ones."""

from __future__ import annotations

import asyncio

from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from metermock.server.connection.pipelining import PIECE
from metermock.server.connection.protocol import BoundedProtocol
from metermock.server.running.process import config_of
from tests.server.conversations import Written

SMALL = b"GET /%d HTTP/1.1\r\nHost:x\r\n\r\n"
MANY = 3_000


class Slow:
    """Answers each request with its path, once it may."""

    def __init__(self) -> None:
        self.may = asyncio.Event()

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer a request."""
        await self.may.wait()
        body = scope["path"].encode()
        headers = [(b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


class Reading(Written):
    """A connection that notes whether it is read."""

    is_read = True

    def pause_reading(self) -> None:
        """Read no more."""
        self.is_read = False

    def resume_reading(self) -> None:
        """Read on."""
        self.is_read = True


def connected(app: Slow) -> tuple[BoundedProtocol, Reading]:
    """A connection to an application."""
    config = config_of(app)
    config.load()
    protocol, transport = BoundedProtocol(config, ServerState(), {}), Reading()
    protocol.connection_made(transport)
    return protocol, transport


def test_many_requests_at_once_are_answered_in_their_order() -> None:
    """However many come in one piece, few of them are begun; what comes meanwhile is not read."""

    async def talk() -> tuple[list[bytes], int, bool]:
        app = Slow()
        protocol, transport = connected(app)
        data = b"".join(SMALL % number for number in range(MANY))
        protocol.data_received(data[: len(data) // 2])
        protocol.data_received(data[len(data) // 2 :])
        most, was_read = len(protocol.pipeline), transport.is_read
        app.may.set()
        while protocol.tasks:
            await asyncio.sleep(0)
            most = max(most, len(protocol.pipeline))
            was_read |= transport.is_read and bool(protocol.held)
        replies = [chunk for chunk in transport.chunks if chunk.startswith(b"/")]
        assert transport.is_read
        protocol.connection_lost(None)
        return replies, most, was_read

    replies, most, was_read = asyncio.run(talk())

    assert replies == [b"/%d" % number for number in range(MANY)]
    assert most <= PIECE / len(SMALL)
    assert not was_read


def test_a_client_that_goes_takes_what_waits_with_it() -> None:
    """Nothing of what it sent is begun after its connection is over."""

    async def talk() -> tuple[int, bytes]:
        app = Slow()
        protocol, _ = connected(app)
        protocol.data_received(b"".join(SMALL % number for number in range(MANY)))
        await asyncio.sleep(0)
        protocol.connection_lost(None)
        app.may.set()
        await asyncio.wait(protocol.tasks)
        return len(protocol.pipeline), protocol.held

    assert asyncio.run(talk()) == (0, b"")
