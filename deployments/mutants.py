"""Mutants of good requests, as bytes: what a client that is broken, or wants to break, may send.

A request is made of parts: method, path, query, headers, body. A mutant changes one to three of them by a
rule of the grammar: it doubles, drops, cuts or misspells a part, or puts an odd text in its place. Most are
still one request of HTTP, so that the connection is kept and used for the next one.
"""

from __future__ import annotations

import random
import re
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

ODD = (
    b"",
    b"%00",
    b"%",
    b"%zz",
    b"%ff%fe",
    b"%2F..%2F",
    b"..",
    b"-1",
    b"0",
    b"1e400",
    b"9" * 400,
    b"NaN",
    b"null",
    b"true",
    b"%F0%9F%92%A9",
    b"a" * 3_000,
    b"2026-02-30",
    b"2026-03-08T12:00:00Z",
    b"9999-12-31T23:59:59Z",
    b"{}",
    b"[1,2]",
    b"'%20or%201=1",
    b"%0d%0aX:1",
    b"+",
    b"&",
    b"=",
    b";",
    b"Mars/Olympus",
    b"all",
    b"minute",
)
METHODS = (
    b"GET",
    b"HEAD",
    b"POST",
    b"PUT",
    b"DELETE",
    b"OPTIONS",
    b"PATCH",
    b"TRACE",
    b"FROB",
    b"get",
    b"PROPFIND",
)
HEADERS = (
    (b"Accept", b"*/*;q=x"),
    (b"Accept", b"\xff"),
    (b"Origin", b"null"),
    (b"Cookie", b"a;b=;=c"),
    (b"Range", b"bytes=0-1"),
    (b"If-None-Match", b"*"),
    (b"Expect", b"100-continue"),
    (b"Content-Type", b"application/json"),
    (b"X", b"a" * 9_000),
    (b"Upgrade", b"h2c"),
    (b"Access-Control-Request-Method", b"GET"),
    (b"Transfer-Encoding", b"gzip, chunked"),
    (b"Content-Length", b"x"),
    (b"Host", b"y"),
    (b"Authorization", b"Basic %%%"),
    (b"Authorization", b"Bearer \xe9"),
)

REFUSED = (501, 505)
"""Statuses above 500 of a right server: a transfer coding, or a version, that it does not have."""


@dataclass
class Mutable:
    """The parts of a request."""

    method: bytes
    path: bytes
    query: list[tuple[bytes, bytes]] = field(default_factory=list)
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    version: bytes = b"HTTP/1.1"

    def written(self) -> bytes:
        """Write it as it goes over the wire."""
        query = b"&".join(name + b"=" + value for name, value in self.query)
        target = self.path + (b"?" + query if query else b"")
        headers = [*self.headers, *([(b"Content-Length", b"%d" % len(self.body))] if self.body else [])]
        lines = [
            b" ".join((self.method, target, self.version)),
            *(name + b": " + value for name, value in headers),
        ]
        return b"\r\n".join([*lines, b"", self.body])


class Seed(NamedTuple):
    """A good request, and the values that its parameters may have."""

    path: str
    headers: dict[str, str]
    values: dict[str, list[str]]


def mutants(seeds: Sequence[Seed], draw: random.Random) -> Iterator[bytes]:
    """Write mutants without end; the same for the same state of the generator."""
    while True:
        seed = draw.choice(seeds)
        names = draw.sample(sorted(seed.values), draw.randint(0, min(4, len(seed.values))))
        made = Mutable(
            b"GET",
            seed.path.encode(),
            [(name.encode(), draw.choice(seed.values[name]).encode()) for name in names],
            [(b"Host", b"x"), *((name.encode(), value.encode()) for name, value in seed.headers.items())],
        )
        for _ in range(draw.randint(1, 3)):
            draw.choice(CHANGES)(made, draw)
        yield made.written()


def _method(made: Mutable, draw: random.Random) -> None:
    made.method = draw.choice(METHODS)


def _path(made: Mutable, draw: random.Random) -> None:
    parts = made.path.split(b"/")
    at = draw.randrange(len(parts))
    parts[at : at + 1] = draw.choice(([draw.choice(ODD)], [], [parts[at], parts[at]], [parts[at], b""]))
    made.path = b"/" + b"/".join(parts).lstrip(b"/")


def _value(made: Mutable, draw: random.Random) -> None:
    if made.query:
        at = draw.randrange(len(made.query))
        made.query[at] = (made.query[at][0], draw.choice(ODD))


def _name(made: Mutable, draw: random.Random) -> None:
    made.query.insert(0, (draw.choice(ODD), draw.choice(ODD)))


def _twice(made: Mutable, draw: random.Random) -> None:
    if made.query:
        made.query.append(draw.choice(made.query))


def _header(made: Mutable, draw: random.Random) -> None:
    made.headers.insert(draw.randint(0, len(made.headers)), draw.choice(HEADERS))


def _less(made: Mutable, draw: random.Random) -> None:
    if made.headers:
        made.headers.pop(draw.randrange(len(made.headers)))


def _credential(made: Mutable, draw: random.Random) -> None:
    at = draw.randrange(len(made.headers)) if made.headers else 0
    if made.headers:
        name, value = made.headers[at]
        cut = draw.randint(0, len(value))
        made.headers[at] = (
            name.swapcase(),
            draw.choice((value[:cut], value + value, b" " + value + b"\t", b"")),
        )


def _body(made: Mutable, draw: random.Random) -> None:
    made.body = draw.choice((b"{", b'{"a": 1}', b"\xff" * 10, b"[" * 1_000, b" "))


def _version(made: Mutable, draw: random.Random) -> None:
    made.version = draw.choice((b"HTTP/1.0", b"HTTP/1.1", b"HTTP/9.9", b"HTTP/2.0", b""))


CHANGES: tuple[Callable[[Mutable, random.Random], None], ...] = (
    _value,
    _value,
    _value,
    _value,
    _name,
    _twice,
    _method,
    _path,
    _header,
    _less,
    _credential,
    _body,
    _version,
)


class UnansweredError(OSError):
    """A connection ended without a reply."""


class Client:
    """One connection that is kept as long as the server keeps it."""

    _LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)
    _CLOSES = re.compile(rb"\r\nconnection: close\r\n", re.IGNORECASE)

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self._socket: socket.socket | None = None

    def ask(self, request: bytes) -> int:
        """Send a request, and return the status of its reply; UnansweredError if there is none."""
        if self._socket is None:
            self._socket = socket.create_connection(self._address, timeout=30)
        try:
            self._socket.sendall(request)
            status, kept = self._read(head_only=request.startswith(b"HEAD "))
        except OSError as error:
            self.close()
            raise UnansweredError(repr(error)) from None
        if not kept:
            self.close()
        return status

    def _read(self, *, head_only: bool) -> tuple[int, bool]:
        received = b""
        while True:
            while b"\r\n\r\n" not in received:
                received += self._more()
            head, _, rest = received.partition(b"\r\n\r\n")
            status = int(head.split(b" ", 2)[1])
            if status != 100:
                break
            received = rest
        length = self._LENGTH.search(head + b"\r\n")
        missing = 0 if head_only or length is None else int(length[1]) - len(rest)
        while missing > 0:
            missing -= len(self._more())
        return status, not self._CLOSES.search(head + b"\r\n")

    def _more(self) -> bytes:
        assert self._socket is not None
        piece = self._socket.recv(1 << 18)
        if not piece:
            raise OSError("the connection was closed")
        return piece

    def close(self) -> None:
        """Close the connection."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
