"""Numbers that bound others without being called limits: `seats_total`, `max_members`, `seats` alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from metermock.server.generation.agreeing.facts import Facts, numbers_of
from metermock.server.generation.words import names, sizes
from metermock.server.generation.words.grains import UNITS

_MOST = (("max",), ("maximum",))
_BOUGHT = frozenset({"allocated", "purchased", "licensed", "provisioned", "reserved", "capacity", "entitled"})
"""What a part may be used of, beside a number that says how much is used."""
_KEPT = frozenset({"storage", "stored", "disk", "memory", "capacity"})
"""What is there at a time, and does not add up over a month."""
_ALWAYS = _KEPT | {"seat", "license"}
"""What has no use of its own, so that the singular means the same."""
_SPREAD = frozenset({"min", "minimum", "avg", "average", "mean", "median"})
_FILLERS = _BOUGHT | names.TOTAL | names.USED
Stem = tuple[str, ...]


def is_most(name: str) -> bool:
    """Whether a number is how many there may be: `max_members`, but not `max_members_per_team`."""
    words = names.words_of(name)
    if words[:1] not in _MOST or not sizes.is_limit(name):
        return False
    return "per" not in words or words[-1] in UNITS


def peaks(fields: Sequence[Facts]) -> frozenset[str]:
    """Numbers that look like bounds, and are the greatest of several: `max_users` beside `avg_users`."""
    numbers = numbers_of(fields)
    spread = {_noun(each.name) for each in numbers if not _SPREAD.isdisjoint(names.words_of(each.name)[:1])}
    return frozenset(each.name for each in numbers if is_most(each.name) and _noun(each.name) in spread)


def _noun(name: str) -> Stem:
    return tuple(map(names.singular, names.words_of(name)[1:]))


def is_kept(name: str) -> bool:
    """Whether a number is of things that an account has, rather than of what it uses up."""
    words = names.words_of(name)
    return not UNITS.keys() & {*words} and (sizes.is_of_few(name) or not _KEPT.isdisjoint(words))


def is_of_things(around: str) -> bool:
    """Whether an object is called after things that an account has: `seats`, but no `project` and its use."""
    words = names.words_of(around)
    rest = [word for word in words if word not in names.LIMITS | names.USED | names.LEFT]
    if not rest or not is_kept(rest[-1]):
        return False
    return names.singular(rest[-1]) != rest[-1] or rest[-1] in _ALWAYS


def capacity(
    group: Mapping[str, Facts], stem: Stem, fields: Sequence[Facts], stem_of: Callable[[str], Stem]
) -> Facts | None:
    """The number of which a group's used part is one: the only total, what was bought, or the noun alone.

    `total_tokens` is none beside `tokens_used`: it may be the sum of others, or of another time.
    """
    used = group.get("used")
    if used is None or not names.has(used.name, names.USED - {"usage", "spent"}):
        return None
    others = [each for each in numbers_of(fields) if each not in group.values()]
    alike = [each for each in others if _is_of(each, stem, stem_of)]
    bought = [each for each in alike if names.has(each.name, _BOUGHT)]
    totals = [each for each in alike if names.has(each.name, names.TOTAL) and _is_beside(each, used, others)]
    bare = [each for each in others if stem and _is_bare(each, stem, stem_of)]
    found = totals or bought or bare
    return found[0] if len(found) == 1 else None


def _is_of(each: Facts, stem: Stem, stem_of: Callable[[str], Stem]) -> bool:
    own = frozenset(names.words_of(each.name))
    return bool(own & (_BOUGHT | names.TOTAL)) and _without(stem_of(each.name)) == _without(stem)


def _is_bare(each: Facts, stem: Stem, stem_of: Callable[[str], Stem]) -> bool:
    """Whether a number is called by the noun alone: `seats` beside `seats_used`."""
    own = _without(stem)
    return stem_of(each.name) == own and len(names.words_of(each.name)) == len(own) > 0


def _without(stem: Stem) -> Stem:
    return tuple(word for word in stem if word not in _FILLERS)


def _is_beside(total: Facts, used: Facts, others: Sequence[Facts]) -> bool:
    """Whether a total is the whole of what is used: of things, or in the same words as `credits_used`."""
    own, its = names.words_of(total.name), names.words_of(used.name)
    if sizes.is_of_few(total.name):
        return True
    places = [place for place, word in enumerate(own) if word in names.TOTAL]
    is_alike = len(own) == len(its) and all(
        word == other or place in places for place, (word, other) in enumerate(zip(own, its, strict=True))
    )
    # `prompt_tokens` and `completion_tokens` make `total_tokens`, whatever is used of it.
    noun = {*own} - names.TOTAL
    has_parts = any(noun < {*names.words_of(each.name)} for each in others if each is not total and noun)
    return is_alike and not has_parts
