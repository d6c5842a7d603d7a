"""An error that is not documented has the form of one that is, and says what it is itself."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

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
METERS: dict[str, Any] = {
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


def test_the_body_tells_the_wait_of_the_header(launch: Callable[..., Server], tmp_path: Path) -> None:
    """In seconds and in milliseconds, however the field is called."""
    written = copy.deepcopy(METERS)
    slow = written["paths"]["/meters"]["get"]["responses"]["429"]
    fields = {"retryAfterSeconds": {"type": "integer", "minimum": 1}, "retry_after_ms": {"type": "integer"}}
    slow["content"]["application/json"] = {
        "schema": {"type": "object", "required": [*fields], "properties": fields}
    }
    path = tmp_path / "meters.json"
    path.write_text(json.dumps(written), "utf-8")
    with launch(str(path)).client("", **{"X-Key": "k"}) as client:
        reply = client.get("/meters", headers={"Prefer": "code=429"})
    seconds = int(reply.headers["retry-after"])
    assert reply.json() == {"retryAfterSeconds": seconds, "retry_after_ms": 1000 * seconds}
    assert seconds > 1


OUTAGES: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Outages", "version": "1"},
    "security": [{"key": []}],
    "paths": {
        "/outages": {
            "get": {
                "operationId": "listOutages",
                "responses": {
                    "200": {
                        "description": "All.",
                        "content": {"application/json": {"schema": {"type": "array"}}},
                    },
                    "401": {
                        "description": "No.",
                        "headers": {"WWW-Authenticate": {"schema": {"type": "string"}, "example": "Key"}},
                        "content": {
                            "application/json": {
                                "schema": {"$ref": "#/components/schemas/Fault"},
                                "example": {
                                    "code": "KEY_REFUSED",
                                    "message": "Your key is wrong",
                                    "hint": "Make a new key",
                                },
                            }
                        },
                    },
                },
            }
        }
    },
    "components": {
        "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
        "schemas": {
            "Fault": {
                "type": "object",
                "required": ["message"],
                "properties": {
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                    "hint": {"type": "string"},
                },
            }
        },
    },
}
CODES = ["KEY_REFUSED", "QUOTA", "UNAUTHORIZED", "BAD_REQUEST"]


def unusual(launch: Callable[..., Server], tmp_path: Path, fault: dict[str, Any]) -> list[httpx.Response]:
    """A 406 and a 405 of an API whose errors have such a schema."""
    document = copy.deepcopy(OUTAGES)
    document["components"]["schemas"]["Fault"] |= fault
    path = tmp_path / "outages.json"
    path.write_text(json.dumps(document), "utf-8")
    server = launch(str(path))
    with server.client("", **{"X-Key": "k"}) as client:
        image = client.get("/outages", headers={"Accept": "image/png"})
        put = client.put("/outages")
    return [image, put]


def fields(code: dict[str, Any]) -> dict[str, Any]:
    """The properties of a fault, with such a code."""
    return {"code": code, "message": {"type": "string"}, "hint": {"type": "string"}}


def test_a_borrowed_error_has_no_code_or_sentence_of_its_lender(
    launch: Callable[..., Server], tmp_path: Path
) -> None:
    """A 406 in the form of a 401 has the code that is nearest, and neither its hint nor its challenge."""
    listed = fields({"type": "string", "enum": CODES})
    image, put = unusual(launch, tmp_path, {"properties": listed})
    assert [image.status_code, put.status_code] == [406, 405]
    assert image.json() == {
        "code": "BAD_REQUEST",
        "message": "This operation answers with application/json; the Accept header takes none of them.",
    }
    assert put.json()["code"] == "BAD_REQUEST"
    assert put.json()["message"].startswith("This path has other methods: GET")
    assert "www-authenticate" not in image.headers


def test_a_code_that_nothing_fits_is_left_out(launch: Callable[..., Server], tmp_path: Path) -> None:
    """Where no listed code is this error's, it has none."""
    listed = fields({"type": "string", "enum": CODES[:3]})
    image, put = unusual(launch, tmp_path, {"properties": listed})
    assert "code" not in image.json()
    assert "takes none of them" in image.json()["message"]
    assert "code" not in put.json()


def test_a_form_that_wants_another_errors_code_is_not_borrowed(
    launch: Callable[..., Server], tmp_path: Path
) -> None:
    """Where each error must have a code, and none fits, problem details are sent."""
    listed = fields({"type": "string", "enum": CODES[:3]})
    image, put = unusual(launch, tmp_path, {"properties": listed, "required": ["code", "message"]})
    assert [each.headers["content-type"] for each in (image, put)] == ["application/problem+json"] * 2
    assert image.json()["title"] == "Not acceptable"


def test_a_made_error_has_its_own_code_among_those_of_its_schema(
    launch: Callable[..., Server], tmp_path: Path
) -> None:
    """A code beside the message, not inside an object, is chosen too: it was drawn."""
    document = copy.deepcopy(OUTAGES)
    responses = document["paths"]["/outages"]["get"]["responses"]
    del responses["401"]["content"]["application/json"]["example"]
    document["components"]["schemas"]["Fault"]["properties"]["code"]["enum"] = CODES
    path = tmp_path / "outages.json"
    path.write_text(json.dumps(document), "utf-8")
    with launch(str(path)).client("") as client:
        assert client.get("/outages").json()["code"] == "UNAUTHORIZED"


def test_an_error_that_needs_another_ones_code_is_not_lent(
    launch: Callable[..., Server], tmp_path: Path
) -> None:
    """A bad value gets problem details where the one error has a list of codes without one for it."""
    meters: Any = copy.deepcopy(METERS)
    code = {"type": "string", "enum": ["unauthorized", "not_found", "rate_limited"]}
    fields = {"code": code, "message": {"type": "string"}}
    error = {"type": "object", "required": [*fields], "properties": fields}
    wrapped = {"type": "object", "required": ["error"], "properties": {"error": error}}
    shown = {"error": {"code": "unauthorized", "message": "The key is missing"}}
    content = {"application/json": {"schema": wrapped, "example": shown}}
    meters["paths"]["/meters"]["get"]["responses"] = {
        "200": {"description": "All."},
        "401": {"description": "Who?", "content": content},
    }
    path = tmp_path / "meters.json"
    path.write_text(json.dumps(meters), "utf-8")
    with launch(str(path)).client("", **{"X-Key": "k"}) as client:
        reply = client.get("/meters?limit=99")
    assert (reply.status_code, reply.headers["content-type"]) == (400, "application/problem+json")
    assert "limit" in reply.json()["detail"]
