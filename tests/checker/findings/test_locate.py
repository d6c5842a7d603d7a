"""A finding leads to the part of the document that says what was to be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.checker.small import Answer, check, small

LIMIT = {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 20}}
ROOM = {"type": "object", "required": ["seats"], "properties": {"seats": {"type": "integer", "minimum": 1}}}
BODY = {"required": True, "content": {"application/json": {"schema": ROOM, "example": {"seats": 4}}}}
PAGE = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Page"}}}}
REPLIES = {code: {"description": "x", **PAGE} for code in ("200", "401", "422")}
DOCUMENT: Any = {
    "openapi": "3.1.0",
    "info": {"title": "Rooms", "version": "1"},
    "security": [{"key": []}],
    "components": {
        "schemas": {"Page": {"type": "object"}},
        "parameters": {"Limit": LIMIT},
        "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
    },
    "paths": {
        "/rooms": {
            "get": {
                "operationId": "list",
                "parameters": [{"$ref": "#/components/parameters/Limit"}],
                "responses": REPLIES,
            },
            "post": {
                "operationId": "book",
                "security": [{"key": []}],
                "requestBody": BODY,
                "responses": REPLIES,
            },
        }
    },
}


def places(folder: Path, answer: Answer, *words: str) -> set[tuple[str, str, str]]:
    """Operation, rule and place in the document of all must findings."""
    with small(answer) as served:
        _, report = check(folder, DOCUMENT, served.url, "--credential", "key=env:ANNA", "--all", *words)
    found = [each for each in report["findings"] if each["level"] == "must"]
    return {(each["operation"], each["rule"], each["pointer"]) for each in found}


def test_what_is_taken_leads_to_where_it_is_declared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bad input leads to its parameter or body, a bad credential to `security`, and none to a good reply."""
    monkeypatch.setenv("ANNA", "anna-key-1")
    found = places(tmp_path, lambda _: (200, {}), "--unsafe-methods")
    assert {
        ("list", "invalid-parameter", "/components/parameters/Limit"),
        ("list", "credentials", "/security"),
        ("book", "invalid-body", "/paths/~1rooms/post/requestBody"),
        ("book", "credentials", "/paths/~1rooms/post/security"),
    } <= found
    assert not [each for each in found if "schema" in each[2]]


def test_a_refusal_of_good_input_leads_to_its_response(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever refuses a good request with a documented status is shown the response of that status."""
    monkeypatch.setenv("ANNA", "anna-key-1")
    found = places(tmp_path, lambda asked: (422 if asked.query else 200, {}))
    assert ("list", "invalid-parameter", "/paths/~1rooms/get/responses/422") in found
