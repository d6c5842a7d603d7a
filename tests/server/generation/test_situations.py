"""Whose reply a document's example is, and what is sent in the place of an example that is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import Server
from tests.server.generation.made import TEXT, WHOLE, asking, asking_all, object_of, rows_of

JOB = "7b1e0f52-3c4d-4a6b-8e9f-20a1b2c3d4e5"
SHOWN = {"job": JOB, "words": 11}


def path(operation: str, shown: Any, where: str) -> dict[str, Any]:
    """An operation whose parameter and whose reply have an example of one name."""
    job = {"name": "job", "in": where, "required": True, "schema": {"type": "string"}}
    media = {"schema": {"$ref": "#/components/schemas/Job"}, "examples": {"done": {"value": shown}}}
    gone = {"content": {"application/json": {"schema": {}, "examples": {"gone": {"value": {"why": "old"}}}}}}
    return {
        "get": {
            "operationId": operation,
            "parameters": [{**job, "examples": {"done": {"value": JOB}, "gone": {"value": "old-job"}}}],
            "responses": {
                "200": {"description": "x", "content": {"application/json": media}},
                "410": {"description": "x", **gone},
            },
        }
    }


DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Jobs", "version": "1"},
    "security": [{"key": []}],
    "paths": {
        "/jobs": path("right", SHOWN, "query"),
        "/wrong-jobs": path("wrong", {"job": JOB}, "query"),
        "/jobs/{job}": path("one", SHOWN, "path"),
        "/tasks/{id}": {
            "get": {
                "operationId": "task",
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
                "responses": {
                    "200": {
                        "description": "x",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Task"}}},
                    }
                },
            }
        },
    },
    "components": {
        "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
        "schemas": {
            "Job": {
                "type": "object",
                "required": ["job", "words"],
                "properties": {"job": {"type": "string"}, "words": {"type": "integer"}},
            },
            "Task": {
                "type": "object",
                "required": ["id", "token"],
                "properties": {"id": {"type": "string"}, "token": {"type": "string", "minLength": 30}},
            },
        },
    },
}


@pytest.fixture
def get(serve: Callable[..., Server], tmp_path: Path) -> Iterator[Callable[..., httpx.Response]]:
    """Ask the mock of the document as an account."""
    document = tmp_path / "acme.json"
    document.write_text(json.dumps(DOCUMENT))
    with ExitStack() as stack:
        client = stack.enter_context(serve(str(document)).client())

        def asked(target: str, account: str = "steady") -> httpx.Response:
            return client.get(target, headers={"X-Key": f"{account}-acme-key"})

        yield asked


@pytest.mark.parametrize("target", [f"/jobs?job={JOB}", f"/jobs/{JOB}"])
def test_a_success_of_a_named_input_is_the_first_accounts(
    get: Callable[..., httpx.Response], target: str
) -> None:
    """Its input leads the first account to the example, and another to a reply of its own."""
    first, other = get(target).json(), get(target, "quiet").json()

    assert first == SHOWN
    assert other["job"] == JOB
    assert other != first


def test_a_refusal_of_a_named_input_is_everybodys(get: Callable[..., httpx.Response]) -> None:
    """Its input is refused whoever asks, as the document shows."""
    replies = [get("/jobs?job=old-job", account) for account in ("steady", "quiet")]

    assert [(each.status_code, each.json()) for each in replies] == [(410, {"why": "old"})] * 2


def test_a_wrong_example_of_a_named_input_is_not_sent(get: Callable[..., httpx.Response]) -> None:
    """An example that its schema refuses gives way to a value of the schema."""
    reply = get(f"/wrong-jobs?job={JOB}")

    assert reply.status_code == 200
    assert isinstance(reply.json()["words"], int)


def test_a_thing_is_another_for_each_account(get: Callable[..., httpx.Response]) -> None:
    """The same id shows an account the same thing each time, and two accounts two things."""
    mine, again, theirs = get("/tasks/t-7"), get("/tasks/t-7"), get("/tasks/t-7", "quiet")

    assert mine.json() == again.json()
    assert mine.json()["id"] == theirs.json()["id"] == "t-7"
    assert mine.json()["token"] != theirs.json()["token"]


def test_an_empty_account_has_rows_where_two_kinds_of_list_look_alike_without(tmp_path: Path) -> None:
    """An empty list is of both choices of a `oneOf`, which no reply may be."""
    ask = asking(tmp_path, {"oneOf": [rows_of(id=WHOLE), rows_of(name=TEXT)]})

    assert ask("empty")


def test_the_thing_is_the_one_at_the_end_of_the_path(tmp_path: Path) -> None:
    """Documents list the parameters of a path in any order."""
    listed = [
        {"name": name, "in": "path", "required": True, "schema": TEXT} for name in ("shipmentId", "orderId")
    ]
    path = "/orders/{orderId}/shipments/{shipmentId}"
    for schema, told in ((object_of(id=TEXT), "id"), (object_of(shipmentId=TEXT), "shipmentId")):
        ask = asking_all(tmp_path, {path: (schema, listed)}, path)
        assert ask(orderId="o-1", shipmentId="s-1")[told] == "s-1"
