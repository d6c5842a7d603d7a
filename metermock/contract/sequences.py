"""Sequential media types, such as JSON lines and server-sent events: items and the text of them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from metermock.contract.composing import together
from metermock.contract.json_types import ALL, types_of
from metermock.contract.schemas import Schemas

_LINES = ("application/jsonl", "application/ndjson", "application/x-ndjson", "application/json-lines")
EVENTS = "text/event-stream"
_LINE = re.compile(r"\r\n|\r|\n")
_RECORD = "\x1e"
"""What each text of a JSON text sequence begins with (RFC 7464)."""


def is_sequence(media: str) -> bool:
    """Whether a media type, without its parameters, is one whose items are read."""
    return media in _SPLITTERS


def items_of(media: str, text: str) -> list[Any] | None:
    """The items of a text; None for a media type that is no sequence.

    Raises ValueError for an item that is not JSON.
    """
    split = _SPLITTERS.get(media)
    return list(split(text)) if split else None


def text_of_items(media: str, items: Iterable[Any]) -> str:
    """The text of items in a sequential media type, as JSON lines where it has no form of its own."""
    if media == EVENTS:
        return "".join(map(_event, items))
    first = _RECORD if media == "application/json-seq" else ""
    return "".join(f"{first}{json.dumps(each)}\n" for each in items)


def wrapped(items: Iterable[Any]) -> Iterator[dict[str, str]]:
    """Items as the data of events, as JSON."""
    return ({"data": json.dumps(each)} for each in items)


def unwrapped(events: Iterable[Mapping[str, Any]]) -> list[Any]:
    """The items that are the data of events; ValueError for data that are no JSON."""
    return [json.loads(each["data"]) for each in events]


def is_of_data(schemas: Schemas, schema: Any) -> bool:
    """Whether the items of a schema are what the data of events are, and not events with their fields."""
    whole = together(schemas, schema) if isinstance(schema, dict) else {}
    items = whole.get("items")
    types = types_of(schemas, items) if isinstance(items, dict) else ALL
    if types == ALL or "object" not in types:
        return types != ALL
    fields = together(schemas, items).get("properties") or {}
    return bool(fields) and "data" not in fields


def _event(fields: Any) -> str:
    if not isinstance(fields, dict):
        return f"data: {json.dumps(fields)}\n\n"
    lines = [
        f"{name}: {line}\n"
        for name, value in fields.items()
        if value is not None
        for line in _LINE.split(value if isinstance(value, str) else json.dumps(value))
    ]
    return "".join([*lines, "\n"])


def _json_lines(text: str) -> Iterator[Any]:
    yield from map(json.loads, filter(str.strip, text.split("\n")))


def _json_records(text: str) -> Iterator[Any]:
    yield from map(json.loads, filter(str.strip, text.split(_RECORD)))


def _events(text: str) -> Iterator[dict[str, Any]]:
    """Each event as an object of its fields; one without data is not dispatched, so it is no item."""
    lines = _LINE.split(text.removeprefix("\ufeff"))
    event: dict[str, Any] = {}
    for line in lines:
        if not line:
            if "data" in event:
                yield event
            event = {}
        elif not line.startswith(":"):
            _add_field(event, *line.partition(":")[::2])


def _add_field(event: dict[str, Any], name: str, text: str) -> None:
    text = text.removeprefix(" ")
    if name == "data" and name in event:
        event[name] += f"\n{text}"
    elif name in ("data", "event", "id"):
        event[name] = text
    elif name == "retry" and text.isascii() and text.isdigit():
        event[name] = int(text)


_SPLITTERS: Mapping[str, Callable[[str], Iterable[Any]]] = {
    **dict.fromkeys(_LINES, _json_lines),
    "application/json-seq": _json_records,
    EVENTS: _events,
}
