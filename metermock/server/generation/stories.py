"""What happens to one thing after another: created, sent, delivered; and what its status says of it."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from metermock.contract.json_types import ABSENT
from metermock.server.generation import names
from metermock.server.generation.facts import Facts, Step
from metermock.server.generation.instants import written
from metermock.server.generation.ordering import instant_of
from metermock.server.generation.scene import Scene, between, mixed, salt

_WORDS: Mapping[int, str] = {
    0: "created creation create registered joined signed issued drafted draft new",
    1: "queued enqueued submitted received requested scheduled pending waiting accepted placed",
    3: "started begun processing running sending progress authorized confirmed",
    4: "sent dispatched shipped emitted",
    5: "delivered captured",
    6: "opened read viewed seen",
    7: "clicked",
    8: "completed finished ended succeeded done paid processed fulfilled success successful",
    9: "closed resolved",
}
"""What happens to things, by its place in their story."""
_PLACES = {word: place for place, line in _WORDS.items() for word in line.split()}
_ENDS: Mapping[str, frozenset[str]] = {
    word: frozenset(line.split())
    for line in (
        "failed failure error errored undelivered",
        "bounced",
        "rejected declined denied",
        "canceled cancelled",
        "void voided",
        "revoked",
        "deleted removed",
        "archived",
        "refunded",
        "expired",
        "deactivated disabled suspended",
    )
    for word in line.split()
}
"""What ends a thing in another way, with its other names."""
_AT_END, CHANGED = 10, 11
_CHANGES = frozenset({"updated", "modified", "changed", "edited"})
_LIVING = frozenset({"active", "enabled", "inactive", "paused", "trialing", "live", "ok", "healthy"})
"""States of what goes on: it has not come to any end."""
_OPEN = frozenset({"open", "unpaid", "overdue", "outstanding", "due", "uncollectible", "unresolved"})
"""States of what is not done: neither paid, nor closed."""
FIRST = ("queued", "pending", "draft", "created", "new", "scheduled", "submitted", "open", "active")
"""The states in which things begin, the likeliest first."""
_NOTATIONS = (
    "date-time",
    "date-time-ms",
    "date-time-us",
    "date-time-offset",
    "seconds",
    "milliseconds",
    "mail-date",
    "http-date",
)
_LEAST, _MOST = 20, 2 * 3_600
"""Seconds from one event to the next."""
_FEW = 8
"""One thing of so many has come to an end that no state tells."""
_STATES = 64
"""States of one field whose meaning is remembered."""
_WHY = frozenset({"error", "failure"})
_MAILS = frozenset({"sent", "delivered"})


@dataclass(frozen=True, slots=True)
class Event:
    """An instant of a thing's story."""

    place: int
    word: str
    """What happened then."""
    field: Facts


def events(fields: Sequence[Facts]) -> list[Event]:
    """The instants of one thing, in the order in which they come."""
    is_mail = any(names.has(field.name, _MAILS) for field in fields)
    found = [_event(field, is_mail=is_mail) for field in fields if field.notation in _NOTATIONS]
    return sorted((each for each in found if each is not None), key=lambda each: each.place)


def _event(field: Facts, *, is_mail: bool) -> Event | None:
    words = names.words_of(field.name)
    if {"last", "first", "next", "period", "cycle"} & set(words):
        return None
    for word in words:
        if word in _CHANGES:
            return Event(CHANGED, word, field)
        if word in _ENDS and names.rank(field.name) >= 0:
            return Event(_AT_END, word, field)
        if word in _PLACES:
            # Tickets begin when they are opened, mails are opened after all else.
            place = 0 if word == "opened" and not is_mail else _PLACES[word]
            return Event(place, word, field)
    return None


def status_of(fields: Sequence[Facts]) -> Facts | None:
    """The field that says in which state a thing is."""
    plain = {names.plain(each.name): each for each in fields if not each.is_number and not each.is_list}
    return next((plain[name] for name in ("status", "state", "delivery_status") if name in plain), None)


def stories(fields: Sequence[Facts]) -> Iterator[Step]:
    """Events follow each other within hours, and only those have come that the status tells."""
    told, status = events(fields), status_of(fields)
    if status is not None:
        reasons = [each for each in fields if each.is_text and names.words_of(each.name)[:1]]
        why = [each for each in reasons if _WHY & set(names.words_of(each.name))]
        if told or why:
            yield _held(status, told, why)
    else:
        for event in told:
            if event.place == _AT_END:
                same = _ENDS[event.word]
                beside = [each for each in fields if not each.is_number and not each.is_list]
                yield _seldom(event.field, [each for each in beside if same & set(names.words_of(each.name))])
    if len(told) > 1:
        yield _timed(told)


def _held(status: Facts, told: Sequence[Event], why: Sequence[Facts]) -> Step:
    @functools.lru_cache(maxsize=_STATES)
    def tells(value: str) -> tuple[list[tuple[Facts, bool]], Sequence[Facts]]:
        """What a state says of events, whether they have come, and the reasons that it has none of."""
        come = [(event.field, _has_come(event, value)) for event in told]
        known = [(field, has_come) for field, has_come in come if has_come is not None]
        is_well = not _words(value) & _ENDS.keys() and _is_known(value)
        return known, why if is_well else ()

    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        value = made.get(status.name)
        if not isinstance(value, str):
            return {}
        changes: dict[str, Any] = {}
        known, without = tells(value)
        for field, has_come in known:
            if not has_come:
                if made.get(field.name) is not None:
                    changes |= gone(field)
            elif field.name in made and made[field.name] is None:
                at = scene.now - between(mixed(salt(field.name)), _LEAST, _MOST)
                changes[field.name] = written(at, field.notation or "date-time")
        for field in without:
            changes |= gone(field) if made.get(field.name) is not None else {}
        return changes

    return step


def _seldom(end: Facts, its: Sequence[Facts]) -> Step:
    """Where no state tells, few things have come to an end; flags and texts say the same as its instant."""
    notation, part = end.notation or "date-time", salt(end.name)
    others = [each for each in its if each.name != end.name and each.notation is None]

    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        value = made.get(end.name)
        at = None if value is None else instant_of(value, notation)
        # A field that may be null is so already, as often as not.
        stays = at is not None and (end.accepts(None) or not mixed(at ^ part) % _FEW)
        changes = {} if value is None or (stays and scene.event != "made") else gone(end)
        has_come = value is not None and not changes
        for field in others:
            told = made.get(field.name)
            if isinstance(told, bool):
                changes |= {field.name: has_come} if told is not has_come and field.accepts(has_come) else {}
            elif told is not None and not has_come:
                changes |= gone(field)
        return changes

    return step


def gone(field: Facts) -> dict[str, Any]:
    """What takes a value away: null, or no field at all; nothing where the schema asks for a value."""
    if field.accepts(None):
        return {field.name: None}
    return {} if field.is_required else {field.name: ABSENT}


def _words(value: str) -> set[str]:
    return set(names.words_of(value))


def _is_known(value: str) -> bool:
    words = _words(value)
    return bool(words & (_PLACES.keys() | _ENDS.keys() | _LIVING | _OPEN))


def _has_come(event: Event, status: str) -> bool | None:
    """Whether an event has come where the status is this; None where nothing is known of it."""
    words = _words(status)
    if event.place == CHANGED or not _is_known(status):
        return None
    end = next((word for word in words if word in _ENDS), None)
    if event.place == _AT_END:
        return end is not None and event.word in _ENDS[end]
    if end is not None:
        # What failed or was canceled has not reached its aim.
        return False if _PLACES["delivered"] <= event.place <= _PLACES["done"] and event.place else None
    if words & (_OPEN | _LIVING):
        return False if words & _OPEN and event.place >= _PLACES["done"] else None
    place = max(_PLACES[word] for word in words if word in _PLACES)
    if event.place > place:
        return False
    is_on_the_way = event.word in _MAILS and place <= _PLACES["clicked"]
    return True if event.place == place or is_on_the_way else None


def _timed(told: Sequence[Event]) -> Step:
    parts = [
        (each.field.name, each.field.notation or "date-time", each.place == CHANGED, salt(each.field.name))
        for each in told
    ]

    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        there = [each for each in parts if made.get(each[0]) is not None]
        if len(there) < 2:  # noqa: PLR2004 - one event has nothing to follow
            return {}
        first = there[0]
        at = instant_of(made[first[0]], first[1])
        if at is None:
            return {}
        begun = at
        changes: dict[str, Any] = {}
        for name, notation, is_change, part in there[1:]:
            if not is_change:
                gap = between(mixed(begun ^ part), _LEAST, _MOST)
                at = max(min(at + gap, scene.now), at)
            elif at == begun:
                # What goes on may change long after; what has a story changed with its last event.
                at = max(at, instant_of(made[name], notation) or at)
            changes[name] = written(at, notation)
        return changes

    return step
