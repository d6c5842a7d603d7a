"""Request bodies as they are sent: a value, written in a media type."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from metermock.checker.inputs.body_dates import settled_days
from metermock.checker.inputs.body_texts import body_of
from metermock.checker.inputs.branches import Branch, branches
from metermock.checker.inputs.form_readings import is_form, told_by_form
from metermock.contract import Operation
from metermock.contract.composing import together
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


def good_bodies(operation: Operation, samples: Samples) -> list[SentBody]:
    """Bodies that the request's schema accepts, the examples first; none where nobody knows one.

    Beside an example those are made of it, with one field changed. The last one says new names: a deployment
    may have things of the old ones.
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
        proposed = (told_by_form(operation, media, value, samples) for value in (*shown, *made))
        good = _distinct(value for value in proposed if validator.is_valid(value))
        fresh = (_fresh(operation, schema, value) for value in good[:1])
        sent = [*good[:_MOST], *(value for value in fresh if validator.is_valid(value))]
        texts = [written(operation, media, value) for value in sent]
        found = [replace(each, is_made=each.value not in shown) for each in texts if each is not None]
        if found:
            # No bytes may be an empty value, or no body at all: few servers can tell.
            return [each for each in found if each.raw] or found
    return [] if body.required else [NOTHING]


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


def fresh_body(operation: Operation, body: SentBody) -> SentBody:
    """The body with new names, where it is an object that has any; it is as good or bad as before."""
    content = operation.body.content if operation.body else {}
    if not isinstance(body.value, dict) or body.media not in content:
        return body
    schema = content[body.media]
    value = _fresh(operation, schema, body.value)
    validator = operation.contract.schemas.validator(schema, closed=False, is_request=True)
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


def _fresh(operation: Operation, schema: Any, value: Any) -> Any:
    """The value with a new end of each text of an object that may be any text of a length."""
    if not isinstance(value, dict):
        return value
    schemas, end = operation.contract.schemas, secrets.token_hex(3)
    whole = together(schemas, schema)
    fields, discriminator = whole.get("properties", {}), whole.get("discriminator")
    kind = discriminator.get("propertyName") if isinstance(discriminator, dict) else None
    return {
        name: _renamed(each, branches(schemas, fields.get(name)), end) if name != kind else each
        for name, each in value.items()
    }


def _renamed(value: Any, forms: Iterable[Branch], end: str) -> Any:
    """A text with another end, as long as it may be; the value itself where it is not free."""
    for form in forms if isinstance(value, str) else ():
        if form.is_open:
            return f"{value}-{end}"
        most = form.whole.get("maxLength", 0)
        is_free = form.is_text and form.whole.keys().isdisjoint({"pattern", "format"})
        if is_free and most > len(end):
            return f"{value[: most - len(end) - 1]}-{end}"
    return value


def _distinct(values: Iterable[Any]) -> list[Any]:
    kept: dict[str, Any] = {}
    for value in values:
        kept.setdefault(json.dumps(value, sort_keys=True, default=repr), value)
    return list(kept.values())
