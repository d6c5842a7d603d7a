"""The head of a reply as bytes, written as uvicorn writes it."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HEADER_RE, HEADER_VALUE_RE, STATUS_LINE

from metermock.server.delivery import WITHOUT_LENGTH
from metermock.server.request import Sent

MOST_LINES = 1024
LONGEST_LINE = 256
"""Lines of headers that are kept, and their bytes: most replies share most of theirs."""
CHANGING = b"etag"
"""What nearly every reply has of its own, so that its line is not kept."""
NOT_KEPT_OPEN = b"connection"

_lines: dict[tuple[bytes, bytes], bytes] = {}


def wire_bytes(sent: Sent) -> bytes | None:
    """Return a reply as it goes over a connection that stays open; None for one that only uvicorn can send.

    It needs a length, and headers that HTTP allows.
    """
    start, body = sent
    parts = [STATUS_LINE[start["status"]]]
    length: bytes | None = None
    content = body["body"]
    for pair in start["headers"]:
        if pair[0] == b"content-length":
            # What is no number is told apart below.
            if length is not None:
                return None
            length = pair[1]
            parts.append(b"content-length: %s\r\n" % length)
            continue
        line = _lines.get(pair)
        if line is None:
            line = line_of(*pair)
            if line is None:
                return None
        parts.append(line)
    if length is None and start["status"] in WITHOUT_LENGTH:
        length = b"0"
    if length != b"%d" % len(content):
        return None
    parts += (b"\r\n", content)
    return b"".join(parts)


def line_of(name: bytes, value: bytes) -> bytes | None:
    """Return the line of a header; None for one that uvicorn refuses, or that ends the connection."""
    if HEADER_VALUE_RE.search(value):
        return None
    if name == CHANGING:
        return b"%s: %s\r\n" % (name, value)
    if HEADER_RE.search(name):
        return None
    lower = name.lower()
    if lower in (NOT_KEPT_OPEN, b"transfer-encoding"):
        return None
    line = b"%s: %s\r\n" % (lower, value)
    if len(_lines) < MOST_LINES and len(line) <= LONGEST_LINE:
        _lines[name, value] = line
    return line
