"""A made error says what is wrong, and makes up nothing beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from metermock import asgi_app

TEXT: Any = {"type": "string"}
ROW: Any = {
    "type": "object",
    "required": ["loc", "msg", "type"],
    "properties": {
        "loc": {"type": "array", "items": {"anyOf": [TEXT, {"type": "integer"}]}},
        "msg": TEXT,
        "type": TEXT,
        "input": {},
        "ctx": {"type": "object"},
    },
}
VALIDATION: Any = {"type": "object", "properties": {"detail": {"type": "array", "items": ROW}}}
"""What FastAPI documents for each operation with an input."""
PLAIN: Any = {"type": "object", "required": ["detail"], "properties": {"detail": TEXT}}
PROBLEM: Any = {
    "type": "object",
    "required": ["title", "status"],
    "properties": {
        "title": TEXT,
        "status": {"type": "integer"},
        "instance": TEXT,
        "errors": {"type": "array", "items": {"type": "object", "properties": {"pointer": TEXT}}},
    },
}
KEY: Any = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "most": {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}]},
        "lines": {"type": "array", "items": {"type": "object", "properties": {"sku": TEXT}}},
    },
}


def _response(schema: Any) -> Any:
    return {"description": "It.", "content": {"application/json": {"schema": schema}}}


def client(folder: Path, **errors: Any) -> TestClient:
    """The mock of `/keys` with these errors, by their codes without the first letter."""
    responses = {"200": _response({"type": "object"})}
    responses |= {code[1:]: _response(schema) for code, schema in errors.items()}
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1}}
    body = {"required": True, "content": {"application/json": {"schema": KEY}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Keys", "version": "1"},
        "paths": {
            "/keys": {
                "get": {
                    "responses": responses,
                    "parameters": [limit],
                    "security": [{"bearer": []}] if "_401" in errors else [],
                },
                "post": {"responses": responses, "requestBody": body},
            }
        },
        "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
    }
    path = folder / "keys.json"
    path.write_text(json.dumps(document))
    return TestClient(asgi_app(str(path)), base_url="http://mock")


def test_a_row_says_where_as_a_list_of_steps(tmp_path: Path) -> None:
    """Each step of a body by itself, numbers as numbers, and no input or context that nobody sent."""
    sent = {"name": "", "lines": [{"sku": 1}]}
    rows = client(tmp_path, _422=VALIDATION).post("/keys", json=sent).json()["detail"]
    assert [row["loc"] for row in rows] == [["body", "name"], ["body", "lines", 0, "sku"]]
    assert all(row.keys() == {"loc", "msg", "type"} for row in rows)


def test_a_row_of_a_parameter_repeats_what_was_sent(tmp_path: Path) -> None:
    """The input is known there."""
    reply = client(tmp_path, _422=VALIDATION).get("/keys?limit=0").json()
    [row] = reply["detail"]
    assert (row["loc"], row["input"], "ctx" in row) == (["query", "limit"], "0", False)


@pytest.mark.parametrize(
    ("errors", "status"),
    [
        ({"_400": PLAIN, "_422": VALIDATION}, 422),
        ({"_400": VALIDATION, "_422": PLAIN}, 400),
        ({"_400": PLAIN, "_422": PLAIN}, 400),
    ],
)
def test_a_wrong_parameter_gets_the_error_that_names_places(
    tmp_path: Path, errors: dict[str, Any], status: int
) -> None:
    """Where 400 and 422 are documented, it is the one whose error lists which parameters are wrong."""
    assert client(tmp_path, **errors).get("/keys?limit=0").status_code == status


def test_a_choice_with_null_is_told_by_what_is_not_null(tmp_path: Path) -> None:
    """A number below its bound is told as that, not as none of two schemas."""
    reply = client(tmp_path, _422=VALIDATION).post("/keys", json={"name": "a", "most": 0}).json()
    assert [row["msg"] for row in reply["detail"]] == ["/most: 0 is less than the minimum of 1"]


def test_an_error_without_a_place_lists_none(tmp_path: Path) -> None:
    """Neither mistakes of places nor an occurrence are made up for a missing credential."""
    reply = client(tmp_path, _401=PROBLEM).get("/keys").json()
    assert reply == {"title": "Unauthorized", "status": 401}


def test_a_list_that_must_be_there_is_empty(tmp_path: Path) -> None:
    """What the schema demands stays."""
    schema = PROBLEM | {"required": ["title", "status", "errors"]}
    reply = client(tmp_path, _401=schema).get("/keys").json()
    assert reply == {"title": "Unauthorized", "status": 401, "errors": []}


def test_steps_are_texts_where_the_document_takes_nothing_else(tmp_path: Path) -> None:
    """As FastAPI documented its errors before 0.70: a number of an item is a text there."""
    row = ROW | {"properties": {**ROW["properties"], "loc": {"type": "array", "items": TEXT}}}
    schema = {"type": "object", "properties": {"detail": {"type": "array", "items": row}}}
    sent = {"name": "a", "lines": [{"sku": 1}]}
    rows = client(tmp_path, _422=schema).post("/keys", json=sent).json()["detail"]
    assert [each["loc"] for each in rows] == [["body", "lines", "0", "sku"]]


@pytest.mark.parametrize("required", [["field"], ["field", "value"]])
def test_an_input_that_has_no_room_leaves_the_rest_as_told(tmp_path: Path, required: list[str]) -> None:
    """A text does not stand where a number must; the row is the one of this request all the same."""
    row = {
        "type": "object",
        "required": required,
        "properties": {"field": TEXT, "value": {"type": "integer"}},
    }
    schema = {"type": "object", "properties": {"errors": {"type": "array", "items": row}}}
    [told] = client(tmp_path, _422=schema).get("/keys?limit=many").json()["errors"]
    assert told["field"] == "limit"
    assert [*told] == required
