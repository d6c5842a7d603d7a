"""Handlers that begin with the reply of the document."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from metermock.errors import HandlerError
from metermock.project import Project
from tests.conftest import Server

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["used", "name"],
    "properties": {"used": {"type": "integer"}, "name": {"type": "string", "minLength": 1}},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project of one document."""
    content = {"application/json": {"schema": SCHEMA}}
    operation = {"operationId": "getUsage", "responses": {"201": {"description": "ok", "content": content}}}
    paths = {"/usage": {"get": operation}}
    document = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths}
    for name in ("openapi", "handlers"):
        (tmp_path / name).mkdir()
    (tmp_path / "openapi" / "shop.openapi.json").write_text(json.dumps(document))
    return tmp_path


def test_a_handler_changes_the_reply_of_the_document(folder: Path, launch: Callable[..., Server]) -> None:
    """It is given as `made`, with status and body."""
    (folder / "handlers" / "shop.py").write_text(
        "from dataclasses import replace\n\n\n"
        "def get_usage(request, made):\n"
        "    return replace(made, body={**made.body, 'used': 12})\n"
    )
    server = launch(f"{folder}/", "--strict")
    with server.client("/shop") as client:
        reply = client.get("/usage")
    assert reply.status_code == 201
    assert reply.json()["used"] == 12
    assert reply.json()["name"]


def test_another_second_parameter_is_refused(folder: Path) -> None:
    """The message says how handlers are called."""
    (folder / "handlers" / "shop.py").write_text("def get_usage(request, other):\n    return {}\n")
    with pytest.raises(HandlerError, match=r"Write `def get_usage\(request\)`"):
        Project(folder).load("shop")
