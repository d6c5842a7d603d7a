"""A security scheme that says too little takes out the operations that need it, and no others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from metermock.contract import examine

PLAIN = {"responses": {"200": {"description": "good"}}}


@pytest.mark.parametrize(
    ("scheme", "told"),
    [
        ({"type": "apiKey", "in": "header"}, "'key' has no name"),
        ({"type": "apiKey", "name": "X-Key"}, "'key' has no in"),
        ({"type": "apiKey", "name": "X-Key", "in": "path"}, "in 'path', which is no place"),
        ({"type": "http"}, "'key' has no scheme"),
        ({"type": "basic"}, "unknown type, 'basic'"),
        ({"type": ["http"]}, "unknown type"),
        ({"type": "http", "scheme": ""}, "'key' has no scheme"),
        ({"description": "no type"}, "'key' has no type"),
        ("apiKey", "'key' is not an object"),
        ([{"type": "http"}], "'key' is not an object"),
    ],
)
def test_what_says_too_little_takes_its_operations_out(tmp_path: Path, scheme: Any, told: str) -> None:
    """The problem names the scheme; what does not need it can be used."""
    paths = {"/open": {"get": PLAIN}, "/mine": {"get": PLAIN | {"security": [{"key": []}]}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": paths,
        "components": {"securitySchemes": {"key": scheme}},
    }
    file = tmp_path / "api.json"
    file.write_text(json.dumps(document, indent=1))
    contract, _ = examine(file)
    assert [each.path for each in contract.operations] == ["/open"]
    (left,) = contract.left_out
    assert told in str(left.problem)
    assert left.problem.line > 1


@pytest.mark.parametrize(
    ("security", "left"),
    [
        ([{"key": []}], ["other", "X-Token"]),
        ([{"key": [], "token": []}, {}], ["other"]),
        ([], ["key", "other", "X-Token"]),
        (None, ["key", "other", "X-Token"]),
    ],
)
def test_a_parameter_that_is_a_credential_again_is_passed_over(
    tmp_path: Path, security: Any, left: list[str]
) -> None:
    """The credential is sent in its place: a made value beside it would be a wrong one. A note says so."""
    places = {"key": "query", "other": "query", "X-Token": "header"}
    parameters = [{"name": name, "in": place, "schema": {"type": "string"}} for name, place in places.items()]
    operation = PLAIN | {"parameters": parameters} | ({} if security is None else {"security": security})
    schemes = {
        "key": {"type": "apiKey", "in": "query", "name": "key"},
        "token": {"type": "apiKey", "in": "header", "name": "x-token"},
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"/mine": {"get": operation}},
        "components": {"securitySchemes": schemes},
    }
    file = tmp_path / "api.json"
    file.write_text(json.dumps(document, indent=1))
    contract, _ = examine(file)
    (found,) = contract.operations
    assert [each.name for each in found.parameters] == left
    assert len([each for each in contract.notes if "passed over" in str(each)]) == len(places) - len(left)
