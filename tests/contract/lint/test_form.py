"""What the specification's schema has against a document is told at its place, in words that help."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from metermock.contract.lint.documents import examination

SIZE: dict[str, Any] = {"name": "size", "in": "query", "schema": {"type": "string"}}
OF_PATH = {**SIZE, "in": "path"}


def problems(folder: Path, parameter: Any, version: str, **more: Any) -> list[tuple[str, str]]:
    """Problem and advice of each error of a document with one parameter."""
    operation = {"parameters": [parameter], "responses": {"200": {"description": "x"}}, **more}
    path = folder / "api.json"
    paths = {"/boxes/{size}" if parameter["in"] == "path" else "/boxes": {"get": operation}}
    path.write_text(json.dumps({"openapi": version, "info": {"title": "T", "version": "1"}, "paths": paths}))
    return [(each.problem, each.advice) for each in examination(path).errors]


@pytest.mark.parametrize(
    ("parameter", "problem"),
    [
        (OF_PATH, "the path parameter 'size' has no required: true"),
        ({**OF_PATH, "required": False}, "a path parameter is required"),
        ({**SIZE, "requird": True}, "'requird' is no field that OpenAPI has here"),
    ],
)
@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_a_faulty_parameter_is_told_in_words(
    tmp_path: Path, parameter: Any, problem: str, version: str
) -> None:
    """Old and new documents get the same sentence, and no list of alternatives."""
    assert [text for text, _ in problems(tmp_path, parameter, version)] == [problem]


@pytest.mark.parametrize(
    ("schema", "problem", "advice"),
    [
        ({"type": ["string", "null"]}, "type is a list, which OpenAPI 3.0 does not have", "nullable: true"),
        ({"const": "L"}, "OpenAPI 3.0 has no 'const' in a schema", "`enum` with one value"),
        ({"type": "strng"}, 'is no JSON Schema: "strng" is not a type', ""),
        ({"minLengh": 1}, "'minLengh' is no field that OpenAPI has here", "did you mean 'minLength'?"),
    ],
)
def test_a_schema_of_an_old_document_is_told_in_words(
    tmp_path: Path, schema: Any, problem: str, advice: str
) -> None:
    """What came with 3.1 is named, with what 3.0 has instead."""
    ((text, told),) = problems(tmp_path, {**SIZE, "schema": schema}, "3.0.3")
    assert text.startswith(problem)
    assert advice in told


def test_a_field_of_another_place_is_an_error(tmp_path: Path) -> None:
    """A field that the object has only beside other values is named."""
    found = problems(tmp_path, {**OF_PATH, "required": True, "allowEmptyValue": True}, "3.1.0")
    assert found == [("is not valid OpenAPI: 'allowEmptyValue' does not fit the other fields", "")]


def test_a_field_has_a_suggestion(tmp_path: Path) -> None:
    """A misspelt field of an operation gets the name that is meant."""
    found = problems(tmp_path, SIZE, "3.1.0", operationID="list")
    assert found == [("'operationID' is no field that OpenAPI has here", "did you mean 'operationId'?")]


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_a_path_without_a_slash_is_told_at_its_line(tmp_path: Path, version: str) -> None:
    """The path is named, at its own line."""
    path = tmp_path / "api.yaml"
    path.write_text(f"""\
openapi: {version}
info: {{title: T, version: "1"}}
paths:
  /rooms: {{get: {{responses: {{"200": {{description: x}}}}}}}}
  boxes: {{get: {{responses: {{"200": {{description: x}}}}}}}}
""")
    (found,) = examination(path).errors
    assert (found.line, found.problem) == (5, "the path 'boxes' does not begin with a slash")


def test_all_is_told_where_nothing_is_left(tmp_path: Path) -> None:
    """A document without a usable operation has the errors of all of them, and says that none is left."""
    path = tmp_path / "api.yaml"
    path.write_text("""\
openapi: 3.1.0
info: {title: T, version: "1"}
paths:
  /rooms: {get: {responses: {"200": {$ref: "#/components/responses/Room"}}}}
  /boxes: {get: {operationID: x, responses: {"200": {$ref: "#/components/responses/Box"}}}}
""")
    found = examination(path)
    assert [each.line for each in found.errors] == [4, 5, 5]
    assert "so nothing is left" in "".join(each.advice for each in found.errors)
    assert not found.is_usable


def test_each_error_of_an_operation_is_one(tmp_path: Path) -> None:
    """What would take an operation out is an error where another one does so too; elsewhere it is a note."""
    path = tmp_path / "api.yaml"
    path.write_text("""\
openapi: 3.1.0
info: {title: T, version: "1"}
paths:
  /rooms: {get: {responses: {"200": {description: x}}}}
  /boxes:
    get:
      parameters:
        - {name: a, in: query, schema: {type: txt}}
        - {name: b, in: query, schema: {minimum: "3"}}
      responses: {"200": {description: x}}
components:
  schemas:
    Unused: {type: txt}
""")
    found = examination(path)
    assert [each.line for each in found.errors] == [8, 9]
    assert [each.line for each in found.notes] == [13]
