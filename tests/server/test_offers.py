"""Requests that offer another protocol are read to their end, as if they did not."""

from __future__ import annotations

import asyncio

import pytest
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from metermock.server.process import config_of
from metermock.server.protocol import BoundedProtocol
from tests.server.conversations import Written

OFFER = b"Connection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAEAAEAA\r\nUpgrade: h2c\r\n"
BODIES = {
    "of a length": (b"Content-Length: 7\r\n", b"GET / H"),
    "in chunks": (b"Transfer-Encoding: chunked\r\n", b"3\r\nGET\r\n4\r\n / H\r\n0\r\nX-End: 1\r\n\r\n"),
}
NEXT = b"GET /next HTTP/1.1\r\nHost: x\r\n\r\n"


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the method, the path and the body of a request."""
    body, is_more = b"", True
    while is_more:
        message = await receive()
        assert message["type"] == "http.request"
        body, is_more = body + message["body"], message["more_body"]
    said = b"<%s %s %s>" % (scope["method"].encode(), scope["path"].encode(), body)
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(said))]}
    )
    await send({"type": "http.response.body", "body": said})


def answers(sent: bytes, piece: int) -> list[bytes]:
    """What is answered to bytes that come in pieces of a size."""

    async def talk() -> list[bytes]:
        config = config_of(echo)
        config.load()
        protocol, transport = BoundedProtocol(config, ServerState(), {}), Written()
        protocol.connection_made(transport)
        for start in range(0, len(sent), piece):
            protocol.data_received(sent[start : start + piece])
            await asyncio.sleep(0)
        while protocol.tasks:
            await asyncio.wait(protocol.tasks)
            await asyncio.sleep(0)
        protocol.connection_lost(None)
        return [chunk for chunk in transport.chunks if not chunk.startswith(b"HTTP/1.1 200")]

    return asyncio.run(talk())


@pytest.mark.parametrize("piece", [1, 50, 9_999])
@pytest.mark.parametrize("name", BODIES)
def test_the_body_behind_an_offer_is_read(name: str, piece: int) -> None:
    """Java's HttpClient sends its first POST so; what follows it, offers too, is read as well."""
    framing, body = BODIES[name]
    post = b"POST /made HTTP/1.1\r\nHost: x\r\n" + OFFER + framing + b"\r\n" + body
    get = b"GET /plain HTTP/1.1\r\nHost: x\r\n" + OFFER + b"\r\n"

    found = answers(post + NEXT + get + post + NEXT, piece)

    made, after = b"<POST /made GET / H>", b"<GET /next >"
    assert found == [made, after, b"<GET /plain >", made, after]


def test_many_offers_in_one_piece_are_answered() -> None:
    """Each may be followed by another."""
    get = b"GET /plain HTTP/1.1\r\nHost: x\r\n" + OFFER + b"\r\n"
    assert answers(get * 3_000, 1 << 20) == [b"<GET /plain >"] * 3_000
