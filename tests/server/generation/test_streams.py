"""Bodies of many items: each line and each event is of the schema that its document has for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from metermock.contract import Exchange
from metermock.contract.sequences import items_of
from metermock.project import open_words
from metermock.server.generation.handlers import completed
from metermock.server.handling import Request
from tests.server.generation.made import COUNT, INSTANT, TEXT, object_of

EVENTS, LINES = "text/event-stream", "application/x-ndjson"
CHUNK = object_of(id=TEXT, created_at=INSTANT, total_tokens=COUNT)
DATA = {"type": "string", "contentMediaType": "application/json", "contentSchema": CHUNK}
EVENT = object_of(event={"type": "string", "enum": ["chunk", "done"]}, data=DATA)
CHUNKS = {"type": "array", "minItems": 2, "items": CHUNK}


def exchange_of(body: str) -> Exchange:
    """Events as they were received."""
    return Exchange("calls", {}, {}, 200, {"content-type": EVENTS}, body, "2026-03-08T12:00:00Z")


def reply(folder: Path, media: str, described: Any) -> tuple[str, list[str]]:
    """The text of a reply in a media type, and what its document has against it."""
    document = {
        "openapi": "3.2.0",
        "info": {"title": "T", "version": "1"},
        "paths": {
            "/calls": {
                "get": {
                    "operationId": "calls",
                    "responses": {"200": {"description": "ok", "content": {media: described}}},
                }
            }
        },
    }
    file = folder / "made.json"
    file.write_text(json.dumps(document))
    project, (name,) = open_words([str(file)])
    read = project.load(name)
    service = completed(read, dynamic=True, tells=False)
    world = service.world
    made = service.handlers.operations["calls"](
        Request(
            operation="calls",
            parameters={},
            account=world.accounts["steady"],
            key=None,
            usage=None,
            now=world.clock,
            settings=world.settings,
            world=world,
            headers={},
        )
    )
    exchange = Exchange("calls", {}, {}, made.status, made.headers, made.body, "2026-03-08T12:00:00Z")
    breaches = service.contract.operation("calls").judge(exchange).breaches
    return made.body.decode(), [breach.message for breach in breaches]


@pytest.mark.parametrize(
    "media", ["application/jsonl", LINES, "application/json-seq", EVENTS, "application/ndjson"]
)
@pytest.mark.parametrize("described", [{"itemSchema": CHUNK}, {"schema": CHUNK}, {"schema": CHUNKS}])
def test_each_item_is_of_its_schema(tmp_path: Path, media: str, described: Any) -> None:
    """Of `itemSchema`, of `schema` where that is one of objects, or of the items of its lists."""
    text, breaches = reply(tmp_path, media, described)
    items = items_of(media, text) or []
    found = [json.loads(each["data"]) for each in items] if media == EVENTS else items

    assert breaches == []
    assert items
    assert all(each.keys() == CHUNK["properties"].keys() for each in found)
    assert all(isinstance(each["total_tokens"], int) for each in found)


def test_an_event_has_its_fields_and_json_as_its_data(tmp_path: Path) -> None:
    """Where the schema is that of events, their data are JSON of the schema of its content."""
    text, breaches = reply(tmp_path, EVENTS, {"itemSchema": EVENT})
    events = items_of(EVENTS, text) or []

    assert breaches == []
    assert events
    assert {each["event"] for each in events} <= {"chunk", "done"}
    assert all(json.loads(each["data"]).keys() == CHUNK["properties"].keys() for each in events)


@pytest.mark.parametrize("described", [{}, {"schema": TEXT}])
@pytest.mark.parametrize("media", [EVENTS, LINES])
def test_without_a_schema_there_are_items_too(tmp_path: Path, media: str, described: Any) -> None:
    """A program that reads lines or events can read them."""
    text, breaches = reply(tmp_path, media, described)

    assert breaches == []
    assert len(items_of(media, text) or []) == 3


def test_what_is_no_item_is_found(tmp_path: Path) -> None:
    """An event whose data are not of the schema breaks the contract."""
    reply(tmp_path, EVENTS, {"itemSchema": CHUNK})
    file = tmp_path / "made.json"
    project, (name,) = open_words([str(file)])
    operation = project.load(name).contract.operation("calls")
    for body in ("data: {}\n\n", "data: hello\n\n"):
        assert operation.judge(exchange_of(body)).breaches
