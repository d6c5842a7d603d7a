"""Examples of JSON that a document writes as texts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from metermock.in_process import asgi_app

COUNT = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}
TEXT = {"type": "string"}


def ask(
    folder: Path, schema: Any, shown: dict[str, Any], media: str = "application/json", prefer: str = ""
) -> Any:
    """Ask an operation of OpenAPI 3.2 for its reply, which has these examples."""
    content = {media: {"schema": schema, **shown}}
    get = {"responses": {"200": {"description": "All.", "content": content}}}
    path = folder / "usage.json"
    written = {"openapi": "3.2.0", "info": {"title": "U", "version": "1"}, "paths": {"/usage": {"get": get}}}
    path.write_text(json.dumps(written), "utf-8")
    with TestClient(asgi_app(path)) as client:
        return client.get("/usage", headers={"prefer": prefer} if prefer else {})


@pytest.mark.parametrize("prefer", ["", "example=b", "code=200"])
def test_the_json_in_a_text_is_the_example_of_an_object(tmp_path: Path, prefer: str) -> None:
    """Also where it is chosen by its name, or by its status."""
    shown = {"examples": {"a": {"value": '{"n": 71}'}, "b": {"value": '{"n": 72}'}}}

    assert ask(tmp_path, COUNT, shown, prefer=prefer).json() == {"n": 72 if prefer == "example=b" else 71}


def test_a_text_is_a_text_where_the_schema_says_so(tmp_path: Path) -> None:
    """Whatever it looks like."""
    assert ask(tmp_path, TEXT, {"example": '{"n": 71}'}).json() == '{"n": 71}'


@pytest.mark.parametrize("text", ['{"n": "many"}', '{"n": ', "none"])
def test_a_text_that_holds_nothing_good_is_passed_over(tmp_path: Path, text: str) -> None:
    """As any example that its schema refuses."""
    assert isinstance(ask(tmp_path, COUNT, {"example": text}).json()["n"], int)


@pytest.mark.parametrize("text", ['{"n": NaN}', '{"n": [-Infinity]}', '{"n": 1e999}'])
def test_a_text_with_a_number_that_json_lacks_is_passed_over(tmp_path: Path, text: str) -> None:
    """Where the schema has nothing against it: the reply is made, and is no 500."""
    reply = ask(tmp_path, {"type": "object", "required": ["n"], "properties": {"n": {}}}, {"example": text})

    assert reply.status_code == 200
    assert [*reply.json()] == ["n"]


@pytest.mark.parametrize(
    ("media", "text", "sent"),
    [
        ("application/json", '{"n": 71}', b'{"n":71}'),
        ("application/xml", "<n>71</n>", b"<n>71</n>"),
        ("text/csv", "n\r\n71\r\n", b"n\r\n71\r\n"),
    ],
)
def test_a_serialized_value_is_the_body(tmp_path: Path, media: str, text: str, sent: bytes) -> None:
    """Where OpenAPI 3.2 shows the bytes alone; in JSON they are read, as others are."""
    assert ask(tmp_path, COUNT, {"examples": {"a": {"serializedValue": text}}}, media).content == sent


def test_the_data_of_an_example_go_before_its_bytes(tmp_path: Path) -> None:
    """Both are the same, and data can be checked."""
    shown = {"examples": {"a": {"dataValue": {"n": 71}, "serializedValue": '{"n": 72}'}}}

    assert ask(tmp_path, COUNT, shown).json() == {"n": 71}


def test_a_serialized_value_that_is_nested_too_deep_is_passed_over(tmp_path: Path) -> None:
    """Its operation is served all the same."""
    shown = {"examples": {"a": {"serializedValue": "[" * 100_000}}}

    assert isinstance(ask(tmp_path, COUNT, shown).json()["n"], int)


@pytest.mark.parametrize("schema", [{}, True])
@pytest.mark.parametrize(
    ("text", "sent"), [('{"n": 71}', {"n": 71}), ("[71]", [71]), ("71", "71"), ("none", "none")]
)
def test_an_object_in_a_text_needs_no_schema(tmp_path: Path, schema: Any, text: str, sent: Any) -> None:
    """Nobody sends an object in quotes; a number may be a text."""
    assert ask(tmp_path, schema, {"example": text}).json() == sent
