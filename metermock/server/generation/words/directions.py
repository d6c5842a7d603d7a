"""Whether what a request sorts by goes up or down: `-created_at`, `createdAtDesc`, `newest-first`."""

from __future__ import annotations

from metermock.server.generation.words import names

ASCENDING = frozenset({"asc", "ascending", "oldest", "earliest"})
DESCENDING = frozenset({"desc", "descending", "newest", "latest", "recent"})


def is_down(text: str) -> bool | None:
    """Whether the greatest comes first; None for a text that says neither."""
    if text.startswith("-") and len(text) > 1:
        return True
    words = [word for word in names.words_of(text) if word != "first"]
    last = words[-1] if words else ""
    return True if last in DESCENDING else False if last in ASCENDING else None
