"""Replies of an operation that the document calls deprecated say so, as those of Prism do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from metermock.in_process import asgi_app


def document(**get: Any) -> str:
    """An operation with a parameter, and another one beside it."""
    days = {"name": "days", "in": "query", "schema": {"type": "integer"}}
    responses = {"200": {"description": "All.", "headers": get.pop("headers", {})}}
    old = {"parameters": [days], "responses": responses, **get}
    paths = {"/old": {"get": old}, "/new": {"get": {"responses": {"200": {"description": "All."}}}}}
    return json.dumps({"openapi": "3.1.0", "info": {"title": "U", "version": "1"}, "paths": paths})


@pytest.mark.parametrize(("asked", "status"), [("/old", 200), ("/old?days=many", 400)])
def test_its_replies_and_its_errors_have_the_header(tmp_path: Path, asked: str, status: int) -> None:
    """Pages of other origins may read it; other operations do not have it."""
    path = tmp_path / "usage.json"
    path.write_text(document(deprecated=True), "utf-8")
    with TestClient(asgi_app(path)) as client:
        reply = client.get(asked, headers={"origin": "https://a.example"})
        new = client.get("/new")

    assert (reply.status_code, reply.headers["deprecation"]) == (status, "true")
    assert "Deprecation" in reply.headers["access-control-expose-headers"]
    assert "deprecation" not in new.headers


def test_a_documented_header_is_the_only_one(tmp_path: Path) -> None:
    """It may have the date of RFC 9745."""
    since = {"Deprecation": {"required": True, "schema": {"type": "string"}, "example": "@1688169599"}}
    path = tmp_path / "usage.json"
    path.write_text(document(deprecated=True, headers=since), "utf-8")
    with TestClient(asgi_app(path)) as client:
        assert client.get("/old").headers.get_list("deprecation") == ["@1688169599"]


@pytest.mark.parametrize("said", [{}, {"deprecated": False}])
def test_what_is_not_deprecated_does_not_have_it(tmp_path: Path, said: dict[str, bool]) -> None:
    """It is not among the headers that pages may read either."""
    path = tmp_path / "usage.json"
    path.write_text(document(**said), "utf-8")
    with TestClient(asgi_app(path)) as client:
        reply = client.get("/old", headers={"origin": "https://a.example"})

    assert "deprecation" not in reply.headers
    assert "Deprecation" not in reply.headers["access-control-expose-headers"]
