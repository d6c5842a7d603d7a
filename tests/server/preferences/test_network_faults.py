"""Late and broken replies, seen by a client that reads bytes; the same in contracts and documents."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from metermock.server.network_faults import FAULTS
from metermock.server.preferences import keys
from tests.conftest import Server
from tests.server.preferences.asking import DOCUMENT, GAUGE, USAGE, asked, by_header, by_prefer, by_url

PATHS = pytest.mark.parametrize("path", [*USAGE.values(), GAUGE], ids=[*USAGE, "made"])
PATIENCE = 20.0


@pytest.fixture
def served(mock: Server, serve: Callable[..., Server], path: str) -> Server:
    """Serve the path's contract; every reply is judged."""
    return serve(DOCUMENT, "--strict") if path == GAUGE else mock


def sent(server: Server, path: str, wanted: str, method: str = "GET") -> socket.socket:
    """A connection on which a request with preferences has been sent."""
    address = urlsplit(server.url)
    connection = socket.create_connection((address.hostname, address.port), PATIENCE)
    lines = f"{method} {path} HTTP/1.1\r\nHost: mock\r\nX-Metermock: account=quiet, {wanted}\r\n\r\n"
    connection.sendall(lines.encode())
    return connection


def to_the_end(connection: socket.socket) -> bytes:
    """All bytes until the server closes the connection."""
    got = b""
    with connection:
        while more := connection.recv(65_536):
            got += more
    return got


def parts(got: bytes) -> tuple[bytes, dict[str, str], bytes]:
    """The status line, headers and body of a reply."""
    head, _, body = got.partition(b"\r\n\r\n")
    line, *lines = head.split(b"\r\n")
    return line, dict(each.decode().lower().split(": ", 1) for each in lines), body


def test_each_fault_can_be_asked_for() -> None:
    """The names that are read are those that something happens for."""
    assert set(FAULTS) == set(keys.FAULTS)


@PATHS
def test_drop_sends_nothing(served: Server, path: str) -> None:
    """`drop` closes the connection in good order, without a byte."""
    assert to_the_end(sent(served, path, "fault=drop")) == b""


@PATHS
def test_reset_resets(served: Server, path: str) -> None:
    """`reset` gives the client a reset connection."""
    with pytest.raises(ConnectionResetError):
        to_the_end(sent(served, path, "fault=reset"))


@PATHS
def test_truncated_ends_in_the_body(served: Server, path: str) -> None:
    """`truncated` announces the whole body, sends half of it, and closes."""
    line, headers, body = parts(to_the_end(sent(served, path, "fault=truncated")))

    assert line == b"HTTP/1.1 200 OK"
    assert headers["preference-applied"] == "account=quiet, fault=truncated"
    assert len(body) == int(headers["content-length"]) // 2 > 0


@PATHS
def test_hang_never_answers(served: Server, path: str) -> None:
    """`hang` leaves the connection open, and sends nothing."""
    with sent(served, path, "fault=hang") as connection:
        connection.settimeout(0.5)
        with pytest.raises(TimeoutError):
            connection.recv(1)


@PATHS
def test_slow_body_comes_in_pieces(served: Server, path: str) -> None:
    """`slow-body` sends the head at once, and the whole body over some seconds."""
    begun = time.monotonic()
    got = b""
    with sent(served, path, "fault=slow-body") as connection:
        while b"\r\n\r\n" not in got:
            got += connection.recv(65_536)
        _, headers, body = parts(got)
        pieces = 0
        while len(body) < int(headers["content-length"]):
            body += connection.recv(65_536)
            pieces += 1

    json.loads(body)
    assert pieces >= 5
    assert time.monotonic() - begun > 2


@PATHS
def test_empty_has_a_status_and_no_body(served: Server, path: str) -> None:
    """`empty` is a reply of its status and headers without a byte, on a connection that goes on."""
    reply = by_header(served, path, "account=quiet, fault=empty")

    assert (reply.status_code, reply.content, reply.headers["content-length"]) == (200, b"", "0")


@PATHS
def test_malformed_is_no_json(served: Server, path: str) -> None:
    """`malformed` is a complete reply, of which the body can be parsed by nobody."""
    reply = by_header(served, path, "account=quiet, fault=malformed")

    assert (reply.status_code, reply.headers["content-type"]) == (200, "application/json")
    with pytest.raises(ValueError, match=r"utf-8|Expecting|delimiter"):
        json.loads(reply.content)


@pytest.mark.parametrize("ask", [by_prefer, by_header, by_url], ids=lambda ask: ask.__name__)
def test_delay_waits(mock: Server, ask: Callable[..., object]) -> None:
    """`delay` waits so many milliseconds, and changes nothing of the reply."""
    begun = time.monotonic()
    reply = ask(mock, USAGE["onepin"], "account=quiet, delay=400")

    assert time.monotonic() - begun >= 0.4
    assert getattr(reply, "status_code", 0) == 200
    assert getattr(reply, "headers", {})["preference-applied"] == "account=quiet, delay=400"


def test_a_refusal_can_be_late_and_broken_too(mock: Server) -> None:
    """Faults happen to whatever is sent: here to a chosen 429, after a delay."""
    got = to_the_end(sent(mock, USAGE["zkscore"], "code=429; fault=truncated; delay=50"))
    line, headers, body = parts(got)

    assert line == b"HTTP/1.1 429 Too Many Requests"
    assert headers["preference-applied"] == "account=quiet, code=429, delay=50, fault=truncated"
    assert len(body) < int(headers["content-length"])


def test_head_is_broken_where_it_can_be(mock: Server) -> None:
    """HEAD has no body to break: what happens to the connection happens, and the length agrees with GET's."""
    assert to_the_end(sent(mock, USAGE["onepin"], "fault=drop", "HEAD")) == b""
    head, get = (
        by_prefer(mock, USAGE["onepin"], "account=quiet, fault=malformed", method)
        for method in ("HEAD", "GET")
    )
    assert head.headers["content-length"] == str(len(get.content))


def test_a_fault_ends_one_connection(mock: Server) -> None:
    """Other requests are answered while one hangs, and pages of the mock are never broken."""
    with sent(mock, USAGE["onepin"], "fault=hang"):
        assert by_prefer(mock, USAGE["onepin"], "account=quiet").status_code == 200
        assert asked(mock, "GET", "/~fault=drop/health", {}).status_code == 200
        assert asked(mock, "GET", "/~fault=drop/onepin/docs", {}).status_code == 200


def test_faults_leave_nothing_in_the_log(launch: Callable[..., Server]) -> None:
    """What was asked for is no error of the server, and one that hangs does not keep it from stopping."""
    server = launch(DOCUMENT)
    for fault in ("drop", "truncated"):
        to_the_end(sent(server, GAUGE, f"fault={fault}"))
    with pytest.raises(ConnectionResetError):
        to_the_end(sent(server, GAUGE, "fault=reset"))
    with sent(server, GAUGE, "fault=hang") as hanging, sent(server, GAUGE, "delay=60000") as late:
        assert by_prefer(server, GAUGE, "account=quiet").status_code == 200
        begun = time.monotonic()
        code = server.stop()
        assert (code, hanging.recv(1)) == (0, b"")
        assert late.recv(15) == b"HTTP/1.1 200 OK"

    assert time.monotonic() - begun < 30
    assert server.log == []


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ("fault=dorp", "Did you mean drop?"),
        ("delay=1.5s", "delay takes milliseconds from 0 to 600000, not '1.5s'."),
        ("delay=600001", "delay takes milliseconds from 0 to 600000"),
    ],
)
def test_an_unreadable_fault_or_delay_is_refused(mock: Server, wanted: str, told: str) -> None:
    """Faults and delays are read like all preferences."""
    reply = by_prefer(mock, USAGE["onepin"], wanted)

    assert reply.status_code == 400
    assert told in reply.json()["detail"]
