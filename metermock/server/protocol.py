"""uvicorn's HTTP protocol, with a limit on the size of a request's headers."""

from __future__ import annotations

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LONGEST_HEAD = 65_536
"""Bytes of a request's line and headers, roughly: a chunk is counted whole, whatever it contains."""


class BoundedProtocol(HttpToolsProtocol):
    """Refuses a request whose headers do not end; httptools itself would collect them without limit."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.unfinished = 0

    def data_received(self, data: bytes) -> None:
        """Parse the bytes that have come."""
        self.unfinished += len(data)
        super().data_received(data)
        if self.unfinished > LONGEST_HEAD and not self.transport.is_closing():
            self.send_400_response("The request's headers are too long.")

    def on_headers_complete(self) -> None:
        """Start the request, and the count for the next one."""
        self.unfinished = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a part of the body; only headers are counted."""
        self.unfinished = 0
        super().on_body(body)
