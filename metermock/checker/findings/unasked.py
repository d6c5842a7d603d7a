"""The operations of which nothing was learned, and why: each reason once."""

from __future__ import annotations

from collections.abc import Mapping


def told_unasked(operations: Mapping[str, str]) -> str:
    """What a verdict says of them; `operations` go from their ids to the reasons."""
    if not operations:
        return ""
    by_reason: dict[str, list[str]] = {}
    for name, why in operations.items():
        by_reason.setdefault(why, []).append(name)
    listed = "; ".join(f"{', '.join(names)}: {why}" for why, names in by_reason.items())
    count = "1 operation was" if len(operations) == 1 else f"{len(operations)} operations were"
    return f"{count} not tested: {listed}"
