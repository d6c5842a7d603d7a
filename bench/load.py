"""A load generator that costs little: keep-alive, pipelined, it reads no more of a reply than its length."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Sequence
from typing import NamedTuple

from bench.server import Server

_DEPTH = 16
_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)


class Load(NamedTuple):
    """What a server did under one load."""

    requests: int
    seconds: float
    cpu_seconds: float

    @property
    def per_second(self) -> float:
        """Requests answered per second."""
        return self.requests / self.seconds

    @property
    def cpu_microseconds(self) -> float:
        """Processor time of the server per request."""
        return 1e6 * self.cpu_seconds / self.requests


class Connection:
    """One keep-alive connection that sends batches and counts whole replies."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._rest = b""

    def ask(self, batch: Sequence[bytes]) -> list[bytes]:
        """Send the requests in one write; return the replies' bodies. Each must be a 200."""
        self._socket.sendall(b"".join(batch))
        return [self._reply() for _ in batch]

    def _reply(self) -> bytes:
        while (end := self._rest.find(b"\r\n\r\n")) < 0:
            self._fill()
        head = self._rest[: end + 2]
        assert head.startswith(b"HTTP/1.1 200"), head
        found = _LENGTH.search(head)
        assert found is not None, head
        stop = end + 4 + int(found[1])
        while len(self._rest) < stop:
            self._fill()
        body, self._rest = self._rest[end + 4 : stop], self._rest[stop:]
        return body

    def _fill(self) -> None:
        chunk = self._socket.recv(1 << 18)
        assert chunk, "the server closed the connection"
        self._rest += chunk

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()


def bodies(server: Server, requests: Sequence[bytes]) -> list[bytes]:
    """The bodies that the server answers with, one request after another."""
    connection = Connection(server.port)
    found = [connection.ask([request])[0] for request in requests]
    connection.close()
    return found


def load(server: Server, requests: Sequence[bytes]) -> Load:
    """Send every request once, in pipelined batches, and say what it took."""
    connection = Connection(server.port)
    cpu, start = server.cpu_seconds(), time.perf_counter()
    for first in range(0, len(requests), _DEPTH):
        connection.ask(requests[first : first + _DEPTH])
    seconds = time.perf_counter() - start
    connection.close()
    return Load(len(requests), seconds, server.cpu_seconds() - cpu)
