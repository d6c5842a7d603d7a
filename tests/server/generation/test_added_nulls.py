"""`nullable` beside parts or an enum without null: validators refuse null there, so the mock sends none."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from metermock.in_process import asgi_app
from tests.server.generation.made import ACCOUNTS, TEXT
from tests.validity.judge import Judge

REASON = {"type": "string", "enum": ["no_funds", "expired"], "nullable": True}


def of(name: str) -> dict[str, Any]:
    """A reference to a type, which may be null by its author's mind."""
    return {"anyOf": [{"$ref": f"#/components/schemas/{name}"}], "nullable": True}


TRANSFER = {
    "type": "object",
    "required": ["id", "status"],
    "properties": {
        "id": TEXT,
        "status": {"type": "string", "enum": ["succeeded", "failed"]},
        "failure_details": of("Failure"),
        "failure_reason": REASON,
        "note": {**TEXT, "nullable": True},
    },
}
FAILURE = {
    "type": "object",
    "required": ["reason"],
    "properties": {"reason": TEXT, "transfer": of("Transfer"), "intent": of("Intent")},
}
INTENT = {
    "type": "object",
    "required": ["id", "last_error"],
    "properties": {"id": TEXT, "last_error": of("Failure")},
}


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A document of 3.0 whose types go in circles."""
    listed = {"type": "array", "items": {"$ref": "#/components/schemas/Transfer"}}
    content = {
        "application/json": {
            "schema": {"type": "object", "required": ["data"], "properties": {"data": listed}}
        }
    }
    get = {"operationId": "list", "responses": {"200": {"description": "ok", "content": content}}}
    found = tmp_path_factory.mktemp("nulls") / "nulls.json"
    found.write_text(
        json.dumps(
            {
                "openapi": "3.0.3",
                "info": {"title": "T", "version": "1"},
                "paths": {"/transfers": {"get": get}},
                "components": {"schemas": {"Transfer": TRANSFER, "Failure": FAILURE, "Intent": INTENT}},
            }
        )
    )
    return found


def nulls(value: Any, name: str = "") -> Iterator[str]:
    """The names of the fields that are null."""
    if value is None:
        yield name
    for key, each in value.items() if isinstance(value, dict) else ():
        yield from nulls(each, key)
    for each in value if isinstance(value, list) else ():
        yield from nulls(each, name)


def test_what_need_not_be_there_is_left_out_rather_than_null(document: Path) -> None:
    """Where a circle ends, and where a state says that there is none; a type that takes null has it."""
    judge = Judge(document)
    transport = httpx.ASGITransport(asgi_app(str(document), dynamic=True))

    async def ask() -> list[httpx.Response]:
        async with httpx.AsyncClient(transport=transport, base_url="http://mock") as client:
            headers = [{"X-Metermock": f"account={each}"} for each in ACCOUNTS]
            return [await client.get("/transfers", headers=each) for each in headers]

    replies = asyncio.run(ask())
    rows = [row for reply in replies for row in reply.json()["data"]]
    failed = [row for row in rows if row["status"] == "failed"]
    assert failed
    assert len(failed) < len(rows)
    found = {each for reply in replies for each in nulls(reply.json())}
    wrong = [each for r in replies for each in judge.errors("/transfers", "get", 200, r.headers, r.content)]
    assert (found, wrong) == ({"note"}, [])
