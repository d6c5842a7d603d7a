"""Schemas are compiled when first needed, and in a large document once for all that need them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from metermock.contract.compiling import KEPT, MANY, Compiler
from metermock.contract.samples import Samples
from metermock.contract.schema_breaches import breaches_of
from metermock.contract.schemas import Schemas
from tests.contract.reading.documents import document, read

COUNT = MANY + 20


def named(number: int) -> dict[str, Any]:
    """A reference to a schema by its number."""
    return {"$ref": f"#/components/schemas/S{number % COUNT}"}


def linked() -> Schemas:
    """Schemas of which each leads to every other."""
    fields = [{"n": {"type": "integer"}, "next": named(n + 1), "far": named(n * 7)} for n in range(COUNT)]
    listed = {f"S{n}": {"type": "object", "properties": fields[n]} for n in range(COUNT)}
    return Schemas({"components": {"schemas": listed}})


def test_schemas_that_reach_many_share_one_validator() -> None:
    """The second one costs nothing: it was compiled with the first."""
    schemas = linked()
    roots = [{"type": "array", "items": named(n)} for n in range(COUNT)]
    schemas.expect(lambda: ((root, True, False) for root in roots))
    first, second = (schemas.validator(root, closed=True) for root in roots[:2])
    assert first.depth == second.depth == 1
    assert first._validator is second._validator


@pytest.mark.parametrize("value", [{"n": "x"}, {"strange": 1}, {"next": {"n": 2.0}}, {"n": 1}, 7])
def test_a_shared_validator_says_what_one_of_its_own_says(value: Any) -> None:
    """Paths, counts and integers written as 25.0 are told from the value, not from where it was put."""
    schemas, few = linked(), {"type": "object", "properties": {"n": {"type": "integer"}}}
    few["properties"]["next"] = {"$ref": "#/components/schemas/Few"}  # type: ignore[index]
    alone = Schemas({"components": {"schemas": {"Few": few}}}).validator(few, closed=True)
    assert alone.depth == 0
    assert breaches_of(schemas.validator(named(0), closed=True), value) == breaches_of(alone, value)


def test_small_schemas_are_forgotten_when_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that is asked everything does not keep everything compiled."""
    monkeypatch.setattr("metermock.contract.compiling.KEPT", 10)
    compiler = Compiler(Schemas({}))
    roots = [{"items": {"minimum": n}} for n in range(20)]
    kept = [compiler.compiled(root, closed=False, is_request=False) for root in roots]
    assert compiler.compiled(roots[-1], closed=False, is_request=False) is kept[-1]
    assert compiler.compiled(roots[0], closed=False, is_request=False) is not kept[0]
    assert KEPT > 10


@pytest.mark.parametrize("keyword", ["allOf", "anyOf", "oneOf"])
def test_a_tree_of_pairs_is_read_at_once(tmp_path: Path, keyword: str) -> None:
    """Sixty levels, each of which names the next one twice, are a billion billion ways to the last.

    A reading that goes each of them has no end, which the time limit of tests tells.
    """
    listed: dict[str, Any] = {
        f"A{n}": {keyword: [{"$ref": f"#/components/schemas/A{n + 1}"}] * 2} for n in range(60)
    }
    schema = {"$ref": "#/components/schemas/A0"}
    written = document(schema=schema, components={"schemas": {**listed, "A60": {"type": "string"}}})
    operation = written["paths"]["/usage"]["get"]
    operation["parameters"] = [{"name": "q", "in": "query", "schema": schema}]
    operation["x-rules"] = [{"id": "R", "level": "must", "message": "the same", "rule": "body == body"}]
    contract = read(tmp_path, written)
    assert contract.operations[0].parameters[0].types == {"string"}
    if keyword != "oneOf":
        assert "a" in Samples(contract.schemas).accepted(schema)
        assert contract.schemas.validator(schema, closed=True).is_valid("a")


def test_the_schemas_of_all_operations_are_compiled_together(tmp_path: Path) -> None:
    """What the first reply compiled serves the replies of the other operations."""
    listed = linked().document["components"]["schemas"]
    written = document(schema=named(0), components={"schemas": listed})
    written["paths"]["/other"] = document(schema={"type": "array", "items": named(3)})["paths"]["/usage"]
    contract = read(tmp_path, written)
    usage, other = contract.operations
    schemas = [each.responses.all[0].content["application/json"] for each in (usage, other)]
    validators = [contract.schemas.validator(schema, closed=True) for schema in schemas]
    assert validators[0]._validator is validators[1]._validator
