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
LENGTH = b"content-length"

_lines: dict[tuple[bytes, bytes], bytes] = {}


def wire_bytes(sent: Sent) -> bytes | None:
    """Return a reply as it goes over a connection that stays open; None for one that only uvicorn can send.

    It needs a length, and headers that HTTP allows.
    """
    start, body = sent
    headers, content = start["headers"], body["body"]
    # Most lines are known: those are found without a turn of a loop of Python's for each.
    lines = [*map(_lines.get, headers)]
    length: bytes | None = None
    while None in lines:
        place = lines.index(None)
        name, value = headers[place]
        if name == LENGTH:
            # What is no number is told apart below.
            if length is not None:
                return None
            length = value
            lines[place] = b"content-length: %s\r\n" % value
            continue
        line = lines[place] = line_of(name, value)
        if line is None:
            return None
    if length is None and start["status"] in WITHOUT_LENGTH:
        length = b"0"
    if length != b"%d" % len(content):
        return None
    return b"".join((STATUS_LINE[start["status"]], *lines, b"\r\n", content))  # type: ignore[arg-type]  # all are known


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
