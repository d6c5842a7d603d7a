"""Operations that give nobody a good reply: what they send all the same is judged, and told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.checker.small import Asked, check, document, operation, small

ROWS = {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "string"}}}}
NAME = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
PATHS = {
    "/rows": {"get": operation(schema=ROWS, operationId="list")},
    "/rows/{id}": {
        "parameters": [NAME],
        "get": operation(schema={"type": "object"}, operationId="one"),
        "delete": operation(status="204", operationId="drop"),
    },
}


@pytest.mark.parametrize(
    ("listed", "one", "drop", "code", "broken", "reason"),
    [
        (200, 200, 204, 0, [], ""),
        (200, 404, 204, 3, [], "one: 404 for each value of id that is known, those that list shows too"),
        (200, 500, 204, 1, [("valid-request", "one")], "one: it answers 500"),
        (200, 200, 500, 1, [("valid-request", "drop")], "drop: it answers 500"),
        (200, 503, 204, 3, [], "one: it answers 503"),
        (500, 500, 500, 3, [], "could not be tested: it answers 500"),
    ],
)  # fmt: skip
def test_an_operation_that_fails_is_broken(  # noqa: PLR0917 - a table
    tmp_path: Path, listed: int, one: int, drop: int, code: int, broken: list[Any], reason: str
) -> None:
    """A 500 is the deployment's own where it answers others; of a 404, and of a gateway, nobody knows."""

    def answer(asked: Asked) -> tuple[int, Any]:
        if asked.path == "/rows":
            return listed, [{"id": "a"}] if listed == 200 else {}
        if asked.path != "/rows/a":
            return 404, {}
        status = drop if asked.method == "DELETE" else one
        return status, None if status == 204 else {}

    words = ("--unsafe-methods", "--rule", "valid-request", "--retries", "0")
    with small(answer) as served:
        got, report = check(tmp_path, document(paths=PATHS), served.url, *words)
    found = [(each["rule"], each["operation"]) for each in report.get("findings", [])]
    assert (got, found) == (code, broken), report
    assert reason in report.get("reason", "")
