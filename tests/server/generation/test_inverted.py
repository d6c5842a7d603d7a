"""A span that ends before it starts gets the refusal that the document has for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from metermock import asgi_app

DAY: Any = {"type": "string", "format": "date"}
INSTANT: Any = {"type": "string", "format": "date-time"}
UNIX: Any = {"type": "integer", "minimum": 0}
TEXT: Any = {"type": "string"}
ERROR: Any = {"type": "object", "required": ["message"], "properties": {"message": TEXT}}
TOTALS: Any = {"type": "object", "required": ["rides"], "properties": {"rides": {"type": "integer"}}}


def _response(schema: Any) -> Any:
    return {"description": "It.", "content": {"application/json": {"schema": schema}}}


def client(folder: Path, parameters: Any, body: Any = None, *, refusal: str = "422") -> TestClient:
    """The mock of one operation with these parameters, or with this body, and this refusal."""
    operation: Any = {"responses": {"200": _response(TOTALS), refusal: _response(ERROR)}}
    if body is None:
        operation["parameters"] = [
            {"name": name, "in": "query", "schema": schema} for name, schema in parameters.items()
        ]
    else:
        content = {"application/json": {"schema": {"type": "object", "properties": body}}}
        operation["requestBody"] = {"content": content}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Rides", "version": "1"},
        "paths": {"/rides": {"get" if body is None else "post": operation}},
    }
    path = folder / "rides.json"
    path.write_text(json.dumps(document))
    return TestClient(asgi_app(path))


@pytest.mark.parametrize(
    ("names", "schema", "early", "late"),
    [
        (("from", "to"), DAY, "2026-02-05", "2026-02-06"),
        (("start_date", "end_date"), DAY, "2025-12-31", "2026-01-01"),
        (("startTime", "endTime"), INSTANT, "2026-02-05T10:00:00Z", "2026-02-05T10:00:01Z"),
        (("since", "until"), INSTANT, "2026-02-05T12:00:00+02:00", "2026-02-05T10:00:01Z"),
        (("created_after", "created_before"), INSTANT, "2026-02-05T10:00:00Z", "2026-02-06T10:00:00Z"),
        (("start", "end"), UNIX, 1_770_000_000, 1_770_000_001),
        (("from", "to"), UNIX, 1_770_000_000_000, 1_770_000_001_000),
        (("from_month", "to_month"), TEXT, "2026-01", "2026-02"),
    ],
)
def test_a_start_after_its_end_is_refused(
    tmp_path: Path, names: tuple[str, str], schema: Any, early: Any, late: Any
) -> None:
    """Whatever the two ends are called; the same span the right way round, and of one moment, is taken."""
    asked = client(tmp_path, dict.fromkeys(names, schema))
    ways = {"inverted": (late, early), "right": (early, late), "one": (early, early)}
    replies = {
        way: asked.get("/rides", params=dict(zip(names, ends, strict=True))) for way, ends in ways.items()
    }
    assert {way: reply.status_code for way, reply in replies.items()} == {
        "inverted": 422,
        "right": 200,
        "one": 200,
    }
    assert f"{names[0]}: {late!r} is after {names[1]} {early!r}" in replies["inverted"].json()["message"]


@pytest.mark.parametrize(
    ("schemas", "query"),
    [
        (
            {"created_after": INSTANT, "updated_before": INSTANT},
            ("2026-02-06T00:00:00Z", "2026-02-05T00:00:00Z"),
        ),
        ({"from": INSTANT, "to": DAY}, ("2026-02-05T10:00:00Z", "2026-02-05")),
        ({"from": INSTANT, "to": DAY}, ("2026-02-06T04:00:00Z", "2026-02-05")),
        ({"from": TEXT, "to": TEXT}, ("UTR", "AMS")),
        ({"min_price": UNIX, "max_price": UNIX}, (1_770_000_001, 1_770_000_000)),
        ({"from": UNIX, "to": UNIX}, (20, 10)),
    ],
)
def test_what_is_no_inverted_span_is_taken(tmp_path: Path, schemas: Any, query: tuple[Any, Any]) -> None:
    """Ends of two spans, a day that may be of another zone, places, prices and small numbers say nothing."""
    asked = client(tmp_path, schemas)
    assert asked.get("/rides", params=dict(zip(schemas, query, strict=True))).status_code == 200


def test_a_span_in_a_body_is_refused_too(tmp_path: Path) -> None:
    """Also one in an object of the body."""
    ends = {"from": DAY, "to": DAY}
    asked = client(tmp_path, {}, {**ends, "filter": {"type": "object", "properties": ends}})
    wrong, right = {"from": "2026-02-06", "to": "2026-02-05"}, {"from": "2026-02-05", "to": "2026-02-06"}
    bodies = (wrong, {"filter": wrong}, {**right, "filter": right})
    assert [asked.post("/rides", json=body).status_code for body in bodies] == [422, 422, 200]


def test_without_a_documented_refusal_the_span_is_taken(tmp_path: Path) -> None:
    """A document that has no 400 or 422 does not say that such a span is wrong."""
    asked = client(tmp_path, {"from": DAY, "to": DAY}, refusal="401")
    assert asked.get("/rides", params={"from": "2026-02-06", "to": "2026-02-05"}).status_code == 200
