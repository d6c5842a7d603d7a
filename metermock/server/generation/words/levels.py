"""Numbers that are of an instant, or of many things together: a span does not have their sum."""

from __future__ import annotations

from metermock.remembered import remembered
from metermock.server.generation.words import names

_STATES = frozenset({"stored", "seat", "seats", "concurrent", "mau", "dau", "wau", "headcount"})
_ACTIVE = frozenset({"user", "member", "customer", "subscriber", "session", "connection", "device"})
_SIZES = frozenset(
    {"storage", "used", "size", "byte", "kb", "mb", "gb", "tb", "kib", "mib", "gib", "tib", "current"}
)
_HELD = frozenset({("object", "count"), ("objects",), ("file", "count"), ("bucket", "count")})


@remembered(4096)
def is_level(name: str) -> bool:
    """Whether a number says how much there is at an instant: `bytes_stored`, `active_users`, `seats`."""
    words = [word for word in names.words_of(name) if word not in names.TOTAL]
    said = frozenset(map(names.singular, words))
    if said & {"cost", "hour", "month", "price", "fee"}:
        return False
    if {*words} & _STATES or tuple(words) in _HELD or ("active" in said and said & _ACTIVE):
        return True
    return "storage" in said and said <= _SIZES


@remembered(4096)
def is_quantile(name: str) -> bool:
    """Whether a number is a percentile: `p99Ms`, `p_95`, `latency_p50`."""
    words = names.words_of(name)
    several = zip(words, (*words[1:], ""), strict=True)
    return "percentile" in words or any(
        (word == "p" and after.isdecimal()) or (word[:1] == "p" and word[1:].isdecimal())
        for word, after in several
    )
