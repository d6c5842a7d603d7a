"""What has changed since an earlier check: facts without any input or output."""

from __future__ import annotations

from dataclasses import dataclass


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

    @property
    def key(self) -> tuple[str, str, str]:
        """What two findings have alike that may be the same one."""
        return self.rule, self.operation, self.place

    def is_more_than(self, old: Named) -> bool:
        """Whether it is graver than it was, or shows in a way in which it did not, as for a baseline."""
        return (self.level == "must" and old.level == "should") or not set(self.about) <= set(old.about)


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
    stayed: tuple[Named, ...] = ()
    unasked: tuple[Named, ...] = ()
    differences: tuple[str, ...] = ()
