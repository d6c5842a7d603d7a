"""Request bodies as they are sent: a value, written in a media type."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from metermock.checker.deployment.body_fields import Path, put_in
from metermock.checker.inputs.body_dates import settled_days
from metermock.checker.inputs.body_texts import body_of
from metermock.checker.inputs.form_readings import is_form, told_by_form
from metermock.checker.inputs.new_names import Names, renamed, ways_to_rename
from metermock.contract import Operation
from metermock.contract.json_types import ABSENT
from metermock.contract.media import is_json, matching
from metermock.contract.samples import Samples
from metermock.contract.sequences import items_of, text_of_items

_MOST = 4
"""Good bodies of one operation."""


@dataclass(frozen=True, slots=True)
class SentBody:
    """The bytes of a body, the media type that the document has for it, and the value that they say."""

    raw: bytes
    media: str
    value: Any = ABSENT
    content_type: str = ""
    """What the header says."""
    is_made: bool = False
    """Whether it is no example: a deployment may know reasons against it that no schema says."""


NOTHING = SentBody(b"", "")

Given = Mapping[Path, Sequence[Any]]
"""Values of fields that the user gives, by where they stand."""


def good_bodies(
    operation: Operation, samples: Samples, given: Given = MappingProxyType({})
) -> list[SentBody]:
    """Bodies that the request's schema accepts, the examples first; none where nobody knows one.

    Beside an example those are made of it, with one field changed. The last one says new names: a deployment
    may have things of the old ones. `given` are values of fields that only the user knows; each body has one.
    """
    body = operation.body
    if body is None:
        return [NOTHING]
    schemas = operation.contract.schemas
    for media, schema in body.content.items():
        validator = schemas.validator(schema, closed=False, is_request=True)
        shown = [
            each for each in _distinct(body.examples.get(media, {}).values()) if validator.is_valid(each)
        ]
        now = datetime.now(UTC)
        made_first = samples.beside(schema, shown[0]) if shown else samples.accepted(schema)
        settled = ((each, settled_days(each, now)) for each in made_first)
        made = [near if validator.is_valid(near) else each for each, near in settled]
        first = [each for one in shown for each in with_given(one, given)]
        rest = [each for one in made for each in with_given(one, given)]
        told = [told_by_form(operation, media, value, samples) for value in (*first, *rest)]
        good = _distinct(value for value in told if validator.is_valid(value))
        fresh = [renamed(schemas, schema, each, way) for each in good[:1] for way in _to_rename(each, given)]
        most = max(_MOST, max(map(len, given.values()), default=0))
        sent = [*good[:most], *(value for value in fresh if validator.is_valid(value))]
        texts = [written(operation, media, value) for value in _distinct(sent)]
        found = [replace(each, is_made=each.value not in first) for each in texts if each is not None]
        if found:
            # No bytes may be an empty value, or no body at all: few servers can tell.
            return [each for each in found if each.raw] or found
    return [] if body.required else [NOTHING]


def with_given(value: Any, given: Given) -> list[Any]:
    """The value with what the user gives for its fields, once for each of several values of a field.

    None where it has no such place.
    """
    try:
        whole = value
        for path, several in given.items():
            whole = put_in(whole, path, several[0])
        return [whole, *(put_in(whole, path, each) for path, many in given.items() for each in many[1:])]
    except LookupError:
        return []


def written(operation: Operation, media: str, value: Any) -> SentBody | None:
    """A value as a body of a documented media type; None where that cannot say it."""
    if operation.body is not None and media in operation.body.sequences:
        return _sequence(media, value)
    if operation.body is None or not (is_json(media) or isinstance(value, dict if is_form(media) else str)):
        return None
    schema, encodings = operation.body.content[media], operation.body.encodings.get(media, {})
    raw, content_type = body_of(
        value, media, schemas=operation.contract.schemas, schema=schema, encodings=encodings
    )
    # Of a range any type will do.
    return SentBody(raw, media, value, "application/json" if "*" in media else content_type)


def _sequence(media: str, items: Any) -> SentBody | None:
    """A list as a body of its items; None where they are read as others: an event is an object of texts."""
    if not isinstance(items, list):
        return None
    text = text_of_items(media, items)
    return SentBody(text.encode(), media, items, media) if items_of(media, text) == items else None


def fresh_body(operation: Operation, body: SentBody, fields: Names) -> SentBody:
    """The body with new texts in these fields, where they may have others; it is as good or bad as before."""
    content = operation.body.content if operation.body else {}
    if not isinstance(body.value, dict) or body.media not in content:
        return body
    schema, schemas = content[body.media], operation.contract.schemas
    value = renamed(schemas, schema, body.value, fields)
    validator = schemas.validator(schema, closed=False, is_request=True)
    if validator.is_valid(value) != validator.is_valid(body.value):
        return body
    return written(operation, body.media, value) or body


def is_bad_body(operation: Operation, content_type: str, raw: bytes) -> bool:
    """Whether a JSON body is one that the request's schema refuses; others are not looked into."""
    if operation.body is None or not raw:
        return operation.body is not None and operation.body.required
    media = matching(content_type, operation.body.content)
    if media is None or not is_json(media):
        return media is None
    try:
        value = json.loads(raw)
    except ValueError:
        return True
    schemas = operation.contract.schemas
    return not schemas.validator(operation.body.content[media], closed=False, is_request=True).is_valid(value)


def _to_rename(value: Any, given: Given) -> list[Names]:
    """Which fields get new texts in a body that nobody has refused yet."""
    return ways_to_rename(value, "", kept=[str(path[-1]) for path in given])[:1]


def _distinct(values: Iterable[Any]) -> list[Any]:
    kept: dict[str, Any] = {}
    for value in values:
        kept.setdefault(json.dumps(value, sort_keys=True, default=repr), value)
    return list(kept.values())
