"""Things that a request makes or changes: they begin now, in their first state."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from metermock.contract import Operation
from metermock.ledger.calendar import DAY, HOUR, MINUTE
from metermock.server.generation.agreeing.facts import Facts, Step
from metermock.server.generation.agreeing.stories import CHANGED, Event, events, gone, status_of
from metermock.server.generation.values.instants import written
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import names
from metermock.server.generation.words.states import FIRST

CREATED, ACCEPTED = 201, 202
_BEGUN = 1
"""The place of the last events that a thing begins with."""
_OTHERS = frozenset({"last", "first"})
_EXTRAS = frozenset({"tags", "labels", "metadata", "meta", "attributes", "custom_fields", "notes", "note"})
"""What nobody gives a thing but its maker."""
_USES = frozenset(
    {"calls", "requests", "uses", "used", "usage", "hits", "deliveries", "failures", "errors"}
    | {
        "usage_count",
        "use_count",
        "call_count",
        "request_count",
        "times_used",
        "total_calls",
        "total_requests",
    }
)
"""What a thing has had nothing of when it is made."""
_EXPIRES = frozenset({"expires", "expiry", "expiration"})
_TERMS: Mapping[str, int] = {
    **dict.fromkeys(("expires_in_days", "ttl_days", "valid_for_days", "expiry_days", "lifetime_days"), DAY),
    **dict.fromkeys(("expires_in_hours", "ttl_hours", "valid_for_hours"), HOUR),
    **dict.fromkeys(("expires_in_minutes", "ttl_minutes"), MINUTE),
    **dict.fromkeys(("expires_in_seconds", "ttl_seconds", "expires_in", "ttl"), 1),
}
"""Seconds of one of what a request says of how long a thing is good."""
_ASKS = re.compile(r"(?i)(search|query|find|lookup|list|export|validate|preview|estimate|count|check)")


def event_of(operation: Operation, status: int) -> str:
    """What an operation does to the thing of its reply: `made`, `changed`, or nothing."""
    return "made" if makes_one(operation, status) else "changed" if changes_one(operation) else ""


def makes_one(operation: Operation, status: int) -> bool:
    """Whether an operation makes a thing: by its status, or as a POST to a collection."""
    if operation.method.lower() != "post":
        return False
    if status == CREATED:
        return True
    parts = [part for part in operation.path.split("/") if part]
    last = parts[-1] if parts else "{"
    is_action = len(parts) > 1 and parts[-2].startswith("{") and names.singular(last) == last
    if not last.startswith("{") and _ASKS.search(last) is not None:
        # What is accepted is a job that begins, which exports or checks something.
        return status == ACCEPTED
    return not last.startswith("{") and not is_action


def changes_one(operation: Operation) -> bool:
    """Whether an operation changes a thing that is there."""
    return operation.method.lower() in ("put", "patch")


def fresh(fields: Sequence[Facts]) -> Iterator[Step]:
    """A thing that is made now is created now; what is changed is updated now."""
    told, status = events(fields), status_of(fields)
    if not told and status is None:
        return
    # One step for each field, so that what the request said of one leaves the others.
    if status is not None and not status.is_free_text:
        yield _if_made(status, partial(_first_of, status))
    for each in fields:
        if names.plain(each.name) in _EXTRAS:
            yield _if_made(each, partial(_nothing, each))
        elif each.notation and names.has(each.name, _OTHERS):
            yield _if_made(each, partial(_gone, each))
    yield from _begun(fields, told)
    for event in told:
        field = event.field
        is_change = event.place == CHANGED
        if _BEGUN < event.place < CHANGED:
            yield _if_made(field, partial(_gone, field))
        yield _if_made(field, partial(_at, field), also="changed" if is_change else "")


def _begun(fields: Sequence[Facts], told: Sequence[Event]) -> Iterator[Step]:
    """What is made has not been used, and is good as long as the request says."""
    is_thing = any(names.plain(each.name) == "id" for each in fields)
    has_begun = any(event.place <= _BEGUN for event in told)
    for each in fields:
        if is_thing and has_begun and each.is_number and names.plain(each.name) in _USES:
            yield _if_made(each, partial(_unused, each))
        if each.notation and names.has(each.name, _EXPIRES):
            yield _expiring(each)


def _if_made(field: Facts, change: Callable[[Any, int], dict[str, Any]], also: str = "") -> Step:
    """A step that changes a field of a thing that is made now, where it has a value."""

    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        if not scene.event or scene.event not in ("made", also) or made.get(field.name) is None:
            return {}
        return change(made[field.name], scene.now)

    return step


def _expiring(field: Facts) -> Step:
    """A thing that is made expires when the request says, counted from now."""

    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        if scene.event != "made" or field.name not in made:
            return {}
        for name, unit in _TERMS.items():
            many = scene.said.get(name)
            if isinstance(many, int) and not isinstance(many, bool) and many > 0:
                return {field.name: written(scene.now + many * unit, field.notation or "date-time")}
        return {}

    return step


def _unused(field: Facts, _value: Any, _now: int) -> dict[str, Any]:
    return {field.name: 0}


def _gone(field: Facts, _value: Any, _now: int) -> dict[str, Any]:
    return gone(field)


def _at(field: Facts, _value: Any, now: int) -> dict[str, Any]:
    return {field.name: written(now, field.notation or "date-time")}


def _first_of(status: Facts, _value: Any, _now: int) -> dict[str, Any]:
    """The first state of those that look like a beginning; a text that is none of a list stays."""
    if status.is_free_text:
        return {}
    wanted = (each for word in FIRST for each in (word, word.upper(), word.title()))
    found = next((each for each in wanted if status.accepts(each)), None)
    return {} if found is None else {status.name: found}


def _nothing(field: Facts, value: Any, _now: int) -> dict[str, Any]:
    """An extra that the request did not give: empty, or not there."""
    if not value:
        return {}
    empty: Any = [] if isinstance(value, list) else {} if isinstance(value, dict) else None
    return {field.name: empty} if field.accepts(empty) else gone(field)
