"""The preferences of one request."""

from __future__ import annotations

from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Preferences:
    """What one request wants of its reply; each field is a key, empty where it is not given."""

    code: int | None = None
    example: str | None = None
    dynamic: bool | None = None
    now: int | None = None
    seed: int | None = None
    account: str | None = None
    lag: int = 0
    """Seconds."""
    delay: int = 0
    """Milliseconds."""
    fault: str | None = None
    sequence: tuple[int, ...] = ()
    """The statuses of a session's first, second … request; the last one stays."""
    session: str | None = None
    texts: dict[str, str] = field(default_factory=dict)
    """The values as they were written, by key."""

    def at(self, count: int) -> Preferences:
        """Return the preferences of a session's request by its number, from 1 on."""
        code = self.sequence[min(count, len(self.sequence)) - 1]
        return replace(self, code=code, texts={**self.texts, "code": str(code)})
