"""Bodies of requests in content codings (RFC 9110, 8.4): clients that send many events compress them."""

from __future__ import annotations

import zlib

from metermock.server.body_error import BodyError

_WINDOWS = {
    "gzip": (16 + zlib.MAX_WBITS,),
    "x-gzip": (16 + zlib.MAX_WBITS,),
    "deflate": (zlib.MAX_WBITS, -zlib.MAX_WBITS),
}
"""The forms of each coding; some clients write deflate without the header that HTTP wants."""

_MEMBERS = 16
"""Parts of one body: what stands behind each is copied, so that thousands would take minutes."""

_CODINGS = 4
"""Codings of one body: each is worked through whole, and a header has room for thousands."""


def is_unread(codings: str) -> bool:
    """Whether one of the codings that a header names is not read here."""
    named = {each.strip().lower() for each in codings.split(",")}
    return not named <= {"", "identity", *_WINDOWS}


def decoded(raw: bytes, codings: str, most: int) -> bytes | None:
    """Return the bytes that were coded, None for more than `most`.

    BodyError for a coding that is not read, and for bytes that are not in it.
    """
    named = [each.strip().lower() for each in codings.split(",")]
    applied = [each for each in named if each not in ("", "identity")]
    if len(applied) > _CODINGS:
        raise BodyError(f"the body is coded {len(applied)} times; up to {_CODINGS} are read", "media-type")
    for coding in reversed(applied):
        if coding not in _WINDOWS:
            told = f"the body is coded as {coding[:80]!r}; gzip and deflate are read"
            raise BodyError(told, "media-type")
        found = next(filter(None, (_inflated(raw, window, most) for window in _WINDOWS[coding])), None)
        if found is None:
            raise BodyError(f"the body is said to be coded as {coding}, and is not", "encoding")
        if len(found[0]) > most:
            return None
        raw = found[0]
    return raw


def _inflated(raw: bytes, window: int, most: int) -> tuple[bytes] | None:
    """The bytes of all members, up to one more than `most`; None for what is not coded so, or cut."""
    whole = b""
    for _ in range(_MEMBERS):
        member = zlib.decompressobj(window)
        try:
            whole += member.decompress(raw, most + 1 - len(whole))
        except zlib.error:
            return None
        if len(whole) > most:
            return (whole,)
        if not member.eof:
            return None
        raw = member.unused_data
        if not raw:
            return (whole,)
    return None
