"""Mistakes that harm nobody are notes; those in the reach of an operation take that operation out alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from metermock.contract import examine
from metermock.contract.wire_text import pairs_of
from metermock.errors import ContractError
from tests.contract.reading.documents import OK, accepts, document, read

NOWHERE = {"$ref": "#/components/none/Of"}
TEXT = {"application/json": {"schema": {"type": "string"}}}


def with_get(**fields: Any) -> dict[str, Any]:
    """A document whose `GET /usage` has some fields more."""
    return document(paths={"/usage": {"get": {"operationId": "getUsage", "responses": OK, **fields}}})


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (with_get(callbacks={"done": NOWHERE}), "leads nowhere"),
        (with_get(callbacks={"done": {"{$url}": {"post": {"parameters": [3]}}}}), "is not an object"),
        (with_get(responses={"200": {"description": "", "links": {"next": NOWHERE}}}), "leads nowhere"),
        (with_get(responses={"200": {"description": "", "links": 3}}), "links is not a map"),
        (with_get(responses={"200": {"content": {"a/b": {"examples": {"x": NOWHERE}}}}}), "leads nowhere"),
        (
            with_get(responses={"200": {"content": {"a/b": {"examples": {"x": 3}}}}}),
            "the example x is not an object",
        ),
        (document(webhooks={"done": {"post": {"responses": {"200": NOWHERE}}}}), "leads nowhere"),
        (with_get(parameters=None), "parameters is empty"),
        (with_get(security=None), "security is empty"),
        (with_get(tags=None), "tags is empty"),
        (with_get(parameters=[{"name": "", "in": "header", "schema": {}}]), "without a name is never sent"),
        (with_get(tags=3), "tags is not a list of texts"),
        (with_get(summary=3), "summary is not a text"),
        (with_get(description=["a"]), "description is not a text"),
        (with_get(responses={"200": None}), "the response 200 is empty"),
        (with_get(responses={"200": {"content": {"text/csv": None}}}), "the media type text/csv is empty"),
        (with_get(responses={"200": {"headers": {"X-Left": None}}}), "the header X-Left is empty"),
        (with_get(responses=None), "responses is empty"),
    ],
)
def test_a_harmless_mistake_is_one_note(tmp_path: Path, written: dict[str, Any], said: str) -> None:
    """The operation stays, and the note has the line of the mistake."""
    contract = read(tmp_path, written)
    assert [operation.id for operation in contract.operations] == ["getUsage"]
    assert [said in note.problem for note in contract.notes] == [True]
    assert contract.notes[0].line == 1


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"type": "string", "description": ["a"]}, "description is not a text"),
        ({"type": "string", "allOf": []}, "allOf is an empty list"),
        ({"type": "string", "examples": {"a": "b"}}, "examples of a schema is not a list"),
        ({"type": "string", "format": 3}, "format is not a text"),
        ({"type": "string", "enum": None}, "enum is empty"),
        ({"type": "string", "readOnly": "true"}, "readOnly is a text; it is read as true"),
        ({"type": ["string", None]}, "type has a null without quotes"),
    ],
)
def test_a_schema_says_what_it_says_without_the_mistake(
    tmp_path: Path, schema: dict[str, Any], said: str
) -> None:
    """A text is still what the reply must be."""
    contract = read(tmp_path, document(schema=schema))
    assert (accepts(contract, "a"), accepts(contract, 3)) == (True, False)
    assert [said in note.problem for note in contract.notes] == [True]


def test_an_empty_schema_of_a_field_allows_any_value(tmp_path: Path) -> None:
    """`amount:` with nothing after it demands nothing of the field."""
    contract = read(tmp_path, document(schema={"type": "object", "properties": {"amount": None}}))
    assert accepts(contract, {"amount": 3})
    assert "the schema amount is empty" in contract.notes[0].problem


def test_a_path_needs_the_names_of_its_parameters(tmp_path: Path) -> None:
    """Elsewhere a parameter without one is passed over; the others of its operation are there."""
    nameless, limit = (
        {"name": "", "in": "query", "schema": {}},
        {"name": "limit", "in": "query", "schema": {}},
    )
    contract = read(tmp_path, with_get(parameters=[nameless, limit]))
    assert [each.name for each in contract.operations[0].parameters] == ["limit"]
    with pytest.raises(ContractError, match="a parameter has a name"):
        read(tmp_path, with_get(parameters=[{**nameless, "in": "path", "required": True}]))


def test_false_in_quotes_is_false(tmp_path: Path) -> None:
    """A parameter with `required: "false"` may be left out."""
    parameter = {"name": "day", "in": "query", "required": "false", "schema": {"type": "string"}}
    contract = read(tmp_path, with_get(parameters=[parameter]))
    assert not contract.operations[0].parameters[0].required
    assert "required is a text; it is read as false" in contract.notes[0].problem


def test_a_default_of_null_is_no_mistake(tmp_path: Path) -> None:
    """`default`, `const` and `example` may be null."""
    schema = {"type": ["string", "null"], "default": None, "example": None}
    assert read(tmp_path, document(schema=schema)).notes == ()


def test_an_error_in_the_parameters_of_a_path_takes_its_operations_out(tmp_path: Path) -> None:
    """Those of `additionalOperations` too, and none of another path."""
    item = {"parameters": [3], "get": {"responses": OK}, "additionalOperations": {"COPY": {"responses": OK}}}
    written = document(version="3.2.0", paths={"/a": item, "/b": {"get": {"responses": OK}}})
    contract = read(tmp_path, written)
    assert [operation.path for operation in contract.operations] == ["/b"]
    assert sorted(each.title for each in contract.left_out) == ["COPY /a", "GET /a"]


def test_an_error_beside_the_reference_of_a_path_takes_its_operations_out(tmp_path: Path) -> None:
    """The parameters of the path itself count for the operations that it refers to."""
    item = {"$ref": "#/components/pathItems/Shared", "parameters": [3]}
    shared = {"pathItems": {"Shared": {"get": {"responses": OK}}}}
    written = document(paths={"/a": item, "/b": {"get": {"responses": OK}}}, components=shared)
    assert [operation.path for operation in read(tmp_path, written).operations] == ["/b"]


def test_an_error_in_one_operation_takes_no_other_of_its_path_out(tmp_path: Path) -> None:
    """An operation of `additionalOperations` and one with a method of its own are apart."""
    broken = {"responses": {"200": NOWHERE}}
    item = {"get": {"responses": OK}, "post": 3, "additionalOperations": {"COPY": broken}}
    contract = read(tmp_path, document(version="3.2.0", paths={"/a": item}))
    assert [operation.method for operation in contract.operations] == ["GET"]


@pytest.mark.parametrize("kind", ["parameters", "responses"])
def test_a_circle_of_references_is_told_where_it_is(tmp_path: Path, kind: str) -> None:
    """Two parameters or responses that name each other take out who uses them, and nobody else."""
    circle = {name: {"$ref": f"#/components/{kind}/{other}"} for name, other in ("AB", "BA")}
    use = {"$ref": f"#/components/{kind}/A"}
    operation = {"parameters": [use]} if kind == "parameters" else {"responses": {"200": use}}
    paths = {"/a": {"get": {"responses": OK, **operation}}, "/b": {"get": {"responses": OK}}}
    contract = read(tmp_path, document(paths=paths, components={kind: circle}))
    assert [operation.path for operation in contract.operations] == ["/b"]
    assert "lead in a circle" in contract.left_out[0].problem.problem


def test_all_that_is_wrong_is_told_in_one_run(tmp_path: Path) -> None:
    """Each operation is left out with its own reason."""
    paths = {
        "/a": {"get": {"responses": {"200": NOWHERE}}},
        "/b": {"get": {"responses": OK, "parameters": [{"in": "query"}]}},
        "/c": {"get": {"responses": OK}},
    }
    path = tmp_path / "api.json"
    path.write_text(str(document(paths=paths)).replace("'", '"'))
    contract, _ = examine(path)
    assert [each.title for each in contract.left_out] == ["GET /a", "GET /b"]


def test_a_version_without_quotes_is_read(tmp_path: Path) -> None:
    """YAML reads `openapi: 3.1` as a number; the document is read as 3.1."""
    contract = read(tmp_path, {**document(), "openapi": 3.1})
    assert [note.problem for note in contract.notes] == ["openapi is a number; it is read as a text"]


def test_two_paths_for_the_same_requests_are_a_note(tmp_path: Path) -> None:
    """`/a/{x}` and `/a/{y}` differ in names alone; `/a/b` beside them is another path."""
    get = {"get": {"responses": OK, "parameters": []}}
    contract = read(tmp_path, document(paths={"/a/{x}": get, "/a/{y}": get, "/a/b": get}))
    told = [note.problem for note in contract.notes if "the same requests" in note.problem]
    assert told == ["/a/{y} takes the same requests as /a/{x}: names of parameters tell no path from another"]


@pytest.mark.parametrize("depth", [400, 100_000])
def test_a_document_that_is_nested_too_deep_is_one_message(tmp_path: Path, depth: int) -> None:
    """Neither the reader nor the walk over the document ends in a stack trace."""
    path = tmp_path / "api.json"
    start = '{"openapi": "3.1.0", "paths": {}, "components": {"schemas": {"A": '
    path.write_text(start + '{"not": ' * depth + "{}" + "}" * (depth + 3))
    with pytest.raises(ContractError):
        examine(path)


@pytest.mark.parametrize(
    ("kind", "good", "bad", "said"),
    [
        ("date", "2026-03-01", "yesterday", "a string of the format 'date'"),
        ("DateTime", "2026-03-01T00:00:00Z", "2026", "a string of the format 'date-time'"),
        ("int", 3, 3.5, "'integer'"),
        ("Integer", 3, "3", "'integer'"),
        ("float", 3.5, "3.5", "'number'"),
        ("bool", True, "true", "'boolean'"),
        ("str", "a", 3, "'string'"),
        ("list", [1], {}, "'array'"),
        ("map", {}, [], "'object'"),
    ],
)
def test_a_type_of_a_program_is_read_as_what_it_is_here(
    tmp_path: Path, kind: str, good: Any, bad: Any, said: str
) -> None:
    """Documents are written with the types of many languages; a word that is none stays an error."""
    contract = read(tmp_path, document(schema={"type": kind}))
    assert (accepts(contract, good), accepts(contract, bad)) == (True, False)
    assert [note.problem for note in contract.notes] == [f"{kind!r} is not a type; it is read as {said}"]


def test_any_is_a_type_that_says_nothing(tmp_path: Path) -> None:
    """Each value is of it."""
    contract = read(tmp_path, document(schema={"type": "any"}))
    values: list[Any] = [1, "a", None, [], {}]
    assert all(accepts(contract, value) for value in values)
    assert "it is read as any value" in contract.notes[0].problem


@pytest.mark.parametrize(
    ("more", "query", "read_as"),
    [
        ({"type": "integer", "maximum": 9}, "n=3", 3),
        ({"type": "array", "items": {"type": "integer"}}, "n=1,2", [1, 2]),
        ({"type": "array", "items": {"type": "integer"}, "collectionFormat": "multi"}, "n=1&n=2", [1, 2]),
        ({"type": "array", "items": {"type": "integer"}, "collectionFormat": "pipes"}, "n=1|2", [1, 2]),
        ({"type": "int", "default": 2}, "", 2),
        ({"type": "array", "items": {"type": "int"}}, "n=1,2", [1, 2]),
        ({"type": "integer", "minimum": 0, "exclusiveMinimum": True}, "n=1", 1),
    ],
)
def test_a_parameter_of_openapi_2_has_its_type_itself(
    tmp_path: Path, more: dict[str, Any], query: str, read_as: Any
) -> None:
    """Documents that were turned by hand have such ones; what they say of values holds."""
    contract = read(tmp_path, with_get(parameters=[{"name": "n", "in": "query", **more}]))
    operation = contract.operation("getUsage")
    assert operation.read(pairs_of(query), {}) == ({"n": read_as}, ())
    assert operation.read(pairs_of("n=x"), {})[1]
    assert bool(operation.read(pairs_of("n=0"), {})[1]) is ("exclusiveMinimum" in more)
    assert "type stands beside the name, as in OpenAPI 2" in contract.notes[0].problem


@pytest.mark.parametrize(
    ("more", "query", "read_as"),
    [
        ({"collectionFormat": "csv"}, "n=1,2", [1, 2]),
        ({"collectionFormat": "pipes"}, "n=1|2", [1, 2]),
        ({"collectionFormat": "ssv"}, "n=1%202", [1, 2]),
        ({"collectionFormat": "multi"}, "n=1&n=2", [1, 2]),
        ({"collectionFormat": "pipes", "explode": True}, "n=1&n=2", [1, 2]),
        ({}, "n=1&n=2", [1, 2]),
    ],
)
def test_a_schema_beside_an_old_way_to_write_a_list_keeps_it(
    tmp_path: Path, more: dict[str, Any], query: str, read_as: Any
) -> None:
    """Of OpenAPI 2, unless a way of OpenAPI 3 is said too; without one the default of OpenAPI 3 holds."""
    schema = {"type": "array", "items": {"type": "integer"}}
    contract = read(tmp_path, with_get(parameters=[{"name": "n", "in": "query", "schema": schema, **more}]))
    assert contract.operation("getUsage").read(pairs_of(query), {}) == ({"n": read_as}, ())
