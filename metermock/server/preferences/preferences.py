"""The preferences of one request."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Preferences:
    """What one request wants of its reply; each field is a key, empty where it is not given."""

    code: int | None = None
    example: str | None = None
    dynamic: bool | None = None
    now: int | None = None
    seed: int | None = None
    account: str | None = None
    delay: int = 0
    """Milliseconds."""
    fault: str | None = None
    texts: dict[str, str] = field(default_factory=dict)
    """The values as they were written, by key."""
