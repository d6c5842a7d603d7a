"""Schemas that take every text: of their values nothing has to be read or validated."""

from __future__ import annotations

from typing import Any

from metermock.contract.references import ANNOTATIONS

_SAYS_NOTHING = ANNOTATIONS | {"type"}
"""Words of a schema that forbid no text."""


def takes_any_text(schema: Any) -> bool:
    """Whether a schema says itself that it takes each text as it stands, and nothing else."""
    if not isinstance(schema, dict) or schema.get("type") != "string":
        return False
    return all(name in _SAYS_NOTHING or name.startswith("x-") for name in schema)
