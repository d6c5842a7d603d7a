"""A reply that cannot be made is told on the log: at start where a pattern says so, else when it is met."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from metermock import asgi_app
from metermock.project import open_words
from metermock.server.app import tell_left_out

FAR = "^z(?=.*x{40})(?=.*y{40})[a-z]{90}(?<=q)$"
"""A pattern that no text has which is drawn by chance."""


def written(folder: Path, *fields: Any) -> Path:
    """A document of an operation for each of these fields, which its reply needs."""
    paths = {}
    for number, field in enumerate(fields):
        schema = {"type": "object", "required": ["mark"], "properties": {"mark": field}}
        content = {"application/json": {"schema": schema}}
        operation = {
            "operationId": f"get{number}",
            "responses": {"200": {"description": "", "content": content}},
        }
        paths[f"/{number}"] = {"get": operation}
    path = folder / "marks.json"
    path.write_text(
        json.dumps({"openapi": "3.1.0", "info": {"title": "M", "version": "1"}, "paths": paths}, indent=1)
    )
    return path


def told_at_start(path: Path, caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the log says of a document before anybody asks."""
    project, (name,) = open_words([str(path)])
    tell_left_out([project.load(name)], limited=False)
    return [record.getMessage() for record in caplog.records]


def test_the_start_names_a_pattern_without_a_text(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """With its file and line, and what helps; of many, the first."""
    path = written(tmp_path, {"type": "string", "pattern": FAR})
    (said,) = told_at_start(path, caplog)
    line = path.read_text().splitlines().index(next(x for x in path.read_text().splitlines() if FAR[:9] in x))
    assert said.startswith(f"marks: {path}:{line + 1}: no text was found for the pattern")
    assert said.endswith("a reply that needs it is a 500. Give it an example.")


@pytest.mark.parametrize(("count", "others"), [(1, "1 more pattern"), (2, "2 more patterns")])
def test_of_many_patterns_the_first_are_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, count: int, others: str
) -> None:
    """And the others counted."""
    many = [{"type": "string", "pattern": FAR, "maxLength": 100 + number} for number in range(3 + count)]
    told = told_at_start(written(tmp_path, *many), caplog)
    assert len(told) == 4
    assert told[-1] == f"marks: and no text was found for {others}; metermock lint lists them"


@pytest.mark.parametrize(("place", "is_told"), [("requestBody", False), ("responses", True), ("", False)])
def test_only_patterns_of_replies_are_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, place: str, *, is_told: bool
) -> None:
    """Also where references lead to them; what only requests have is no 500."""
    inside = {"type": "object", "properties": {"inner": {"$ref": "#/components/schemas/Inner"}}}
    content = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Outer"}}}}
    operation: dict[str, Any] = {"responses": {"200": {"description": "Done."}}}
    operation |= {"requestBody": content} if place == "requestBody" else {}
    operation["responses"]["200"] |= content if place == "responses" else {}
    inner = {"type": "object", "properties": {"mark": {"type": "string", "pattern": FAR}}}
    path = tmp_path / "marks.json"
    path.write_text(
        json.dumps(
            {
                "openapi": "3.1.0",
                "info": {"title": "M", "version": "1"},
                "paths": {"/marks": {"post": operation}},
                "components": {"schemas": {"Outer": inside, "Inner": inner}},
            }
        )
    )
    assert bool(told_at_start(path, caplog)) is is_told


def test_a_pattern_with_a_text_is_not_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is said where replies are made."""
    assert told_at_start(written(tmp_path, {"type": "string", "pattern": "^[a-z]{9}$"}), caplog) == []


def test_a_reply_that_cannot_be_made_is_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """When it is first met, with operation and schema; the second request is a 500 without a word."""
    never = {"type": "string", "not": {"type": "string"}}
    client = TestClient(asgi_app(written(tmp_path, never)))
    caplog.clear()
    assert [client.get("/0").status_code for _ in range(2)] == [500, 500]
    (said,) = [each.getMessage() for each in caplog.records if "No value was found" in each.getMessage()]
    assert said.startswith("marks: No value was found that the schema of get0, /paths/~10/get/responses/200/")
    assert said.endswith("Such replies are a 500.")
