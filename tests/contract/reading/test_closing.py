"""Undocumented fields are found, and documented ones are never called so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.contract.reading.documents import accepts, document, read

TEXT = {"type": "string"}
INTEGER = {"type": "integer"}
FREE = {"type": "object"}


def fields(**properties: Any) -> dict[str, Any]:
    """An object with these properties."""
    return {"type": "object", "properties": properties}


PET = {**fields(kind=TEXT), "discriminator": {"propertyName": "kind"}}
CAT = {"allOf": [{"$ref": "#/components/schemas/Pet"}, fields(meow=INTEGER)]}
COMPONENTS = {"schemas": {"Pet": PET, "Cat": CAT, "Free": FREE}}
A_PET = {"$ref": "#/components/schemas/Pet"}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"anyOf": [fields(a=TEXT), fields(b=INTEGER)]}, {"a": "x", "b": 1}),
        (
            {"allOf": [fields(data=fields(id=TEXT)), fields(data=fields(name=TEXT))]},
            {"data": {"id": "a", "name": "b"}},
        ),
        ({"allOf": [{"$ref": "#/components/schemas/Free"}]}, {"anything": 1}),
        ({"anyOf": [fields(a=TEXT), True]}, {"z": 1}),
        ({"anyOf": [{"$ref": "#/components/schemas/Free"}, fields(a=TEXT)]}, {"z": 1}),
        (
            {
                **fields(m=fields(k=TEXT, n=INTEGER)),
                "not": fields(m=fields(k={"const": "a"})) | {"required": ["m"]},
            },
            {"m": {"k": "b", "n": 1}},
        ),
        (A_PET, {"kind": "Cat", "meow": 1}),
        ({"allOf": [A_PET], "description": "any"}, {"kind": "Cat", "meow": 1}),
        ({"anyOf": [A_PET, {"type": "null"}]}, {"kind": "Cat", "meow": 1}),
        ({**fields(a=TEXT), "patternProperties": {"(": TEXT}}, {"z": 1}),
        (
            {
                "oneOf": [fields(a=TEXT) | {"required": ["a"]}, fields(b=TEXT) | {"required": ["b"]}],
                "additionalProperties": INTEGER,
            },
            {"a": "x", "zz": 1},
        ),
    ],
)
def test_a_right_value_is_accepted(tmp_path: Path, schema: Any, value: Any) -> None:
    """Parts together, free objects, types that others extend, patterns that nobody can read."""
    if "additionalProperties" in schema:
        schema = {**schema, "additionalProperties": True}
    assert accepts(read(tmp_path, document(schema=schema, components=COMPONENTS)), value)


@pytest.mark.parametrize(
    "schema",
    [
        fields(a=TEXT),
        {"allOf": [fields(a=TEXT), fields(b=TEXT)]},
        {"anyOf": [fields(a=TEXT), fields(b=TEXT)]},
        {"oneOf": [fields(a=TEXT), {"type": "null"}]},
        {"anyOf": [fields(a=TEXT), {"type": "null"}]},
        {**fields(a=TEXT, b=TEXT), "anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
        {"allOf": [fields(a=TEXT)], "description": "one"},
    ],
)
def test_an_undocumented_field_is_found(tmp_path: Path, schema: Any) -> None:
    """However the schema is composed."""
    contract = read(tmp_path, document(schema=schema))
    assert accepts(contract, {"a": "x"})
    assert not accepts(contract, {"a": "x", "strange": 1})


def test_a_long_chain_of_schemas_is_compiled(tmp_path: Path) -> None:
    """A hundred and fifty schemas, each inside the one before: no recursion of ours goes as deep."""
    schemas = {f"S{n}": fields(next={"$ref": f"#/components/schemas/S{n + 1}"}) for n in range(150)}
    schemas["S150"] = INTEGER
    written = document(schema={"$ref": "#/components/schemas/S0"}, components={"schemas": schemas})
    assert accepts(read(tmp_path, written), {"next": {"next": {}}})
