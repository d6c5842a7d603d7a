"""References: to parts, to files, by anchors, in circles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from metermock.contract import load_contract
from metermock.errors import ContractError
from tests.contract.reading.documents import OK, accepts, document, read

NUMBER = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}


@pytest.mark.parametrize(
    ("reference", "schemas"),
    [
        ("#/components/schemas/a~1b", {"a/b": {"type": "integer"}}),
        ("#/components/schemas/a%20b", {"a b": {"type": "integer"}}),
        ("#/components/schemas/U/anyOf/0", {"U": {"anyOf": [{"type": "integer"}]}}),
        ("#count", {"U": {"$anchor": "count", "type": "integer"}}),
        ("https://x.example/count", {"U": {"$id": "https://x.example/count", "type": "integer"}}),
        ("#/components/schemas/U/$defs/c", {"U": {"$defs": {"c": {"type": "integer"}}}}),
        ("#/x-parts/c", {}),
    ],
)
def test_a_local_reference_is_followed(tmp_path: Path, reference: str, schemas: dict[str, Any]) -> None:
    """With escapes, into lists, by anchor and by `$id`, and to places that OpenAPI does not know."""
    components = {"schemas": schemas}
    parts: dict[str, Any] = {"x-parts": {"c": {"type": "integer"}}, "components": components}
    contract = read(tmp_path, document(schema={"$ref": reference}, **parts))
    assert accepts(contract, 1)
    assert not accepts(contract, "1")


def test_files_are_read_and_their_own_references_followed(tmp_path: Path) -> None:
    """Relative to the file that has them, in YAML and JSON, in circles, once each."""
    contract = read(
        tmp_path,
        document(schema={"$ref": "parts.yaml#/Usage"}),
        parts_yaml='Usage: {type: object, properties: {next: {$ref: "#/Usage"}, day: {$ref: day.json}}}',
        day_json={"type": "object", "properties": {"usage": {"$ref": "parts.yaml#/Usage"}}},
    )
    assert accepts(contract, {"next": {"day": {"usage": {}}}})
    assert not accepts(contract, {"next": {"day": {"usage": {"day": 1}}}})


def test_a_path_item_in_a_file_has_operations(tmp_path: Path) -> None:
    """What stands beside the reference stays."""
    shared = {"get": {"responses": OK}, "parameters": [{"name": "a", "in": "query", "schema": {}}]}
    written = document(paths={"/usage": {"$ref": "usage.json", "post": {"responses": OK}}})
    contract = read(tmp_path, written, usage_json=shared)
    assert [(each.method, each.path) for each in contract.operations] == [
        ("GET", "/usage"),
        ("POST", "/usage"),
    ]
    assert [parameter.name for parameter in contract.operations[0].parameters] == ["a"]


def test_what_is_wrong_in_a_file_is_told_with_its_line(tmp_path: Path) -> None:
    """The file's own name and line."""
    (tmp_path / "parts.yaml").write_text("Usage:\n  type: objekt\n")
    path = tmp_path / "api.yaml"
    path.write_text(
        'openapi: "3.1.0"\ninfo: {title: T, version: "1"}\npaths:\n  /usage:\n    get:\n      responses:\n'
        '        "200":\n          description: x\n'
        '          content: {application/json: {schema: {$ref: "parts.yaml#/Usage"}}}\n'
    )
    with pytest.raises(ContractError, match=r"parts\.yaml:2:3: is no JSON Schema"):
        load_contract(path)


@pytest.mark.parametrize(
    ("schema", "problem"),
    [
        ({"$ref": "#/components/schemas/Nope"}, "leads nowhere"),
        ({"$ref": "nope.yaml#/A"}, "cannot be followed: .*nope.yaml: cannot be read: No such file"),
        ({"$ref": "http://127.0.0.1:1/a.json"}, "which is not fetched\n  pass --remote-refs"),
        ({"$ref": "#nope"}, "names no .anchor that is there"),
        ({"$ref": "#/components/schemas/A"}, "lead in a circle"),
        ({"allOf": [{"$ref": "#/components/schemas/C"}]}, "lead in a circle"),
    ],
)
def test_a_reference_that_cannot_be_followed_takes_its_operation_out(
    tmp_path: Path, schema: Any, problem: str
) -> None:
    """With what is wrong, and no request to anywhere."""
    aliases = {
        "A": {"$ref": "#/components/schemas/B"},
        "B": {"$ref": "#/components/schemas/A"},
        "C": {
            "properties": {"c": {"$ref": "#/components/schemas/C"}},
            "not": {"$ref": "#/components/schemas/C"},
        },
    }
    with pytest.raises(ContractError, match=problem):
        read(tmp_path, document(schema=schema, components={"schemas": aliases}))


def test_a_recursive_schema_is_no_circle(tmp_path: Path) -> None:
    """Each step goes into the value."""
    tree = {
        "type": "object",
        "properties": {"children": {"type": "array", "items": {"$ref": "#/components/schemas/T"}}},
    }
    contract = read(
        tmp_path, document(schema={"$ref": "#/components/schemas/T"}, components={"schemas": {"T": tree}})
    )
    assert accepts(contract, {"children": [{"children": []}]})
    assert not accepts(contract, {"children": [{"children": 1}]})


@pytest.mark.parametrize("keyword", ["$dynamicRef", "$recursiveRef"])
def test_dynamic_references_are_circles_too(tmp_path: Path, keyword: str) -> None:
    """`$dynamicRef` leads to its anchor, 2019's `$recursiveRef` to the schema around it."""
    target = "#node" if keyword == "$dynamicRef" else "#"
    tree = {
        "$dynamicAnchor": "node",
        "$recursiveAnchor": True,
        "type": "object",
        "properties": {"child": {keyword: target}},
    }
    contract = read(
        tmp_path, document(schema={"$ref": "#/components/schemas/T"}, components={"schemas": {"T": tree}})
    )
    assert accepts(contract, {"child": {"child": {}}})
    assert not accepts(contract, {"child": {"child": 1}})


def test_extensions_and_examples_are_nobodys_business(tmp_path: Path) -> None:
    """A `$ref` inside is text; `x-` is opaque under paths and responses too."""
    nowhere = {"$ref": "#/nowhere"}
    operation = {
        "responses": {
            "x-a": nowhere,
            "200": {
                "description": "ok",
                "content": {
                    "application/json": {
                        "schema": {"properties": {"a": {"default": nowhere, "enum": [nowhere]}}},
                        "examples": {"a": {"value": nowhere}},
                    }
                },
            },
        }
    }
    written = document(paths={"x-owner": "billing", "/usage": {"get": operation, "x-b": nowhere}})
    contract = read(tmp_path, written)
    assert contract.notes == ()
    assert accepts(contract, {"a": nowhere})


@pytest.mark.parametrize(
    ("components", "problem"),
    [
        (3, "the components is not an object"),
        (None, "components is empty, so it is passed over"),
        ({"securitySchemes": None}, "securitySchemes is empty"),
        ({"securitySchemes": {"key": {"$ref": "#/nope"}}}, "leads nowhere"),
        ({"schemas": {"A": {"$ref": "http://[bad/x"}}}, "cannot be followed"),
    ],
)
def test_what_no_operation_reaches_is_a_note(tmp_path: Path, components: Any, problem: str) -> None:
    """Whatever stands there: the operation is read, and nothing but the error itself is told."""
    contract = read(tmp_path, document(components=components))
    assert len(contract.operations) == 1
    assert [problem in str(note) for note in contract.notes] == [True]


def test_an_operation_in_a_file_is_followed(tmp_path: Path) -> None:
    """A `$ref` in an operation's place, as documents of many files have it."""
    paths = {"/usage": {"get": {"$ref": "usage.json"}}}
    shared = {"operationId": "readUsage", "responses": OK}
    contract = read(tmp_path, document(paths=paths), usage_json=shared)
    assert [(each.id, list(each.responses)) for each in contract.operations] == [("readUsage", [200])]


def test_references_into_extensions_are_read_like_others(tmp_path: Path) -> None:
    """What they lead to is upgraded too."""
    components = {"x-parts": {"N": {"type": "integer", "minimum": 1, "exclusiveMinimum": True}}}
    schema = {"$ref": "#/components/x-parts/N"}
    contract = read(tmp_path, document(version="3.0.3", schema=schema, components=components))
    assert (accepts(contract, 2), accepts(contract, 1)) == (True, False)


def test_maps_in_other_files_are_read(tmp_path: Path) -> None:
    """`paths` and the maps of components may be references, as many documents have them; a note says so."""
    schemas = {"Usage": {"type": "object", "properties": {"n": {"$ref": "#/Count"}}}, "Count": NUMBER}
    usage = {"get": {"responses": {"200": {"description": "ok", "content": content("Usage")}}}}
    written = document(paths={"$ref": "paths.json"}, components={"schemas": {"$ref": "schemas.json"}})
    contract = read(tmp_path, written, paths_json={"/usage": usage}, schemas_json=schemas)
    assert accepts(contract, {"n": {"n": 1}})
    assert not accepts(contract, {"n": {"n": "1"}})
    assert [note.problem.partition(" ")[0] for note in contract.notes] == ["paths", "schemas"]


def content(name: str) -> dict[str, Any]:
    """A reply's content: a schema of the document that other files belong to."""
    return {"application/json": {"schema": {"$ref": f"api.json#/components/schemas/{name}"}}}


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_a_pointer_beside_an_id_may_lead_into_the_document(tmp_path: Path, version: str) -> None:
    """3.0 has no `$id`; in 3.1 the pointer leads into the schema with the `$id`, if it has such a part."""
    schema = {"$id": "https://x.example/a", "properties": {"n": {"$ref": "#/components/schemas/N"}}}
    parts = {"components": {"schemas": {"N": {"type": "integer"}}}}
    contract = read(tmp_path, document(version=version, schema={"type": "object", **schema}, **parts))
    assert accepts(contract, {"n": 1})
    assert not accepts(contract, {"n": "1"})


def test_a_reference_where_no_schema_has_one_is_harmless(tmp_path: Path) -> None:
    """What stands under `externalDocs` describes no value, whatever it looks like."""
    schema = {
        "type": "object",
        "externalDocs": {"$ref": "#/nowhere"},
        "properties": {"n": {"type": "integer"}},
    }
    assert accepts(read(tmp_path, document(schema=schema)), {"n": 1})
