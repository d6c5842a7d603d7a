"""A body of which only an example says what is in it is the example, with `--dynamic` too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from metermock.in_process import asgi_app

SHOWN = {"sent": 3, "price": "0.21"}


def body(folder: Path, schema: Any, *, shown: bool = True, account: str = "steady") -> Any:
    """What an account gets from an operation whose reply has a schema, and an example if it is `shown`."""
    media = {"schema": schema} | ({"example": SHOWN} if shown else {})
    reply = {"200": {"description": "It.", "content": {"application/json": media}}}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Sms", "version": "1"},
        "paths": {"/sent": {"get": {"responses": reply}}},
        "components": {"schemas": {"Bare": {"type": "object", "title": "Anything"}}},
    }
    file = folder / "sms.json"
    file.write_text(json.dumps(document))
    with TestClient(asgi_app(str(file), dynamic=True)) as client:
        return client.get("/sent", headers={"X-Metermock": f"account={account}"}).json()


@pytest.mark.parametrize("schema", [{}, {"type": "object"}, {"$ref": "#/components/schemas/Bare"}])
@pytest.mark.parametrize("account", ["steady", "huge"])
def test_a_schema_without_fields_leaves_the_example(tmp_path: Path, schema: Any, account: str) -> None:
    """Nothing can be made of `type: object`: the example is all that is known."""
    assert body(tmp_path, schema, account=account) == SHOWN


def test_a_schema_with_fields_is_made(tmp_path: Path) -> None:
    """`--dynamic` passes the example over where the schema says what there is."""
    schema = {
        "type": "object",
        "required": ["sent"],
        "properties": {"sent": {"type": "integer", "minimum": 9}},
    }
    assert body(tmp_path, schema)["sent"] >= 9
    map_of_texts = {"type": "object", "additionalProperties": {"type": "string"}}
    assert body(tmp_path, map_of_texts, shown=False) != SHOWN
    map_that_fits = {
        "type": "object",
        "additionalProperties": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
    }
    assert body(tmp_path, map_that_fits) != SHOWN
