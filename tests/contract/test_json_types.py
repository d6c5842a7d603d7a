"""Texts are read as values by what a schema allows."""

from __future__ import annotations

from typing import Any

import pytest

from metermock.contract.json_types import ABSENT, ValueReader, types_of
from metermock.contract.schemas import Schemas

SCHEMAS = Schemas(
    {
        "components": {
            "schemas": {"Days": {"enum": [7, 30]}, "Node": {"anyOf": [{"$ref": "#/components/schemas/Node"}]}}
        }
    }
)


def reader(schema: Any) -> ValueReader:
    """A reader of a schema of a small document."""
    return ValueReader(SCHEMAS, schema, lambda each: SCHEMAS.validator(each, closed=False))


@pytest.mark.parametrize(
    ("schema", "text", "value"),
    [
        ({"type": "string"}, "123", "123"),
        ({"type": "string"}, "", ""),
        ({"type": "integer"}, "007", 7),
        ({"type": "integer"}, "9223372036854775808", 2**63),
        ({"type": "integer", "format": "int64"}, "9223372036854775808", ABSENT),
        ({"type": "integer", "format": "int32"}, "2147483648", ABSENT),
        ({"type": "integer"}, "1.0", ABSENT),
        ({"type": "number"}, "1e2", 100.0),
        ({"type": "number"}, "1e999", ABSENT),
        ({"type": "number"}, "NaN", ABSENT),
        ({"type": "boolean"}, "true", True),
        ({"type": "boolean"}, "True", ABSENT),
        ({"type": ["integer", "string"]}, "12", 12),
        ({"enum": [7, 30]}, "7", 7),
        ({"$ref": "#/components/schemas/Days"}, "30", 30),
        ({"const": 7}, "7", 7),
        ({"const": "7"}, "7", "7"),
        ({"oneOf": [{"type": "integer", "minimum": 1}, {"const": "all"}]}, "all", "all"),
        ({"oneOf": [{"type": "integer", "minimum": 1}, {"const": "all"}]}, "3", 3),
        ({"oneOf": [{"type": "integer", "minimum": 1}, {"const": "0"}]}, "0", "0"),
        ({"allOf": [{"type": "integer"}, {"minimum": 5}]}, "9", 9),
        ({}, "7", "7"),
    ],
)
def test_a_text_is_read_by_its_schema(schema: Any, text: str, value: Any) -> None:
    """Of the readings that the types allow, the first that the schema accepts."""
    found = reader(schema).read(text)
    assert found is value if value is ABSENT else (found == value and type(found) is type(value))


@pytest.mark.parametrize(
    ("schema", "raw", "value"),
    [
        ({"type": "array", "items": {"type": "string"}}, ["123", ""], ["123", ""]),
        ({"type": "array", "items": {"type": "integer"}}, ["1", "2"], [1, 2]),
        ({"type": "array", "items": {"type": "integer"}}, ["1", "x"], ABSENT),
        ({"anyOf": [{"type": "array", "items": {"type": "integer"}}, {"type": "string"}]}, ["x"], "x"),
        (
            {
                "type": "object",
                "properties": {"days": {"type": "integer"}},
                "additionalProperties": {"type": "boolean"},
            },
            {"days": "3", "deep": "true"},
            {"days": 3, "deep": True},
        ),
    ],
)
def test_lists_and_maps_are_read_item_by_item(schema: Any, raw: Any, value: Any) -> None:
    """Each by its own schema; one that cannot be read spoils the whole."""
    assert reader(schema).read(raw) == value


@pytest.mark.parametrize(
    ("schema", "types"),
    [
        ({"type": "number"}, {"number", "integer"}),
        ({"allOf": [{"type": ["string", "integer"]}, {"type": "integer"}]}, {"integer"}),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, {"integer", "null"}),
        ({"enum": ["a", None]}, {"string", "null"}),
        ({"type": "string", "enum": ["a", None]}, {"string"}),
        (False, set()),
    ],
)
def test_the_types_of_a_schema(schema: Any, types: set[str]) -> None:
    """What it is composed of narrows or widens them."""
    assert types_of(SCHEMAS, schema) == types


def test_a_schema_that_names_itself_has_types() -> None:
    """A circle says nothing about types, and ends."""
    assert len(types_of(SCHEMAS, {"$ref": "#/components/schemas/Node"})) == 7


def test_the_part_that_cannot_be_read_is_named() -> None:
    """Its place, the types that it may have, and its text."""
    schema = {"type": "object", "properties": {"days": {"type": "integer"}}}
    ((path, types, text),) = reader(schema).unread({"days": "x", "deep": "true"})
    assert (path, types, text) == (("days",), frozenset({"integer"}), "x")
