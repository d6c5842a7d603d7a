"""Limits of an account that several operations tell: what each of them bounds, and in which time."""

from __future__ import annotations

from collections.abc import Sequence

from metermock.server.generation.agreeing.capacities import is_kept, is_of_things
from metermock.server.generation.agreeing.facts import Facts, numbers_of
from metermock.server.generation.agreeing.quotas import period_in, quotas, role_in, stem_of
from metermock.server.generation.agreeing.units import of_limits, unit_of
from metermock.server.generation.words import names, sizes

Bound = tuple[str, ...]
"""The time of a limit and the words of what it bounds; empty where no word says it."""

_LOOSE = frozenset({"rate", "rates", "page", "hard", "soft", "warning", "alert", "threshold", "default"})
"""Words of bounds that are not what an account may use."""
_MOST = frozenset({"max", "maximum"})
_OF_PLANS = frozenset({"concurrent", "concurrency", "parallel", "file", "upload", "retention", "size"})
"""What plans bound beside things that are counted: `max_file_size_mb`, `max_concurrent_jobs`."""
_SPREAD = frozenset({"min", "minimum", "avg", "average", "mean", "median"})
_RATES = frozenset({"rate", "rates", "throttle"})
MONTHLY: Bound = ()
"""What a limit of a month bounds, of which the history of the account tells."""


def limits_in(fields: Sequence[Facts], around: str = "") -> Sequence[tuple[Facts, Bound]]:
    """The limits of an object whose use is told elsewhere, each with what it bounds; one of each kind.

    `around` is what the object is called.
    """
    told = {
        field.name
        for group in quotas(fields)
        if {"limit", "used"} <= group.keys()
        for field in group.values()
    }
    is_spread = any(not _SPREAD.isdisjoint(names.words_of(each.name)) for each in numbers_of(fields))
    found: dict[Bound, tuple[Facts, Bound]] = {}
    for field in numbers_of(fields):
        name = named(field.name, around, fields)
        if field.name in told or (is_spread and not _MOST.isdisjoint(names.words_of(name))):
            continue
        bound = bound_of(name, around)
        if is_of_month(name, around):
            found.setdefault(bound or (name,), (field, MONTHLY))
        elif bound:
            found.setdefault(bound, (field, bound))
    return [*found.values()]


def named(name: str, around: str, fields: Sequence[Facts]) -> str:
    """The name of a number, as one of limits where its object is: `projects` in `limits`."""
    return f"{name}_limit" if of_limits(around, [each.name for each in fields]) else name


def is_of_month(name: str, around: str = "") -> bool:
    """Whether a limit is that of a month: it says so, or bounds what adds up and says no other time."""
    period = period_in(name)
    if period:
        return period == "month" and sizes.is_limit(name)
    if names.has(name, _LOOSE) or names.has(around, _RATES) or is_kept(name):
        return False
    return role_in(name) == "limit" and names.has(name, names.LIMITS) and bool(unit_of(name))


def bound_of(name: str, around: str = "") -> Bound:
    """What a limit bounds and in which time, alike in all operations; empty for what is no such limit."""
    words = frozenset(names.words_of(name))
    if not words.isdisjoint(_LOOSE) or names.has(around, _RATES):
        return ()
    is_of_plan = not (words.isdisjoint(_MOST) or words.isdisjoint(_OF_PLANS))
    role = role_in(name)
    if not (is_of_plan or role == "limit" or (not role and sizes.is_limit(name))):
        return ()
    own = stem_of(name)
    stem = own or _thing(around)
    is_always = is_of_plan or is_kept(name) or (not own and is_of_things(around))
    return (period_in(name) or ("" if is_always else "month"), *stem) if stem else ()


def _thing(around: str) -> tuple[str, ...]:
    """What an object is called after, where that is a thing: `seats: {limit, used}`."""
    stem = stem_of(around)
    return stem if stem and (stem[-1] in names.NOUNS or sizes.is_of_few(around)) else ()
