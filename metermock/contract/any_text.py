"""Schemas that take every text: of their values nothing has to be read or validated."""

from __future__ import annotations

from typing import Any

_SAYS_NOTHING = frozenset({"type", "title", "description", "example", "examples", "default", "deprecated"})
"""Words of a schema that forbid no text."""


def takes_any_text(schema: Any) -> bool:
    """Whether a schema says itself that it takes each text as it stands, and nothing else."""
    if not isinstance(schema, dict) or schema.get("type") != "string":
        return False
    return all(name in _SAYS_NOTHING or name.startswith("x-") for name in schema)
