"""How long a client has to wait, in the body of a refusal: each field in its own unit and form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from metermock.contract.composing import together
from metermock.contract.schemas import Schemas
from metermock.ledger.calendar import instant_text
from metermock.server.generation.words import names

SECONDS = (
    *("retry_after", "retry_after_seconds", "retry_after_secs", "retry_after_sec", "retry_after_s"),
    *("retry_in", "retry_in_seconds", "seconds_until_retry", "wait", "wait_seconds"),
)
MILLISECONDS = (
    *("retry_after_ms", "retry_after_milliseconds", "retry_after_millis", "retry_in_ms", "wait_ms"),
)
_IN_MILLISECONDS = re.compile(r"\b(?:milliseconds?|millis|ms|msecs?)\b", re.IGNORECASE)
_SINCE_1970 = re.compile(r"\b(?:epoch|unix)\b", re.IGNORECASE)
_DEPTH = 3


def bounded(schemas: Schemas, schema: Any, wait: int) -> int:
    """Return the seconds of a wait: no more than the fields of a body have room for."""
    for _, field in _fields(schemas, schema, _DEPTH):
        most = field.schema.get("maximum")
        if isinstance(most, int | float) and not field.is_instant and most >= field.unit:
            wait = min(wait, int(most // field.unit))
    return wait


def with_wait(body: Any, schemas: Schemas, schema: Any, wait: int, now: int) -> Any:
    """Return a made body that tells a wait of `wait` seconds in the fields that are for it."""
    for place, field in _fields(schemas, schema, _DEPTH):
        body = _with(body, place, field, field.told(wait, now))
    return body


class _Field:
    """A field that tells a wait."""

    def __init__(self, schemas: Schemas, schema: Any, plain: str) -> None:
        self.schema = together(schemas, schema)
        described = str(self.schema.get("description", ""))
        is_plain = plain in MILLISECONDS or (
            "sec" not in plain and _IN_MILLISECONDS.search(described) is not None
        )
        self.unit = 1000 if is_plain else 1
        """How many of its numbers are a second."""
        self.is_instant = _SINCE_1970.search(described) is not None
        self.accepts = schemas.validator(schema, closed=False).is_valid

    def told(self, wait: int, now: int) -> list[Any]:
        """What it may say, the likeliest first."""
        number = (now + wait if self.is_instant else wait) * self.unit
        return [each for each in (number, str(number), instant_text(now + wait)) if self.accepts(each)]


def _fields(schemas: Schemas, schema: Any, depth: int) -> Iterator[tuple[tuple[str, ...], _Field]]:
    """The fields of a body, and of objects inside it, that tell a wait, each with its place."""
    for name, field in together(schemas, schema).get("properties", {}).items():
        plain = names.plain(name)
        if plain in SECONDS or plain in MILLISECONDS:
            yield (name,), _Field(schemas, field, plain)
        elif depth > 1:
            for place, inner in _fields(schemas, field, depth - 1):
                yield (name, *place), inner


def _with(body: Any, place: tuple[str, ...], field: _Field, told: list[Any]) -> Any:
    """A body with the first of what may be told, where it has the place and says something there."""
    name, *inside = place
    if not isinstance(body, dict) or name not in body:
        return body
    if inside:
        return {**body, name: _with(body[name], tuple(inside), field, told)}
    return {**body, name: told[0]} if told and isinstance(body[name], str | int | float) else body
