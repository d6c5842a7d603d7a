"""How far a job has come, what it has made and why it failed, as its status says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from metermock.contract.json_types import is_number
from metermock.ledger import dice
from metermock.server.generation.agreeing.facts import Facts, Step
from metermock.server.generation.agreeing.stories import gone, status_of
from metermock.server.generation.values.scene import Scene, between, mixed, salt
from metermock.server.generation.words import names
from metermock.server.generation.words.states import goes_well, stage_of

_PROGRESS = frozenset({"progress"})
_COMPLETE = frozenset({"complete", "completed", "completion", "done", "processed"})
"""What a percentage is of, where it says how far a thing has come."""
_MADE = frozenset({"output", "result", "download", "artifact", "rendered", "exported", "converted"})
"""What a job has made, once it is done."""
_ADDRESSES = frozenset({"url", "uri", "link", "href"})
_SIZES = frozenset({"size", "byte", "row", "record", "line"})
"""Words of numbers that say how much a job has made."""
_SUMS = frozenset({"checksum", "sha256", "sha1", "md5", "hash", "etag"})
_ENDS = frozenset({"expires", "expiry", "expiration", "expire"})
"""When what a job has made is gone again."""
_REASONS = frozenset({"error", "failure"})
_HUNDRED = 100
_ON_THE_WAY = (5, 95)
"""Hundredths of what is done, while something goes on or where it has failed."""
Change = Callable[[Facts, Mapping[str, Any], str, Scene], dict[str, Any]]


def progress(fields: Sequence[Facts]) -> Iterator[Step]:
    """What waits has come to nothing yet, what is done is done wholly, and what failed says why."""
    status = status_of(fields)
    if status is None:
        return
    makes = any(is_output(each) for each in fields if not each.is_number and not each.is_list)
    for field in fields:
        is_end = makes and bool(field.notation) and names.has(field.name, _ENDS)
        if field is status or field.is_list or (field.notation and not is_end):
            continue
        is_of_output = is_size(field) or is_end or names.has(field.name, _SUMS)
        change = _made if makes and is_of_output else _change(field)
        if change is not None:
            yield partial(_told, status.name, field, change)


def _change(field: Facts) -> Change | None:
    """What the state says of a field; None for nothing."""
    if field.is_number:
        return _come_so_far if is_progress(field.name) else None
    if is_output(field):
        return _made
    return _why if is_reason(field) else None


def is_progress(name: str) -> bool:
    """Whether a number says how far a thing has come: `progress`, `percent_complete`."""
    words = frozenset(map(names.singular, names.words_of(name)))
    if words <= _PROGRESS | names.PERCENT:
        return bool(words & _PROGRESS)
    return bool(words & names.PERCENT and words & _COMPLETE) and len(words) == len({"percent", "complete"})


def may_come(name: str) -> bool:
    """Whether a field of this name may have to be there, as soon as a state says so."""
    words = frozenset(map(names.singular, names.words_of(name)))
    return not words.isdisjoint(_MADE | _REASONS)


def is_output(field: Facts) -> bool:
    """Whether a field is what a job has made, or its address; `output_format` is what was asked for."""
    words = [names.singular(word) for word in names.words_of(field.name)]
    if len(words) == 1 and words[0] in _MADE:
        inner = {word for each in field.fields for word in names.words_of(each.name)}
        return not field.is_object or bool(inner & _ADDRESSES)
    return len(words) > 1 and words[-1] in _ADDRESSES and not _MADE.isdisjoint(words[:-1])


def is_size(field: Facts) -> bool:
    """Whether a number says how much a job has made: `size_bytes`, `row_count`."""
    words = frozenset(map(names.singular, names.words_of(field.name)))
    is_told = bool(words & _SIZES) and words <= _SIZES | {"count", "total", "file", "number", "of"}
    return field.is_number and is_told and not names.has(field.name, names.LIMITS)


def is_reason(field: Facts) -> bool:
    """Whether a text or an object says why a thing failed."""
    return not _REASONS.isdisjoint(names.words_of(field.name)) and not field.is_number


def _told(status: str, field: Facts, change: Change, made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
    state = made.get(status)
    if not isinstance(state, str) or field.name not in made:
        return {}
    return change(field, made, state, scene)


def _come_so_far(field: Facts, made: Mapping[str, Any], state: str, _scene: Scene) -> dict[str, Any]:
    value, stage, most = made[field.name], stage_of(state), field.scale
    if not is_number(value) or not stage:
        return {}
    if stage in ("waiting", "done"):
        wanted: float = 0 if stage == "waiting" else most
    elif 0 < value < most:
        return {}
    else:
        wanted = between(mixed(salt(field.name) ^ int(value)), *_ON_THE_WAY) * most / _HUNDRED
    return {field.name: int(wanted) if field.is_integer or most == _HUNDRED else round(wanted, 2)}


def _made(field: Facts, made: Mapping[str, Any], state: str, scene: Scene) -> dict[str, Any]:
    value, stage = made[field.name], stage_of(state)
    if not stage or isinstance(value, bool):
        return {}
    if stage == "done":
        return _drawn(field, made, scene) if value is None else {}
    return {} if value is None else gone(field)


def _why(field: Facts, made: Mapping[str, Any], state: str, scene: Scene) -> dict[str, Any]:
    value = made[field.name]
    if value is None:
        return _drawn(field, made, scene) if stage_of(state) == "failed" else {}
    return gone(field) if goes_well(state) and not isinstance(value, bool) else {}


def _drawn(field: Facts, made: Mapping[str, Any], scene: Scene) -> dict[str, Any]:
    """A value where null was made, another one for each thing."""
    if field.draw is None:
        return {}
    thing = next((each for each in made.values() if isinstance(each, str)), "")
    return {field.name: field.draw(scene, dice.key("drawn", scene.seed, field.name, thing))}
