"""Names that are taken: bodies are sent with new ones, and told where that does not help."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from tests.checker.engine.test_right_refusals import broken, described, replies
from tests.checker.small import Asked, check, small

KEY = {
    "type": "object",
    "required": ["name", "scope"],
    "properties": {
        "scope": {"enum": ["read", "write", "all"]},
        "name": {"type": "string", "minLength": 1, "maxLength": 12},
        "code": {"type": "string", "pattern": "^[a-z]{3}$"},
    },
}
WELL_FORMED = jsonschema_rs.validator_for(KEY)


@pytest.mark.parametrize("is_helped", [True, False])
def test_a_body_whose_name_is_taken_is_sent_with_a_new_one(tmp_path: Path, *, is_helped: bool) -> None:
    """What is fixed in the schema stays; bodies that met nothing but conflicts are told as not tried."""
    content = {"application/json": {"schema": KEY, "example": {"name": "ci-runner", "scope": "read"}}}
    post = {"operationId": "make", "requestBody": {"required": True, "content": content}}
    post["responses"] = replies("201", "400", "409")
    taken: set[str] = set()
    made: list[dict[str, Any]] = []

    def answer(asked: Asked) -> tuple[int, Any]:
        if asked.sent != "POST":
            return 405, None
        try:
            body = json.loads(asked.body)
        except ValueError:
            return 400, {}
        if not WELL_FORMED.is_valid(body):
            return 400, {}
        name = body["name"]
        if name in taken or (taken and not is_helped):
            return 409, {}
        taken.add(name)
        made.append(body)
        return 201, {}

    document = {**described({"/keys": {"post": post}}), "security": []}
    words = ("--rule", "valid-request", "--unsafe-methods")
    with small(answer) as served:
        _, report = check(tmp_path, document, served.url, *words)
    assert broken(report) == []
    told = [each for each in report.get("left_out", ()) if "not tried, since 409 came" in each]
    assert bool(told) is not is_helped
    if is_helped:
        assert len(made) > 3
        assert len({each["scope"] for each in made}) > 1
    else:
        assert told == ["good bodies that were not tried, since 409 came, with a new name too: make (5)"]
