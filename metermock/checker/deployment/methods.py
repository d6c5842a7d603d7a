"""Which methods of HTTP are safe: nobody who asks by them wants to change data."""

from __future__ import annotations

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "QUERY"})
"""Sent without `--unsafe-methods`. TRACE is safe too, and would say back a credential."""
READING = frozenset({"GET", "HEAD"})
"""Those of them that every deployment has, and that have no body."""
