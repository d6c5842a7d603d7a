"""How a body is sent: its content coding, its entity tag, and 304 where the client has it (RFC 9110)."""

from __future__ import annotations

import re
from zlib import crc32

from metermock.contract.response import BODILESS
from metermock.server.answer import Answer
from metermock.server.codings import SMALL, Coding, coding_of, encoded, is_textual
from metermock.server.headers import RawHeaders
from metermock.server.request import HttpRequest

OK, NOT_MODIFIED = 200, 304
READING = frozenset(("GET", "HEAD"))
CONTENT_TYPE, CONTENT_ENCODING, CONTENT_RANGE = b"content-type", b"content-encoding", b"content-range"
ETAG, CACHE_CONTROL = b"etag", b"cache-control"
VARY = (b"vary", b"Accept-Encoding")
SPECIAL = frozenset((CONTENT_ENCODING, CONTENT_RANGE, ETAG, CACHE_CONTROL))
"""What may forbid another coding."""
ABOUT_BODY = frozenset((CONTENT_TYPE, b"content-language", b"content-disposition", b"last-modified"))
"""What a 304 leaves out: the client has it with the body."""

_TAG = re.compile(r'"[\x21\x23-\x7e\x80-\xff]*"')


def represent(
    http: HttpRequest, answer: Answer, accepts: str | None, known: str | None, *, is_tagged: bool
) -> None:
    """Put a body into the coding that a request `accepts`; with `is_tagged`, tag it, or answer 304.

    `known` are the tags that its client has.

    A body that a preference will break on its way stays as it is: nobody may keep it for the whole one, and
    its client is to see broken JSON, not broken gzip.
    """
    wanted = http.preferences
    if not answer.body or answer.status in BODILESS or (wanted is not None and wanted.fault is not None):
        return
    coding = None
    media, special = b"", {}
    for name, value in answer.headers:
        if name == CONTENT_TYPE:
            media = value
        elif name in SPECIAL:
            special[name] = value
    if is_textual(media) and (not special or may_be_coded(special)):
        answer.headers.append(VARY)
        if accepts is not None:
            coding = coding_of(accepts, is_small=len(answer.body) <= SMALL)
    if is_tagged and answer.status == OK and http.method in READING and ETAG not in special:
        tag = entity_tag(answer.body, coding)
        answer.headers.append((ETAG, tag))
        if known is not None and has_tag(known, tag):
            answer.status, answer.headers, answer.body = NOT_MODIFIED, unmodified(answer.headers), b""
            return
    if coding is not None:
        answer.headers.append((CONTENT_ENCODING, coding.name))
        answer.body = encoded(answer.body, coding)


def may_be_coded(special: dict[bytes, bytes]) -> bool:
    """Tell whether a body with such headers may be put into a coding.

    A strong tag of a handler or a document names the bytes as they are (RFC 9110, 8.8.1), and a range is one
    of them.
    """
    return (
        CONTENT_ENCODING not in special
        and CONTENT_RANGE not in special
        and special.get(ETAG, b"W/").startswith(b"W/")
        and b"no-transform" not in special.get(CACHE_CONTROL, b"").lower()
    )


def entity_tag(body: bytes, coding: Coding | None) -> bytes:
    """Return the strong tag of a body in a coding: its length and CRC-32.

    Each first reply pays for it. Of two bodies with one URL and one length, one pair in 2**32 shares a tag.
    """
    if coding is None:
        return b'"%x-%08x"' % (len(body), crc32(body))
    return b'"%x-%08x-%s"' % (len(body), crc32(body), coding.name)


def has_tag(known: str, tag: bytes) -> bool:
    """Tell whether an `If-None-Match` names a tag; weak ones count as the strong ones (RFC 9110, 13.1.2)."""
    return known.strip() == "*" or tag.decode("latin-1") in _TAG.findall(known)


def unmodified(headers: RawHeaders) -> RawHeaders:
    """Return the headers of a 304."""
    return [pair for pair in headers if pair[0] not in ABOUT_BODY]
