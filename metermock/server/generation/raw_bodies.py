"""Bodies that are no JSON, as their media types have them."""

from __future__ import annotations

from metermock.ledger.calendar import DAY, instant_text
from metermock.server.generation.pools import pool
from metermock.server.generation.scene import child, pick

_ROWS = 5
_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


def raw_body(media: str, now: int, key: int) -> bytes:
    """A small body of a media type, in its plain form."""
    if media in ("text/csv", "text/tab-separated-values"):
        return _table("," if media == "text/csv" else "\t", now, key)
    if media in ("application/xml", "text/xml") or media.endswith("+xml"):
        return b'<?xml version="1.0" encoding="UTF-8"?>\n<reply/>\n'
    if media == "text/html":
        title, text = pick(key, pool("title")), pick(child(key, 1), pool("sentence"))
        return f"<!doctype html>\n<title>{title}</title>\n<p>{text}</p>\n".encode()
    if media == "application/pdf":
        return _PDF
    return (pick(key, pool("sentence")) + "\n").encode()


def _table(gap: str, now: int, key: int) -> bytes:
    rows = [gap.join(("date", "name", "count"))]
    for number in range(_ROWS):
        own = child(key, number)
        day = instant_text(now - (_ROWS - 1 - number) * DAY)[:10]
        rows.append(gap.join((day, pick(own, pool("word")), str(own % 900))))
    return ("\n".join(rows) + "\n").encode()
