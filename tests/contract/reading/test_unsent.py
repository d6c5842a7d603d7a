"""Fields that one direction does not send are not demanded in it, wherever the demand stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.contract.reading.documents import accepts, document, read

TEXT = {"type": "string"}


def secret(keyword: str) -> dict[str, Any]:
    """A text that is only written, or only read."""
    return {**TEXT, keyword: True}


def shapes(keyword: str) -> dict[str, Any]:
    """Objects that demand such a field, each in another way."""
    fields = {"properties": {"pw": secret(keyword), "a": TEXT}}
    return {
        "plain": {**fields, "required": ["pw", "a"]},
        "apart": {"allOf": [fields, {"required": ["pw", "a"]}]},
        "behind a reference": {"allOf": [{"$ref": "#/components/schemas/User"}], "required": ["pw", "a"]},
        "referred to": {"allOf": [fields, {"$ref": "#/components/schemas/Demand"}]},
        "field behind a reference": {
            "properties": {"pw": {"allOf": [{"$ref": "#/components/schemas/Secret"}]}, "a": TEXT},
            "required": ["pw", "a"],
        },
        "or null": {
            "properties": {"pw": {"anyOf": [secret(keyword), {"type": "null"}]}, "a": TEXT},
            "required": ["pw", "a"],
        },
        "by a pattern": {
            "properties": {"a": TEXT},
            "patternProperties": {"^p": secret(keyword)},
            "required": ["pw", "a"],
        },
        "dependent": {**fields, "required": ["a"], "dependentRequired": {"a": ["pw"]}},
        "conditional": {**fields, "required": ["a"], "if": {"required": ["a"]}, "then": {"required": ["pw"]}},
        "one of": {
            "properties": {"pw": secret(keyword), "token": secret(keyword), "a": TEXT},
            "required": ["a"],
            "oneOf": [{"required": ["pw"]}, {"required": ["token"]}],
        },
        "not both": {**fields, "required": ["a"], "not": {"required": ["pw"]}},
    }


@pytest.mark.parametrize("name", shapes(""))
@pytest.mark.parametrize("is_request", [False, True])
@pytest.mark.parametrize("is_nested", [False, True])
def test_what_is_not_sent_is_not_demanded(
    tmp_path: Path,
    name: str,
    is_request: bool,  # noqa: FBT001 - a parameter of the test
    is_nested: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """`writeOnly` in replies and `readOnly` in requests; the other fields are."""
    keyword = "readOnly" if is_request else "writeOnly"
    fields = {"properties": {"pw": secret(keyword), "a": TEXT}}
    schemas = {"User": fields, "Secret": secret(keyword), "Demand": {"required": ["pw", "a"]}}
    schema = shapes(keyword)[name]
    wrapped = {"type": "array", "items": schema} if is_nested else schema
    contract = read(tmp_path, document(schema=wrapped, components={"schemas": schemas}))
    body = contract.operations[0].responses[200].content["application/json"]
    for closed in (True, False):
        validator = contract.schemas.validator(body, closed=closed, is_request=is_request)
        assert validator.is_valid([{"a": "x"}] if is_nested else {"a": "x"})
        assert not validator.is_valid([{}] if is_nested else {})


def test_what_is_sent_is_demanded(tmp_path: Path) -> None:
    """A field that is only read is demanded of a reply, and the same demand elsewhere is another's."""
    schemas = {"Demand": {"required": ["pw"]}}
    to_demand = {"$ref": "#/components/schemas/Demand"}
    schema = {
        "properties": {
            "hidden": {"allOf": [{"properties": {"pw": secret("writeOnly")}}, to_demand]},
            "shown": {"allOf": [{"properties": {"pw": secret("readOnly")}}, to_demand]},
        }
    }
    contract = read(tmp_path, document(schema=schema, components={"schemas": schemas}))
    validator = contract.schemas.validator(schema, closed=True)
    assert validator.is_valid({"hidden": {}, "shown": {"pw": "x"}})
    assert not validator.is_valid({"hidden": {}, "shown": {}})


@pytest.mark.parametrize(
    "schemas",
    [
        {
            "T": {
                "allOf": [
                    {"$ref": "#/components/schemas/Named"},
                    {"properties": {"secret": secret("writeOnly")}},
                ]
            },
            "Named": {
                "type": "object",
                "required": ["id", "secret"],
                "properties": {"id": {"type": "string"}},
            },
        },
        {
            "T": {
                "type": "object",
                "properties": {"id": {"type": "string"}},
                "discriminator": {"propertyName": "id"},
            },
            "Child": {
                "allOf": [
                    {"$ref": "#/components/schemas/T"},
                    {
                        "type": "object",
                        "required": ["secret"],
                        "properties": {"secret": secret("writeOnly"), "n": {}},
                    },
                ]
            },
        },
    ],
)
def test_a_field_that_is_not_sent_is_demanded_by_no_part(tmp_path: Path, schemas: Any) -> None:
    """Not by a part that does not know it, where another says it; nor by a type that extends the schema."""
    contract = read(
        tmp_path, document(schema={"$ref": "#/components/schemas/T"}, components={"schemas": schemas})
    )
    assert accepts(contract, {"id": "Child", "n": 1} if "Child" in schemas else {"id": "a"})
