"""A broken relation of two operations is told under the one that has it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.checker.small import Asked, check, document, operation, small

COUNT = {"type": "integer", "minimum": 0}
SCHEMA = {"type": "object", "required": ["sent"], "properties": {"sent": COUNT}}
RELATION = {
    "id": "MAIL-1",
    "level": "must",
    "message": "the parts make the whole",
    "requests": {"whole": {}, "parts": {"operation": "getParts"}},
    "rule": "parts.body.sent == whole.body.sent",
}
MAILS = document(
    paths={
        "/whole": {"get": operation(schema=SCHEMA, operationId="getWhole")},
        "/parts": {"get": operation(schema=SCHEMA, operationId="getParts")},
    }
)
OVERLAY = {
    "overlay": "1.1.0",
    "info": {"title": "Relations", "version": "1"},
    "extends": "./api.json",
    "actions": [{"target": "$.paths['/whole'].get", "update": {"x-relations": [RELATION]}}],
}


def answer(asked: Asked) -> tuple[int, Any]:
    """Another number for each operation."""
    sent = {"/whole": 7, "/parts": 6}.get(asked.path)
    return (404, None) if sent is None else (200, {"sent": sent})


def test_a_broken_relation_ran_and_stands_where_it_is_written(tmp_path: Path) -> None:
    """It has one row, with its message, and its finding names its line of the overlay."""
    overlay = tmp_path / "api.overlay.json"
    overlay.write_text(json.dumps(OVERLAY, indent=1))
    with small(answer) as served:
        _, report = check(tmp_path, MAILS, served.url)

    (finding,) = [each for each in report["findings"] if each["rule"] == "MAIL-1"]
    (row,) = [each for each in report["rules"] if each["id"] == "MAIL-1"]
    assert [row["operation"], row["message"]] == ["getWhole", "the parts make the whole"]
    assert row["ran"] >= 1
    assert row["ran"] == row["failed"]
    line = next(n for n, text in enumerate(overlay.read_text().splitlines(), 1) if '"MAIL-1"' in text)
    assert str(finding["document"]).endswith("api.overlay.json")
    assert abs(finding["line"] - line) <= 1
