"""The operations that a check with limits did not come to, and how to have them asked."""

from __future__ import annotations

from collections.abc import Container, Iterable

from metermock.checker.findings.first_names import first_names
from metermock.checker.findings.verdict import RuleCount

_FEW = 5
_MORE = {"quick": "--profile nightly", "nightly": "--profile full"}
"""By profile, what asks more."""


def unreached(rules: Iterable[RuleCount], unasked: Container[str]) -> tuple[list[str], int]:
    """The operations of which no rule was judged, and how many were to be asked.

    Those that are told with reasons of their own are not counted.
    """
    ran: dict[str, bool] = {}
    for rule in rules:
        if rule.operation not in unasked:
            ran[rule.operation] = ran.get(rule.operation, False) or bool(rule.ran)
    return [name for name, is_reached in ran.items() if not is_reached], len(ran)


def told_unreached(names: list[str], count: int, profile: str) -> str:
    """The line that names them."""
    these = "operation was" if count == 1 else "operations were"
    listed = first_names(names, _FEW)
    more = _MORE.get(profile, "a higher limit")
    return (
        f"{len(names)} of {count} {these} not asked, since the check had reached its limits: {listed}; "
        f"{more} asks more, and --operation, --tag or --path a part at a time"
    )
