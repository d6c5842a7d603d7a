"""The id of a thing that a request makes: the client's own, unless the document leaves it to the server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from metermock.in_process import asgi_app

TEXT: dict[str, Any] = {"type": "string"}
SENT = {"id": "meter-7", "name": "Seven"}


def client(folder: Path, own: dict[str, Any], *, around: bool = False) -> TestClient:
    """The mock of things whose id has this schema, in a body and in replies; `around`: inside of `data`."""
    thing = {"type": "object", "required": ["id", "name"], "properties": {"id": own, "name": TEXT}}
    reply = {"type": "object", "required": ["data"], "properties": {"data": thing}} if around else thing

    def content(schema: Any) -> Any:
        return {"content": {"application/json": {"schema": schema}}}

    def answered(status: str, schema: Any) -> Any:
        return {"responses": {status: {"description": "It.", **content(schema)}}}

    listed = {"type": "array", "minItems": 2, "items": thing}
    put = {"requestBody": content(thing), **answered("200", listed)}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": "1"},
        "paths": {
            "/things": {
                "post": {"requestBody": content(thing), **answered("201", reply)},
                "put": {**put, "operationId": "replaceThings"},
            },
            "/things/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": TEXT}],
                "get": answered("200", thing),
                "put": {"requestBody": content(thing), **answered("200", thing)},
            },
        },
    }
    path = folder / "things.json"
    path.write_text(json.dumps(document))
    return TestClient(asgi_app(str(path)), base_url="http://mock")


@pytest.mark.parametrize("around", [False, True])
def test_an_id_that_is_sent_is_that_of_what_is_made(tmp_path: Path, *, around: bool) -> None:
    """By itself or inside of another object."""
    made = client(tmp_path, TEXT, around=around).post("/things", json=SENT).json()

    assert (made["data"] if around else made) == SENT


def test_an_id_that_the_server_gives_is_not_taken_over(tmp_path: Path) -> None:
    """What is `readOnly` is not for the client to say."""
    made = client(tmp_path, {**TEXT, "readOnly": True}).post("/things", json=SENT)

    assert made.status_code == 201
    assert made.json()["id"] != SENT["id"]


def test_an_id_may_be_a_number(tmp_path: Path) -> None:
    """It is taken over in its own type."""
    web = client(tmp_path, {"type": ["string", "integer"]})

    assert web.post("/things", json={"id": 7, "name": "Seven"}).json()["id"] == 7


def test_the_path_names_the_thing(tmp_path: Path) -> None:
    """Where path and body differ, the path says which thing it is; and rows keep their own ids."""
    web = client(tmp_path, TEXT)

    assert web.put("/things/meter-8", json=SENT).json()["id"] == "meter-8"
    assert len({row["id"] for row in web.put("/things", json=SENT).json()}) > 1
