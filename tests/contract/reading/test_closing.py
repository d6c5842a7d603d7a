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


DOG = {"allOf": [{"$ref": "#/components/schemas/Pet"}, fields(bark=TEXT) | {"required": ["bark"]}]}
KINDS = {
    "Pet": {
        **fields(kind=TEXT),
        "oneOf": [{"$ref": "#/components/schemas/Dog"}, {"$ref": "#/components/schemas/Cat"}],
        "discriminator": {"propertyName": "kind"},
    },
    "Dog": DOG,
    "Cat": {"allOf": [{"$ref": "#/components/schemas/Furry"}, fields(meow=TEXT) | {"required": ["meow"]}]},
    "Furry": {"allOf": [{"$ref": "#/components/schemas/Pet"}, fields(fur=TEXT)]},
}


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("Pet", {"kind": "Dog", "bark": "x"}, {"kind": "Dog", "bark": "x", "fur": "x"}),
        ("Pet", {"kind": "Cat", "meow": "x", "fur": "x"}, {"kind": "Cat", "meow": 1}),
        ("Cat", {"kind": "Cat", "meow": "x", "fur": "x"}, {"kind": "Cat", "fur": "x"}),
        ("Dog", {"kind": "Dog", "bark": "x"}, {"kind": 5, "bark": "x"}),
    ],
)
def test_a_type_that_lists_its_kinds_is_no_circle(tmp_path: Path, name: str, good: Any, bad: Any) -> None:
    """`Pet: {oneOf: [Dog]}` and `Dog: {allOf: [Pet]}`: a kind has the fields of its type."""
    schema = {"$ref": f"#/components/schemas/{name}"}
    contract = read(tmp_path, document(schema=schema, components={"schemas": KINDS}))
    assert accepts(contract, good)
    assert not accepts(contract, bad)


BASE = {**fields(kind=TEXT), "discriminator": {"propertyName": "kind"}}
MAPPED = {**BASE, "discriminator": {"propertyName": "kind", "mapping": {"cat": "#/components/schemas/Cat"}}}
TO_BASE = {"$ref": "#/components/schemas/Pet"}


@pytest.mark.parametrize(
    "schemas",
    [
        {"Pet": BASE, "Cat": {"allOf": [TO_BASE, fields(meow=INTEGER)]}},
        {"Pet": BASE, "Cat": {**TO_BASE, **fields(meow=INTEGER)}},
        {"Pet": MAPPED, "Cat": fields(kind=TEXT, meow=INTEGER)},
        {
            "Pet": {**BASE, "discriminator": {"propertyName": "kind", "mapping": {"cat": "Cat"}}},
            "Cat": fields(kind=TEXT, meow=INTEGER),
        },
        {
            "Pet": BASE,
            "Alias": TO_BASE,
            "Cat": {"allOf": [{"$ref": "#/components/schemas/Alias"}, fields(meow=INTEGER)]},
        },
        {
            "Pet": BASE,
            "Furry": {"allOf": [TO_BASE, fields(fur=TEXT)]},
            "Cat": {"allOf": [{"$ref": "#/components/schemas/Furry"}, fields(meow=INTEGER)]},
        },
    ],
)
def test_a_type_may_be_any_that_extends_it(tmp_path: Path, schemas: Any) -> None:
    """By `allOf`, beside `$ref`, by the mapping, through an alias, through a type between."""
    contract = read(tmp_path, document(schema=TO_BASE, components={"schemas": schemas}))
    assert accepts(contract, {"kind": "Cat", "meow": 1})
    assert not accepts(contract, {"kind": "Cat", "strange": 1})
    assert not accepts(contract, {"kind": "Cat", "meow": "loud"})


def test_a_type_that_refuses_other_fields_refuses_those_of_its_children(tmp_path: Path) -> None:
    """`additionalProperties: false` in the base holds for what extends it: so JSON Schema has it."""
    schemas = {"Pet": {**BASE, "additionalProperties": False}, "Cat": CAT}
    contract = read(tmp_path, document(schema=TO_BASE, components={"schemas": schemas}))
    assert accepts(contract, {"kind": "Cat"})
    assert not accepts(contract, {"kind": "Cat", "meow": 1})


@pytest.mark.parametrize("name", ["Furry", "Wrapped"])
def test_what_is_made_of_a_type_may_have_the_fields_of_its_children(tmp_path: Path, name: str) -> None:
    """A type between, and an envelope around the type, which looks just like one."""
    schemas = {
        **COMPONENTS["schemas"],
        "Furry": {"allOf": [TO_BASE, fields(fur=TEXT)]},
        "Wrapped": {"allOf": [TO_BASE, fields(extra=TEXT)]},
    }
    schema = {"$ref": f"#/components/schemas/{name}"}
    contract = read(tmp_path, document(schema=schema, components={"schemas": schemas}))
    assert accepts(contract, {"kind": "Cat", "meow": 1})
    assert not accepts(contract, {"kind": "Cat", "strange": 1})


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"anyOf": [fields(a=TEXT), {"allOf": [{"$ref": "#/components/schemas/Free"}]}]}, {"z": 1}),
        ({"anyOf": [fields(a=TEXT), {"const": {"z": 1}}]}, {"z": 1}),
        ({"anyOf": [fields(a=TEXT), {"not": {"required": ["a"]}}]}, {"z": 1}),
        ({"anyOf": [fields(a=TEXT), {"if": {"required": ["q"]}, "then": {"required": ["r"]}}]}, {"z": 1}),
        ({"anyOf": [fields(a=INTEGER), fields(b=TEXT)]}, {"a": 1, "b": 5}),
        ({**fields(a=TEXT), "required": ["a", "b"]}, {"a": "x", "b": 1}),
        ({**fields(a=TEXT), "dependentRequired": {"a": ["b"]}}, {"a": "x", "b": 1}),
        ({**FREE, "dependentSchemas": {"a": fields(b=TEXT)}}, {"a": "x", "b": "y"}),
        ({**FREE, "if": fields(k={"const": 1}), "then": fields(b=TEXT)}, {"k": 2}),
        ({**fields(a=TEXT), "not": fields(k={"const": 1}) | {"required": ["k"]}}, {"a": "x", "k": 2}),
        ({**fields(a=TEXT), "propertyNames": {"enum": ["a", "b"]}}, {"b": 1}),
        ({"allOf": [fields(a=fields(b=TEXT)), {"properties": {"a": fields(c=TEXT)}}]}, {"a": {"c": "x"}}),
    ],
)
def test_what_any_keyword_names_is_documented(tmp_path: Path, schema: Any, value: Any) -> None:
    """A form that takes everything, a field that is demanded or asked for, a part that failed."""
    assert accepts(read(tmp_path, document(schema=schema, components=COMPONENTS)), value)


def test_a_long_chain_of_schemas_is_compiled(tmp_path: Path) -> None:
    """A hundred and fifty schemas, each inside the one before: no recursion of ours goes as deep."""
    schemas = {f"S{n}": fields(next={"$ref": f"#/components/schemas/S{n + 1}"}) for n in range(150)}
    schemas["S150"] = INTEGER
    written = document(schema={"$ref": "#/components/schemas/S0"}, components={"schemas": schemas})
    assert accepts(read(tmp_path, written), {"next": {"next": {}}})


def test_a_kind_takes_the_fields_of_its_type_and_not_the_choice_among_kinds(tmp_path: Path) -> None:
    """A value of one kind may look like another too: only the type says that it is exactly one of them."""
    pet = {"type": "object", "oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("Cat", "Dog")]}
    kinds = {
        name: {"allOf": [{"$ref": "#/components/schemas/Pet"}, {"type": "object", "required": [field]}]}
        for name, field in (("Cat", "meow"), ("Dog", "bark"))
    }
    both = {"meow": 1, "bark": 1}
    for name, is_good in (("Cat", True), ("Pet", False)):
        schema = {"$ref": f"#/components/schemas/{name}"}
        contract = read(tmp_path, document(schema=schema, components={"schemas": {"Pet": pet, **kinds}}))
        assert accepts(contract, both, closed=False) is is_good
