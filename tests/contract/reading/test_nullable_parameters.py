"""What a parameter may be that may be null too is known, however a document says that it may."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from metermock.contract.reading.loading import load_contract

PLANS: Any = {"type": "string", "enum": ["free", "pro"]}
NULL: Any = {"type": "null"}


@pytest.mark.parametrize(
    ("schema", "enum", "least"),
    [
        (PLANS, ["free", "pro"], None),
        ({"anyOf": [{"$ref": "#/components/schemas/Plan"}, NULL]}, ["free", "pro"], None),
        ({"oneOf": [NULL, {"anyOf": [PLANS, NULL]}], "title": "Plan"}, ["free", "pro"], None),
        ({"anyOf": [{"type": "integer", "minimum": 3}, NULL]}, None, 3),
        ({"anyOf": [PLANS, {"type": "integer", "minimum": 3}]}, None, None),
    ],
)
def test_the_other_kind_than_null_says_what_it_is(
    tmp_path: Path, schema: Any, enum: list[str] | None, least: int | None
) -> None:
    """Its values and bounds are the parameter's; of two kinds none is."""
    parameter = {"name": "plan", "in": "query", "schema": schema}
    get = {"parameters": [parameter], "responses": {"200": {"description": "It."}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Plans", "version": "1"},
        "paths": {"/plans": {"get": get}},
        "components": {"schemas": {"Plan": PLANS}},
    }
    path = tmp_path / "plans.json"
    path.write_text(json.dumps(document))
    [found] = load_contract(path).operations[0].parameters
    assert (found.resolved.get("enum"), found.resolved.get("minimum")) == (enum, least)
