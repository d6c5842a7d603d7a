"""Schemas that only a value without an end could satisfy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.contract.reading.documents import document, read

U = {"$ref": "#/components/schemas/U"}
LIST = {"allOf": [{"type": "array", "minItems": 1, "items": U}]}


def holding(field: Any, **more: Any) -> dict[str, Any]:
    """An object that must have the field."""
    return {"type": "object", "required": ["next"], "properties": {"next": field}, **more}


def told(tmp_path: Path, schema: Any) -> list[str]:
    """The notes about values without an end."""
    contract = read(tmp_path, document(schema=U, components={"schemas": {"U": schema}}))
    return [str(note) for note in contract.notes if "without an end" in str(note)]


@pytest.mark.parametrize("schema", [holding(U), holding(LIST), {"allOf": [holding(holding(U))]}])
def test_what_must_hold_itself_is_told_once(tmp_path: Path, schema: Any) -> None:
    """By a field, by a list that is never empty, and through parts that hold together."""
    (note,) = told(tmp_path, schema)
    assert "let a field of the circle be left out, or be null" in note


@pytest.mark.parametrize(
    "schema",
    [
        holding({"anyOf": [U, {"type": "null"}]}),
        holding({"type": "array", "items": U}),
        holding({"type": "array", "minItems": 1, "prefixItems": [{}], "items": U}),
        holding({"type": ["object", "null"], "required": ["a"], "properties": {"a": U}}),
        holding({**U, "writeOnly": True}),
        {"type": "object", "properties": {"next": U}},
        {"required": ["next"], "properties": {"next": U}},
    ],
)
def test_what_can_end_is_not_told(tmp_path: Path, schema: Any) -> None:
    """By null, an empty list, a field that is not sent or may be left out, and a value that is no object."""
    assert told(tmp_path, schema) == []
