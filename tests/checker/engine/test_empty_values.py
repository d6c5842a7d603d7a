"""An empty value is often read as none; that much is a warning, and a failure on it is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.checker.small import Asked, check, document, small

GOOD = {"description": "ok", "content": {"application/json": {"schema": {"type": "object"}}}}
KIND = {"name": "kind", "in": "query", "schema": {"type": "string", "enum": ["gas", "water"]}}
YEAR = {"name": "year", "in": "query", "required": True, "schema": {"type": "integer"}, "example": 2026}


def of(empty: int, *, unusual: int = 400, year: int = 400) -> Any:
    """A server that answers an empty kind, a year that is written oddly, and an empty year, in these ways."""

    def answer(asked: Asked) -> tuple[int, Any]:
        kind, written = asked.query.get("kind", ["gas"])[-1], asked.query.get("year", [""])[-1]
        if written == "1e2":
            return unusual, {}
        if not written:
            return (year if "year" in asked.query else 400), {}
        is_good = written.removeprefix("-").isdecimal() and written.isascii() and len(written) < 19
        return (empty if kind == "" else 200 if kind in ("gas", "water") and is_good else 400), {}

    return answer


@pytest.mark.parametrize(
    ("answer", "code", "found"),
    [
        (of(400), 0, set()),
        (of(200), 0, {("invalid-parameter", "should")}),
        (of(500), 1, {("invalid-parameter", "should"), ("status", "must")}),
        (of(400, year=200), 1, {("invalid-parameter", "must")}),
        (of(400, unusual=200), 0, {("invalid-parameter", "should")}),
        (of(400, unusual=500), 1, {("invalid-parameter", "should"), ("status", "must")}),
    ],
    ids=["refused", "none", "fails", "required", "unusual", "unusual fails"],
)
def test_an_empty_value_may_be_none(
    tmp_path: Path, answer: Any, code: int, found: set[tuple[str, str]]
) -> None:
    """Not where the parameter is required; whatever is sent, a status that no document has is a finding."""
    responses = {"200": GOOD, "400": {"description": "bad"}}
    get = {"operationId": "usage", "parameters": [KIND, YEAR], "responses": responses}
    with small(answer) as served:
        rules = ("--rule", "invalid-parameter", "--rule", "status")
        got, report = check(tmp_path, document(paths={"/usage": {"get": get}}), served.url, *rules)
    assert (got, {(each["rule"], each["level"]) for each in report.get("findings", [])}) == (code, found)
