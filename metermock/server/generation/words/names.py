"""What the name of a field says: its words, and what stands for what among numbers and instants."""

from __future__ import annotations

from collections.abc import Iterable

from metermock.contract import words

words_of = words.words_of
plain = words.plain

LIMITS = frozenset(
    {"limit", "quota", "allowance", "cap", "included", "entitlement", "granted"}
    | {"allotment", "allotted", "budget", "ceiling"}
)
USED = frozenset({"used", "usage", "consumed", "spent", "assigned", "occupied"})
LEFT = frozenset({"remaining", "remain", "left", "available", "unused"})
PERCENT = frozenset({"percent", "percentage", "pct"})
SHARE = frozenset({"ratio", "fraction", "utilization", "share"})
TOTAL = frozenset({"total", "sum", "overall"})
NOUNS = (
    *("total", "count", "sent", "call", "request", "unit", "credit", "token", "message", "email"),
    *("character", "event", "query", "minute", "operation", "image", "page", "hit", "job", "run", "seat"),
)
"""What limits count, the likeliest first."""
OUTCOMES = frozenset(
    {
        "ok",
        "success",
        "successful",
        "succeeded",
        "error",
        "errors",
        "failed",
        "failure",
        "failures",
        "failing",
        "passed",
        "rejected",
        "timeouts",
    }
)
MEASURES = frozenset(
    {"token", "character", "char", "word", "byte", "second", "minute", "credit", "cost", "spend", "cent"}
)
"""What a call takes, in the singular: it does not succeed or fail, its call does."""
GOOD = frozenset({"ok", "success", "successful", "succeeded", "passed"})
"""The outcomes that are wanted."""
WELL = frozenset({"completed", "finished", "fulfilled", "approved", "answered", "accepted"})
BADLY = frozenset(
    {"cancelled", "canceled", "aborted", "missed", "declined", "abandoned", "denied", "refused", "unanswered"}
    | {"skipped"}
)
STILL = frozenset({"pending", "queued", "running", "ongoing", "waiting", "processing", "scheduled"})
"""What comes of things, as their state says; these are outcomes only beside the number of all things."""
_FILLERS = frozenset({"current", "number", "of", "num", "count", "monthly", "daily", "the", "is"})

BIRTH = frozenset(
    {"created", "create", "creation", "start", "started", "begin", "first", "opened", "joined", "since"}
    | {"from", "registered", "submitted", "received", "issued", "queued", "enqueued", "signed"}
)
DEATH = frozenset(
    {"updated", "modified", "end", "ended", "finished", "completed", "last", "closed", "latest", "to"}
    | {"deleted", "revoked", "canceled", "cancelled", "archived", "until", "changed", "processed"}
)
AHEAD = frozenset(
    {"expires", "expiry", "expiration", "expire", "reset", "resets", "renews", "renewal", "next", "due"}
)
RARE = frozenset(
    {"deleted", "revoked", "canceled", "cancelled", "archived", "error", "failure", "deactivated"}
)


_ON_US = ("statuses", "bonuses", "campuses", "viruses")
"""Plurals of what ends with `us`; others on `uses` are of a `use`, a `clause` or a `pause`."""


def stem(name: str, roles: Iterable[str]) -> tuple[str, ...]:
    """What a name speaks of, without its roles: `tokens` for `tokens_used` and `total_tokens`."""
    out = frozenset(roles) | _FILLERS
    return tuple(word.rstrip("s") for word in words_of(name) if word not in out)


def bare(name: str) -> tuple[str, ...]:
    """The words of a name but for those of totals: `max`, `ms` for `overall_max_ms`."""
    return tuple(word for word in words_of(name) if word not in TOTAL)


def has(name: str, words: frozenset[str]) -> bool:
    """Whether one of these words is in a name."""
    return not words.isdisjoint(words_of(name))


def is_measure(name: str) -> bool:
    """Whether a number is of what calls take, rather than of calls."""
    return any(singular(word) in MEASURES for word in words_of(name))


def rank(name: str) -> int:
    """Where an instant of this name stands among those of one thing: -1 begins it, 1 ends it."""
    words = words_of(name)
    if not BIRTH.isdisjoint(words):
        return -1
    return 1 if not DEATH.isdisjoint(words) else 0


def singular(word: str) -> str:
    """The singular of a plural, roughly: `companies` are of a `company`."""
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", *_ON_US)):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
