"""An error that is not documented has the form of one that is, and says what it is itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.conftest import Server

SLOW = {
    "description": "Too fast.",
    "headers": {"Retry-After": {"schema": {"type": "integer", "minimum": 1}}},
    "content": {
        "application/json": {
            "schema": {"type": "object"},
            "example": {"error": {"code": "rate_limited", "message": "Slow down"}},
        }
    },
}
LIMIT = {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 50}}
METERS = {
    "openapi": "3.1.0",
    "info": {"title": "Meters", "version": "1"},
    "security": [{"key": []}],
    "paths": {
        "/meters": {
            "get": {
                "operationId": "listMeters",
                "parameters": [LIMIT],
                "responses": {"200": {"description": "All."}, "429": SLOW},
            }
        }
    },
    "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}},
}


def test_a_borrowed_error_does_not_speak_of_a_limit(launch: Callable[..., Server], tmp_path: Path) -> None:
    """Where only 429 is documented, 400 and 401 have its form, without its code, words and Retry-After."""
    path = tmp_path / "meters.json"
    path.write_text(json.dumps(METERS), "utf-8")
    server = launch(str(path))
    with server.client("", **{"X-Key": "k"}) as client:
        invalid = client.get("/meters?limit=99")
        slow = client.get("/meters", headers={"Prefer": "code=429"})
    with server.client("") as client:
        unknown = client.get("/meters")
    assert [invalid.status_code, unknown.status_code, slow.status_code] == [400, 401, 429]
    assert invalid.json()["error"]["code"] == "invalid_request"
    assert unknown.json()["error"] == {"code": "unauthenticated", "message": "The credential is missing."}
    assert not any("retry-after" in reply.headers for reply in (invalid, unknown))
    assert slow.json()["error"]["code"] == "rate_limited"
    assert "retry-after" in slow.headers
