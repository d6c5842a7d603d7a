"""A `$ref` that is no text names nothing, so that what needs it cannot be used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from metermock.contract import examine

GOOD = {"200": {"description": "good"}}


@pytest.mark.parametrize(
    "broken",
    [
        {"responses": {"200": {"$ref": 5}}},
        {"responses": {"200": {"description": "good", "headers": {"X-A": {"$ref": ["#/a"]}}}}},
        {"responses": GOOD, "parameters": [{"$ref": {"a": 1}}]},
        {"responses": GOOD, "requestBody": {"$ref": True}},
    ],
)
def test_it_takes_its_operation_out(tmp_path: Path, broken: Any) -> None:
    """The others can be used; the problem stands where the `$ref` does."""
    paths = {"/sound": {"get": {"responses": GOOD}}, "/broken": {"post": broken}}
    file = tmp_path / "api.json"
    file.write_text(json.dumps({"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths}))
    contract, _ = examine(file)
    assert [each.path for each in contract.operations] == ["/sound"]
    assert "$ref is not text" in str(contract.left_out[0].problem)
