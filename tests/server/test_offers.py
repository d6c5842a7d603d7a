"""Requests that offer another protocol are read to their end, as if they did not."""

from __future__ import annotations

import pytest

from tests.server.echoing import answers

OFFER = b"Connection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAEAAEAA\r\nUpgrade: h2c\r\n"
BODIES = {
    "of a length": (b"Content-Length: 7\r\n", b"GET / H"),
    "in chunks": (b"Transfer-Encoding: chunked\r\n", b"3\r\nGET\r\n4\r\n / H\r\n0\r\nX-End: 1\r\n\r\n"),
}
NEXT = b"GET /next HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.mark.parametrize("piece", [1, 50, 9_999])
@pytest.mark.parametrize("name", BODIES)
def test_the_body_behind_an_offer_is_read(name: str, piece: int) -> None:
    """Java's HttpClient sends its first POST so; what follows it, offers too, is read as well."""
    framing, body = BODIES[name]
    post = b"POST /made HTTP/1.1\r\nHost: x\r\n" + OFFER + framing + b"\r\n" + body
    get = b"GET /plain HTTP/1.1\r\nHost: x\r\n" + OFFER + b"\r\n"

    found = answers(post + NEXT + get + post + NEXT, piece)

    made, after = b"<POST /made GET / H>", b"<GET /next >"
    assert found == [made, after, b"<GET /plain >", made, after]


def test_many_offers_in_one_piece_are_answered() -> None:
    """Each may be followed by another."""
    get = b"GET /plain HTTP/1.1\r\nHost: x\r\n" + OFFER + b"\r\n"
    assert answers(get * 3_000, 1 << 20) == [b"<GET /plain >"] * 3_000
