from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from starlette.types import Receive, Scope, Send
from uvicorn import Config
from uvicorn.server import ServerState

from metermock.server.connection.protocol import BoundedProtocol
from tests.conftest import Server

END = b"Host: x\r\nAuthorization: Bearer acme_live_steady\r\nConnection: close\r\n\r\n"
USAGE = b"GET /acme/v1/usage"
V = b" HTTP/1.1\r\n"

REQUESTS = {
    "a NUL in a value": (USAGE + b"?note=%00" + V + END, 400),
    "bytes that are no UTF-8 in a value": (USAGE + b"?note=%ff%fe" + V + END, 400),
    "bytes that are no UTF-8 in a name": (USAGE + b"?%ff=%fe" + V + END, 200),
    "raw bytes in the query": (USAGE + b"?note=\xc3\xa9" + V + END, 400),
    "a broken escape": (USAGE + b"?note=%zz%2" + V + END, 200),
    "a value of 10,000 characters": (USAGE + b"?note=" + b"a" * 10_000 + V + END, 200),
    "a number of 10,000 digits": (USAGE + b"?days=" + b"9" * 10_000 + V + END, 400),
    "digits that are not ASCII": (USAGE + b"?days=%D9%A3" + V + END, 400),
    "a query of separators": (USAGE + b"?&&=&;=&" + V + END, 200),
    "10,000 parameters": (USAGE + b"?" + b"a&" * 10_000 + V + END, 200),
    "a NUL in the path": (b"GET /acme/%00" + V + END, 404),
    "bytes that are no UTF-8 in the path": (b"GET /acme/v1/%ff" + V + END, 404),
    "raw bytes in the path": (b"GET /acme/\xff" + V + END, 400),
    "a path that climbs": (b"GET /acme/docs/../../../etc/passwd" + V + END, 404),
    "a climbing path, escaped": (b"GET /acme/docs/%2e%2e/%2e%2e/etc/passwd" + V + END, 404),
    "slashes": (b"GET //acme//v1/usage" + V + END, 404),
    "an absolute address": (b"GET http://x/acme/v1/usage" + V + END, 200),
    "no path": (b"GET ?a" + V + END, 400),
    "an absurd method": (b"FROB /acme/v1/usage" + V + END, 405),
    "a method in lower case": (b"get /acme/v1/usage" + V + END, 405),
    "an absurd method of a page": (b"FROB /" + V + END, 405),
    "two hosts": (USAGE + V + b"Host: y\r\n" + END, 400),
    "no host and HTTP/1.0": (USAGE + b" HTTP/1.0\r\n\r\n", 401),
    "a header of 65,600 bytes": (USAGE + V + b"X-A: " + b"a" * 65_600 + b"\r\n" + END, 431),
    "CONNECT": (b"CONNECT a:443" + V + END, 501),
    "OPTIONS of the server": (b"OPTIONS *" + V + END, 204),
    "a header of raw bytes": (USAGE + V + b"X-Site-Id: \xff\r\n" + END, 403),
    "an origin of raw bytes": (USAGE + V + b"Origin: \xff\r\n" + END, 200),
    "a key of raw bytes": (USAGE + V + b"X-API-Key: \xff\r\n" + END, 200),
    "5,000 headers": (USAGE + V + b"X-A: 1\r\n" * 5_000 + END, 200),
    "no host": (USAGE + V + b"Connection: close\r\n\r\n", 400),
    "an empty bearer": (USAGE + V + b"Host: x\r\nAuthorization: Bearer \r\nConnection: close\r\n\r\n", 401),
    "HTTP/1.0": (USAGE + b" HTTP/1.0\r\n" + END, 200),
    "a body": (USAGE + V + b"Content-Length: 5\r\n" + END + b"hello", 200),
    "an upgrade": (USAGE + V + b"Upgrade: websocket\r\nConnection: Upgrade\r\nHost: x\r\n\r\n", 401),
}


def exchange(url: str, request: bytes) -> bytes:
    """Send bytes, and read until the server is done."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(request)
        connection.settimeout(10)
        received = b""
        while b"\r\n\r\n" not in received and (piece := connection.recv(65_536)):
            received += piece
    return received


@pytest.mark.parametrize(("request_bytes", "status"), REQUESTS.values(), ids=REQUESTS.keys())
def test_no_request_breaks_the_mock(acme: Server, request_bytes: bytes, status: int) -> None:
    """Malformed and unusual requests get the right status, and leave no trace in the log."""
    before = len(acme.log)
    reply = exchange(acme.url, request_bytes)

    assert reply.split(b" ")[1] == str(status).encode()
    assert not any("Traceback" in line for line in acme.log[before:])


def test_headers_that_never_end_are_cut_off(acme: Server) -> None:
    """A client cannot fill the mock's memory with one request."""
    endless = USAGE + V + b"X-A: " + b"a" * 600_000

    try:
        reply = exchange(acme.url, endless)
    except ConnectionError:
        reply = b"HTTP/1.1 431 cut off while it was still sending"
    assert reply.startswith(b"HTTP/1.1 431")


@pytest.mark.parametrize("method", ["GET", "POST", "FROB"])
def test_the_servers_software_is_not_told(acme: Server, method: str) -> None:
    """No header names the server software."""
    reply = exchange(acme.url, method.encode() + b" /acme/v1/usage" + V + END).lower()

    assert b"\r\nserver:" not in reply
    assert b"uvicorn" not in reply


def test_replies_that_nobody_reads_leave_no_trace(launch: Callable[..., Server]) -> None:
    """A client that sends many requests, reads nothing and resets its connection is no error of the mock."""
    server = launch("zkscore")
    path = b"GET /v1/developer/usage?timeframe=all&granularity=minute&limit=1000&offset=%d HTTP/1.1\r\n"
    headers = b"Host: x\r\nAuthorization: Bearer zk_live_huge9Xd1gS6tRq4hPm8Kc\r\n\r\n"
    address = urlsplit(server.url)
    for _ in range(5):
        with socket.create_connection((address.hostname, address.port)) as connection:
            connection.sendall(b"".join(path % offset + headers for offset in range(30)))
            connection.recv(1)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    with server.client() as client:
        assert client.get("/health").status_code == 200
    server.stop()

    assert server.log == []


def test_the_target_counts_more_than_the_host(mock: Server) -> None:
    """An absolute target names the host that a request is for, whatever its Host header says."""
    head = b"GET http://api.glyphnet.io/v1/usage HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    other = b"GET http://x/v1/usage HTTP/1.1\r\nHost: api.glyphnet.io\r\nConnection: close\r\n\r\n"

    assert exchange(mock.url, head).startswith(b"HTTP/1.1 401")
    assert exchange(mock.url, other).startswith(b"HTTP/1.1 404")


def test_a_fault_after_good_requests_leaves_their_replies(acme: Server) -> None:
    """Requests that came before one that cannot be read are answered; then the connection is closed."""
    good = USAGE + V + END.replace(b"Connection: close\r\n", b"")
    address = urlsplit(acme.url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(good + good + b"no request at all\r\n\r\n")
        received = b"".join(iter(lambda: connection.recv(65_536), b""))

    assert received.count(b"HTTP/1.1 200") == 2


@pytest.mark.parametrize("sent", [b"", b"GET / HT"])
def test_heads_that_do_not_come_are_given_up(sent: bytes) -> None:
    """A connection on which no head comes in time is closed; one that has begun is told why."""

    class Hasty(BoundedProtocol):
        slowest_head = 0.05

    async def wait() -> bytes:
        config = Config(nothing, http=Hasty, ws="none", log_config=None)
        config.load()
        state = ServerState()
        server = await asyncio.get_running_loop().create_server(
            lambda: Hasty(config=config, server_state=state, app_state={}), "127.0.0.1", 0
        )
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(sent)
        received = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        server.close()
        return received

    assert asyncio.run(wait())[:12] == (b"HTTP/1.1 408" if sent else b"")


async def nothing(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """Answer nothing: an application that is never reached."""


def test_credentials_are_remembered_within_bounds(launch: Callable[..., Server]) -> None:
    """Of 1,600 spellings of a credential, each of 58,000 bytes, not all are kept."""
    server = launch("zkscore")

    def resident() -> int:
        status = Path(f"/proc/{server.process.pid}/status").read_text("ascii")
        return int(status.partition("VmRSS:")[2].split()[0])

    with server.client() as client:
        for number in range(1_600):
            spelled = "Bearer" + " " * (58_000 + number) + "zk_live_quiet5Bd8sK1vTz6yRm3Gj"
            assert client.get("/v1/developer/usage", headers={"Authorization": spelled}).status_code == 200
            if number == 400:
                before = resident()
    # All of them would be 70 MB; what Python keeps of what it gave back differs between its versions.
    assert resident() - before < 35_000
