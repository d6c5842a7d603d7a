"""Requests that a client sends before it has the replies to earlier ones.

uvicorn parses all that has come, and reads on after each reply. A request that waits takes up to a hundred
times its bytes, and a client that sent small ones had as many wait as it liked.
"""

from __future__ import annotations

from typing import Any

from metermock.server.connection.request_head import HeadProtocol

PIECE = 16_384
"""Bytes that are parsed at a time: before more are, the requests in them are answered or begun."""


class PipeliningProtocol(HeadProtocol):
    """Parses no further, and reads no more, while a request waits for the reply to an earlier one."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.held = b""
        """What has come and is not parsed yet."""
        self.quick = 0
        """How many requests were answered at once, one behind the other, however many pieces they lie in."""

    def data_received(self, data: bytes) -> None:
        """Parse the bytes that have come, or keep them until it is their turn."""
        if self.pipeline or self.held:
            self.held += data
        elif len(data) <= PIECE:
            self.quick = 0
            self.take(data)
        else:
            self.quick = 0
            self.held = data
            self.take_held()
        if self.held:
            self.flow.pause_reading()

    def take(self, data: bytes) -> None:
        """Parse bytes."""
        super().data_received(data)

    def take_held(self) -> None:
        """Parse what is held, as long as no request waits."""
        while self.held and not self.pipeline and not self.transport.is_closing():
            piece, self.held = self.held[:PIECE], self.held[PIECE:]
            self.take(piece)

    def on_response_complete(self) -> None:
        """Begin the next request; behind the last one, go on with what is held."""
        super().on_response_complete()
        if self.transport.is_closing():
            return
        if self.held and not self.pipeline:
            self.loop.call_soon(self.go_on)
        if self.held or self.pipeline:
            # uvicorn reads on after each reply.
            self.flow.pause_reading()

    def go_on(self) -> None:
        """Parse what is held, and read on if that was all."""
        self.quick = 0
        self.take_held()
        if not (self.held or self.pipeline or self.transport.is_closing()):
            self.flow.resume_reading()
