"""How a connection ends: its client gets the last reply, also if it still sends, or has ended its side.

A connection that is closed while bytes lie unread is reset by the system, and that may overtake the reply.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import struct
from functools import partial
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from metermock.server.connection.methods import MethodProtocol
from metermock.server.request import CONNECTION

logger = logging.getLogger("metermock")

LONGEST_ENDING = 2.0
"""Seconds in which a client may go on to send what nobody reads any more (RFC 9112, 9.6)."""
LONGEST_HALF = 30.0
"""Seconds for which replies are made for a client that has ended its side: it may have gone altogether."""


class EndingProtocol(MethodProtocol):
    """Ends its own side first, and answers clients that have ended theirs."""

    longest_ending = LONGEST_ENDING
    longest_half = LONGEST_HALF

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.running: RequestResponseCycle | None = None
        self.ending = asyncio.Event()
        """Set when the server stops: nothing waits any longer."""
        self.in_body = False
        """Whether a head has come, and not yet all that it announces."""
        self.may_linger = True
        """Whether a client may go on to send once the end has begun."""
        self.is_half = False
        """Whether the client has ended its side."""
        self.last_moment: asyncio.TimerHandle | None = None
        """When the connection is closed, where its end has begun."""

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self.running = cycle
        super()._start_asgi_task(cycle, partial(self.run, app, cycle))

    async def run(
        self, app: ASGIApp, cycle: RequestResponseCycle, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Run the application; a client that has gone meanwhile is no error."""
        scope[CONNECTION] = self
        try:
            await app(scope, receive, send)
        except RuntimeError as error:
            # uvloop raises it for what is written between the end of a connection and `connection_lost`.
            if not self.transport.is_closing():
                raise
            cycle.disconnected = True
            logger.debug("a client has gone before its reply: %s", error)
        except asyncio.CancelledError:
            # The server has waited for its end long enough: nothing of that is an error of the application.
            if not self.ending.is_set():
                raise
            self.abandon(reset=True)

    def is_idle(self) -> bool:
        """Tell whether no reply is due on a connection that stays open."""
        running = self.running
        return (
            (running is None or running.response_complete)
            and not self.pipeline
            and not self.transport.is_closing()
        )

    def end(self) -> None:
        """Close the connection behind what is written; what still comes is read for a while, and dropped."""
        self.broken = True
        self.held = b""
        self.pipeline.clear()
        if self.transport.is_closing() or (self.last_moment is not None and not self.is_half):
            return
        if self.is_half or not self.may_linger or not self.transport.can_write_eof():
            self.transport.close()
            return
        self.transport.write_eof()
        self.flow.resume_reading()
        self.last_moment = self.loop.call_later(self.longest_ending, self.transport.close)

    def eof_received(self) -> bool:  # type: ignore[override]  # uvicorn never keeps its side open
        """Keep this side open where a client has ended its own, and replies to it are due."""
        if self.is_half:
            # Wherever reading goes on, as it does behind a reply, the end is met again.
            return not self.has_answered()
        if self.last_moment is not None or self.in_body or self.has_answered():
            return False
        self.is_half = True
        self.last_moment = self.loop.call_later(self.longest_half, self.transport.abort)
        return True

    def has_answered(self) -> bool:
        """Tell whether all that was asked is answered."""
        return not self.held and (self.is_idle() or self.transport.is_closing())

    def on_response_complete(self) -> None:
        """Go on; behind the last reply to a client that has ended its side, end too."""
        super().on_response_complete()
        self.end_with_client()

    def go_on(self) -> None:
        """Parse what is held; end with a client that has, if all of it is answered."""
        super().go_on()
        self.end_with_client()

    def end_with_client(self) -> None:
        """Close the connection once a client that has ended its side has all of its replies."""
        if self.is_half and self.has_answered():
            if self.last_moment is not None:
                # What is written has the time of any reply (see patience.py).
                self.last_moment.cancel()
            self.transport.close()

    def abandon(self, *, reset: bool = False) -> None:
        """Close the connection without the rest of the reply that is being made."""
        self.broken = True
        if self.running is not None:
            # uvicorn would tell of a reply without an end; this one is left on purpose.
            self.running.disconnected = True
        if not reset:
            self.transport.close()
            return
        listener = self.transport.get_extra_info("socket")
        if listener is not None:
            # Nothing lingers: the system sends a reset instead of an orderly end.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    def shutdown(self) -> None:
        """End with the reply that is being made; one that waits is sent now."""
        self.ending.set()
        super().shutdown()

    def give_up(self, cycle: RequestResponseCycle) -> None:
        """Answer a request no more whose body will never be whole; its application hears that it has gone."""
        cycle.disconnected = cycle.response_complete = True
        cycle.message_event.set()
        for waiting in [each for each in self.pipeline if each[0] is cycle]:
            self.pipeline.remove(waiting)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the requests that came on the connection."""
        self.broken = True
        if self.last_moment is not None:
            self.last_moment.cancel()
        # uvicorn tells only the latest request that its client has gone; others of a pipeline would go on.
        for cycle in (self.running, *(waiting for waiting, _ in self.pipeline)):
            if cycle is not None and not cycle.response_complete:
                cycle.disconnected = True
                cycle.message_event.set()
        self.pipeline.clear()
        self.held = b""
        super().connection_lost(exc)


class SoftTransport:
    """The connection of a reply before which the body of its request may not have come."""

    def __init__(self, protocol: EndingProtocol) -> None:
        self.protocol = protocol
        self.write = protocol.transport.write
        self.is_closing = protocol.transport.is_closing

    def close(self) -> None:
        """Close, so that a client in the middle of its body gets the reply."""
        if self.protocol.in_body:
            self.protocol.end()
        else:
            self.protocol.transport.close()
