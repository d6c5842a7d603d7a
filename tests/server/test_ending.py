"""A connection ends behind its last reply, also where its client still sends, or has ended its side."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from metermock.server.connection.crowd import Crowd
from tests.server.conversations import Written
from tests.server.echoing import answered, connected, echo

GET = b"GET /get HTTP/1.1\r\nHost: x\r\n\r\n"
LAST = b"POST /p HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 99999\r\n\r\n"


class Ended(Written):
    """A connection of which each side can be ended alone."""

    def __init__(self) -> None:
        super().__init__()
        self.has_ended = False

    def can_write_eof(self) -> bool:
        """As sockets do."""
        return True

    def write_eof(self) -> None:
        """Note the end of the server's side."""
        self.has_ended = True

    def write(self, data: Any) -> None:
        """Keep what is written, which must come before the end."""
        assert not self.has_ended
        super().write(data)


async def at_once(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Answer without a look at the body."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.mark.parametrize(
    ("sent", "status"), [(LAST, b"200"), (b"\0", b"400"), (GET.replace(b"1.1", b"2.0"), b"505")]
)
def test_who_still_sends_gets_the_last_reply(sent: bytes, status: bytes) -> None:
    """What it sends is read and dropped for a while: a reset might overtake the reply."""

    async def talk(longest: float) -> tuple[bytes, bool, bool]:
        transport = Ended()
        protocol, _ = connected(transport, at_once)
        protocol.longest_ending = longest
        protocol.data_received(sent)
        await answered(protocol)
        protocol.data_received(b"x" * 100_000 + GET)
        await asyncio.sleep(0.001)
        protocol.connection_lost(ConnectionError())
        return b"".join(transport.chunks)[:12], transport.has_ended, transport.is_closed

    assert asyncio.run(talk(3_600)) == (b"HTTP/1.1 " + status, True, False)
    assert asyncio.run(talk(0)) == (b"HTTP/1.1 " + status, True, True)


def test_who_has_sent_all_is_not_waited_for() -> None:
    """Behind the reply to a whole request the connection is closed at once."""

    async def talk() -> Ended:
        transport = Ended()
        protocol, _ = connected(transport)
        protocol.data_received(LAST.replace(b"99999", b"2") + b"ab")
        await answered(protocol)
        protocol.connection_lost(None)
        return transport

    transport = asyncio.run(talk())
    assert (transport.is_closed, transport.has_ended) == (True, False)


def test_few_that_are_too_many_linger() -> None:
    """A flood of connections has each closed at once, so that no more files are open for it."""

    async def talk() -> list[bool]:
        full = Crowd(0)
        protocol, first = connected(Ended(), echo, full)
        transports = [first]
        for _ in range(12):
            another = type(protocol)(protocol.config, protocol.server_state, {}, crowd=full)
            transports.append(Ended())
            another.connection_made(transports[-1])
        assert all(b"503" in each.chunks[0] for each in transports)
        return [each.is_closed for each in transports]

    assert asyncio.run(talk()) == [False] * 8 + [True] * 5


@pytest.mark.parametrize("number", [1, 3, 2_000])
def test_who_has_ended_its_side_gets_its_replies(number: int) -> None:
    """All of those to whole requests, then the connection is closed."""

    async def talk() -> tuple[bytes, bool, bool]:
        protocol, transport = connected(Ended())
        protocol.data_received(GET * number)
        is_kept = protocol.eof_received()
        await answered(protocol)
        for _ in range(3):
            await asyncio.sleep(0)
        protocol.connection_lost(None)
        return b"".join(transport.chunks), is_kept, transport.is_closed

    said, is_kept, is_closed = asyncio.run(talk())
    assert (said.count(b"<GET /get >"), is_kept, is_closed) == (number, True, True)


@pytest.mark.parametrize("sent", [b"", GET[:9], LAST + b"abc"])
def test_who_has_ended_its_side_too_early_is_left(sent: bytes) -> None:
    """A request of which the end cannot come is answered by nobody."""

    async def talk() -> bool:
        protocol, _ = connected(Ended())
        protocol.data_received(sent)
        is_kept = protocol.eof_received()
        protocol.connection_lost(None)
        await answered(protocol)
        return is_kept

    assert not asyncio.run(talk())


def test_who_has_ended_its_side_is_not_answered_for_ever() -> None:
    """It may have gone altogether, which nobody can see before something is written."""

    async def never(_scope: Scope, receive: Receive, _send: Send) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    async def talk() -> bool:
        protocol, transport = connected(Ended(), never)
        protocol.longest_half = 0.0
        protocol.data_received(GET)
        assert protocol.eof_received()
        await asyncio.sleep(0.001)
        protocol.connection_lost(None)
        await answered(protocol)
        return transport.is_closed

    assert asyncio.run(talk())


def test_who_has_ended_its_side_may_take_its_reply_slowly() -> None:
    """Once all is written the limit is that of any reply: a download of a minute would have been cut off."""

    class Slow(Ended):
        was_cut = False

        def abort(self) -> None:
            """Note that what waits was thrown away."""
            self.was_cut = True

    async def talk() -> tuple[bool, bool]:
        transport = Slow()
        protocol, _ = connected(transport)
        protocol.longest_half = 0.001
        protocol.data_received(GET)
        assert protocol.eof_received()
        await answered(protocol)
        await asyncio.sleep(0.003)
        protocol.connection_lost(None)
        return transport.is_closed, transport.was_cut

    assert asyncio.run(talk()) == (True, False)


def test_an_end_that_is_met_again_takes_no_reply_away() -> None:
    """Event loops tell of it whenever reading goes on, and close the connection if nobody keeps it open."""

    class Again(Ended):
        def resume_reading(self) -> None:
            """Meet the end of the client's side."""
            asyncio.get_running_loop().call_soon(self.meet)

        def meet(self) -> None:
            """Do as event loops do."""
            if not self.is_closed and not protocols[0].eof_received():
                self.close()

    protocols = []

    async def talk() -> bytes:
        protocol, transport = connected(Again(), at_once)
        protocols.append(protocol)
        protocol.data_received(GET * 3)
        assert protocol.eof_received()
        await answered(protocol)
        protocol.connection_lost(None)
        return b"".join(transport.chunks)

    assert asyncio.run(talk()).count(b"HTTP/1.1 200") == 3
