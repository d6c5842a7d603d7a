"""A refusal that is asked for speaks of the keyword that a value can break."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Server


def error(code: str) -> dict[str, Any]:
    """The schema of an error with rows like those of FastAPI, whose code has this name."""
    properties = {
        "loc": {"type": "array", "items": {"type": "string"}},
        "msg": {"type": "string"},
        code: {"type": "string"},
    }
    row = {"type": "object", "required": [*properties], "properties": properties}
    return {
        "type": "object",
        "required": ["detail"],
        "properties": {"detail": {"type": "array", "items": row}},
    }


@pytest.mark.parametrize(
    ("schema", "code", "kind"),
    [
        ({"type": "string", "format": "date"}, "code", "format"),
        ({"type": "integer"}, "code", "type"),
        ({"type": "string", "enum": ["day", "week"]}, "code", "enum"),
        ({"type": "string"}, "code", "value"),
        # FastAPI's own rows have its own words, which say no more of a value that nobody has sent.
        ({"type": "string", "format": "date"}, "type", "value_error"),
        ({"type": "string", "enum": ["day", "week"]}, "type", "enum"),
    ],
)
def test_a_chosen_refusal_names_the_keyword_of_its_parameter(
    launch: Callable[..., Server], tmp_path: Path, schema: dict[str, Any], code: str, kind: str
) -> None:
    """`code=422` says `format` of a date; it said `enum` of every parameter."""
    operation = {
        "operationId": "getTides",
        "parameters": [{"name": "since", "in": "query", "schema": schema}],
        "responses": {
            "200": {"description": "All."},
            "422": {"description": "Wrong.", "content": {"application/json": {"schema": error(code)}}},
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
    assert row == {"loc": ["query", "since"], "msg": "the value is not accepted", code: kind}
