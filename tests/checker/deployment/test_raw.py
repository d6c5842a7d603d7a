"""What a raw connection takes for the response."""

from __future__ import annotations

import http.client
import socket

import pytest

from metermock.checker.deployment.raw import last_response

EARLY = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"
WORKING = b"HTTP/1.1 102 Processing\r\n\r\n"
GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"


@pytest.mark.parametrize("before", [b"", EARLY, WORKING + EARLY], ids=["none", "one", "two"])
@pytest.mark.parametrize(("method", "body"), [("GET", b"{}"), ("HEAD", b"")])
def test_what_informs_is_no_response(before: bytes, method: str, body: bytes) -> None:
    """However many responses of 1xx come first, status, headers and body are those of the last one."""
    ours, theirs = socket.socketpair()
    connection = http.client.HTTPConnection("h")
    connection.sock = ours
    with ours, theirs:
        theirs.sendall(before + GOOD + body)
        theirs.shutdown(socket.SHUT_WR)
        response = last_response(connection, method)
        assert (response.status, response.getheader("Content-Length"), response.read()) == (200, "2", body)
        assert response.getheader("Link") is None


def test_what_informs_without_end_is_an_error() -> None:
    """Each comes in time, so that no timeout ends it."""
    ours, theirs = socket.socketpair()
    connection = http.client.HTTPConnection("h")
    connection.sock = ours
    with ours, theirs:
        theirs.sendall(WORKING * 101 + GOOD)
        theirs.shutdown(socket.SHUT_WR)
        with pytest.raises(http.client.HTTPException, match="more than 100 responses"):
            last_response(connection, "GET")
