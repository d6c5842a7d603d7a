from __future__ import annotations

import socket
from urllib.parse import urlsplit

import pytest

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
    "an absurd method": (b"FROB /acme/v1/usage" + V + END, 400),
    "CONNECT": (b"CONNECT a:443" + V + END, 400),
    "OPTIONS of the server": (b"OPTIONS *" + V + END, 204),
    "a header of raw bytes": (USAGE + V + b"X-Site-Id: \xff\r\n" + END, 403),
    "an origin of raw bytes": (USAGE + V + b"Origin: \xff\r\n" + END, 200),
    "a key of raw bytes": (USAGE + V + b"X-API-Key: \xff\r\n" + END, 200),
    "5,000 headers": (USAGE + V + b"X-A: 1\r\n" * 5_000 + END, 200),
    "no host": (USAGE + V + b"Connection: close\r\n\r\n", 401),
    "an empty bearer": (USAGE + V + b"Authorization: Bearer \r\nConnection: close\r\n\r\n", 401),
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
        reply = b"HTTP/1.1 400 cut off while it was still sending"
    assert reply.startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize("method", ["GET", "POST", "FROB"])
def test_the_servers_software_is_not_told(acme: Server, method: str) -> None:
    """No header names the server software."""
    reply = exchange(acme.url, method.encode() + b" /acme/v1/usage" + V + END).lower()

    assert b"\r\nserver:" not in reply
    assert b"uvicorn" not in reply
