"""What a POST that is accepted makes is a job that begins, as what a POST creates begins."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from metermock import asgi_app
from tests.server.generation.made import INSTANT, TEXT, WHOLE, object_of

NOW = "2026-03-18T15:42:07Z"
MAYBE: dict[str, Any] = {"type": ["string", "null"]}
COUNT_OR_NULL: dict[str, Any] = {"type": ["integer", "null"], "minimum": 0}
KINDS = {"type": "string", "enum": ["usage", "messages"]}
FORMAT = {"type": "string", "enum": ["jsonl", "csv", "parquet"]}
JOB = object_of(
    id=TEXT,
    kind=KINDS,
    format=FORMAT,
    status={"enum": ["done", "failed", "running", "queued"]},
    progressPercent={**WHOLE, "minimum": 0, "maximum": 100},
    sizeBytes=COUNT_OR_NULL,
    rowCount=COUNT_OR_NULL,
    createdAt=INSTANT,
    startedAt={**MAYBE, "format": "date-time"},
    finishedAt={**MAYBE, "format": "date-time"},
    downloadUrl={**MAYBE, "format": "uri"},
    failureReason=MAYBE,
)


def _kind(name: str, **fields: Any) -> Any:
    """What asks for one kind of export, above what both have."""
    own = {"type": "object", "properties": {"kind": {"const": name}, **fields}}
    return {"allOf": [{"$ref": "#/components/schemas/Both"}, own]}


def client(folder: Path, post: str, get: str = "", status: str = "202") -> TestClient:
    """The mock of exports that are asked for at one path, and shown below another."""
    reply = {
        "description": "It.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Job"}}},
    }
    both = {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": TEXT, "format": {**FORMAT, "default": "parquet"}},
    }
    asked = {"oneOf": [_kind("usage", rowCount={**WHOLE, "default": 7}), _kind("messages")]}
    paths: dict[str, Any] = {
        post: {
            "post": {
                "requestBody": {"content": {"application/json": {"schema": asked}}},
                "responses": {status: {**reply, "headers": {"Location": {"schema": TEXT}}}},
            }
        }
    }
    if get:
        named = {"name": "id", "in": "path", "required": True, "schema": TEXT}
        paths[f"{get}/{{id}}"] = {"get": {"parameters": [named], "responses": {"200": reply}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Exports", "version": "1"},
        "paths": paths,
        "components": {"schemas": {"Job": JOB, "Both": both}},
    }
    path = folder / "exports.json"
    path.write_text(json.dumps(document))
    return TestClient(asgi_app(path))


@pytest.mark.parametrize("path", ["/exports", "/usage/export", "/validations", "/reports"])
def test_a_job_that_is_accepted_has_not_begun(tmp_path: Path, path: str) -> None:
    """Created now, waiting, with nothing made: whatever its path is called."""
    made = client(tmp_path, path).post(path, json={"kind": "messages"}).json()

    assert (made["status"], made["progressPercent"], made["createdAt"]) == ("queued", 0, NOW)
    later = ("startedAt", "finishedAt", "downloadUrl", "failureReason", "sizeBytes", "rowCount")
    assert {made[name] for name in later} == {None}


@pytest.mark.parametrize("status", ["202", "201"])
@pytest.mark.parametrize(
    ("post", "get", "below"),
    [
        ("/exports", "/exports", "/exports"),
        ("/usage/export", "/exports", "/exports"),
        ("/reports", "", "/reports"),
    ],
)
def test_its_location_is_where_it_is_shown(
    tmp_path: Path, post: str, get: str, below: str, status: str
) -> None:
    """At its id below the path of the operation that shows one, else below that of the request."""
    reply = client(tmp_path, post, get, status).post(post, json={"kind": "usage"})

    assert reply.headers["location"] == f"{below}/{reply.json()['id']}"


def test_what_a_kind_of_body_leaves_out_has_its_default(tmp_path: Path) -> None:
    """Also where the default stands inside of one of several kinds, or in what both have."""
    exports = client(tmp_path, "/exports")

    usual = exports.post("/exports", json={"kind": "messages"}).json()
    other = exports.post("/exports", json={"kind": "usage", "format": "csv"}).json()

    assert (usual["kind"], usual["format"], usual["rowCount"]) == ("messages", "parquet", None)
    assert (other["kind"], other["format"], other["rowCount"]) == ("usage", "csv", 7)


def test_an_action_on_a_thing_makes_none(tmp_path: Path) -> None:
    """What is accepted to be cancelled is there already."""
    path = "/exports/{id}/cancel"
    mock = client(tmp_path, path)
    told = [mock.post(f"/exports/{number}/cancel", json={"kind": "usage"}).json() for number in range(8)]

    assert {each["createdAt"] for each in told} != {NOW}
