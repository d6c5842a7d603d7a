"""What reply a request should get, and how a finding names it otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from metermock.checker.deployment.statuses import FAILURE, OK


@dataclass(frozen=True, slots=True)
class Expectation:
    """The statuses that a request may get, and the rule that any other status breaks."""

    about: str = "a valid request"
    """What the request is, as the finding's message says it."""
    statuses: frozenset[int] = OK
    rule: str = ""
    """The broken rule's id; empty: the one that valid requests are answered, or what refuses too much."""
    form_rule: str = ""
    """The rule that a reply of a wrong form breaks; empty: the built-in rules about the form."""
    group: str = ""
    """Requests of one group that get the same wrong status are one finding."""

    @property
    def wanted(self) -> str:
        """The statuses as a text: `401 or 403`."""
        return " or ".join(str(status) for status in sorted(self.statuses))

    def is_grouped(self, status: int) -> bool:
        """Whether a finding about this status is shared; a deployment that fails does so each time anew."""
        return bool(self.group) and status not in FAILURE

    def kind(self, status: int) -> str:
        """What tells a finding about this status from others of its rule."""
        return f"{self.group} {self.wanted} {status}" if self.is_grouped(status) else self.about

    def variant(self, status: int) -> str:
        """Which member of its group the request is; empty where the finding is not shared."""
        return self.about.removeprefix(f"{self.group}: ") if self.is_grouped(status) else ""


ALLOWED = Expectation()
"""Of a request that the contract allows."""
