"""Bodies that are no JSON are of their media type."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib

import pytest

from metermock.server.generation.wire.raw_bodies import raw_body

NOW, KEY = 1_773_848_527, 7


def body(media: str) -> bytes:
    """The body of a media type."""
    return raw_body(media, NOW, KEY)


@pytest.mark.parametrize(
    ("media", "begin", "end"),
    [
        ("image/jpeg", b"\xff\xd8\xff", b"\xff\xd9"),
        ("image/gif", b"GIF89a", b"\x00;"),
        ("image/svg+xml", b"<svg ", b"</svg>\n"),
        ("application/pdf", b"%PDF-", b"%%EOF\n"),
        ("application/xml", b"<?xml ", b"/>\n"),
        ("text/html", b"<!doctype html>", b"</p>\n"),
        ("text/csv", b"date,name,count\n", b"\n"),
    ],
)
def test_a_body_begins_and_ends_as_its_type_does(media: str, begin: bytes, end: bytes) -> None:
    """A program that tells files by their first bytes takes it for one of its type."""
    assert body(media).startswith(begin)
    assert body(media).endswith(end)


def test_a_png_is_one_whole_image() -> None:
    """Each part of the PNG has its checksum, and its data is one pixel."""
    data, parts = body("image/png")[8:], {}
    while data:
        length = struct.unpack(">I", data[:4])[0]
        kind, content, check = data[4:8], data[8 : 8 + length], data[8 + length : 12 + length]
        assert struct.unpack(">I", check)[0] == zlib.crc32(kind + content)
        parts[kind], data = content, data[12 + length :]

    assert list(parts) == [b"IHDR", b"IDAT", b"IEND"]
    assert len(zlib.decompress(parts[b"IDAT"])) == 4


@pytest.mark.parametrize(("media", "form"), [("image/webp", b"WEBP"), ("audio/wav", b"WAVE")])
def test_a_riff_file_is_as_long_as_it_says(media: str, form: bytes) -> None:
    """The length in the head of the file is that of the rest."""
    data = body(media)

    assert (data[:4], data[8:12]) == (b"RIFF", form)
    assert struct.unpack("<I", data[4:8])[0] == len(data) - 8


def test_archives_can_be_opened() -> None:
    """A ZIP has one file, and a gzip stream ends well."""
    with zipfile.ZipFile(io.BytesIO(body("application/zip"))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["readme.txt"]
    assert gzip.decompress(body("application/gzip")) == b""


def test_a_pdf_finds_its_objects() -> None:
    """The table of a PDF says at which byte each of its objects begins."""
    data = body("application/pdf")
    table = int(data.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    rows = data[table:].splitlines()[3:6]

    assert data[table:].startswith(b"xref\n")
    for number, row in enumerate(rows, 1):
        assert data[int(row[:10]) :].startswith(b"%d 0 obj" % number)


def test_a_binary_type_without_a_known_form_is_no_text() -> None:
    """Bytes of an unknown type are the same for the same key, and not a sentence."""
    assert body("application/octet-stream") == body("application/octet-stream")
    assert not body("video/mp4").isascii()
    assert body("text/plain").isascii()
