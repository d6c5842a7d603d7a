"""HTTP as uvicorn speaks it, with an end to what a client may send before its request is complete."""

from __future__ import annotations

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LONGEST_HEAD = 65_536
"""Bytes of a request's line and headers, about; what is read at once is not cut apart."""


class BoundedProtocol(HttpToolsProtocol):
    """Gives up on a request whose headers never end; httptools itself would collect them for ever."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.unfinished = 0

    def data_received(self, data: bytes) -> None:
        """Read what has come."""
        self.unfinished += len(data)
        super().data_received(data)
        if self.unfinished > LONGEST_HEAD and not self.transport.is_closing():
            self.send_400_response("The request's headers are too long.")

    def on_headers_complete(self) -> None:
        """Begin the request."""
        self.unfinished = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body; nothing here reads one."""
        self.unfinished = 0
        super().on_body(body)
