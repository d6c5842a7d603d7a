"""An application that answers with what it was asked, and connections to it without a socket."""

from __future__ import annotations

import asyncio
import re

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.server import ServerState

from metermock.server.connection.crowd import Crowd
from metermock.server.connection.protocol import BoundedProtocol
from metermock.server.running.process import config_of
from tests.server.conversations import Written

_HEAD = re.compile(rb"HTTP/1\.1 (\d{3}) [^\r]*\r\n((?:[^\r\n]+\r\n)*)\r\n")


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the method, the path and the body of a request."""
    body, is_more = b"", True
    while is_more:
        message = await receive()
        if message["type"] != "http.request":
            return
        body, is_more = body + message["body"], message["more_body"]
    said = b"<%s %s %s>" % (scope["method"].encode(), scope["path"].encode(), body)
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(said))]}
    )
    await send({"type": "http.response.body", "body": said})


def connected(
    transport: Written, app: ASGIApp = echo, crowd: Crowd | None = None
) -> tuple[BoundedProtocol, Written]:
    """A new connection to an application."""
    config = config_of(app)
    config.load()
    protocol = BoundedProtocol(config, ServerState(), {}, crowd=crowd)
    protocol.connection_made(transport)
    return protocol, transport


async def answered(protocol: BoundedProtocol) -> None:
    """Wait until nothing is done for a connection any more."""
    while protocol.tasks:
        await asyncio.wait(protocol.tasks)
        await asyncio.sleep(0)


def written(sent: bytes, piece: int) -> bytes:
    """All that is answered to bytes that come in pieces of a size."""

    async def talk() -> bytes:
        protocol, transport = connected(Written())
        for start in range(0, len(sent), piece):
            protocol.data_received(sent[start : start + piece])
            await asyncio.sleep(0)
        # A request of which the end does not come waits for ever.
        if not protocol.in_body:
            await answered(protocol)
        protocol.connection_lost(None)
        await answered(protocol)
        return b"".join(transport.chunks)

    return asyncio.run(talk())


def replies(sent: bytes, piece: int = 9_999) -> list[tuple[int, bytes]]:
    """The status and the body of each reply to bytes that come in pieces of a size."""
    said, found = written(sent, piece), []
    while said:
        head = _HEAD.match(said)
        assert head is not None, said
        length = re.search(rb"content-length: (\d+)", head[2])
        end = head.end() + (int(length[1]) if length else 0)
        found.append((int(head[1]), said[head.end() : end]))
        said = said[end:]
    return found


def answers(sent: bytes, piece: int) -> list[bytes]:
    """The bodies of these replies, of which each has to be a 200."""
    found = replies(sent, piece)
    assert {status for status, _ in found} <= {200}
    return [body for _, body in found]
