"""The values that an operation cannot be asked without."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from metermock.checker.checks.base_values import BaseValues
from metermock.checker.deployment.target import Target
from metermock.contract.reading.loading import load_contract
from tests.checker.small import document, operation


@pytest.mark.parametrize("place", ["path", "header"])
def test_no_empty_text_is_tried(tmp_path: Path, place: str) -> None:
    """The schema accepts it, but `/keys/` is no path of `/keys/{id}`, and an empty header says nothing."""
    key: Any = {"name": "id", "in": place, "required": True, "schema": {"type": "string"}}
    path = "/keys/{id}" if place == "path" else "/keys"
    file = tmp_path / "api.json"
    file.write_text(json.dumps(document(paths={path: {"get": operation(parameters=[key])}})))
    contract = load_contract(file)
    values = BaseValues(Target("t", contract, "http://127.0.0.1"))
    tried = [row["id"] for row in values.tries(contract.operations[0], None, {})]
    assert len(tried) > 1
    assert "" not in tried
