"""What happens to one thing after another: created, sent, delivered; and what its status says of it."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from metermock.contract.json_types import ABSENT
from metermock.server.generation.agreeing.facts import Facts, Step
from metermock.server.generation.agreeing.ordering import instant_of
from metermock.server.generation.values.instants import written
from metermock.server.generation.values.scene import Scene, between, mixed, salt
from metermock.server.generation.words import names
from metermock.server.generation.words.states import ENDS, LIVING, OPEN, PLACES, is_known, place_of, words_of

_AT_END, CHANGED = 10, 11
_CHANGES = frozenset({"updated", "modified", "changed", "edited"})
_NOTATIONS = (
    "date-time",
    "date-time-ms",
    "date-time-us",
    "date-time-offset",
    "date-time-local",
    "date-time-space",
    "seconds",
    "seconds-text",
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
_MAILS = frozenset({"sent", "delivered"})
_STARTS = frozenset({"started", "begun"})
_ISSUED, _DRAFTS = frozenset({"issued"}), frozenset({"draft", "drafted", "upcoming"})


_NO_FIELD = Facts("")


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
        if word in ENDS and names.rank(field.name) >= 0:
            return Event(_AT_END, word, field)
        if word in PLACES:
            # Tickets begin when they are opened, mails are opened after all else.
            place = 0 if word == "opened" and not is_mail else PLACES[word]
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
        if told:
            yield _held(status, told)
    else:
        for event in told:
            if event.place == _AT_END:
                same = ENDS[event.word]
                beside = [each for each in fields if not each.is_number and not each.is_list]
                yield _seldom(event.field, [each for each in beside if same & set(names.words_of(each.name))])
    if len(told) > 1:
        yield _timed(told)


def _held(status: Facts, told: Sequence[Event]) -> Step:
    @functools.lru_cache(maxsize=_STATES)
    def tells(value: str) -> list[tuple[Facts, bool]]:
        """What a state says of events: whether they have come."""
        come = [(event.field, _has_come(event, value)) for event in told]
        return [(field, has_come) for field, has_come in come if has_come is not None]

    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        value = made.get(status.name)
        if not isinstance(value, str):
            return {}
        changes: dict[str, Any] = {}
        for field, has_come in tells(value):
            if not has_come:
                if made.get(field.name) is not None:
                    changes |= gone(field)
            elif field.name in made and made[field.name] is None:
                at = scene.now - between(mixed(salt(field.name)), _LEAST, _MOST)
                changes[field.name] = written(at, field.notation or "date-time")
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


def _has_come(event: Event, status: str) -> bool | None:
    """Whether an event has come where the status is this; None where nothing is known of it."""
    words = words_of(status)
    if event.word in _ISSUED and words & (_DRAFTS | OPEN | {"paid"}):
        return not words & _DRAFTS
    return _has_passed(event, status)


def has_passed(word: str, status: str) -> bool | None:
    """Whether something has happened to things in a state; None where nothing is known of it."""
    place = place_of(word)
    return None if place is None else _has_passed(Event(place, word, _NO_FIELD), status)


def _has_passed(event: Event, status: str) -> bool | None:
    words = words_of(status)
    if event.place == CHANGED or not is_known(status):
        return None
    end = next((word for word in words if word in ENDS), None)
    if event.place == _AT_END:
        return end is not None and event.word in ENDS[end]
    if end is not None:
        # What failed or was canceled has not reached its aim.
        return False if PLACES["delivered"] <= event.place <= PLACES["done"] and event.place else None
    if words & (OPEN | LIVING):
        return False if words & (OPEN | {"ongoing"}) and event.place >= PLACES["done"] else None
    place = max(each for each in map(place_of, words) if each is not None)
    if event.place > place:
        return False
    is_on_the_way = event.word in _MAILS and place <= PLACES["clicked"]
    # Nothing is done that was not begun.
    is_begun = event.word in _STARTS and place >= PLACES["started"]
    return True if event.place == place or is_on_the_way or is_begun else None


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
