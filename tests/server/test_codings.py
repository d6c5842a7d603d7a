"""Which content coding a reply gets, by `Accept-Encoding` and media type."""

from __future__ import annotations

import gzip

import pytest

from metermock.server import codings
from metermock.server.codings import GZIP, OFFERED, coding_of, encoded, is_textual

BEST = next(iter(OFFERED))
"""The coding that goes before others that are wanted as much: br where its package is installed."""


def chosen(accepts: str, *, is_small: bool = False) -> str:
    """The name of the coding; empty for none."""
    found = coding_of(accepts, is_small=is_small)
    return "" if found is None else found.name.decode()


@pytest.mark.parametrize(
    ("accepts", "name"),
    [
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("x-gzip", "gzip"),
        ("deflate, gzip;q=0.001", "gzip"),
        ("gzip; q=1.000 , identity ; q=0.5", "gzip"),
        ("gzip, br;q=0", "gzip"),
        ("gzip, br", BEST),
        ("*", BEST),
        ("*;q=0.1, identity;q=0", BEST),
        ("", ""),
        ("deflate, zstd", ""),
        ("identity", ""),
        ("gzip;q=0, br;q=0.0", ""),
        ("gzip;q=0.5, br;q=0.5, identity", ""),
        ("*;q=0", ""),
        ("identity;q=0", ""),
        ("gzip;q=2, br;q=x", ""),
        ("gzip br,,;q=1", ""),
    ],
)
def test_the_wish_that_weighs_most_is_met(accepts: str, name: str) -> None:
    """A body is coded as its client likes best, and is sent as it is where nothing else is wanted."""
    assert chosen(accepts) == name


@pytest.mark.parametrize(
    ("accepts", "name"),
    [
        ("gzip", ""),
        ("*", ""),
        ("gzip, identity;q=0.1", ""),
        ("gzip, identity;q=0", "gzip"),
        ("*;q=0, gzip", "gzip"),
    ],
)
def test_a_small_body_is_coded_only_where_it_must(accepts: str, name: str) -> None:
    """A small body is sent as it is unless the client refuses that."""
    assert chosen(accepts, is_small=True) == name


@pytest.mark.skipif("br" not in OFFERED, reason="the extra `brotli` is not installed")
def test_brotli_goes_before_gzip_unless_it_weighs_less() -> None:
    """Of codings that weigh the same br is taken, which makes the smaller body."""
    assert chosen("gzip, deflate, br, zstd") == "br"
    assert chosen("br;q=0.9, gzip;q=1") == "gzip"


@pytest.mark.parametrize("coding", OFFERED.values(), ids=OFFERED)
@pytest.mark.parametrize("times", [200, 20_000])
def test_a_body_has_the_same_bytes_each_time(coding: codings.Coding, times: int) -> None:
    """The same body in the same coding is the same bytes; those of a large one are kept."""
    body = b'{"calls": 1}' * times
    first, second = (encoded(bytes(bytearray(body)), coding) for _ in range(2))

    assert first == second
    assert (first is second) == (times == 20_000)
    assert len(first) < len(body) / 4


def test_gzip_says_no_time() -> None:
    """The bytes do not depend on when they were written."""
    first = encoded(b"calls " * 300, GZIP)

    assert (first[4:8], gzip.decompress(first)) == (b"\0\0\0\0", b"calls " * 300)


@pytest.mark.parametrize(
    ("media", "textual"),
    [
        (b"application/json", True),
        (b"Application/Problem+JSON; charset=utf-8", True),
        (b"text/csv", True),
        (b"image/svg+xml", True),
        (b"application/x-ndjson", True),
        (b"image/png", False),
        (b"application/zip", False),
        (b"application/gzip", False),
        (b"application/pdf", False),
        (b"application/octet-stream", False),
        (b"", False),
    ],
)
def test_only_texts_become_smaller(media: bytes, *, textual: bool) -> None:
    """Images and archives are compressed already; of what is not known nothing is assumed."""
    assert is_textual(media) == textual
