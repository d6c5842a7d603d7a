"""Flags of one thing beside its status, its instants and each other: what is a draft is not `paid`."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from metermock.ledger.calendar import DAY
from metermock.server.generation.agreeing.facts import Facts, Step
from metermock.server.generation.agreeing.ordering import instant_of
from metermock.server.generation.agreeing.stories import gone, has_passed, status_of
from metermock.server.generation.values.instants import written
from metermock.server.generation.values.scene import Scene, between, mixed, salt
from metermock.server.generation.words import names
from metermock.server.generation.words.states import ENDS, LIVING, OPEN, is_known, words_of

_LIVE = frozenset({"active", "enabled", "live"})
_LIVING = LIVING - {"inactive", "paused"}
_AT_REST = frozenset({"inactive", "paused", "draft", "pending", "closed", "ended", "terminated", "blocked"})
"""States of what is not active, beside those of its ends."""
_PAID = frozenset({"paid", "settled"})
_UNPAID = OPEN | {"draft", "void", "voided", "pending", "failed", "canceled", "cancelled", "upcoming", "new"}
_OVER = frozenset(
    {"disabled", "deleted", "revoked", "archived", "suspended", "expired", "canceled", "cancelled"}
)
_OPPOSITES = (("enabled", "disabled"), ("active", "inactive"), ("verified", "unverified"), ("read", "unread"))
_EXPIRY = (("expires",), ("expiry",), ("expiration",), ("expire",), ("valid", "until"))
_STATES = 64
"""States of one field whose meaning is remembered."""
_HOUR = 3_600


def standing(fields: Sequence[Facts]) -> Iterator[Step]:
    """Flags say what the status says, then what instants say, then nothing against each other."""
    flags = [(word, each) for each in fields if not _is_deep(each) and (word := _word(each.name))]
    words = frozenset(word for word, _ in flags)
    status = status_of(fields)
    if status is not None and flags:
        yield _by_status(status, flags)
    else:
        for each in fields:
            at = _happened(each)
            yield from (_by_instant(flag, each) for word, flag in flags if word == at)
    ends = [each for each in fields if each.notation and _happened(each) in _OVER]
    known = dict(flags)
    pairs = [_opposite(known[one], known[other]) for one, other in _OPPOSITES if {one, other} <= words]
    yield from pairs
    if words & _LIVE and (ends or words & _OVER):
        yield _not_live(flags, ends)
        yield from pairs
    expiry = next((each for each in fields if each.notation and _is_expiry(each.name)), None)
    if expiry is not None and (status is not None or "expired" in words):
        born = next((each for each in fields if each.notation and names.rank(each.name) < 0), None)
        yield _expired(expiry, known.get("expired"), status, born)


def _is_deep(field: Facts) -> bool:
    return field.is_number or field.is_list or field.is_object or field.notation is not None


def _word(name: str) -> str:
    """The state that a flag is of: `paid` for `isPaid`."""
    words = names.words_of(name)
    words = words[1:] if len(words) > 1 and words[0] in ("is", "was") else words
    return words[0] if len(words) == 1 else ""


def _happened(field: Facts) -> str:
    """What happened at an instant: `verified` for `verified_at`."""
    words = [each for each in names.words_of(field.name) if each not in ("at", "on", "date", "time")]
    return words[0] if field.notation and len(words) == 1 else ""


def _is_expiry(name: str) -> bool:
    words = tuple(each for each in names.words_of(name) if each not in ("at", "on", "date", "time"))
    return words in _EXPIRY


def _says(word: str, state: str) -> bool | None:
    """Whether a flag is true of things in a state; None where the state says nothing of it."""
    words = words_of(state)
    if word in words or (word in ENDS and words & ENDS[word]):
        return len(words) == 1 or None
    if word in _LIVE:
        return False if words & (_AT_REST | ENDS.keys()) else True if words & _LIVING else None
    if word == "inactive":
        return False if words & _LIVING else None
    if word == "paid":
        return True if words & _PAID else False if words & _UNPAID else None
    if word in ENDS or word in ("draft", "paused", "overdue"):
        return False if is_known(state) else None
    return has_passed(word, state)


def _by_status(status: Facts, flags: Sequence[tuple[str, Facts]]) -> Step:
    @functools.lru_cache(maxsize=_STATES)
    def told(state: str) -> list[tuple[str, bool]]:
        known = [(field.name, _says(word, state)) for word, field in flags]
        return [(name, says) for name, says in known if says is not None]

    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        state = made.get(status.name)
        if not isinstance(state, str):
            return {}
        return {name: says for name, says in told(state) if isinstance(made.get(name), bool)}

    return step


def _by_instant(flag: Facts, at: Facts) -> Step:
    """What has an instant has happened, and what has none has not."""

    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        if not isinstance(made.get(flag.name), bool) or at.name not in made:
            return {}
        if made[at.name] is None or made[flag.name]:
            return {flag.name: made[at.name] is not None}
        return gone(at) or {flag.name: True}

    return step


def _not_live(flags: Sequence[tuple[str, Facts]], ends: Sequence[Facts]) -> Step:
    live = [field.name for word, field in flags if word in _LIVE]
    over = [field.name for word, field in flags if word in _OVER]

    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        has_ended = any(made.get(each) is True for each in over)
        has_ended = has_ended or any(made.get(each.name) is not None for each in ends)
        return {name: False for name in live if has_ended and made.get(name) is True}

    return step


def _opposite(one: Facts, other: Facts) -> Step:
    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        both = isinstance(made.get(one.name), bool) and isinstance(made.get(other.name), bool)
        return {other.name: not made[one.name]} if both else {}

    return step


def _expired(expiry: Facts, flag: Facts | None, status: Facts | None, born: Facts | None) -> Step:
    """What has expired did so before now, and after it was made."""
    notation, part = expiry.notation or "date-time", salt(expiry.name)

    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        state = made.get(status.name) if status is not None else None
        is_over = isinstance(state, str) and "expired" in words_of(state)
        value = made.get(expiry.name)
        at = None if value is None else instant_of(value, notation)
        is_flagged = flag is not None and made.get(flag.name) is True
        if flag is not None and is_flagged and at is None:
            return {} if is_over else {flag.name: False}
        if at is None or at <= scene.now or not (is_over or is_flagged):
            return {}
        began = None if born is None or made.get(born.name) is None else made[born.name]
        first = None if began is None or born is None else instant_of(began, born.notation or "date-time")
        least = scene.now - 20 * DAY if first is None else min(first, scene.now - 1)
        return {expiry.name: written(between(mixed(at ^ part), least, scene.now - 1), notation)}

    return step
