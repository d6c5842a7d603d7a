"""Values that are made from schemas are valid, as a validator says that the mock does not use."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # a validator that the mock does not use
import pytest

from metermock.contract import Contract, load_contract
from metermock.server.generation.asked.tally import Tally
from metermock.server.generation.makers.building import Builder
from metermock.server.generation.replies import Replies
from metermock.server.handling import Request

NOW = 1_773_848_527
TEXT, WHOLE = {"type": "string"}, {"type": "integer"}
TREE = {
    "type": "object",
    "required": ["name", "children"],
    "properties": {
        "name": TEXT,
        "children": {"type": "array", "items": {"$ref": "#/components/schemas/Kind"}},
    },
}
CAT = {
    "type": "object",
    "required": ["kind", "lives"],
    "properties": {"kind": {"const": "cat"}, "lives": WHOLE},
}
DOG = {
    "type": "object",
    "required": ["kind", "tricks"],
    "properties": {"kind": {"const": "dog"}, "tricks": TEXT},
}
SCHEMAS: dict[str, Any] = {
    "bounds": {"type": "integer", "exclusiveMinimum": 6, "maximum": 9},
    "steps": {"type": "number", "minimum": 0.1, "maximum": 0.9, "multipleOf": 0.2},
    "steps of whole numbers": {"type": "integer", "multipleOf": 15, "minimum": 20, "exclusiveMaximum": 60},
    "negative": {"type": "number", "maximum": -3},
    "open interval": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.001},
    "pattern": {"type": "string", "pattern": "^[A-Z]{3}-[0-9]{4}$"},
    "pattern and length": {"type": "string", "pattern": "^[a-z]+$", "minLength": 9, "maxLength": 11},
    "lengths": {"type": "string", "minLength": 3, "maxLength": 4},
    "one letter": {"type": "string", "maxLength": 1, "minLength": 1},
    "format": {"type": "string", "format": "ipv6"},
    "a wrong example": {"type": "string", "pattern": "^[a-z]+$", "example": "NO", "examples": ["NEVER"]},
    "null or text": {"type": ["null", "string"], "minLength": 2},
    "nothing but null": {"type": "null"},
    "enum with null": {"enum": ["a", None]},
    "const": {"const": {"a": [1, 2]}},
    "tuple": {"type": "array", "prefixItems": [WHOLE, TEXT], "items": False, "minItems": 2},
    "unique": {"type": "array", "items": {"enum": [1, 2, 3]}, "uniqueItems": True, "minItems": 3},
    "contains": {"type": "array", "items": WHOLE, "contains": {"minimum": 9000}, "minContains": 2},
    "many": {"type": "array", "items": TEXT, "minItems": 30},
    "map": {"type": "object", "additionalProperties": WHOLE, "minProperties": 2},
    "keys": {"type": "object", "propertyNames": {"pattern": "^k[0-9]$"}, "additionalProperties": WHOLE},
    "pattern properties": {
        "type": "object",
        "patternProperties": {"^x-[a-z]{2}$": {"type": "boolean"}},
        "additionalProperties": False,
        "minProperties": 1,
    },
    "required and undocumented": {"type": "object", "required": ["a", "b"], "properties": {"a": WHOLE}},
    "empty object": {"type": "object", "properties": {}, "additionalProperties": False},
    "one of": {"oneOf": [CAT, DOG]},
    "one of two that overlap": {
        "oneOf": [{"type": "integer", "minimum": 1}, {"type": "integer", "maximum": 100}]
    },
    "one of two that only another field tells apart": {
        "oneOf": [
            {"type": "object", "required": ["text"], "properties": {"text": TEXT}},
            {"type": "object", "required": ["text"], "properties": {"text": TEXT, "task": TEXT}},
        ]
    },
    "one of two that only a field of a row tells apart": {
        "oneOf": [
            {
                "type": "object",
                "required": ["tiles"],
                "properties": {"tiles": {"type": "array", "items": each}},
            }
            for each in (
                {"type": "object", "properties": {"id": TEXT}},
                {"type": "object", "properties": {"id": TEXT, "title": TEXT}},
            )
        ]
    },
    "any of": {"anyOf": [{"type": "string", "maxLength": 2}, WHOLE]},
    "all of": {
        "allOf": [
            {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer", "minimum": 3}}},
            {"properties": {"a": {"maximum": 4}, "b": TEXT}, "required": ["b"]},
        ]
    },
    "if": {
        "type": "object",
        "required": ["plan"],
        "properties": {"plan": {"enum": ["free", "paid"]}, "price": WHOLE},
        "if": {"properties": {"plan": {"const": "paid"}}},
        "then": {"required": ["price"], "properties": {"price": {"minimum": 1}}},
        "else": {"properties": {"price": {"const": 0}}},
    },
    "dependent": {
        "type": "object",
        "properties": {"card": TEXT, "owner": TEXT},
        "dependentRequired": {"card": ["owner"]},
        "dependentSchemas": {"card": {"properties": {"owner": {"minLength": 12}}}},
    },
    "not": {"type": "integer", "minimum": 0, "maximum": 3, "not": {"enum": [0, 1, 3]}},
    "anything": {},
    "true": True,
    "a circle": TREE,
}


def contract_of(
    folder: Path, schema: Any, *, version: str = "3.1.0", codes: Sequence[str] = ("200",), **others: Any
) -> Contract:
    """A contract whose one reply has a schema, which is the component `Kind`, beside other components."""
    reply = {
        "description": "It.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Kind"}}},
    }
    document = {
        "openapi": version,
        "info": {"title": "It", "version": "1"},
        "paths": {"/it": {"get": {"operationId": "getIt", "responses": dict.fromkeys(codes, reply)}}},
        "components": {"schemas": {"Kind": schema, **others}},
    }
    path = folder / "it.json"
    path.write_text(json.dumps(document))
    return load_contract(path)


def replies_of(contract: Contract, seed: int, *, dynamic: bool = True) -> dict[str, Replies]:
    """What makes the replies of each operation."""
    builder = Builder(contract.schemas)
    tally = Tally(contract.name, {}, set(), set())
    return {each.id: Replies(each, builder, seed, tally, dynamic=dynamic) for each in contract.operations}


def asked(operation: str) -> Request:
    """A request without parameters."""
    return Request(operation, {}, None, None, None, NOW, {}, None, {})  # type: ignore[arg-type]  # no world is read


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("name", SCHEMAS)
def test_a_value_is_valid(tmp_path: Path, name: str, seed: int) -> None:
    """Whatever the seed, the schema accepts what is made of it."""
    contract = contract_of(tmp_path, SCHEMAS[name])
    reply = replies_of(contract, seed)["getIt"](asked("getIt"))
    value = json.loads(reply.body) if isinstance(reply.body, bytes) else reply.body

    whole = {"$ref": "#/components/schemas/Kind", "components": contract.document["components"]}
    jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker()).validate(value)
    assert reply.status == 200


def test_what_no_value_can_be_is_told_and_not_sent(tmp_path: Path) -> None:
    """A schema that contradicts itself gives a 500 that names the schema and the operation."""
    contract = contract_of(tmp_path, {"type": "object", "required": ["a"], "properties": {"a": False}})
    reply = replies_of(contract, 0)["getIt"](asked("getIt"))

    assert (reply.status, reply.headers["content-type"]) == (500, "application/problem+json")
    assert "getIt, /paths/~1it/get/responses/200/content/application~1json/schema" in reply.body["detail"]


def test_what_no_value_can_be_is_told_with_its_place(tmp_path: Path) -> None:
    """The 500 names the field that cannot be; no pattern that looks around in its middle is read at load."""
    instant = {"type": "string", "format": "date-time", "pattern": "^s(?=e)e-[0-9]+$"}
    schema = {"type": "object", "required": ["at"], "properties": {"at": instant, "name": {"type": "string"}}}
    reply = replies_of(contract_of(tmp_path, schema), 0)["getIt"](asked("getIt"))

    assert reply.status == 500
    assert "fails at /at: expected" in reply.body["detail"]


def test_an_operation_of_errors_alone_answers_well(tmp_path: Path) -> None:
    """A good request does not get the error that is documented for bad ones."""
    contract = contract_of(tmp_path, {"type": "object"}, codes=("405", "4XX"))
    reply = replies_of(contract, 0)["getIt"](asked("getIt"))

    assert (reply.status, reply.body) == (200, None)


@pytest.mark.parametrize("schema", [{"type": "object", "required": ["a"], "properties": {"a": WHOLE}}])
def test_an_example_that_the_schema_refuses_is_not_sent(tmp_path: Path, schema: Any) -> None:
    """A wrong example is passed over, for a right one or for a value of the schema."""
    contract = contract_of(tmp_path, {**schema, "example": {"a": "seven"}})
    reply = replies_of(contract, 0, dynamic=False)["getIt"](asked("getIt"))

    assert (reply.status, type(reply.body["a"])) == (200, int)


SAID = """
import sys
from metermock.contract import load_contract
from metermock.server.generation.makers.building import Builder
from metermock.server.generation.asked.tally import Tally
from metermock.server.generation.replies import Replies
from metermock.server.handling import Request
contract = load_contract(sys.argv[1])
tally = Tally("it", {}, set(), set())
reply = Replies(contract.operations[0], Builder(contract.schemas), 0, tally, dynamic=True)
said = {"limit": 3, "size": 7, "offset": 4, "skip": 9, "after": 2, "cursor": 5}
print(reply(Request("getIt", said, None, None, None, 0, {}, None, {})).body)
"""


def test_bytes_do_not_depend_on_the_process(tmp_path: Path) -> None:
    """Python orders sets by a seed of each process, and a reply is the same whatever that is."""
    names = ["alpha", "beta", "gamma", "delta", "epsilon"]
    fields = {"rows": {"type": "array"}, "mark": {"type": "string", "pattern": "^[^xy]{8}$"}}
    contract_of(tmp_path, {"type": "object", "required": names, "properties": fields})
    document = json.loads((tmp_path / "it.json").read_text())
    known = ("limit", "size", "offset", "skip", "after", "cursor")
    document["paths"]["/it"]["get"]["parameters"] = [
        {"name": n, "in": "query", "schema": WHOLE} for n in known
    ]
    (tmp_path / "it.json").write_text(json.dumps(document))
    said = {
        subprocess.run(
            [sys.executable, "-c", SAID, str(tmp_path / "it.json")],
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in range(4)
    }

    assert len(said) == 1
    assert "alpha" in said.pop()


def test_a_discriminator_names_the_kind(tmp_path: Path) -> None:
    """The field that tells kinds apart has the value that the mapping gives the kind."""
    pet = {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": TEXT},
        "discriminator": {"propertyName": "kind", "mapping": {"felis": "#/components/schemas/Cat"}},
    }
    more = {"required": ["lives"], "properties": {"lives": WHOLE}}
    cat = {"allOf": [{"$ref": "#/components/schemas/Kind"}, more]}
    reply = replies_of(contract_of(tmp_path, pet, Cat=cat), 0)["getIt"](asked("getIt"))

    assert reply.body["kind"] == "felis"
    assert isinstance(reply.body["lives"], int)


@pytest.mark.parametrize(
    "field",
    [
        pytest.param({"nullable": True, "allOf": [{"$ref": "#/components/schemas/Name"}]}, id="all of"),
        pytest.param(
            {"nullable": True, "oneOf": [{"$ref": "#/components/schemas/Name"}, WHOLE]}, id="one of"
        ),
        pytest.param(
            {"nullable": True, "anyOf": [{"$ref": "#/components/schemas/Name"}, WHOLE]}, id="any of"
        ),
    ],
)
def test_no_null_is_made_that_the_letter_of_3_0_refuses(tmp_path: Path, field: Any) -> None:
    """`nullable` beside parts that refuse null lets the mock read null, and never send it."""
    row = {"type": "object", "required": ["name"], "properties": {"name": field}}
    kind = {"type": "array", "minItems": 60, "items": row}
    contract = contract_of(tmp_path, kind, version="3.0.3", Name={"type": "string"})
    made = next(iter(replies_of(contract, 0).values()))(asked("getIt")).body
    assert len(made) >= 60
    assert None not in [each["name"] for each in made]
