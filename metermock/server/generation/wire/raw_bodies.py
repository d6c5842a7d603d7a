"""Bodies that are no JSON, as their media types have them."""

from __future__ import annotations

import functools
import io
import zipfile
from base64 import b64decode
from collections.abc import Callable, Mapping
from itertools import accumulate

from metermock.contract.sequences import EVENTS, is_sequence, text_of_items, wrapped
from metermock.ledger import dice
from metermock.ledger.calendar import DAY, instant_text
from metermock.server.generation.values.pools import pool
from metermock.server.generation.values.scene import child, pick

_ROWS = 5
_FEW = 3
_NOISE = 64
"""Bytes of what has no form that is known here."""
_UNIX = 3
_TEXTS = frozenset(
    {"application/javascript", "application/ecmascript", "application/yaml", "application/x-yaml"}
    | {
        "application/toml",
        "application/sql",
        "application/graphql",
        "application/jwt",
        "application/xhtml+xml",
    }
    | {
        "application/x-www-form-urlencoded",
        "application/rtf",
        "application/x-sh",
        "application/openmetrics-text",
    }
)
"""Types of texts that do not begin with `text/`."""

_PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mNoaGgAAAMEAYF1LgG8AAAAAElFTkSuQmCC"
_JPEG = (
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI/////////////////////////////////"
    "///////////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEA"
    "AD8AP//Z"
)
_GIF = "R0lGODlhAQABAIAAAICAgP///ywAAAAAAQABAAACAkQBADs="
_WEBP = "UklGRiQAAABXRUJQVlA4IBgAAABQAQCdASoBAAEAB0CWJaQABHQAAAAAAAA="
_WAV = "UklGRiwAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQgAAACAgICAgICAgA=="
_GZIP = "H4sIAAAAAAACAwMAAAAAAAAAAAA="
_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><rect width="1" height="1"/></svg>\n'
_MP3_FRAME = b"\xff\xf3\x18\xc4" + bytes(32)
"""36 ms of silence: MPEG-2 layer III, 8 kbit/s, 16 kHz, one channel."""


def raw_body(media: str, now: int, key: int) -> bytes:
    """A small body of a media type, in its plain form; noise where the type has a form that is not known."""
    if media in ("text/csv", "text/tab-separated-values"):
        return _table("," if media == "text/csv" else "\t", now, key)
    if is_sequence(media):
        return _items(media, key)
    return _FIXED[media]() if media in _FIXED else _text(media, key)


def _text(media: str, key: int) -> bytes:
    if media in ("application/xml", "text/xml") or media.endswith("+xml"):
        return b'<?xml version="1.0" encoding="UTF-8"?>\n<reply/>\n'
    if media == "text/html":
        title, text = pick(key, pool("title")), pick(child(key, 1), pool("sentence"))
        return f"<!doctype html>\n<title>{title}</title>\n<p>{text}</p>\n".encode()
    if media.startswith(("text/", "multipart/")) or media in _TEXTS:
        return (pick(key, pool("sentence")) + "\n").encode()
    return b"".join(dice.draw(key, index).to_bytes(8, "little") for index in range(_NOISE // 8))


def _table(gap: str, now: int, key: int) -> bytes:
    rows = [gap.join(("date", "name", "count"))]
    for number in range(_ROWS):
        own = child(key, number)
        day = instant_text(now - (_ROWS - 1 - number) * DAY)[:10]
        rows.append(gap.join((day, pick(own, pool("word")), str(own % 900))))
    return ("\n".join(rows) + "\n").encode()


def _items(media: str, key: int) -> bytes:
    items = [{"id": each + 1, "message": pick(child(key, each), pool("sentence"))} for each in range(_FEW)]
    return text_of_items(media, wrapped(items) if media == EVENTS else items).encode()


@functools.cache
def _pdf() -> bytes:
    """An empty page."""
    parts = [
        b"%PDF-1.4\n",
        b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n",
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n",
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n",
    ]
    first, *places = accumulate(map(len, parts))
    table = [b"%010d 65535 f \n" % 0, *(b"%010d 00000 n \n" % place for place in (first, *places[:-1]))]
    tail = b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % places[-1]
    return b"".join([*parts, b"xref\n0 4\n", *table, tail])


@functools.cache
def _zip() -> bytes:
    """An archive of one file."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        file = zipfile.ZipInfo("readme.txt")
        # The bytes must not depend on the machine; a ZipInfo has the date 1980-01-01.
        file.create_system = _UNIX
        archive.writestr(file, "An empty export.\n")
    return written.getvalue()


_FIXED: Mapping[str, Callable[[], bytes]] = {
    "application/json": lambda: b"{}\n",
    "image/png": lambda: b64decode(_PNG),
    "image/jpeg": lambda: b64decode(_JPEG),
    "image/jpg": lambda: b64decode(_JPEG),
    "image/gif": lambda: b64decode(_GIF),
    "image/webp": lambda: b64decode(_WEBP),
    "image/svg+xml": lambda: _SVG,
    "audio/wav": lambda: b64decode(_WAV),
    "audio/x-wav": lambda: b64decode(_WAV),
    "audio/mpeg": lambda: _MP3_FRAME * 4,
    "audio/mp3": lambda: _MP3_FRAME * 4,
    "application/pdf": _pdf,
    "application/zip": _zip,
    "application/x-zip-compressed": _zip,
    "application/gzip": lambda: b64decode(_GZIP),
    "application/x-gzip": lambda: b64decode(_GZIP),
}
"""The smallest good body of a type that programs read."""
