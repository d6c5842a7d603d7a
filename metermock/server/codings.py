"""Content codings: which one a request wants, and bodies written in it (RFC 9110, 8.4 and 12.5.3)."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from metermock.ledger.cache import HELD, Cache
from metermock.remembered import remembered

try:
    import brotli
except ImportError:  # an extra: it is large, and every client that takes it takes gzip too
    brotli = None

SMALL = 1024
"""Bytes of the longest body that is sent as it is, unless the request refuses that."""
LARGE = 1 << 16
"""Bytes from which on a body is kept when it was written in a coding, such as those of the mock's pages."""
LARGEST = 32 << 20
"""Bytes of all that are kept, with those that they were made from."""

_MEMBER = re.compile(r"\s*([!#$%&'*+.^_`|~0-9a-z-]+)\s*(?:;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?")
_TEXTUAL = re.compile(
    rb"text/.*|.*\+(?:json|xml|yaml)"
    rb"|application/(?:json5?|jsonl|json-seq|(?:x-)?ndjson|xml|(?:x-)?yaml|(?:x-)?javascript|x-www-form-urlencoded)"
)


@dataclass(frozen=True, slots=True)
class Coding:
    """A content coding, and how bodies are written in it: the same bytes for the same body."""

    name: bytes
    encode: Callable[[bytes], bytes]


# A mock is close to its clients: time counts for more than size.
def gzipped(body: bytes) -> bytes:
    """Write gzip, without a time."""
    return zlib.compress(body, level=1, wbits=16 + zlib.MAX_WBITS)


def brotlied(body: bytes) -> bytes:
    """Write brotli."""
    return bytes(brotli.compress(body, quality=2, lgwin=16))


GZIP, BROTLI = Coding(b"gzip", gzipped), Coding(b"br", brotlied)
OFFERED: Mapping[str, Coding] = {**({"br": BROTLI} if brotli is not None else {}), "gzip": GZIP}
"""The codings that replies may have, the preferred one first."""

_encoded = Cache(LARGEST)


@remembered(256)
def is_textual(media: bytes) -> bool:
    """Tell whether bodies of a media type become smaller: images and archives are compressed as they are."""
    return _TEXTUAL.fullmatch(media.partition(b";")[0].strip().lower()) is not None


def coding_of(accepts: str, *, is_small: bool) -> Coding | None:
    """Return the coding that an `Accept-Encoding` asks for; None for a body as it is.

    A client that refuses every coding gets the body as it is too.
    """
    weights = weights_of(accepts)
    rest = weights.get("*", 0.0)
    name, weight = max(((name, weights.get(name, rest)) for name in OFFERED), key=lambda each: each[1])
    # What is not named may be sent as it is, and is wanted least.
    plain = weights.get("identity", weights.get("*"))
    if not weight or (plain is not None and plain > weight) or (is_small and plain != 0):
        return None
    return OFFERED[name]


@remembered(256)
def weights_of(accepts: str) -> Mapping[str, float]:
    """Return how much an `Accept-Encoding` wants each coding that it names."""
    weights: dict[str, float] = {}
    for part in accepts.lower().split(","):
        found = _MEMBER.fullmatch(part)
        if found is not None:
            name = "gzip" if found[1] == "x-gzip" else found[1]
            weights.setdefault(name, 1.0 if found[2] is None else float(found[2]))
    return weights


def encoded(body: bytes, coding: Coding) -> bytes:
    """Return a body in a coding; a large one that was written lately is not written again.

    Of smaller ones it is the whole reply that is remembered, when it is asked for again.
    """
    if len(body) < LARGE:
        return coding.encode(body)
    return _encoded.recall(  # type: ignore[no-any-return]  # a store holds anything
        (coding.name, body), lambda: coding.encode(body), lambda made: HELD + len(made) + len(body)
    )
