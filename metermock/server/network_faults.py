"""Replies that come late, broken or not at all, as networks and gateways send them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from starlette.types import Message, Receive, Send

from metermock.server.headers import RawHeaders

LENGTH = b"content-length"
NOISE = b"\x00\xff<"
"""Bytes that are neither JSON nor UTF-8."""
PIECES, PIECE_SECONDS = 10, 0.3
LONGEST_HANG = 600.0
"""Seconds."""


class Connection(Protocol):
    """What a reply is sent on, where it can be broken off."""

    ending: asyncio.Event
    """Set when the server stops."""

    def abandon(self, *, reset: bool = False) -> None:
        """Close the connection without the rest of the reply; `reset` lets the client know at once."""


@dataclass(frozen=True, slots=True)
class Wire:
    """One reply on its way: how it is sent, how its client is heard, and the connection."""

    send: Send
    receive: Receive
    connection: Connection

    async def pause(self, seconds: float) -> bool:
        """Wait until the time is over or the server stops; False as soon as the client has gone."""
        gone = asyncio.ensure_future(departure(self.receive))
        ending = asyncio.ensure_future(self.connection.ending.wait())
        try:
            await asyncio.wait({gone, ending}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            return not gone.done()
        finally:
            gone.cancel()
            ending.cancel()


async def departure(receive: Receive) -> None:
    """Return when the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def drop(wire: Wire, _start: Message, _body: Message) -> None:
    """Close the connection without a byte."""
    wire.connection.abandon()


async def reset(wire: Wire, _start: Message, _body: Message) -> None:
    """Reset the connection."""
    wire.connection.abandon(reset=True)


async def hang(wire: Wire, _start: Message, _body: Message) -> None:
    """Never answer."""
    await wire.pause(LONGEST_HANG)
    wire.connection.abandon()


async def empty(wire: Wire, start: Message, body: Message) -> None:
    """Send the head, and say that the body has no bytes."""
    await wire.send({**start, "headers": resized(start["headers"], lambda _: 0)})
    await wire.send({**body, "body": b""})


async def truncated(wire: Wire, start: Message, body: Message) -> None:
    """Send the head and half of the body, and close the connection."""
    whole = body["body"]
    await wire.send(start)
    await wire.send({**body, "body": whole[: len(whole) // 2], "more_body": True})
    wire.connection.abandon()


async def malformed(wire: Wire, start: Message, body: Message) -> None:
    """Send a whole body that nobody can parse: half of it, and noise."""
    whole = body["body"]
    headers = resized(start["headers"], lambda size: size // 2 + len(NOISE) if size else 0)
    await wire.send({**start, "headers": headers})
    await wire.send({**body, "body": whole[: len(whole) // 2] + NOISE if whole else b""})


async def slow_body(wire: Wire, start: Message, body: Message) -> None:
    """Send the head at once, and the body in pieces over some seconds."""
    whole = body["body"]
    size = -(-len(whole) // PIECES) or 1
    await wire.send(start)
    for place in range(0, len(whole), size):
        if not await wire.pause(PIECE_SECONDS):
            return
        await wire.send({**body, "body": whole[place : place + size], "more_body": True})
    await wire.send({**body, "body": b""})


FAULTS: Mapping[str, Callable[[Wire, Message, Message], Awaitable[None]]] = {
    "drop": drop,
    "reset": reset,
    "empty": empty,
    "truncated": truncated,
    "malformed": malformed,
    "slow-body": slow_body,
    "hang": hang,
}


def resized(headers: RawHeaders, size: Callable[[int], int]) -> RawHeaders:
    """Return headers that announce a body of another size."""
    return [(name, b"%d" % size(int(value)) if name == LENGTH else value) for name, value in headers]
