"""A thing that a POST makes, also beside its secret: as sent, unused, good as long as asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from metermock import asgi_app
from tests.server.generation.made import INSTANT, TEXT, WHOLE, object_of

SCOPES: Any = {"type": "array", "items": {**TEXT, "enum": ["READ", "WRITE", "ADMIN"]}}
TOKEN = object_of(
    id=TEXT,
    name=TEXT,
    scopes=SCOPES,
    status={**TEXT, "enum": ["EXPIRED", "REVOKED", "ACTIVE"]},
    calls=WHOLE,
    rateLimit={**WHOLE, "minimum": 1},
    createdAt=INSTANT,
    lastUsedAt={**INSTANT, "nullable": True},
    expiresAt={**INSTANT, "nullable": True},
)
FORMS: Any = {
    "flat": {**TOKEN, "properties": {**TOKEN["properties"], "secret": TEXT}},
    "token": object_of(token=TOKEN, secret=TEXT),
    "apiKey": object_of(apiKey=TOKEN, plaintext=TEXT, message=TEXT),
    "data": object_of(data=TOKEN),
}
SENT = {"name": "ci", "scopes": ["WRITE"], "expiresInDays": 30}


def made(folder: Path, schema: Any, sent: Any) -> dict[str, Any]:
    """The reply to what was sent."""
    content = {"application/json": {"schema": schema}}
    body = {"type": "object", "properties": {"name": TEXT, "scopes": SCOPES, "expiresInDays": WHOLE}}
    post = {
        "requestBody": {"content": {"application/json": {"schema": body}}},
        "responses": {"201": {"description": "Made.", "content": content}},
    }
    document = {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": {"/tokens": {"post": post}},
    }
    file = folder / "m.json"
    file.write_text(json.dumps(document), "utf-8")
    with TestClient(asgi_app(str(file))) as client:
        found: dict[str, Any] = client.post("/tokens", json=sent).json()
        return found


@pytest.mark.parametrize("form", FORMS)
def test_a_thing_is_as_it_was_sent_and_unused(tmp_path: Path, form: str) -> None:
    """Whatever stands around it."""
    body = made(tmp_path, FORMS[form], SENT)
    token = body.get(form, body)
    assert (token["name"], token["scopes"], token["status"]) == ("ci", ["WRITE"], "ACTIVE")
    assert (token["createdAt"], token["expiresAt"]) == ("2026-03-18T15:42:07Z", "2026-04-17T15:42:07Z")
    assert (token["calls"], token["lastUsedAt"]) == (0, None)
    assert token["rateLimit"] > 0


def test_what_stands_beside_another_thing_is_its_own(tmp_path: Path) -> None:
    """An order of a customer is none of the customer."""
    customer = object_of(name=TEXT, id=TEXT)
    body = made(tmp_path, object_of(total=WHOLE, customer=customer, place=TEXT), SENT)
    assert body["customer"]["name"] != "ci"
