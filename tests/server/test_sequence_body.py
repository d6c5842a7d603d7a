"""Bodies that are sequences: the mock reads their items, and the checker writes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from metermock.checker.inputs.written_bodies import good_bodies
from metermock.checker.inputs.wrong_bodies import refused_bodies
from metermock.contract import Operation, load_contract
from metermock.contract.samples import Samples
from metermock.contract.sequences import items_of
from metermock.server.request_body import BodyReader

ITEM = {
    "type": "object",
    "required": ["units"],
    "properties": {"units": {"type": "integer", "minimum": 1}, "data": {"type": "string"}},
}
EVENT = {"type": "object", "required": ["data"], "properties": {"data": {"type": "string"}}}
LINES, RECORDS, EVENTS = "application/jsonl", "application/json-seq", "text/event-stream"


def operation(folder: Path, media: str, item: Any = ITEM, **described: Any) -> Operation:
    """An operation that takes items in one media type."""
    content = {media: {"itemSchema": item, **described}}
    written = {
        "openapi": "3.2.0",
        "info": {"title": "Calls", "version": "1"},
        "paths": {
            "/calls": {
                "post": {
                    "requestBody": {"required": True, "content": content},
                    "responses": {"204": {"description": "Done."}},
                }
            }
        },
    }
    path = folder / "calls.json"
    path.write_text(json.dumps(written))
    return load_contract(path).operations[0]


def read(made: Operation, media: str, text: str) -> tuple[Any, list[tuple[str, str]]]:
    """The value of a body, and the place and kind of each fault."""
    assert made.body is not None
    value, faults = BodyReader(made, made.body).read(text.encode(), {"content-type": media})
    return value, [(each.name, each.kind) for each in faults]


@pytest.mark.parametrize(
    ("media", "good", "bad"),
    [
        (LINES, '{"units": 1}\n{"units": 2}\n', '{"units": 1}\n{"units": "2"}\n'),
        (f"{LINES}; charset=utf-8", '{"units": 1}\n{"units": 2}', '{"units": 1}\n{"units": "2"}'),
        (RECORDS, '\x1e{"units": 1}\n\x1e{"units": 2}\n', '\x1e{"units": 1}\n\x1e{"units": "2"}\n'),
    ],
)
def test_each_item_is_held_to_the_item_schema(tmp_path: Path, media: str, good: str, bad: str) -> None:
    """The value is the list of the items, and a fault names the item."""
    made = operation(tmp_path, media.partition(";")[0])
    assert read(made, media, good) == ([{"units": 1}, {"units": 2}], [])
    assert read(made, media, bad)[1] == [("/1/units", "type")]


def test_an_item_that_is_no_json_is_one_fault(tmp_path: Path) -> None:
    """No traceback, and no list without it."""
    assert read(operation(tmp_path, LINES), LINES, '{"units": 1}\n{"units"') == (None, [("body", "json")])


def test_an_event_is_an_object_of_its_fields(tmp_path: Path) -> None:
    """Each event is an item."""
    made = operation(tmp_path, EVENTS, EVENT)
    assert read(made, EVENTS, "data: a\n\ndata: b\n\n") == ([{"data": "a"}, {"data": "b"}], [])


@pytest.mark.parametrize(("media", "item"), [(LINES, ITEM), (RECORDS, ITEM), (EVENTS, EVENT)])
def test_what_a_check_writes_is_read_as_good_or_bad(tmp_path: Path, media: str, item: Any) -> None:
    """Good bodies without a fault, and bad ones with one each."""
    made = operation(tmp_path, media, item)
    good = good_bodies(made, Samples(made.contract.schemas))
    assert good
    assert all(read(made, media, body.raw.decode()) == (body.value, []) for body in good)
    bad = [each.body for each in refused_bodies(made, good[0]) if each.body.media == media]
    assert all(read(made, media, body.raw.decode())[1] for body in bad)
    assert bool(bad) == (media != EVENTS)


def test_a_bad_item_is_among_what_a_check_sends(tmp_path: Path) -> None:
    """A field of an item beyond its bound, one left out, and an item that is cut."""
    made = operation(tmp_path, LINES)
    good = good_bodies(made, Samples(made.contract.schemas))[0]
    told = [each.about for each in refused_bodies(made, good)]
    assert "a body whose last item is no JSON" in told
    assert any("an item: without the field units" in each for each in told)
    assert any("an item: its field units: 0" in each for each in told)


@pytest.mark.parametrize("shown", ['{"units": 7}\n{"units": 8}\n', [{"units": 7}, {"units": 8}]])
def test_the_example_is_sent_first(tmp_path: Path, shown: Any) -> None:
    """Whether it is written as a text or as a list."""
    made = operation(tmp_path, LINES, example=shown)
    first = good_bodies(made, Samples(made.contract.schemas))[0]
    assert items_of(LINES, first.raw.decode()) == [{"units": 7}, {"units": 8}]
