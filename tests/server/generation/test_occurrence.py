"""An error came up now, by the request that it refuses: time, path, address, method and status."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from metermock import asgi_app
from tests.server.generation.made import INSTANT, TEXT, WHOLE

NOW = "2026-03-18T15:42:07Z"


def optional(**fields: Any) -> dict[str, Any]:
    """An object that may leave out each of its fields."""
    return {"type": "object", "properties": fields}


LONG: Any = {**WHOLE, "format": "int64"}
FORMS: Mapping[str, Any] = {
    "spring": optional(timestamp=INSTANT, status=WHOLE, error=TEXT, path=TEXT, message=TEXT),
    "servlet": optional(requestUri=TEXT, httpMethod=TEXT, url=TEXT, time=LONG, code=WHOLE, message=TEXT),
    "inside": optional(error=optional(path=TEXT, occurredAt=INSTANT, endpoint=TEXT, method=TEXT)),
    "texts": optional(
        status={**TEXT, "enum": ["OK", "BAD_REQUEST", "NOT_FOUND"]},
        timestamp={**TEXT, "example": "2020-01-01T00:00:00.000Z"},
        message=TEXT,
    ),
    "own": optional(
        code={**WHOLE, "example": 40001},
        path={**TEXT, "description": "The field that is wrong."},
        url={**TEXT, "description": "Where the documentation of the error is."},
        method=TEXT,
        took={**WHOLE, "maximum": 900},
        status={**TEXT, "enum": ["declined"]},
        timestamp={**TEXT, "pattern": "^T-[0-9]{3}$"},
    ),
    "alone": optional(path=TEXT, url=TEXT, message=TEXT),
}
"""Errors as documents have them; the last two speak of something else than the request."""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Operations whose parameter must be a number, each with an error of a form."""
    with TestClient(
        served(tmp_path_factory.mktemp("occurrence"), FORMS), base_url="http://mock.test"
    ) as found:
        yield found


def served(folder: Path, forms: Mapping[str, Any], security: Mapping[str, Any] | None = None) -> Any:
    """The mock of a document with a GET for each form of an error; guarded, if there are schemes."""
    paths = {
        f"/{name}/{{id}}": {
            "get": {
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": TEXT},
                    {"name": "n", "in": "query", "schema": WHOLE},
                ],
                "responses": {
                    "200": {"description": "x"},
                    "400": {"description": "x", "content": {"application/json": {"schema": schema}}},
                    "401": {"description": "x", "content": {"application/json": {"schema": schema}}},
                },
            }
        }
        for name, schema in forms.items()
    }
    document: dict[str, Any] = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths}
    if security:
        guards: list[dict[str, list[str]]] = [{name: []} for name in security]
        document |= {"security": guards, "components": {"securitySchemes": security}}
    (folder / "m.json").write_text(json.dumps(document), encoding="utf-8")
    return asgi_app(str(folder / "m.json"))


def refused(client: TestClient, name: str) -> dict[str, Any]:
    """What a wrong parameter is answered with, without what it says of that."""
    body: dict[str, Any] = client.get(f"/{name}/a%2Fb?n=q").json()
    return {key: value for key, value in body.items() if key != "message"}


def test_the_error_of_spring_is_that_of_the_request(client: TestClient) -> None:
    """Its error is the name of the status as HTTP writes it."""
    assert refused(client, "spring") == {
        "timestamp": NOW,
        "status": 400,
        "error": "Bad Request",
        "path": "/spring/a%2Fb",
    }


def test_addresses_methods_and_codes_are_those_of_the_request(client: TestClient) -> None:
    """A URL is a whole one, what a server calls a URI is a path."""
    assert refused(client, "servlet") == {
        "requestUri": "/servlet/a%2Fb",
        "httpMethod": "GET",
        "url": "http://mock.test/servlet/a%2Fb",
        "time": 1_773_848_527,
        "code": 400,
    }
    inside = {key: value for key, value in refused(client, "inside")["error"].items() if key != "message"}
    path = "/inside/a%2Fb"
    assert inside == {"path": path, "occurredAt": NOW, "endpoint": path, "method": "GET"}


def test_a_status_is_the_one_of_those_that_are_listed(client: TestClient) -> None:
    """An instant is written as its example."""
    said = refused(client, "texts")
    assert said == {"status": "BAD_REQUEST", "timestamp": "2026-03-18T15:42:07.000Z"}


def test_what_speaks_of_something_else_stays(client: TestClient) -> None:
    """A code of the document's own, the way to an input, a page of help, what its schema does not take."""
    said = refused(client, "own")
    assert (said["status"], said["timestamp"][:2]) == ("declined", "T-")
    assert said["code"] > 599
    assert said["took"] <= 900
    for body in (said, refused(client, "alone")):
        assert "own" not in body.get("path", "")
        assert "mock.test" not in body.get("url", "")


def test_a_path_that_no_operation_has_is_the_path_of_its_error(tmp_path: Path) -> None:
    """Not that of the operation that lends its form."""
    with TestClient(served(tmp_path, {"spring": FORMS["spring"]})) as client:
        body = client.post("/none/at all").json()
    assert (body["path"], body["status"], body["error"]) == ("/none/at%20all", 404, "Not Found")


@pytest.mark.parametrize(
    "asked", ["/spring/5%20a", "/spring/a%2Fb", "/spring/Zo%C3%AB:x"], ids=["blank", "slash", "letters"]
)
def test_a_request_without_a_credential_is_told_its_own_path(tmp_path: Path, asked: str) -> None:
    """It is refused before its parameters are read: the error said the template `/spring/{id}`."""
    app = served(tmp_path, FORMS, security={"key": {"type": "apiKey", "in": "header", "name": "X-Key"}})
    with TestClient(app, base_url="http://mock.test") as client:
        reply = client.get(asked)

    assert (reply.status_code, reply.json()["path"]) == (401, asked)
