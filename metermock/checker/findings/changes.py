"""What has changed since an earlier check: facts without any input or output."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from metermock.checker.findings.showings import answered_otherwise, is_asked_alike


@dataclass(frozen=True, slots=True)
class Named:
    """A finding by what makes it the same one in two checks; `message` is what its rule says."""

    rule: str
    operation: str
    place: str
    message: str = ""
    level: str = "must"
    about: tuple[str, ...] = ()
    """What was asked and came, where no place tells one fault from another."""
    was: tuple[str, ...] = ()
    """What was asked and came then, of a finding that is answered otherwise now."""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What two findings of one report have alike that are told as one.

        Where no place tells them apart, what they are about does, and a message says that.
        """
        return self.rule, self.operation, self.place, self.message if self.about else ""

    def is_same(self, other: Named) -> bool:
        """Whether it may be the other one of another report: nothing that both tell is different."""
        if not self._is_like(other):
            return False
        is_apart = self.about and other.about and not set(self.about) & set(other.about)
        return not is_apart or self.message == other.message

    def same_in(self, others: Sequence[Named]) -> list[Named]:
        """Those of another report that it may be; else those that asked the same, whatever came."""
        same = [each for each in others if self.is_same(each)]
        return same or [
            each for each in others if self._is_like(each) and is_asked_alike(self.about, each.about)
        ]

    def _is_like(self, other: Named) -> bool:
        return (self.rule, self.operation, self.place) == (other.rule, other.operation, other.place)

    def answered_otherwise(self, old: Sequence[Named]) -> Named | None:
        """It with what came before, where nothing but the answers is different."""
        was = tuple(dict.fromkeys(each for one in old for each in one.about))
        other = answered_otherwise(self.about, was)
        as_before = (each for each in self.about if each not in other)
        if not other or replace(self, about=tuple(as_before)).is_more_than(old):
            return None
        return replace(self, was=was)

    def is_more_than(self, old: Sequence[Named]) -> bool:
        """Whether it was not there, is graver, or shows in a way in which it did not, as for a baseline.

        A report that does not say what its findings are about has only their messages to tell that by.
        """
        if not old:
            return True
        was_must = any(each.level == "must" for each in old)
        if self.level == "must" and not was_must:
            return True
        known = {each for one in old for each in one.about}
        return not set(self.about) <= known and not any(map(self.is_told_without_about, old))

    def is_told_without_about(self, old: Named) -> bool:
        """Whether it has the other's message, and only the other does not say what it is about."""
        return bool(self.about) and not old.about and self.message == old.message


@dataclass(frozen=True, slots=True)
class Changes:
    """What is new, gone and still there, compared with a report; findings that a baseline forgives count too.

    `unasked` were found then, and nothing is known about them now: their rule did not run, or the check
    stopped early. `differences` say
    what else is not as it was then, such as the version of the document.
    """

    report: str
    compared: bool = True
    """Whether the report has this target and contract at all."""
    new: tuple[Named, ...] = ()
    gone: tuple[Named, ...] = ()
    otherwise: tuple[Named, ...] = ()
    """Still there, and no graver, but another status came."""
    stayed: tuple[Named, ...] = ()
    unasked: tuple[Named, ...] = ()
    differences: tuple[str, ...] = ()
