"""A schema that forbids what it demands is read as it is meant; where some object fits, as written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.contract.reading.documents import accepts, document, read

NAMED = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
CLOSED = {**NAMED, "additionalProperties": False}
SIZE = {"required": ["size"], "properties": {"size": {"type": "integer"}}}


def of(reply: Any, **schemas: Any) -> dict[str, Any]:
    """A document whose reply has a schema, beside others."""
    return document(schema=reply, components={"schemas": schemas})


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param({"additionalProperties": False, "allOf": [NAMED, SIZE]}, id="around its parts"),
        pytest.param({"allOf": [{"$ref": "#/components/schemas/Closed"}, SIZE]}, id="in a part"),
        pytest.param({"$ref": "#/components/schemas/Closed", **SIZE}, id="beside a reference"),
        pytest.param({"allOf": [{"$ref": "#/components/schemas/Around"}, SIZE]}, id="two of them"),
        pytest.param(
            {"additionalProperties": False, **NAMED, "oneOf": [SIZE, {**SIZE, "required": ["size", "name"]}]},
            id="around choices",
        ),
    ],
)
def test_a_schema_that_no_object_fits_is_closed_over_all_its_parts(tmp_path: Path, reply: Any) -> None:
    """The fields of all parts are good, others are not, and a note says so."""
    around = {"additionalProperties": False, "allOf": [{"$ref": "#/components/schemas/Closed"}]}
    contract = read(tmp_path, of(reply, Closed=CLOSED, Around=around))
    if "oneOf" not in reply:
        assert accepts(contract, {"name": "a", "size": 1}, closed=False)
    assert not accepts(contract, {"name": "a", "size": 1, "other": 1}, closed=False)
    assert not accepts(contract, {"name": "a"}, closed=False)
    assert any("forbids what it demands" in note.problem for note in contract.notes)


def test_kinds_that_take_the_empty_object_alone_are_closed_over_all_their_parts(tmp_path: Path) -> None:
    """By the letter each of them fits an empty object, which is one too many, and no other."""
    kinds = {
        name: {"type": "object", "additionalProperties": False, "allOf": [{"properties": {name: {}}}]}
        for name in ("days", "rows")
    }
    reply = {"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in kinds]}
    contract = read(tmp_path, of(reply, **kinds))
    assert accepts(contract, {"days": 1}, closed=False)
    assert accepts(contract, {"rows": 1}, closed=False)
    assert not accepts(contract, {"days": 1, "rows": 1}, closed=False)
    assert not accepts(contract, {}, closed=False)
    assert "takes the empty object alone" in contract.notes[0].problem


def test_a_type_that_others_extend_stays_closed_by_itself(tmp_path: Path) -> None:
    """Only what extends it reads it otherwise."""
    extended = {"allOf": [{"$ref": "#/components/schemas/Closed"}, SIZE]}
    alone = {"$ref": "#/components/schemas/Closed"}
    contract = read(tmp_path, of(alone, Closed=CLOSED, Extended=extended))
    assert accepts(contract, {"name": "a"}, closed=False)
    assert not accepts(contract, {"name": "a", "size": 1}, closed=False)


def test_a_field_that_is_described_nowhere_may_be_anything(tmp_path: Path) -> None:
    """What a schema demands and never describes opens it."""
    contract = read(tmp_path, of({**CLOSED, "required": ["name", "size"]}))
    assert accepts(contract, {"name": "a", "size": "large"}, closed=False)
    assert "it is read as open" in contract.notes[0].problem


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(CLOSED, id="plain"),
        pytest.param(
            {"additionalProperties": False, "allOf": [{"properties": {"a": {}}}]}, id="nothing demanded"
        ),
        pytest.param(
            {"additionalProperties": False, **NAMED, "allOf": [{"required": ["name"]}]}, id="its own"
        ),
        pytest.param(
            {"additionalProperties": False, "patternProperties": {"^n": {}}, "allOf": [NAMED]},
            id="by a pattern",
        ),
        pytest.param({"additionalProperties": False, **NAMED, "oneOf": [{}, SIZE]}, id="one choice fits"),
        pytest.param(
            {"oneOf": [CLOSED, {"additionalProperties": False, "allOf": [{"properties": {"a": {}}}]}]},
            id="one of two kinds takes fields",
        ),
    ],
)
def test_a_schema_that_some_object_fits_stays_as_it_is_written(tmp_path: Path, reply: Any) -> None:
    """Nothing is noted, and undocumented fields are refused."""
    contract = read(tmp_path, of(reply))
    assert contract.notes == ()
    assert not accepts(contract, {"name": "a", "other": 1}, closed=False)


def test_a_part_that_many_ways_lead_to_is_copied_once(tmp_path: Path) -> None:
    """With twice as many ways to it at each step, copies within each other would have no end."""
    steps: dict[str, Any] = {f"Step{number}": {"allOf": [NAMED, SIZE]} for number in range(8)}
    for number in range(7):
        inner = {"$ref": f"#/components/schemas/Step{number + 1}"}
        steps[f"Step{number}"] = {"required": [f"field{number}"], "allOf": [inner, inner]}
    steps["Step7"] = CLOSED
    contract = read(tmp_path, of({"$ref": "#/components/schemas/Step0"}, **steps))
    assert len(contract.document["components"]["schemas"]["Step0"]["allOf"]) == len(steps) - 1
    assert accepts(contract, {f"field{number}": 1 for number in range(7)} | {"name": "a"}, closed=False)


def test_a_kind_with_a_reference_that_leads_nowhere_takes_its_operation_out_alone(tmp_path: Path) -> None:
    """Of kinds that each take nothing one may name what is not there: that is told, and no more lost."""
    empty = {"type": "object", "additionalProperties": False}
    kinds = [{"allOf": [empty, {"$ref": "#/components/schemas/Nowhere"}]}, {"allOf": [empty, SIZE]}]
    written = of({"oneOf": kinds})
    written["paths"]["/other"] = {
        "get": {"operationId": "other", "responses": {"200": {"description": "ok"}}}
    }
    contract = read(tmp_path, written)
    assert [each.id for each in contract.operations] == ["other"]
    assert "leads nowhere" in contract.left_out[0].problem.problem
