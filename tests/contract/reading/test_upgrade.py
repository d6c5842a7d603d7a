"""Versions of OpenAPI: each is read as what it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from metermock.errors import ContractError
from tests.contract.reading.documents import accepts, document, read


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": "integer", "nullable": True}, None, "1"),
        ({"type": "string", "enum": ["a"], "nullable": True}, None, "b"),
        ({"allOf": [{"type": "integer"}], "nullable": True}, None, "1"),
        ({"type": "integer", "nullable": False}, 1, None),
        ({"type": "integer", "minimum": 1, "exclusiveMinimum": True}, 2, 1),
        ({"type": "integer", "maximum": 9, "exclusiveMaximum": True}, 8, 9),
        ({"type": "integer", "minimum": 1, "exclusiveMinimum": False}, 1, 0),
        ({"$ref": "#/components/schemas/N", "minimum": 5}, 1, "1"),
        ({"$ref": "#/components/schemas/N", "nullable": True}, 1, None),
    ],
)
def test_three_zero_is_read_as_three_zero(tmp_path: Path, schema: Any, good: Any, bad: Any) -> None:
    """`nullable`, boolean bounds, and nothing beside `$ref`."""
    components = {"schemas": {"N": {"type": "integer"}}}
    contract = read(tmp_path, document(version="3.0.3", schema=schema, components=components))
    assert accepts(contract, good)
    assert not accepts(contract, bad)


@pytest.mark.parametrize(
    ("schema", "note"),
    [
        ({"type": "integer", "nullable": True}, "nullable is of OpenAPI 3.0 and says nothing in 3.1"),
        ({"type": "string", "pattern": "("}, r"the pattern '\(' cannot be compiled"),
        ({"$schema": "http://127.0.0.1:1/dialect"}, "the dialect 'http://127.0.0.1:1/dialect' is not known"),
        ({"required": ["a", "a"]}, "required names a field twice"),
        ({"properties": {"a": {"type": "string", "required": True}}}, "required is a list of fields"),
        ({"$recursiveAnchor": True}, r"\$recursiveAnchor is of an older JSON Schema"),
    ],
)
def test_what_is_odd_is_a_note(tmp_path: Path, schema: Any, note: str) -> None:
    """It takes no operation out, and asks no address."""
    contract = read(tmp_path, document(schema=schema))
    assert len(contract.operations) == 1
    with pytest.raises(Exception, match=note):
        raise contract.notes[0]


TO_N = {"$ref": "#/components/schemas/N"}


@pytest.mark.parametrize(
    ("schema", "note"),
    [
        ({"allOf": [TO_N], "nullable": True}, None),
        ({"allOf": [TO_N, {"nullable": True}]}, None),
        ({"oneOf": [TO_N, {"type": "boolean"}], "nullable": True}, None),
        ({"anyOf": [TO_N, {"type": "boolean"}], "nullable": True}, None),
        ({"enum": [1, 2], "nullable": True}, "the enum has no null; nullable: true is taken to allow it"),
        (
            {"allOf": [TO_N], "enum": [1, 2], "nullable": True},
            "the enum has no null; nullable: true is taken to allow it",
        ),
    ],
)
def test_null_is_allowed_wherever_nullable_stands(tmp_path: Path, schema: Any, note: str | None) -> None:
    """That is what its author means, also where 3.0.3 says otherwise; then a note says what was done."""
    components = {"schemas": {"N": {"type": "integer"}}}
    contract = read(tmp_path, document(version="3.0.3", schema=schema, components=components))
    assert accepts(contract, None)
    assert accepts(contract, 1)
    assert not accepts(contract, "1")
    assert [each.problem for each in contract.notes] == ([note] if note else [])


@pytest.mark.parametrize(
    ("inner", "path"),
    [
        ({"nullable": True, "properties": {"q": {"type": "string"}}}, "properties/q"),
        ({"nullable": True, "allOf": [{"type": "string"}]}, "allOf/0"),
        ({"nullable": True, "oneOf": [{"type": "string"}, {"type": "integer"}]}, "oneOf/0"),
        ({"nullable": True, "anyOf": [{"type": "string"}, {"type": "integer"}]}, "anyOf/0"),
        ({"nullable": True, "type": "object", "properties": {"q": {"type": "string"}}}, "properties/q"),
        (
            {"nullable": True, "allOf": [{"type": "object"}], "properties": {"q": {"type": "string"}}},
            "properties/q",
        ),
    ],
)
def test_a_reference_leads_into_a_nullable_schema(tmp_path: Path, inner: Any, path: str) -> None:
    """By the pointer that the document has it under."""
    schema = {"$ref": f"#/components/schemas/A/{path}"}
    contract = read(tmp_path, document(version="3.0.3", schema=schema, components={"schemas": {"A": inner}}))
    assert accepts(contract, "x")
    assert not accepts(contract, 1)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "\ud83d"},
        {"required": ["\ud83d"]},
        {"format": "\ud83d"},
        {"enum": ["\ud83d"]},
        {"properties": {"\ud83d": {}}},
        {"dependentRequired": {"\ud83d": []}},
    ],
)
def test_half_of_a_character_is_told(tmp_path: Path, schema: Any) -> None:
    """A lone surrogate takes the operation out, with one sentence; in a description it harms nobody."""
    with pytest.raises(ContractError, match="holds half of a character") as problem:
        read(tmp_path, document(schema={"properties": {"a": schema}}))
    assert str(problem.value).encode()
    described = {"type": "string", "description": "\ud83d", "x-note": "\ud83d"}
    assert accepts(read(tmp_path, document(schema=described)), "x")


def test_a_dynamic_reference_beside_a_plain_one_counts(tmp_path: Path) -> None:
    """A value satisfies both."""
    schema = {**TO_N, "$dynamicRef": "#small"}
    schemas = {"N": {"type": "integer"}, "Small": {"$dynamicAnchor": "small", "maximum": 5}}
    contract = read(tmp_path, document(schema=schema, components={"schemas": schemas}))
    assert accepts(contract, 5)
    assert not accepts(contract, 6)
    assert not accepts(contract, "5")


def test_keywords_beside_a_reference_count_in_three_one(tmp_path: Path) -> None:
    """3.0 ignores them, and a note says so."""
    schema = {"$ref": "#/components/schemas/N", "minimum": 5}
    components = {"schemas": {"N": {"type": "integer"}}}
    assert not accepts(read(tmp_path, document(schema=schema, components=components)), 1)
    old = read(tmp_path, document(version="3.0.3", schema=schema, components=components))
    assert "ignores what stands beside $ref: minimum" in str(old.notes[0])


def test_methods_of_three_two_are_operations(tmp_path: Path) -> None:
    """`query`, and whatever stands under `additionalOperations`."""
    ok = {"responses": {"200": {"description": "ok"}}}
    paths = {"/usage": {"query": ok, "additionalOperations": {"COPY": ok}}}
    contract = read(tmp_path, document(version="3.2.0", paths=paths))
    assert [each.method for each in contract.operations] == ["QUERY", "COPY"]


def test_a_boolean_bound_in_a_newer_document_is_read_as_it_is_meant(tmp_path: Path) -> None:
    """It can mean nothing else; a note tells what to write."""
    schema = {"type": "number", "minimum": 0, "exclusiveMinimum": True, "exclusiveMaximum": False}
    contract = read(tmp_path, document(schema={**schema, "maximum": 5}))
    assert [accepts(contract, value) for value in (0, 0.5, 5, 6)] == [False, True, True, False]
    assert "exclusiveMinimum is true or false in OpenAPI 3.0 only" in contract.notes[0].problem
    assert contract.notes[0].advice == "write the bound itself, and no minimum beside it"
