"""Bodies of several forms: a refusal says what the form that is meant misses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from metermock.contract import load_contract
from metermock.contract.schemas import Compiled, Schemas
from metermock.server.request_body import BodyReader

JSON = "application/json"


def form(*required: str, **fields: Any) -> dict[str, Any]:
    """An object of texts, all of which are required; `fields` are described otherwise."""
    properties = {**{name: {"type": "string"} for name in required}, **fields}
    return {"type": "object", "required": [*required, *fields], "properties": properties}


def reader(folder: Path, schema: Any, **schemas: Any) -> BodyReader:
    """What reads bodies of a schema."""
    operation = {
        "requestBody": {"required": True, "content": {JSON: {"schema": schema}}},
        "responses": {"200": {"description": "Done."}},
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Senders", "version": "1"},
        "paths": {"/senders": {"post": operation}},
        "components": {"schemas": schemas},
    }
    path = folder / "senders.json"
    path.write_text(json.dumps(document))
    made = load_contract(path).operations[0]
    assert made.body is not None
    return BodyReader(made, made.body)


def faults(folder: Path, schema: Any, value: Any, **schemas: Any) -> list[str]:
    """What is told of a body."""
    _, told = reader(folder, schema, **schemas).read(json.dumps(value).encode(), {"content-type": JSON})
    return [each.message for each in told]


REFERENCES = {"oneOf": [{"$ref": "#/components/schemas/Phone"}, {"$ref": "#/components/schemas/Domain"}]}
MAPPED = {
    **REFERENCES,
    "discriminator": {
        "propertyName": "kind",
        "mapping": {"phone": "#/components/schemas/Phone", "domain": "#/components/schemas/Domain"},
    },
}
FIXED = {
    "Phone": form("number", kind={"const": "phone"}),
    "Domain": form("domain", "region", kind={"enum": ["domain"]}),
}
NAMED = {"Phone": form("kind", "number"), "Domain": form("kind", "domain", "region")}
"""The same, of which only the discriminator says which is which."""


@pytest.mark.parametrize("schemas", [FIXED, NAMED])
@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"kind": "phone"}, ['"number" is a required property']),
        ({"kind": "domain", "domain": "a.b"}, ['"region" is a required property']),
        ({"kind": "domain", "domain": 1, "region": "x"}, ['/domain: 1 is not of type "string"']),
        ({"kind": "fax"}, ['/kind: "fax" is not one of "phone", "domain"']),
        ({"number": "1"}, ['"kind" is a required property']),
    ],
)
def test_a_discriminator_says_which_form_is_meant(
    tmp_path: Path, schemas: dict[str, Any], value: Any, told: list[str]
) -> None:
    """Whether its values stand in the forms too or in its mapping alone."""
    found = [each.replace(" or ", ", ") for each in faults(tmp_path, MAPPED, value, **schemas)]
    if "fax" in str(value):
        assert len(found) == 1
        assert found[0].startswith('/kind: "fax" is not one of ')
        assert {'"phone"', '"domain"'} <= {*found[0].replace(",", "").split()}
    else:
        assert found == told


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"kind": "fax"}, ['/kind: "fax" is not one of "phone" or "domain"']),
        ({"kind": "domain", "domain": "a.b"}, ['"region" is a required property']),
        ({"domain": "a.b", "region": "x"}, ['"kind" is a required property']),
    ],
)
def test_fixed_fields_say_which_form_is_meant(tmp_path: Path, value: Any, told: list[str]) -> None:
    """As a discriminator does, where a document has none."""
    assert faults(tmp_path, REFERENCES, value, **FIXED) == told


def test_else_the_nearest_form_is_meant(tmp_path: Path) -> None:
    """The one that misses the fewest fields; of two that are as near none is."""
    plain = {"anyOf": [form("number", "country", "city"), form("domain", "region")]}
    assert faults(tmp_path, plain, {"domain": "a.b"}) == ['"region" is a required property']
    (told,) = faults(tmp_path, {"anyOf": [form("a"), form("b")]}, {})
    assert "not valid under any" in told


def test_a_value_that_fits_two_forms_is_told_so(tmp_path: Path) -> None:
    """No form has anything against it."""
    (told,) = faults(tmp_path, {"oneOf": [form("a"), {"type": "object"}]}, {"a": "x"})
    assert "more than one" in told


def test_allowed_values_are_named(tmp_path: Path) -> None:
    """All of them, up to a dozen."""
    several = [f"v{number}" for number in range(14)]
    assert faults(tmp_path, {"enum": several[:5]}, "x") == [
        '"x" is not one of "v0", "v1", "v2", "v3" or "v4"'
    ]
    (told,) = faults(tmp_path, {"enum": several}, "x")
    assert told.endswith('"v11" or 2 others')


def test_allowed_values_may_be_lists_and_objects(tmp_path: Path) -> None:
    """Of two forms that name them all are told, those that are alike once."""
    first, second = form(kind={"enum": ["a", ["x"]]}), form(kind={"enum": ["b", {"n": 1}, ["x"]]})
    assert faults(tmp_path, {"oneOf": [first, second]}, {"kind": "q"}) == [
        '/kind: "q" is not one of "a", ["x"], "b" or {"n": 1}'
    ]


def test_a_form_that_takes_too_long_to_try_is_not_told_as_false(tmp_path: Path) -> None:
    """Twelve levels that lead back to the choice are told as a choice."""
    again = {"$ref": "#/components/schemas/N"}
    schemas: dict[str, Any] = {
        "N": {"oneOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}]}
    }
    for name in ("A", "B"):
        made = form(type={"const": name}, x={"type": "integer"})
        schemas[name] = {**made, "properties": {**made["properties"], "child": again}}
    value: dict[str, Any] = {"type": "A"}
    for _ in range(12):
        value = {"type": "A", "x": 1, "child": value}
    (told,) = faults(tmp_path, again, value, **schemas)
    assert "False schema" not in told
    assert "is not valid under any of the schemas" in told


def test_the_place_of_a_fault_is_in_the_body(tmp_path: Path) -> None:
    """Also where a schema reaches so many others that it is compiled together with them."""
    schemas: dict[str, Any] = {
        f"S{number}": form(x={"type": "integer"}, next={"$ref": f"#/components/schemas/S{number + 1}"})
        for number in range(61)
    }
    for each in schemas.values():
        each["required"] = []
    told = faults(
        tmp_path, {"$ref": "#/components/schemas/S0"}, {"x": "1"}, **schemas, S61={"type": "object"}
    )
    assert told == ['/x: "1" is not of type "integer"']


class Recorded(Schemas):
    """Schemas that tell whether replies' were asked for."""

    def __init__(self, of: Schemas) -> None:
        self.of = of
        self.closed: list[bool] = []
        self.reaches = of.reaches  # type: ignore[method-assign]

    def validator(self, schema: Any, *, closed: bool, is_request: bool = False) -> Compiled:
        """Remember what is asked for, and answer as the others do."""
        self.closed.append(closed)
        return self.of.validator(schema, closed=closed, is_request=is_request)


@pytest.mark.parametrize(("schema", "is_advised"), [(MAPPED, True), (REFERENCES, False)])
def test_only_a_discriminator_has_a_body_judged_twice(
    tmp_path: Path, schema: dict[str, Any], *, is_advised: bool
) -> None:
    """The schemas that it selects are asked, also where it is inside of others; without one none are."""
    made = reader(
        tmp_path, {"type": "array", "items": {"$ref": "#/components/schemas/Any"}}, **NAMED, Any=schema
    )
    made.schemas = asked = Recorded(made.schemas)
    _, told = made.read(b'[{"kind": "phone"}]', {"content-type": JSON})
    assert len(told) == 1
    assert asked.closed == ([False, True] if is_advised else [False])
