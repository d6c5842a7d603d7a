"""Methods that httptools does not know: the contract's own 405 answers them.

The parser is given GET in their place. So it has to be known where each request begins: bytes are parsed up
to where a request may end, and then it is seen whether one has.
"""

from __future__ import annotations

import re
from typing import Any

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from metermock.server.connection.pipelining import PipeliningProtocol

LONGEST_METHOD = 64
_TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]"
_METHOD = re.compile(rb"(%s{1,%d}) " % (_TOKEN, LONGEST_METHOD))
_BEGUN = re.compile(rb"%s{1,%d}" % (_TOKEN, LONGEST_METHOD))
_EMPTY_LINES = re.compile(rb"[\r\n]*")
_USUAL = frozenset((b"GET", b"HEAD", b"POST", b"PUT", b"DELETE", b"OPTIONS", b"PATCH", b"TRACE", b"CONNECT"))
_BEGINNINGS = tuple(method + b" " for method in sorted(_USUAL))
_STAND_IN = b"GET"
_END = b"\r\n\r\n"
"""What ends a request without a body, or one in chunks; else its length does."""


def has_usual_heads(data: bytes) -> bool:
    """Tell whether bytes are heads of requests with usual methods, and no bodies of a length between them."""
    if not data.startswith(_BEGINNINGS):
        return False
    end = data.find(_END) + len(_END)
    if end == len(data):
        return True
    while len(_END) <= end < len(data):
        if not data.startswith(_BEGINNINGS, end):
            return False
        end = data.find(_END, end) + len(_END)
    return b"\ncontent-length" not in data.lower()


class MethodProtocol(PipeliningProtocol):
    """Reads requests of any method."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.broken = False
        """Whether nothing that comes is read any more."""
        self.between = True
        """Whether no request has begun of which the end has not come."""
        self.method: str | None = None
        """The method of a request that the parser knows under another one."""
        self.begun = b""
        """What has come of a method of which the end has not."""
        self.last = b""
        """The last bytes that were parsed: the end of a request may lie in two pieces."""
        self.left = 0
        """Bytes that are to come of a body whose length is known."""

    def take(self, data: bytes) -> None:
        """Parse bytes, and look at the method of each request that begins in them."""
        # Most often one head has come, whole, and nothing else: to know that takes no call of Python's.
        begins = self.between and not self.begun and data.startswith(_BEGINNINGS)
        if begins and (data.find(_END) + len(_END) == len(data) or has_usual_heads(data)):
            self.last = data[-3:]
            super().take(data)
            return
        place = 0
        while place < len(data) and not self.broken and not self.transport.is_closing():
            if self.between:
                data, place = self.known_method(data, place)
                if place >= len(data):
                    return
            end = self.end_of_part(data, place)
            part = data if not place and end == len(data) else data[place:end]
            self.left = max(0, self.left - len(part))
            self.last = (self.last + part[-3:])[-3:]
            super().take(part)
            place = end

    def end_of_part(self, data: bytes, place: int) -> int:
        """Return where the request that is being read may end; the end of what has come, if not before."""
        if self.left:
            return min(len(data), place + self.left)
        if not place and not self.between:
            found = (self.last + data[:3]).find(_END)
            if found >= 0:
                return found + len(_END) - len(self.last)
        found = data.find(_END, place)
        return len(data) if found < 0 else found + len(_END)

    def known_method(self, data: bytes, place: int) -> tuple[bytes, int]:
        """Put a method that the parser knows in the place of one that it may not know.

        Returns the bytes, and where in them the request begins: at their end if the method has not come yet.
        """
        if self.begun:
            data, place, self.begun = self.begun + data[place:], 0, b""
        # Empty lines before a request say nothing (RFC 9112, 2.2).
        place = _EMPTY_LINES.match(data, place).end()  # type: ignore[union-attr]  # it matches always
        found = _METHOD.match(data, place)
        if found is None:
            if _BEGUN.fullmatch(data, place):
                self.begun = data[place:]
                return b"", 0
            return data, place
        if found[1] in _USUAL:
            return data, place
        self.method = found[1].decode("ascii")
        return _STAND_IN + data[found.end(1) :], 0

    def on_headers_complete(self) -> None:
        """Start the request; the length of its body says where the next one begins."""
        super().on_headers_complete()
        self.left = next((int(value) for name, value in self.headers if name == b"content-length"), 0)

    def on_message_begin(self) -> None:
        """Begin a request."""
        self.between = False
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """End a request; another may follow."""
        if self.framing is not None:
            return
        self.between = True
        self.left = 0
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is not None and not cycle.response_complete:
            super().on_message_complete()
