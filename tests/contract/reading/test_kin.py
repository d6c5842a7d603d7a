"""Types in other files that a discriminator brings in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.contract.reading.documents import accepts, document, read

FIELDS = {"kind": {"type": "string"}}
SINK = {"type": "object", "properties": {**FIELDS, "url": {"type": "string"}}}
MORE = {"type": "object", "properties": {"url": {"type": "string"}}}
TO_SINK = {"$ref": "#/components/schemas/Sink"}


def base(target: str = "") -> dict[str, Any]:
    """A type with a discriminator, and with a mapping if there is a target."""
    mapping = {"mapping": {"hook": target}} if target else {}
    return {"type": "object", "properties": FIELDS, "discriminator": {"propertyName": "kind", **mapping}}


IN_SCHEMAS = "kinds.json#/components/schemas/Sink"


@pytest.mark.parametrize(
    ("schema", "own", "kinds"),
    [
        (TO_SINK, base("./kinds.json"), SINK),
        (TO_SINK, base("kinds.json"), SINK),
        (TO_SINK, base("kinds.json#/Hook"), {"Hook": SINK}),
        ({"$ref": "kinds.json#/Sink"}, {}, {"Sink": base("#/Hook"), "Hook": SINK}),
        ({"$ref": IN_SCHEMAS}, {}, {"components": {"schemas": {"Sink": base("Hook"), "Hook": SINK}}}),
        (
            {"$ref": IN_SCHEMAS},
            {},
            {"components": {"schemas": {"Sink": base(), "hook": {"allOf": [TO_SINK, MORE]}}}},
        ),
        (
            {"$ref": "kinds.json#/Sink"},
            {},
            {
                "Sink": base(),
                "Named": {"allOf": [{"$ref": "#/Sink"}]},
                "Hook": {"allOf": [{"$ref": "#/Named"}, MORE]},
            },
        ),
    ],
)
def test_a_type_in_another_file_is_one_that_a_value_may_be(
    tmp_path: Path, schema: Any, own: Any, kinds: Any
) -> None:
    """The mapping names the file, or the file's own types extend one of it."""
    contract = read(
        tmp_path, document(schema=schema, components={"schemas": {"Sink": own}}), kinds_json=kinds
    )
    assert accepts(contract, {"kind": "hook", "url": "x"})
    assert not accepts(contract, {"kind": "hook", "undocumented": "x"})
    assert not accepts(contract, {"kind": "hook", "url": 1})


def test_a_mapping_that_names_no_file_is_a_note(tmp_path: Path) -> None:
    """The operation stays: a mapping is a hint."""
    contract = read(tmp_path, document(schema=TO_SINK, components={"schemas": {"Sink": base("./gone.json")}}))
    (note,) = contract.notes
    assert "the mapping 'hook' cannot be followed: " in note.problem
    assert "gone.json" in note.problem
    assert accepts(contract, {"kind": "hook"})


def test_a_type_with_a_broken_child_takes_the_operation_out(tmp_path: Path) -> None:
    """A value may be of the child, so that nobody can judge it; it must not show with the first reply."""
    broken = {"allOf": [TO_SINK, {"properties": {"url": {"type": "txt"}}}]}
    paths = document(schema=TO_SINK)["paths"]
    paths["/other"] = {"get": {"responses": {"200": {"description": "ok"}}}}
    schemas = {"Sink": base(), "Hook": broken}
    contract = read(tmp_path, document(paths=paths, components={"schemas": schemas}))
    assert [each.path for each in contract.operations] == ["/other"]
    assert '"txt" is not a type' in contract.left_out[0].problem.problem
