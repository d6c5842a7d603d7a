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


MOVED = {"type": "object", "required": ["type", "metres"], "properties": {"type": {"const": "moved"}}}
ALARM = {"type": "object", "required": ["type", "level"], "properties": {"type": {"const": "alarm"}}}


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ({"type": "alarm"}, "/components/schemas/Alarm"),
        ({"type": "moved"}, "/components/schemas/Moved"),
        ({}, "/components/schemas/Event"),
    ],
)
def test_a_missing_field_leads_to_the_form_that_demands_it(tmp_path: Path, row: Any, place: str) -> None:
    """Of several forms it is the one that the value was meant to be; of none of them it is what is around."""
    forms = {"oneOf": [{"$ref": "#/components/schemas/Moved"}, {"$ref": "#/components/schemas/Alarm"}]}
    schema = {"type": "array", "items": {"$ref": "#/components/schemas/Event"}}
    good = {"200": {"description": "x", "content": {"application/json": {"schema": schema}}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "components": {"schemas": {"Moved": MOVED, "Alarm": ALARM, "Event": forms}},
        "paths": {"/events": {"get": {"operationId": "list", "responses": good}}},
    }
    with small(lambda _: (200, [row])) as served:
        _, report = check(tmp_path, document, served.url, "--rule", "schema")
    assert [each["pointer"] for each in report["findings"]] == [place]
