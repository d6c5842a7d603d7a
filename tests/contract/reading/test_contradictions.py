"""What a document says against itself is an error for its author, and stops nobody who reads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from metermock.contract import load_contract
from metermock.contract.lint.documents import examination

SIZE: dict[str, Any] = {"name": "size", "in": "query", "schema": {"type": "integer"}}
LOUD = {"name": "X-Loud", "in": "header", "schema": {}}


def written(folder: Path, operation: Any, **schemas: Any) -> Path:
    """A document with one operation."""
    path = folder / "api.json"
    document = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"/boxes": {"get": {"responses": {"200": {"description": "x"}}, **operation}}},
        "components": {"schemas": schemas, "parameters": {"Size": SIZE}},
    }
    path.write_text(json.dumps(document))
    return path


def told(path: Path) -> list[str]:
    """The errors of a document."""
    return [each.problem for each in examination(path).errors]


def replied(schema: Any) -> Any:
    """An operation with a reply of this schema."""
    content = {"application/json": {"schema": schema}}
    return {"responses": {"200": {"description": "x", "content": content}}}


@pytest.mark.parametrize(
    ("more", "problems"),
    [
        ({"$ref": "#/components/parameters/Size"}, ["the query parameter 'size' is listed twice"]),
        ({**LOUD, "name": "x-loud"}, ["the header parameter 'x-loud' is listed twice"]),
        ({**SIZE, "in": "header"}, []),
        ({**SIZE, "name": "Size"}, []),
    ],
)
def test_a_parameter_is_listed_once(tmp_path: Path, more: Any, problems: list[str]) -> None:
    """Name and place tell parameters apart; the names of headers have no case."""
    path = written(tmp_path, {"parameters": [SIZE, LOUD, more]})
    assert told(path) == problems
    assert len(load_contract(path).operations) == 1


@pytest.mark.parametrize(
    ("schema", "problems"),
    [
        ({"minimum": 4, "maximum": 3}, ["no value fits between minimum 4 and maximum 3"]),
        ({"minLength": 4, "maxLength": 3}, ["no value fits between minLength 4 and maxLength 3"]),
        ({"minimum": 3, "exclusiveMaximum": 3}, ["no value fits between minimum 3 and exclusiveMaximum 3"]),
        ({"minimum": 3, "maximum": 3}, []),
        ({"type": "integer", "default": "3"}, ["the default '3' is not valid: expected type integer"]),
        ({"type": "integer", "default": 3}, []),
        ({"type": "integer", "default": None}, []),
    ],
)
def test_bounds_leave_a_value_and_defaults_are_valid(
    tmp_path: Path, schema: Any, problems: list[str]
) -> None:
    """A null stands for no default; all other defaults are values of their schema."""
    assert told(written(tmp_path, {"parameters": [{**SIZE, "schema": schema}]})) == problems


@pytest.mark.parametrize("named", ["Box", "#/components/schemas/Box", "box.json", "https://x.example/Box"])
def test_a_mapping_may_name_a_schema_in_each_way(tmp_path: Path, named: str) -> None:
    """By name, by reference, in another file, and by a URL, which is not asked."""
    (tmp_path / "box.json").write_text('{"type": "object"}')
    discriminator = {"propertyName": "kind", "mapping": {"box": named}}
    kinds = {"oneOf": [{"type": "object"}], "discriminator": discriminator}
    path = written(tmp_path, replied(kinds), Box={"type": "object"})
    assert told(path) == []


@pytest.mark.parametrize("named", ["Bag", "#/components/schemas/Bag", "bag.json"])
def test_a_mapping_to_nothing_is_told(tmp_path: Path, named: str) -> None:
    """The value and what it names are in the message."""
    base = {"type": "object", "discriminator": {"propertyName": "kind", "mapping": {"bag": named}}}
    path = written(tmp_path, replied({"$ref": "#/components/schemas/Base"}), Base=base)
    assert [each for each in told(path) if "mapping" in each] == [
        f"the mapping of 'bag' names no schema: {named!r}"
    ]


@pytest.mark.parametrize("extended", [False, True])
@pytest.mark.parametrize(
    ("kind", "mapping", "problems"),
    [
        ({"enum": ["box"]}, {}, ["no value of 'kind' selects 'Box', which allows 'box' there"]),
        ({"const": "Box"}, {}, []),
        ({"enum": ["Box", "box"]}, {}, []),
        ({"type": "string"}, {}, []),
        ({"enum": ["box"]}, {"box": "Box"}, []),
    ],
)
def test_a_type_that_no_value_selects_is_told(
    tmp_path: Path, kind: Any, mapping: Any, problems: list[str], *, extended: bool
) -> None:
    """A field's own values neither name the schema nor are in the mapping, listed or through `allOf`."""
    to_base = {"$ref": "#/components/schemas/Base"}
    own = {"type": "object", "required": ["kind"], "properties": {"kind": kind}}
    discriminator = {"propertyName": "kind", **({"mapping": mapping} if mapping else {})}
    choices = {} if extended else {"oneOf": [{"$ref": "#/components/schemas/Box"}]}
    base = {"type": "object", **choices, "discriminator": discriminator}
    box = {"allOf": [to_base, own]} if extended else own

    assert told(written(tmp_path, replied(to_base), Base=base, Box=box)) == problems
