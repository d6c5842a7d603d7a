"""The head of a request as it comes, header by header."""

from __future__ import annotations

from typing import Any

import httptools

from metermock.server.connection.offers import OfferedProtocol

_HOST, _EXPECT = b"host", b"expect"
_ODD = frozenset((b"content-length", _EXPECT, b"transfer-encoding", b"upgrade"))


class HeadProtocol(OfferedProtocol):
    """Notes of each header what it means for the connection: so nobody looks through all of them again."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.hosts = 0
        """Host headers of the request."""
        self.host = b""
        """The value of the last one."""
        self.is_odd = False
        """Whether it has a body, or wants something else of the connection."""

    def on_message_begin(self) -> None:
        """Begin a request."""
        self.hosts = 0
        self.is_odd = False
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header, as uvicorn does."""
        name = name.lower()
        if name == _HOST:
            self.hosts += 1
            self.host = value
        elif name in _ODD:
            self.is_odd = True
            if name == _EXPECT and value.lower() == b"100-continue":
                self.expect_100_continue = True
        self.headers.append((name, value))

    def head_length(self) -> int:
        """Return how many bytes the target and the headers have."""
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    def take_host(self) -> None:
        """Put the host of an absolute target in the place of the Host header (RFC 9112, 3.2.2).

        Such a target may have no path.
        """
        target = httptools.parse_url(self.url) if b"://" in self.url else None
        if target is not None and target.host:
            if not target.path:
                self.url = b"/" if target.query is None else b"/?" + target.query
            host = target.host if target.port is None else b"%s:%d" % (target.host, target.port)
            self.headers[:] = [(_HOST, host), *(each for each in self.headers if each[0] != _HOST)]
