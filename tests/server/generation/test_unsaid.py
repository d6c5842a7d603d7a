"""A new thing has nothing that its maker might have said and did not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from metermock import asgi_app
from tests.server.generation.made import COUNT, DATE, INSTANT, TEXT, WHOLE

OR_NULL: Any = {"type": ["string", "null"]}
STATES: Any = {**TEXT, "enum": ["queued", "running", "completed"]}
SENT: dict[str, Any] = {
    "format": TEXT,
    "name": OR_NULL,
    "note_to": TEXT,
    "columns": {"type": "array", "items": TEXT},
    "filters": {"type": "object", "properties": {"model": TEXT}},
    "from": DATE,
    "to": DATE,
    "max_rows": {"type": ["integer", "null"]},
    "compress": {"type": "boolean"},
    "level": {**TEXT, "enum": ["low", "high"]},
    "zone": {**TEXT, "default": "UTC"},
    "currency": TEXT,
    "tax": COUNT,
    "lines": {"type": "array", "items": {"type": "object", "properties": {"amount": WHOLE}}},
}
KEPT = {"compress", "level", "zone", "currency", "tax", "lines"}
"""What a server says itself, and what a total may be the sum of."""


def client(folder: Path, *required: str, of_reply: tuple[str, ...] = ()) -> TestClient:
    """The mock of `/exports`, whose bodies need these fields; `of_reply` are those that replies have."""
    own = {"id": TEXT, "status": STATES, "created_at": INSTANT, "download_url": TEXT, "checksum": TEXT}
    export = {
        "type": "object",
        "required": ["id", "status", "created_at", *of_reply],
        "properties": {**own, "expires_at": INSTANT, **SENT},
    }
    content = {"application/json": {"schema": export}}
    body = {"type": "object", "required": ["format", *required], "properties": SENT}
    post = {
        "requestBody": {"content": {"application/json": {"schema": body}}},
        "responses": {"201": {"description": "It.", "content": content}},
    }
    key = {"name": "id", "in": "path", "required": True, "schema": TEXT}
    get = {"parameters": [key], "responses": {"200": {"description": "It.", "content": content}}}
    paths = {"/exports": {"post": post}, "/exports/{id}": {"get": get}}
    file = folder / "exports.json"
    document = {"openapi": "3.1.0", "info": {"title": "E", "version": "1"}, "paths": paths}
    file.write_text(json.dumps(document), "utf-8")
    return TestClient(asgi_app(str(file)), base_url="http://mock")


def test_what_a_body_leaves_out_is_null_or_not_there(tmp_path: Path) -> None:
    """What has a default, a choice or a usual value is there; so is what was said."""
    made = client(tmp_path).post("/exports", json={"format": "csv", "from": "2026-01-01"}).json()
    own = {"id", "status", "created_at"}
    assert made.keys() == own | KEPT | {"format", "from", "name", "max_rows"}
    assert (made["format"], made["from"], made["name"], made["max_rows"]) == ("csv", "2026-01-01", None, None)


def test_what_a_reply_needs_is_there(tmp_path: Path) -> None:
    """A list is empty then."""
    made = client(tmp_path, of_reply=("columns", "note_to")).post("/exports", json={"format": "csv"}).json()
    assert made["columns"] == []
    assert made["note_to"]


def test_a_new_export_is_made_now_whatever_it_is_of(tmp_path: Path) -> None:
    """The days of a span say nothing of when somebody asked for them."""
    known = client(tmp_path)
    told = known.post("/exports", json={"format": "csv", "from": "2026-01-01", "to": "2026-01-31"}).json()
    assert told["created_at"] == "2026-03-18T15:42:07Z"


@pytest.mark.parametrize("number", range(12))
def test_what_is_not_done_has_no_end_and_no_sum_of_its_file(tmp_path: Path, number: int) -> None:
    """Nor its address."""
    export = client(tmp_path).get(f"/exports/e-{number}").json()
    there = [name in export for name in ("download_url", "checksum", "expires_at")]
    assert there == [export["status"] == "completed"] * 3


def test_a_body_that_must_say_it_says_it(tmp_path: Path) -> None:
    """And its reply repeats that."""
    made = client(tmp_path, "note_to").post("/exports", json={"format": "csv", "note_to": "Ada"}).json()
    assert made["note_to"] == "Ada"
