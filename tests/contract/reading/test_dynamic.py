"""`$dynamicRef`: of the schemas on the way to it, the outermost with the anchor counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.contract.reading.documents import accepts, document, read

PAGE: dict[str, Any] = {
    "$id": "https://x.example/page",
    "type": "object",
    "properties": {"rows": {"type": "array", "items": {"$dynamicRef": "#row"}}, "total": {"type": "integer"}},
    "$defs": {"any": {"$dynamicAnchor": "row"}},
}


def pages_of(name: str, row: Any) -> dict[str, Any]:
    """A page of which the rows are said."""
    return {
        "$id": f"https://x.example/{name}",
        "$ref": "page",
        "$defs": {"row": {"$dynamicAnchor": "row", **row}},
    }


METER = {"type": "object", "required": ["unit"], "properties": {"unit": {"type": "string"}}}
SCHEMAS = {
    "Page": PAGE,
    "Meters": pages_of("meters", METER),
    "Counts": pages_of("counts", {"type": "integer"}),
}


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("Page", {"rows": [1, "a", {"x": 1}]}, {"rows": 1}),
        ("Counts", {"rows": [1]}, {"rows": ["a"]}),
        ("Meters", {"rows": [{"unit": "kWh"}], "total": 1}, {"rows": [1]}),
        ("Meters", {"rows": []}, {"rows": [{"unit": "kWh", "undocumented": 1}]}),
        ("Meters", {}, {"undocumented": 1}),
    ],
)
def test_a_schema_that_leads_to_another_says_what_its_reference_means(
    tmp_path: Path, name: str, good: Any, bad: Any
) -> None:
    """The rows of a page are as the schema around it has them, their undocumented fields too."""
    schema = {"$ref": f"#/components/schemas/{name}"}
    contract = read(tmp_path, document(schema=schema, components={"schemas": SCHEMAS}))
    assert contract.notes == ()
    assert accepts(contract, good)
    assert not accepts(contract, bad)


def test_one_document_may_use_a_template_in_several_ways(tmp_path: Path) -> None:
    """Side by side in one reply, each with its own rows."""
    both = {name: {"$ref": f"#/components/schemas/{name}"} for name in ("Counts", "Meters")}
    schema = {"type": "object", "properties": both}
    contract = read(tmp_path, document(schema=schema, components={"schemas": SCHEMAS}))
    assert accepts(contract, {"Counts": {"rows": [1]}, "Meters": {"rows": [{"unit": "kWh"}]}})
    assert not accepts(contract, {"Counts": {"rows": [{"unit": "kWh"}]}})
    assert not accepts(contract, {"Meters": {"rows": [1]}})


def test_a_tree_can_be_made_stricter_at_every_depth(tmp_path: Path) -> None:
    """The example of JSON Schema's own specification."""
    tree = {
        "$id": "https://x.example/tree",
        "$dynamicAnchor": "node",
        "properties": {"data": True, "children": {"type": "array", "items": {"$dynamicRef": "#node"}}},
    }
    strict = {
        "$id": "https://x.example/strict",
        "$dynamicAnchor": "node",
        "$ref": "tree",
        "unevaluatedProperties": False,
    }
    odd = {"children": [{"children": [{"daat": 1}]}]}
    for name, allowed in (("Tree", True), ("Strict", False)):
        schema = {"$ref": f"#/components/schemas/{name}"}
        schemas = {"Tree": tree, "Strict": strict}
        contract = read(tmp_path, document(schema=schema, components={"schemas": schemas}))
        assert accepts(contract, {"children": [{"children": [{"data": 1}]}]}, closed=False)
        assert accepts(contract, odd, closed=False) is allowed


def test_files_are_resources_too(tmp_path: Path) -> None:
    """A file without an `$id` has its own address."""
    contract = read(
        tmp_path,
        document(schema={"$ref": "counts.json"}),
        counts_json={"$ref": "page.json", "$defs": SCHEMAS["Counts"]["$defs"]},
        page_json={name: value for name, value in PAGE.items() if name != "$id"},
    )
    assert accepts(contract, {"rows": [1]})
    assert not accepts(contract, {"rows": ["a"]})


def test_an_anchor_that_a_resource_has_twice_is_a_note(tmp_path: Path) -> None:
    """JSON Schema does not say which is meant, so nothing is held to the reference."""
    fields = {
        "a": {"$dynamicAnchor": "n", "type": "integer"},
        "b": {"$dynamicAnchor": "n", "type": "string"},
        "c": {"$dynamicRef": "#n"},
    }
    contract = read(tmp_path, document(schema={"type": "object", "properties": fields}))
    assert accepts(contract, {"c": []})
    assert [note.problem for note in contract.notes] == [
        "a schema has the $dynamicAnchor 'n' twice, so nothing is held to this $dynamicRef"
    ]
