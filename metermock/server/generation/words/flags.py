"""Flags by name: what means trouble is seldom true, all else mostly is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from metermock.contract import Operation
from metermock.server.generation.words import names

RARE = 6
"""One flag of so many is not as flags of its name mostly are."""
_TROUBLE = 14
"""One thing of so many is in trouble."""
_ASKED = 4
"""One of so many rows is in trouble where a parameter asks for these: some have to be found."""
_ONLY = {
    "unlimited": frozenset({"unlimited", "unmetered"}),
    "over-limit": frozenset({"exceeded", "exceeds", "overage", "exhausted", "throttled"}),
}
"""Words of what is true of one account."""
_OVER = frozenset({"over"})
"""What says so alone, or beside a limit: `over_budget`, but not `over_18` or `roll_over`."""
_SELDOM = names.RARE | frozenset(
    {"disabled", "suspended", "deleted", "archived", "locked", "draft", "restricted", "expired", "inactive"}
    | {"deprecated", "disputed", "refunded", "delinquent", "demo", "failed", "probation", "watchlist"}
    | {"skip", "skipped", "blocked", "banned", "test", "revoked", "muted", "overdue", "fraud", "fraudulent"}
    | {"reversed", "voided", "bounced", "rejected", "terminated", "flagged", "frozen", "quarantined"}
    | {"invalid", "incomplete", "degraded", "offline", "unsubscribed", "spam", "compromised", "sandbox"}
    | {"hidden", "dispute", "violation", "warning", "incident", "outage", "deadletter", "default", "stale"}
)
"""What most things are not, in the singular."""
_SELDOM_TOGETHER = (
    frozenset({"past", "due"}),
    frozenset({"cancel", "end"}),
    frozenset({"out", "of", "band"}),
)
_SETTINGS = frozenset(
    {"enabled", "enable", "allow", "allowed", "can", "may", "show", "include", "visible", "on", "from"}
    | {"notify", "notification", "alert", "support", "supported", "available", "reporting", "tracking"}
    | {"retry", "use", "using", "protected", "protection", "detection", "handling", "filter", "provided"}
    | {"passed", "required", "ignore", "access"}
    | {"free", "resolved", "acknowledged", "passing", "checked", "won", "restorable", "completed"}
)
"""Words of what is set, allowed or in order, whatever it is about: `notify_on_failed`, `dispute_resolved`."""
_MODES = frozenset({"test", "sandbox", "demo"})
"""Modes in which few things are; another `mode` is a setting, such as `offline_mode`."""
_PLACES = frozenset({"on", "from"})
"""What may begin the name of a state too: `on_watchlist`."""
_NOT = frozenset({"not", "never", "no", "without"})


def asked_of(operations: Iterable[Operation]) -> frozenset[str]:
    """The names of all parameters in queries, as flags may have them."""
    return frozenset(
        bare(each.name)
        for operation in operations
        for each in operation.parameters
        if each.location == "query"
    )


def bare(name: str) -> str:
    """The name that a flag shares with the parameter that chooses by it: `disabled` of `filter[disabled]`."""
    return names.plain(name).removeprefix("filter_").removeprefix("is_")


def account_of(name: str) -> str:
    """The one account that a flag is true for; empty for a flag of all accounts."""
    words = frozenset(names.words_of(name))
    if words & (_SETTINGS - {"access"}):
        return ""
    if words - {"is"} == _OVER or (words & _OVER and words & names.LIMITS):
        return "over-limit"
    return next((account for account, known in _ONLY.items() if known & words), "")


def usual(name: str, default: Any = None, *, is_asked: bool = False) -> tuple[bool, int]:
    """Whether a flag is seldom true, and one of how many is not as the others are.

    `default` is that of the schema, which says what is usual; `is_asked` says that a parameter chooses by it.
    """
    if isinstance(default, bool):
        return not default, RARE
    if not _is_seldom(name):
        return False, RARE
    return True, _ASKED if is_asked else _TROUBLE


def _is_seldom(name: str) -> bool:
    words = [names.singular(word) for word in names.words_of(name)]
    said = frozenset(words)
    if any(together <= said for together in _SELDOM_TOGETHER):
        return True
    if "mode" in said and not said & _MODES:
        return False
    settings = said - _PLACES.intersection(words[:1])
    return bool(said & _SELDOM) and settings.isdisjoint(_SETTINGS | _NOT)
