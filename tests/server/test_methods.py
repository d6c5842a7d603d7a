"""Methods that the parser does not know, wherever a request with one begins."""

from __future__ import annotations

import pytest

from tests.server.echoing import replies

FROB = b"FROB /frob HTTP/1.1\r\nHost: x\r\n\r\n"
GET = b"GET /get HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /post HTTP/1.1\r\nHost: x\r\n"
FROBBED, GOT = (200, b"<FROB /frob >"), (200, b"<GET /get >")

BEFORE = {
    "nothing": (b"", []),
    "empty lines": (b"\r\n\r\n", []),
    "a request without a body": (GET, [GOT]),
    "another of its kind": (FROB, [FROBBED]),
    "a body of a length": (POST + b"Content-Length: 3\r\n\r\nabc", [(200, b"<POST /post abc>")]),
    "a body with an end of lines": (
        POST + b"Content-Length: 8\r\n\r\n\r\n\r\nFROB",
        [(200, b"<POST /post \r\n\r\nFROB>")],
    ),
    "a body that is a request": (
        POST + b"Content-Length: %d\r\n\r\n" % len(FROB) + FROB,
        [(200, b"<POST /post %s>" % FROB)],
    ),
    "a body that begins as a request": (
        POST + b"CONTENT-LENGTH: %d\r\n\r\n" % len(GET[:9]) + GET[:9],
        [(200, b"<POST /post %s>" % GET[:9])],
    ),
    "a body in chunks": (
        POST + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(FROB), FROB),
        [(200, b"<POST /post %s>" % FROB)],
    ),
    "fields behind a body": (
        POST + b"Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nX-End: 1\r\n\r\n",
        [(200, b"<POST /post abc>")],
    ),
    "an offer": (
        POST + b"Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 3\r\n\r\nabc",
        [(200, b"<POST /post abc>")],
    ),
}


@pytest.mark.parametrize("piece", [1, 2, 3, 5, 50, 9_999])
@pytest.mark.parametrize("name", BEFORE)
def test_a_request_of_any_method_is_answered_wherever_it_begins(name: str, piece: int) -> None:
    """Behind another request, in one piece with it, or in pieces that end within the method."""
    before, answers = BEFORE[name]
    sent = before + FROB + GET + before + FROB
    assert replies(sent, piece) == [*answers, FROBBED, GOT, *answers, FROBBED]


@pytest.mark.parametrize("method", ["PROPFIND", "get", "M-SEARCH", "PRI", "XGET", "GETX", "a" * 64])
def test_a_method_is_told_as_it_was_sent(method: str) -> None:
    """Also one that the parser knows of another protocol, and one that only begins like a known one."""
    request = f"{method} /x HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    assert replies(GET + request) == [GOT, (200, f"<{method} /x >".encode())]


@pytest.mark.parametrize("line", [b"F(B /x HTTP/1.1", b"a" * 65 + b" /x HTTP/1.1", b"\0", b": /x HTTP/1.1"])
@pytest.mark.parametrize("piece", [1, 9_999])
def test_what_is_no_method_is_refused(line: bytes, piece: int) -> None:
    """With 400, behind the reply to the request before."""
    found = replies(GET + line + b"\r\nHost: x\r\n\r\n" + GET, piece)
    assert (found[0], [status for status, _ in found[1:]]) == (GOT, [400])
