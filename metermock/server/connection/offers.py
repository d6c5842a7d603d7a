"""Requests that offer another protocol, which nobody has to take (`Upgrade: h2c`, of Java's HttpClient).

httptools stops behind the head of such a request: its body would be lost, and what follows in the piece.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:  # what httptools says that it takes; nobody passes one
    from array import array

_FRAMING = frozenset((b"content-length", b"transfer-encoding"))
"""The headers that say that a body comes, and how it ends."""


class OfferedProtocol(HttpToolsProtocol):
    """Reads on behind the head of a request that offers another protocol, as if it did not."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.parser = _Parser(self, self)
        self.framing: bytes | None = None
        """The headers of the body that comes behind an offer, while its end is not known."""

    def on_headers_complete(self) -> None:
        """Start the request, and find out whether its body is left to another parser."""
        super().on_headers_complete()
        if self.parser.should_upgrade():
            framing = [b"%s: %s\r\n" % each for each in self.headers if each[0] in _FRAMING]
            self.framing = b"".join(framing) or None

    def read_on(self) -> None:
        """Take up the body behind an offer, of which the parser knew nothing."""
        if self.framing is not None:
            framing, self.framing = self.framing, None
            self.parser = _Parser(self, _Behind(self))
            self.parser.feed_data(b"POST / HTTP/1.1\r\n%s\r\n" % framing)


class _Parser(httptools.HttpRequestParser):
    """Goes on behind what httptools takes for the beginning of another protocol."""

    def __init__(self, protocol: OfferedProtocol, told: Any) -> None:
        """It tells `told` what it finds."""
        super().__init__(told)
        self.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn does
        self._protocol = protocol

    def feed_data(self, data: bytes | bytearray | memoryview[int] | array[int]) -> None:
        """Parse bytes; HttpParserError for what is no HTTP."""
        parser: httptools.HttpRequestParser = self
        while True:
            try:
                httptools.HttpRequestParser.feed_data(parser, data)
            except httptools.HttpParserUpgrade as offer:
                data = bytes(data)[offer.args[0] :]
            else:
                return
            self._protocol.read_on()
            parser = self._protocol.parser


class _Behind:
    """Tells a protocol of a body and of all that follows, but nothing of the head that is put before it."""

    def __init__(self, protocol: OfferedProtocol) -> None:
        self._protocol = protocol
        self._is_in_body = True
        self.on_body = protocol.on_body

    def on_message_begin(self) -> None:
        if not self._is_in_body:
            self._protocol.on_message_begin()

    def on_url(self, url: bytes) -> None:
        if not self._is_in_body:
            self._protocol.on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._is_in_body:
            self._protocol.on_header(name, value)

    def on_headers_complete(self) -> None:
        if not self._is_in_body:
            self._protocol.on_headers_complete()

    def on_message_complete(self) -> None:
        self._is_in_body = False
        self._protocol.on_message_complete()
