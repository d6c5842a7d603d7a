"""The wait of a 429: its body tells the one of `Retry-After`, in the unit and form of each field."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from metermock.in_process import asgi_app
from tests.server.generation.made import TEXT, WHOLE, object_of

NUMBER = {"type": "number"}


def refused(folder: Path, schema: Any, **more: Any) -> tuple[int, Any, datetime]:
    """The seconds of `Retry-After`, the body, and the clock of the mock, for a 429 of this schema."""
    slow = {
        "description": "Too fast.",
        "headers": {"Retry-After": {"schema": WHOLE}},
        "content": {"application/json": {"schema": schema, **more}},
    }
    get = {"responses": {"200": {"description": "All."}, "429": slow}}
    written = {"openapi": "3.1.0", "info": {"title": "U", "version": "1"}, "paths": {"/usage": {"get": get}}}
    path = folder / "usage.json"
    path.write_text(json.dumps(written), "utf-8")
    with TestClient(asgi_app(path, now="2026-03-05T06:07:08Z")) as client:
        reply = client.get("/usage", headers={"Prefer": "code=429"})
    assert reply.status_code == 429
    return int(reply.headers["retry-after"]), reply.json(), datetime(2026, 3, 5, 6, 7, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "field", "unit"),
    [
        ("retry_after", WHOLE, 1),
        ("retry_after", NUMBER, 1),
        ("wait", WHOLE, 1),
        ("retryAfterMs", WHOLE, 1000),
        ("retry_after", {**WHOLE, "description": "Milliseconds to wait."}, 1000),
        ("retry_after_seconds", {**WHOLE, "description": "Seconds, not milliseconds."}, 1),
    ],
)
@pytest.mark.parametrize("inside", [False, True])
def test_a_number_is_in_the_unit_of_its_field(
    tmp_path: Path, name: str, field: Any, unit: int, *, inside: bool
) -> None:
    """By its name, or by its description where that says more."""
    schema = object_of(**{name: field})
    wait, body, _ = refused(tmp_path, object_of(error=schema) if inside else schema)
    assert (body["error"] if inside else body) == {name: wait * unit}


def test_a_text_has_the_same_number(tmp_path: Path) -> None:
    """And is no sentence."""
    wait, body, _ = refused(tmp_path, object_of(retry_after=TEXT, retry_in=TEXT))
    assert body == {"retry_after": str(wait), "retry_in": str(wait)}


def test_an_instant_is_the_end_of_the_wait(tmp_path: Path) -> None:
    """As a date-time, and in seconds since 1970."""
    since = {**WHOLE, "description": "Unix timestamp."}
    wait, body, now = refused(
        tmp_path, object_of(retry_after={"type": "string", "format": "date-time"}, retry_in=since)
    )
    end = now.timestamp() + wait
    assert datetime.fromisoformat(body["retry_after"]).timestamp() == end
    assert body["retry_in"] == end


@pytest.mark.parametrize(
    "field", [{**WHOLE, "maximum": 3}, {**WHOLE, "maximum": 3999, "description": "In ms."}]
)
def test_the_header_says_no_more_than_the_body_can(tmp_path: Path, field: dict[str, Any]) -> None:
    """Two waits of one refusal would be one too many."""
    wait, body, _ = refused(tmp_path, object_of(retry_after=field))
    assert wait == 3
    assert body == {"retry_after": 3000 if "description" in field else 3}


def test_the_example_of_a_refusal_keeps_its_wait(tmp_path: Path) -> None:
    """It is the author's."""
    shown = {"retry_after": "in a while"}
    _, body, _ = refused(tmp_path, object_of(retry_after=TEXT), example=shown)
    assert body == shown
