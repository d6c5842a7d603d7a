"""Bodies of requests that come in content codings."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from metermock.in_process import asgi_app
from metermock.server.body_error import BodyError
from metermock.server.coded_bodies import decoded

EVENT = b'{"n": 71}'
MOST = 1000


def bare(raw: bytes) -> bytes:
    """Deflate without the header that HTTP wants, as some clients send it."""
    return zlib.compress(raw, wbits=-zlib.MAX_WBITS)


def zipped(raw: bytes) -> bytes:
    """The same in gzip, alike at any time: bodies name tests, and all processes must name them alike."""
    return gzip.compress(raw, mtime=0)


def twice(raw: bytes) -> bytes:
    """Two members, which are one body."""
    return zipped(raw[:3]) + zipped(raw[3:])


@pytest.mark.parametrize(
    ("codings", "code"),
    [
        ("gzip", zipped),
        ("X-GZIP", zipped),
        ("gzip", twice),
        ("deflate", zlib.compress),
        ("deflate", bare),
        ("deflate, gzip", lambda raw: zipped(zlib.compress(raw))),
        ("identity", bytes),
        (" , ", bytes),
    ],
)
def test_what_was_coded_is_read(codings: str, code: Callable[[bytes], bytes]) -> None:
    """The last coding was applied last."""
    assert decoded(code(EVENT), codings, MOST) == EVENT


@pytest.mark.parametrize(
    ("codings", "raw", "told"),
    [
        ("br", EVENT, "coded as 'br'; gzip and deflate are read"),
        ("gzip", EVENT, "said to be coded as gzip, and is not"),
        ("gzip", zipped(EVENT)[:-4], "said to be coded as gzip, and is not"),
        ("deflate", b"\xff" * 9, "said to be coded as deflate, and is not"),
        ("gzip, gzip, gzip, gzip, gzip", EVENT, "coded 5 times; up to 4 are read"),
        ("gzip", zipped(b"") * 17, "said to be coded as gzip, and is not"),
    ],
)
def test_what_is_not_coded_so_is_refused(codings: str, raw: bytes, told: str) -> None:
    """Nor is what has more members than anybody writes."""
    with pytest.raises(BodyError, match=told):
        decoded(raw, codings, MOST)


@pytest.mark.parametrize("size", [MOST, MOST + 1, 10**7])
def test_no_more_is_read_than_a_body_may_have(size: int) -> None:
    """Ten megabytes of one letter are ten kilobytes in gzip."""
    raw = b"a" * size

    assert decoded(zipped(raw), "gzip", MOST) == (raw if size <= MOST else None)


@pytest.mark.parametrize(
    ("coding", "body", "status"),
    [
        ("gzip", zipped(EVENT), 200),
        ("gzip", zipped(b'{"n": "many"}'), 400),
        ("gzip", zipped(b" " * (4 << 20) + EVENT), 413),
        ("gzip", EVENT, 400),
        ("br", EVENT, 415),
        ("gzip, identity, gzip, gzip, gzip", zipped(zipped(zipped(zipped(EVENT)))), 200),
        ("gzip, gzip, gzip, gzip, gzip", zipped(zipped(zipped(zipped(zipped(EVENT))))), 415),
    ],
)
def test_it_is_held_to_its_schema(tmp_path: Path, coding: str, body: bytes, status: int) -> None:
    """And refused by the status that HTTP has for it, where the document has none."""
    event = {"type": "object", "properties": {"n": {"type": "integer"}}}
    post = {
        "requestBody": {"required": True, "content": {"application/json": {"schema": event}}},
        "responses": {"200": {"description": "Done."}},
    }
    path = tmp_path / "events.json"
    written = {
        "openapi": "3.1.0",
        "info": {"title": "E", "version": "1"},
        "paths": {"/events": {"post": post}},
    }
    path.write_text(json.dumps(written), "utf-8")
    sent = {"content-type": "application/json", "content-encoding": coding}
    with TestClient(asgi_app(path)) as client:
        assert client.post("/events", content=body, headers=sent).status_code == status


@pytest.mark.parametrize(
    ("media", "coding", "body", "status"),
    [
        ("application/octet-stream", "br", EVENT, 200),
        ("application/octet-stream", "gzip", zipped(EVENT), 200),
        ("application/octet-stream", "zstd", EVENT, 415),
        ("image/png", "br", EVENT, 200),
        ("application/json", "br", EVENT, 415),
        ("text/plain", "br", EVENT, 415),
    ],
)
def test_bytes_in_a_documented_coding_are_taken_as_they_are(
    tmp_path: Path, media: str, coding: str, body: bytes, status: int
) -> None:
    """Nobody looks into them; what has to be read is refused still."""
    post = {
        "parameters": [
            {"name": "Content-Encoding", "in": "header", "schema": {"type": "string", "enum": ["br", "gzip"]}}
        ],
        "requestBody": {
            "required": True,
            "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
                "image/png": {},
                "application/json": {"schema": {"type": "object"}},
                "text/plain": {"schema": {"type": "string"}},
            },
        },
        "responses": {"200": {"description": "Done."}},
    }
    path = tmp_path / "files.json"
    paths = {"/files": {"post": post}}
    path.write_text(
        json.dumps({"openapi": "3.1.0", "info": {"title": "E", "version": "1"}, "paths": paths}), "utf-8"
    )
    with TestClient(asgi_app(path)) as client:
        sent = {"content-type": media, "content-encoding": coding}
        # A coding that is not documented is a fault of the header, and of the body.
        assert client.post("/files", content=body, headers=sent).status_code == status
