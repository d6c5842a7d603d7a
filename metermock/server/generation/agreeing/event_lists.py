"""What happened to one thing, row by row: `events` and `history` go on from its beginning to its state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from metermock.server.generation.agreeing.facts import Facts, Step
from metermock.server.generation.agreeing.ordering import instant_of
from metermock.server.generation.agreeing.stories import CHANGED, events, status_of
from metermock.server.generation.values.instants import Notation, written
from metermock.server.generation.values.scene import Scene, between, mixed
from metermock.server.generation.words import names
from metermock.server.generation.words.states import ENDS, LIVING, OPEN, place_of, words_of

_LISTS = frozenset(
    {"event", "history", "timeline", "transition", "activity", "log", "trail", "journey", "milestone"}
)
"""Words of lists that tell a thing's story."""
_STATES = (
    "status",
    "state",
    "type",
    "event",
    "event_type",
    "name",
    "action",
    "kind",
    "to_status",
    "new_status",
)
_NEVER = frozenset({"webhook", "subscribed", "enabled", "allowed", "login", "upcoming", "next"})
"""Words of other lists that are called so."""
_LEAST, _MOST = 20, 3_600
"""Seconds from one event to the next, where nothing else says when it was."""
_WAITING, _AT_END = 1, 10
"""The places of states in which nothing has begun yet, and behind all of them."""


@dataclass(frozen=True, slots=True)
class EventList:
    """A list of what happened to the thing that it stands in."""

    rows: Facts
    at: Facts
    state: Facts | None
    """What a row says that happened, where the schema lists it."""


def event_lists(fields: Sequence[Facts]) -> Iterator[Step]:
    """Rows of a story begin when the thing does, are in order, and end in its state."""
    told = events(fields)
    if not told or told[0].place:
        return
    for rows in fields:
        found = _event_list(rows)
        if found is not None:
            changed = next((each.field for each in told if each.place == CHANGED), None)
            its = {each.word: each.field for each in told}
            yield _told(found, status_of(fields), its, told[0].field, changed)


def _event_list(rows: Facts) -> EventList | None:
    words = {names.singular(word) for word in names.words_of(rows.name)}
    instants = [each for each in rows.rows if each.notation not in (None, "time", "date", "month")]
    if not rows.is_list or words.isdisjoint(_LISTS) or not words.isdisjoint(_NEVER) or len(instants) != 1:
        return None
    plain = {names.plain(each.name): each for each in rows.rows}
    named = [plain[name] for name in _STATES if name in plain]
    states = [each for each in named if sum(map(_is_step, each.choices)) > 1]
    return EventList(rows, instants[0], states[0] if states else None)


def _is_step(state: str) -> bool:
    """Whether a state is a step of a story, or an end of one."""
    words = words_of(state)
    return not words.isdisjoint(ENDS) or _place(state) is not None


def _place(state: str) -> int | None:
    words = words_of(state)
    if not words.isdisjoint(LIVING | OPEN | ENDS.keys()):
        return None
    return max((each for each in map(place_of, words) if each is not None), default=None)


def _story(choices: Sequence[str], status: str, known: Mapping[str, Any]) -> list[str]:
    """The states through which a thing has come to its own, the last one; none where nobody can tell."""
    last = next((each for each in choices if words_of(each) >= words_of(status)), None)
    if last is None or not _is_step(last):
        return []
    own = _place(last)
    steps: dict[int, str] = {}
    for each in choices:
        place = _place(each)
        if place is None or each == last:
            continue
        # Before what went wrong there was what the thing's own fields say.
        has_come = place <= _WAITING or any(known.get(word) is not None for word in words_of(each))
        if (own is not None and place < own) or (own is None and has_come):
            steps.setdefault(place, each)
    return [*(steps[place] for place in sorted(steps)), last]


def _told(
    found: EventList, status: Facts | None, its: Mapping[str, Facts], first: Facts, last: Facts | None
) -> Step:
    notation: Notation = found.at.notation or "date-time"

    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        listed = made.get(found.rows.name)
        begin = instant_of(made.get(first.name), first.notation or "date-time")
        if begin is None or not isinstance(listed, list) or not listed or scene.page is not None:
            return {}
        known = {word: made.get(field.name) for word, field in its.items()}
        own = made.get(status.name) if status is not None else None
        story: list[str] = []
        if found.state is not None and isinstance(own, str):
            story = _story(found.state.choices, own, known)
            if len(story) > len(listed):
                # The first and the last ones are shown.
                story = [*story[:1], *story[len(story) - len(listed) + 1 :]][-len(listed) :]
        if not all(isinstance(row, dict) and found.at.name in row for row in listed):
            return {}
        rows = [dict(row) for row in (listed[: len(story)] if story else listed)]
        states = story or _sorted([row.get(found.state.name) for row in rows] if found.state else [])
        for row, state in zip(rows, states, strict=False):
            row[found.state.name if found.state else ""] = state
        fixed = [_at(state, its, made) for state in states] if states else [None] * len(rows)
        until = instant_of(made.get(last.name), last.notation or "date-time") if last is not None else None
        until = scene.now if until is None else min(until, scene.now)
        for row, at in zip(rows, _instants(fixed, begin, max(until, begin)), strict=True):
            row[found.at.name] = written(at, notation)
        return {found.rows.name: rows}

    return step


def _sorted(states: Sequence[Any]) -> list[Any]:
    """States in the order of a story; what ends it comes last."""
    if not all(isinstance(each, str) for each in states):
        return [*states]
    return sorted(states, key=lambda each: _AT_END if (place := _place(each)) is None else place)


def _at(state: Any, its: Mapping[str, Facts], made: Mapping[str, Any]) -> int | None:
    """When a thing's own field says that it came to a state; None where none says it."""
    for word in words_of(state) if isinstance(state, str) else ():
        field = its.get(word)
        if field is not None:
            return instant_of(made.get(field.name), field.notation or "date-time")
    return None


def _instants(fixed: Sequence[int | None], begin: int, now: int) -> Iterator[int]:
    """Instants in their order from the beginning on, those that are known and others between them."""
    last = begin
    for number, known in enumerate(fixed):
        after = [each for each in fixed[number:] if each is not None]
        at = known
        if at is None:
            at = begin if not number else last + between(mixed(last ^ number), _LEAST, _MOST)
        last = max(min(at, min(after, default=now), now), last)
        yield last
