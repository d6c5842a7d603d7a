"""Heads of requests that HTTP forbids, or that nobody here understands."""

from __future__ import annotations

import pytest

from tests.server.echoing import replies

GET = b"GET /get HTTP/1.1\r\nHost: x\r\n\r\n"
GOT = (200, b"<GET /get >")
HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n"


def statuses(sent: bytes) -> list[int]:
    """The statuses of the replies."""
    return [status for status, _ in replies(sent)]


@pytest.mark.parametrize(
    ("host", "is_good"),
    [
        ("x", True),
        ("", True),
        ("a.test:4010", True),
        ("my_service:80", True),
        ("[::1]:80", True),
        ("[fe80::1%25eth0]", True),
        ("x:", True),
        ("%61.test", True),
        ("a b", False),
        ("a, b", False),
        ("user@a", False),
        ("a/b", False),
        ("a:b", False),
        ("::1", False),
        ("a?b", False),
        ("a\xe9", False),
        ('a"b', False),
    ],
)
def test_a_host_is_a_name_and_a_port(host: str, is_good: bool) -> None:  # noqa: FBT001 - a case
    """Any other is refused (RFC 9112, 3.2), also on a connection that had a good one."""
    sent = GET + f"GET /get HTTP/1.1\r\nHost: {host}\r\n\r\n".encode("latin-1")
    assert statuses(sent) == [200, 200 if is_good else 400]


@pytest.mark.parametrize("version", ["0.9", "2.0"])
def test_versions_that_are_not_spoken_are_505(version: str) -> None:
    """Among them what opens a connection of HTTP/2."""
    assert statuses(f"GET / HTTP/{version}\r\nHost: x\r\n\r\n".encode()) == [505]


def test_the_preface_of_http_2_is_505() -> None:
    """A client that takes HTTP/2 for granted is told what is spoken."""
    ((status, body),) = replies(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0")
    assert (status, b"This server speaks HTTP/1.1 and 1.0, not 2.0." in body) == (505, True)


@pytest.mark.parametrize(
    "coding",
    [
        b"Transfer-Encoding: gzip, chunked",
        b"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: identity, chunked",
        b"Transfer-Encoding: gzip",
        b"Transfer-Encoding: identity",
        b"Transfer-Encoding: xchunked",
    ],
)
def test_a_body_that_cannot_be_read_is_501(coding: bytes) -> None:
    """Its bytes are not taken for what they stand for, nor for the next request."""
    assert statuses(b"POST /p HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n0\r\n\r\n" % coding + HIDDEN) == [501]


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding:\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        b"Content-Length: 5\r\nContent-Length: 0\r\n\r\nhello",
        b"Content-Length: 5, 5\r\n\r\nhello",
        b"Content-Length: +5\r\n\r\nhello",
        b"Content-Length: -5\r\n\r\nhello",
        b"Content-Length: 0x5\r\n\r\nhello",
        b"Content-Length: 1_0\r\n\r\nhellohello",
        b"Content-Length: 99999999999999999999\r\n\r\nhello",
        b"Content-Length:\r\n\r\n",
    ],
)
def test_a_body_without_one_clear_end_is_refused(framing: bytes) -> None:
    """What lies behind it is answered by nobody: two servers may see its beginning at two places."""
    assert statuses(b"POST /p HTTP/1.1\r\nHost: x\r\n" + framing + HIDDEN) == [400]


@pytest.mark.parametrize(
    "chunks",
    [
        b"+5\r\nhello\r\n0\r\n\r\n",
        b"+0\r\n\r\n",
        b"-0\r\n\r\n",
        b"0x0\r\n\r\n",
        b" 5\r\nhello\r\n0\r\n\r\n",
        b"\r\n0\r\n\r\n",
        b"fffffffffffffffff\r\nhello\r\n0\r\n\r\n",
        b"5\nhello\n0\n\n",
        b"5\r\nhello0\r\n\r\n",
        b"5;a\nxx\r\nhello\r\n0\r\n\r\n",
        b"0\r\nContent-Length: 9\r\n\r\n",
    ],
)
def test_chunks_that_end_nowhere_are_refused(chunks: bytes) -> None:
    """Whatever a lenient reader would make of their sizes."""
    request = b"POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks
    assert statuses(request + HIDDEN) == [400]


@pytest.mark.parametrize(
    "head",
    [
        b"GET /get HTTP/1.1\nHost: x\n\n",
        b"GET /get HTTP/1.1\r\nHost: x\r\nX-A: 1\nX-B: 2\r\n\r\n",
        b"GET /get HTTP/1.1\r\nHost: x\r\nX-A: 1\rX-B: 2\r\n\r\n",
        b"GET /get HTTP/1.1\r\nHost: x\r\nX-A: 1\r\n 2\r\n\r\n",
        b"GET /get HTTP/1.1\r\n X-A: 1\r\nHost: x\r\n\r\n",
        b"GET /get HTTP/1.1\r\nHost: x\r\nX A: 1\r\n\r\n",
        b"GET /get HTTP/1.1\r\nHost: x\r\n: 1\r\n\r\n",
        b"GET /get HTTP/1.1\r\nHost: x\r\nX-A: \0\r\n\r\n",
        b"GET /g et HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /g\tet HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET http://other.test:99999/get HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET http://other.test/get HTTP/1.1\r\n\r\n",
    ],
)
def test_a_head_that_http_forbids_is_refused(head: bytes) -> None:
    """Lines end with CR and LF and are not folded, names and values have no odd bytes."""
    assert statuses(GET + head + HIDDEN) == [200, 400]


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("GET http://other.test/get", "/get"),
        ("GET http://other.test", "/"),
        ("GET http://other.test?a=1", "/"),
        ("GET https://user@other.test:8443/get", "/get"),
        ("OPTIONS *", "*"),
    ],
)
def test_a_target_has_each_of_its_forms(line: str, path: str) -> None:
    """An absolute one may have no path (RFC 9112, 3.2.2), and what follows is answered too."""
    method = line.split(maxsplit=1)[0]
    sent = f"{line} HTTP/1.1\r\nHost: x\r\n\r\n".encode() + GET
    assert replies(sent) == [(200, f"<{method} {path} >".encode()), GOT]


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("other.test:443", 501),
        ("[::1]:65535", 501),
        ("other.test", 400),
        ("other.test:", 400),
        ("other.test:0", 400),
        ("other.test:65536", 400),
        (":443", 400),
        ("other.test:443?a", 400),
        ("*", 400),
    ],
)
@pytest.mark.parametrize("piece", [1, 9_999])
def test_no_tunnel_is_made(target: str, status: int, piece: int) -> None:
    """CONNECT is not implemented; what is to go through the tunnel is no request (RFC 9110, 9.3.6)."""
    sent = f"CONNECT {target} HTTP/1.1\r\nHost: {target.rstrip('*?a')}\r\n\r\n".encode() + HIDDEN
    assert [each for each, _ in replies(GET + sent, piece)] == [200, status]


@pytest.mark.parametrize("target", ["/get", "http://other.test/get"])
def test_connect_to_a_resource_is_left_to_its_contract(target: str) -> None:
    """It says 405 like any method that the resource does not have."""
    sent = f"CONNECT {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode() + GET
    assert replies(sent) == [(200, b"<CONNECT /get >"), GOT]


def test_a_body_is_asked_for_once_it_is_wanted() -> None:
    """`Expect: 100-continue` is answered before the body comes, however slowly it does."""
    post = b"POST /p HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello"
    assert replies(post + GET, 1) == [(100, b""), (200, b"<POST /p hello>"), GOT]


@pytest.mark.parametrize(
    "line", [b"GET /get HTTP/1.1\r\nConnection: keep-alive, close", b"GET /get HTTP/1.0"]
)
def test_nothing_is_answered_behind_the_last_reply(line: bytes) -> None:
    """Where a client has said that a request is its last, or HTTP/1.0 says so."""
    assert replies(line + b"\r\nHost: x\r\n\r\n" + HIDDEN) == [GOT]
