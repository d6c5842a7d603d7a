from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from metermock.contract import ABSENT, Contract, Exchange, Operation, load_contract
from metermock.errors import ContractError
from tests.contract.reading.documents import document, read


def test_an_operation_knows_what_its_document_says(usage: Operation, shop: Contract) -> None:
    """Method, path, security, responses, rules and relations are as written."""
    assert (usage.method, usage.path, usage.security) == ("GET", "/usage", ({"apiKey": []},))
    assert list(usage.responses) == [200, 422]
    assert [rule.id for rule in usage.rules] == ["SH-1", "SH-2", "SH-3", "SH-4"]
    assert [relation.id for relation in usage.relations] == ["SH-5", "SH-6"]
    assert shop.name == "shop"
    assert shop.security_schemes["apiKey"]["name"] == "X-Key"


def test_parameters_carry_defaults_and_examples(usage: Operation) -> None:
    """A default stands in the schema that is referred to; a parameter without one is ABSENT."""
    span, limit = usage.parameter("span"), usage.parameter("limit")
    assert span is not None
    assert limit is not None
    assert (span.default, dict(span.examples)) == ("day", {"week": "week"})
    assert dict(span.invalid_examples) == {"unknownSpan": "year"}
    assert (limit.default, dict(limit.examples)) == (ABSENT, {"example": 5})


def test_examples_of_one_name_pair_an_input_with_a_reply(usage: Operation) -> None:
    """`unknownSpan` of the parameter leads to `unknownSpan` of 422."""
    found = [(example.name, dict(example.parameters), example.status) for example in usage.examples]
    assert found == [("week", {"span": "week"}, 200), ("unknownSpan", {"span": "year"}, 422)]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('openapi: "3.1.0"', 'openapi: "2.0"', "is not OpenAPI: openapi is '2.0'"),
        ('openapi: "3.1.0"', 'swagger: "2.0"', "is Swagger 2.0"),
        ("/Refusal", "/Refused", "'#/components/schemas/Refused' leads nowhere"),
        ("in: query", "in: somewhere", "is in query, header, path, cookie, querystring, not"),
        ("in: query", "in: querystring", "is the whole query string, so it has content"),
        ("paths:", "x-paths:", "has no operations"),
        (
            "type: integer\n          format: int64",
            "type: integre",
            'is no JSON Schema: "integre" is not a type; there are',
        ),
        (
            "minimum: 0",
            "minimum: few",
            'is no JSON Schema: "few" is not of type "number"',
        ),
    ],
)
def test_a_document_that_cannot_be_used_is_refused(
    altered: Callable[[str, str], Path], old: str, new: str, problem: str
) -> None:
    """Other versions, broken references and what is no OpenAPI in the only operation: file and line."""
    with pytest.raises(ContractError) as caught:
        load_contract(altered(old, new))
    assert problem in str(caught.value)
    assert caught.value.line > 0


def test_an_operation_without_an_id_of_its_own_gets_one(altered: Callable[[str, str], Path]) -> None:
    """Made of method and path where there is none, or where another has it in any case, which is noted."""
    again = """  /again/{id}:
    get:
      operationId: GETUSAGE
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: x}}
    post:
      responses: {'200': {description: x}}
components:
"""
    contract = load_contract(altered("components:\n", again))
    assert [each.id for each in contract.operations] == ["getUsage", "get_again_id", "post_again_id"]
    assert "the operationId 'GETUSAGE' is taken by GET /usage" in str(contract.notes[0])


@pytest.mark.parametrize("version", ["3.0.0", "3.0.4", "3.1.1", "3.2.0"])
def test_every_supported_version_is_read(altered: Callable[[str, str], Path], version: str) -> None:
    """The model is 3.1 whatever the document says; the document itself stays as written."""
    contract = load_contract(altered('"3.1.0"', f'"{version}"'))
    assert (contract.document["openapi"], contract.source.document["openapi"]) == ("3.1.0", version)


def test_what_is_wrong_takes_out_the_operations_that_reach_it(altered: Callable[[str, str], Path]) -> None:
    """The others stay; the reason has the line of what is wrong, not of the operation."""
    again = """  /again:
    get:
      responses: {'200': {description: x, content: {application/json: {schema: {type: integre}}}}}
components:
"""
    contract = load_contract(altered("components:\n", again))
    assert [each.id for each in contract.operations] == ["getUsage"]
    (left_out,) = contract.left_out
    assert left_out.title == "GET /again"
    assert '"integre" is not a type' in str(left_out.problem)
    assert contract.text.decode().splitlines()[left_out.problem.line - 1].count("integre") == 1


@pytest.mark.parametrize("broken", [3, [], "post", {"$ref": "#/x-shared/post"}])
def test_an_operation_that_is_no_object_is_left_out(tmp_path: Path, broken: object) -> None:
    """In a path item of its own, in one that two paths share, and under a method of its own name."""
    get = {"responses": {"200": {"description": "ok"}}}
    shared = {"$ref": "#/components/pathItems/Shared"}
    paths = {"/own": {"get": get, "post": broken}, "/first": shared, "/second": dict(shared)}
    written = document(
        version="3.2.0",
        paths=paths,
        components={"pathItems": {"Shared": {"get": get, "additionalOperations": {"LOCK": broken}}}},
    )
    contract = read(tmp_path, {**written, "x-shared": {"post": 3}})
    assert [each.path for each in contract.operations] == ["/own", "/first", "/second"]
    titles = [(each.title, each.problem.problem) for each in contract.left_out]
    told = "the operation is not an object"
    assert titles == [("POST /own", told), ("LOCK /first", told), ("LOCK /second", told)]


def test_what_is_no_object_is_named(tmp_path: Path) -> None:
    """An operation is left out with the name of its header, by which an author finds it."""
    get = {"operationId": "get", "responses": {"200": {"description": "ok", "headers": {"X-Left": 3}}}}
    other = {"operationId": "other", "responses": {"200": {"description": "ok"}}}
    contract = read(tmp_path, document(paths={"/usage": {"get": get}, "/other": {"get": other}}))
    assert [each.problem.problem for each in contract.left_out] == ["the header X-Left is not an object"]


def test_what_stands_in_a_list_has_no_name(tmp_path: Path) -> None:
    """The first of several parameters is not called 0."""
    get = {"operationId": "get", "parameters": [3], "responses": {"200": {"description": "ok"}}}
    other = {"operationId": "other", "responses": {"200": {"description": "ok"}}}
    contract = read(tmp_path, document(paths={"/usage": {"get": get}, "/other": {"get": other}}))
    assert [each.problem.problem for each in contract.left_out] == ["the parameter is not an object"]


def test_a_path_is_read_by_its_template(altered: Callable[[str, str], Path]) -> None:
    """Each parameter's text, decoded; nothing for a path of another template."""
    paths = "  /a/{id}/b/{part}.json:\n    get:\n      responses: {'200': {description: x}}\ncomponents:\n"
    (_, operation) = load_contract(altered("components:\n", paths)).operations
    assert operation.path_values("/a/x%2Fy/b/z.json") == {"id": "x/y", "part": "z"}
    assert operation.path_values("/a/x/b") == {}


def test_a_failing_part_hides_no_documented_field(tmp_path: Path) -> None:
    """Where a part of `allOf` fails, its fields are not called undocumented; alone, a strange field is."""
    parts = [
        {"type": "object", "properties": {"id": {"type": "integer"}}},
        {"type": "object", "properties": {"name": {"type": "string"}}},
    ]
    contract = read(tmp_path, document(schema={"allOf": parts}))
    (operation,) = contract.operations

    def told(body: object) -> list[tuple[str, str]]:
        headers = {"content-type": "application/json"}
        exchange = Exchange(operation.id, {}, {}, 200, headers, body, "2026-03-01T00:00:00Z")
        return [(each.pointer, each.expected) for each in operation.judge(exchange).breaches]

    assert told({"id": "1", "name": "a"}) == [("/id", "type integer")]
    assert told({"id": 1, "other": 2}) == [("/other", "no undocumented field")]
