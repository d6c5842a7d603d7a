"""An Accept header that takes no documented media type gets the error that the document has for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from metermock.in_process import asgi_app
from metermock.project import open_words
from metermock.server.generation.handlers import completed
from metermock.server.handling import Reply, Request
from tests.conftest import Server

OK = 200
ERROR = {
    "type": "object",
    "required": ["code", "message"],
    "properties": {"code": {"type": "integer"}, "message": {"type": "string"}},
    "additionalProperties": False,
}


def document(codes: list[str]) -> Any:
    """One operation that answers in JSON, and these errors of its own form beside."""
    error = {"description": "No.", "content": {"application/json": {"schema": ERROR}}}
    good = {"description": "All.", "content": {"application/json": {"schema": {"type": "object"}}}}
    get = {"operationId": "getUsage", "responses": {"200": good, **dict.fromkeys(codes, error)}}
    return {"openapi": "3.1.0", "info": {"title": "U", "version": "1"}, "paths": {"/usage": {"get": get}}}


@pytest.mark.parametrize(
    ("codes", "media"),
    [
        (["default"], "application/json"),
        (["406"], "application/json"),
        (["4XX"], "application/json"),
        (["404"], "application/json"),
        (["401", "400"], "application/json"),
        ([], "application/problem+json"),
    ],
)
def test_it_is_the_documented_error(
    launch: Callable[..., Server], tmp_path: Path, codes: list[str], media: str
) -> None:
    """Where no 406 is, it has the form of another; problem details are for documents without errors."""
    path = tmp_path / "usage.json"
    path.write_text(json.dumps(document(codes)), "utf-8")
    with launch("--strict", str(path)).client("") as client:
        reply = client.get("/usage", headers={"accept": "image/png"})
    assert (reply.status_code, reply.headers["content-type"]) == (406, media)
    words = reply.json()["message" if media == "application/json" else "detail"]
    assert words == "This operation answers with application/json; the Accept header takes none of them."


@pytest.mark.parametrize("accept", ["b", "nothing; q=1", "application/*", "*"])
def test_what_names_no_media_type_asks_for_none(tmp_path: Path, accept: str) -> None:
    """Nobody can say which media type is left out by it."""
    path = tmp_path / "usage.json"
    path.write_text(json.dumps(document(["406"])), "utf-8")
    with TestClient(asgi_app(path)) as client:
        assert client.get("/usage", headers={"accept": accept}).status_code == OK


def test_a_list_of_texts_says_what_is_wrong(tmp_path: Path) -> None:
    """Where the document has no schema for what is in `violations`, what is wrong is told there."""
    written = document(["400"])
    get = written["paths"]["/usage"]["get"]
    error = {"type": "object", "required": ["violations"], "properties": {"violations": {"type": "array"}}}
    get["responses"]["400"] = {"description": "No.", "content": {"application/json": {"schema": error}}}
    get["parameters"] = [{"name": "days", "in": "query", "schema": {"type": "integer"}}]
    path = tmp_path / "usage.json"
    path.write_text(json.dumps(written), "utf-8")
    with TestClient(asgi_app(path)) as client:
        (told,) = client.get("/usage?days=many").json()["violations"]
    assert "days" in told


def test_a_projects_own_refuse_does_not_change_that(tmp_path: Path) -> None:
    """It is never asked about an Accept header, so that the document decides there too."""
    path = tmp_path / "usage.json"
    path.write_text(json.dumps(document(["default"])), "utf-8")
    project, (name,) = open_words([str(path)])
    read = project.load(name)
    own = replace(read.handlers, refuse=lambda *_: Reply(500))
    service = completed(replace(read, handlers=own), tells=False)
    settings, headers = service.world.settings, {"accept": "image/png"}
    request = Request("getUsage", {}, None, None, None, 1_773_848_527, settings, service.world, headers)
    reply = service.handlers.operations["getUsage"](request)
    assert (reply.status, reply.headers["content-type"]) == (406, "application/json")
    assert reply.body["message"].endswith("the Accept header takes none of them.")


@pytest.mark.parametrize(
    ("codes", "status", "media"),
    [
        (["415"], 415, "application/json"),
        (["400", "415"], 415, "application/json"),
        (["400"], 400, "application/json"),
        (["422"], 422, "application/json"),
        (["default"], 415, "application/json"),
        (["4XX"], 415, "application/json"),
        (["404"], 415, "application/json"),
        ([], 415, "application/problem+json"),
    ],
)
def test_a_body_of_another_media_type_is_refused_as_documented(
    tmp_path: Path, codes: list[str], status: int, media: str
) -> None:
    """By 415, unless the document has another status for bad bodies; in the form of another error it has."""
    written = document(codes)
    written["paths"]["/usage"]["post"] = {
        **written["paths"]["/usage"].pop("get"),
        "requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}},
    }
    path = tmp_path / "usage.json"
    path.write_text(json.dumps(written), "utf-8")
    with TestClient(asgi_app(path, strict=True)) as client:
        reply = client.post("/usage", content=b"x", headers={"content-type": "image/png"})
        assert client.post("/usage", json={}).status_code == OK
    assert (reply.status_code, reply.headers["content-type"]) == (status, media)
    words = reply.json()["message" if media == "application/json" else "detail"]
    assert words == "the body is 'image/png'; the operation takes application/json"
