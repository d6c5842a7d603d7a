"""Numbers of things, as sentences have them."""

from __future__ import annotations


def count_of(count: int, noun: str) -> str:
    """Return "1 account", "2 accounts", "1,000 accounts"; the noun takes an s."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
