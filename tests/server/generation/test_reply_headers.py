"""Headers of made replies say what their names and descriptions mean, and agree with each other."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from metermock import asgi_app

TEXT: Any = {"type": "string"}
WHOLE: Any = {"type": "integer"}
NOW = int(dt.datetime(2026, 3, 18, 15, 42, 7, tzinfo=dt.UTC).timestamp())
MINUTE_END, HOUR_END, DAY_END = NOW + 53, NOW + 17 * 60 + 53, NOW + 8 * 3600 + 17 * 60 + 53
MANY = {"description": "Requests per minute", "schema": WHOLE}
THING: Any = {"type": "object", "required": ["id"], "properties": {"id": TEXT}}


def _response(schema: Any, headers: Any) -> Any:
    return {"description": "It.", "headers": headers, "content": {"application/json": {"schema": schema}}}


def client(folder: Path, headers: Any, schema: Any = THING) -> TestClient:
    """The mock of two operations whose replies have these headers, and of an error that has them too."""
    problem = {
        "type": "object",
        "required": ["error"],
        "properties": {
            "error": {
                "type": "object",
                "required": ["message", "request_id"],
                "properties": {"message": TEXT, "request_id": TEXT},
            }
        },
    }
    named = {"name": "X-Request-Id", "in": "header", "schema": TEXT}
    operation = {
        "parameters": [named],
        "responses": {"200": _response(schema, headers), "429": _response(problem, headers)},
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": "1"},
        "paths": {"/things": {"get": operation}, "/others": {"get": operation}},
    }
    path = folder / "things.json"
    path.write_text(json.dumps(document))
    return TestClient(asgi_app(path))


@pytest.mark.parametrize(
    ("name", "header", "value"),
    [
        ("X-RateLimit-Reset", {"description": "Unix epoch seconds", "schema": WHOLE}, str(MINUTE_END)),
        ("X-Rate-Limit-Reset", {"description": "When the minute ends", "schema": WHOLE}, str(MINUTE_END)),
        ("X-RateLimit-Reset", {"description": "UTC timestamp in ms", "schema": WHOLE}, f"{MINUTE_END}000"),
        ("X-RateLimit-Reset", {"description": "A Unix timestamp", "schema": TEXT}, str(MINUTE_END)),
        ("RateLimit-Reset", {"description": "Seconds until the window ends", "schema": WHOLE}, "53"),
        ("RateLimit-Reset", {"schema": WHOLE}, "53"),
        ("X-RateLimit-Reset-After", {"description": "When to go on", "schema": WHOLE}, "53"),
        ("X-RateLimit-Reset", {"schema": {**TEXT, "format": "date-time"}}, "2026-03-18T15:43:00Z"),
        ("X-RateLimit-Reset", {"schema": WHOLE, "example": 1_372_700_873}, str(MINUTE_END)),
        ("X-RateLimit-Reset", {"schema": WHOLE, "example": 30}, "30"),
        ("X-RateLimit-Window", {"schema": WHOLE}, "60"),
        ("X-RateLimit-Reset", {"description": "Unix seconds", "schema": {**WHOLE, "maximum": 60}}, None),
    ],
)
def test_a_limit_begins_anew_when_its_minute_ends(
    tmp_path: Path, name: str, header: Any, value: str | None
) -> None:
    """The end is written as description, format or example say; a schema that takes no such value wins."""
    told = client(tmp_path, {"X-RateLimit-Limit": MANY, name: header}).get("/things").headers[name]
    assert told == value if value is not None else int(told) <= 60


@pytest.mark.parametrize(
    ("limit", "end"),
    [
        ({"description": "The number of requests per hour", "schema": WHOLE}, HOUR_END),
        ({"description": "Daily quota of requests in a day", "schema": WHOLE}, DAY_END),
        ({"schema": WHOLE}, HOUR_END),
    ],
)
def test_the_time_of_a_limit_is_what_its_headers_say(tmp_path: Path, limit: Any, end: int) -> None:
    """An hour where they say nothing."""
    reset = {"description": "Unix seconds", "schema": WHOLE}
    reply = client(tmp_path, {"RateLimit-Limit": limit, "RateLimit-Reset": reset}).get("/things")
    assert int(reply.headers["ratelimit-reset"]) == end


def test_each_limit_has_its_own_rest(tmp_path: Path) -> None:
    """What remains and what is used make the limit, which is the same in all operations and errors."""
    names = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Used")
    headers = {f"{name}{end}": {"schema": WHOLE} for name in names for end in ("", "-Day", "-Tokens")}
    asked = client(tmp_path, headers)
    things, others = asked.get("/things").headers, asked.get("/others").headers
    slow = asked.get("/things", headers={"Prefer": "code=429"}).headers
    for end in ("", "-Day", "-Tokens"):
        limit, left, used = (int(things[f"{name}{end}"]) for name in names)
        assert limit == left + used
        assert {int(each[f"{names[0]}{end}"]) for each in (others, slow)} == {limit}
    assert int(things["X-RateLimit-Limit-Day"]) > int(things["X-RateLimit-Limit"])


def test_a_request_has_one_id(tmp_path: Path) -> None:
    """The header has that of the body, and of the error inside it; what a client chose comes back."""
    schema = {"type": "object", "required": ["request_id"], "properties": {"request_id": TEXT}}
    asked = client(tmp_path, {"X-Request-Id": {"schema": TEXT}}, schema)
    reply, slow = asked.get("/things"), asked.get("/things", headers={"Prefer": "code=429"})
    assert reply.headers["x-request-id"] == reply.json()["request_id"]
    assert slow.headers["x-request-id"] == slow.json()["error"]["request_id"]
    chosen = asked.get("/things", headers={"X-Request-Id": "mine-1"})
    assert chosen.headers["x-request-id"] == "mine-1"


def test_headers_are_made_by_their_names(tmp_path: Path) -> None:
    """As fields of a body are: an instant near the clock, a currency, few seconds to wait, a file's name."""
    schemas: Mapping[str, Any] = {
        "X-Token-Expires": {"description": "Unix seconds", "schema": WHOLE},
        "X-Currency": {"schema": TEXT},
        "Retry-After": {"schema": WHOLE},
        "Content-Disposition": {"schema": TEXT},
        "Deprecation": {"schema": TEXT},
    }
    told = client(tmp_path, schemas).get("/things").headers
    assert NOW < int(told["x-token-expires"]) < NOW + 31 * 86_400
    assert (len(told["x-currency"]), told["x-currency"].isupper()) == (3, True)
    assert 1 <= int(told["retry-after"]) <= 30
    assert told["content-disposition"] == 'attachment; filename="export.json"'
    assert "deprecation" not in told
