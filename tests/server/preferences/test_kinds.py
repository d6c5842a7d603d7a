"""A refusal that is asked for speaks of the keyword that a value can break."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Server

ROW = {
    "type": "object",
    "required": ["loc", "msg", "type"],
    "properties": {
        "loc": {"type": "array", "items": {"type": "string"}},
        "msg": {"type": "string"},
        "type": {"type": "string"},
    },
}
ERROR = {
    "type": "object",
    "required": ["detail"],
    "properties": {"detail": {"type": "array", "items": ROW}},
}


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"type": "string", "format": "date"}, "format"),
        ({"type": "integer"}, "type"),
        ({"type": "string", "enum": ["day", "week"]}, "enum"),
        ({"type": "string"}, "value"),
    ],
)
def test_a_chosen_refusal_names_the_keyword_of_its_parameter(
    launch: Callable[..., Server], tmp_path: Path, schema: dict[str, Any], kind: str
) -> None:
    """`code=422` says `format` of a date; it said `enum` of every parameter."""
    operation = {
        "operationId": "getTides",
        "parameters": [{"name": "since", "in": "query", "schema": schema}],
        "responses": {
            "200": {"description": "All."},
            "422": {"description": "Wrong.", "content": {"application/json": {"schema": ERROR}}},
        },
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Tides", "version": "1"},
        "paths": {"/tides": {"get": operation}},
    }
    path = tmp_path / "tides.json"
    path.write_text(json.dumps(document), "utf-8")
    with launch(str(path)).client("", **{"X-Metermock": "code=422"}) as client:
        (row,) = client.get("/tides").json()["detail"]
    assert row == {"loc": ["query", "since"], "msg": "the value is not accepted", "type": kind}
