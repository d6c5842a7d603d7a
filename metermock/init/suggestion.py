"""A rule that is suggested, with the reason for it."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A rule of level should; `when` is empty where it always applies, `why` says what suggests it."""

    message: str
    rule: str
    when: str
    why: str

    def also_when(self, condition: str) -> Suggestion:
        """The same where this holds first; an empty condition changes nothing."""
        conditions = [each for each in (condition, self.when) if each]
        return replace(self, when=" && ".join(conditions))
