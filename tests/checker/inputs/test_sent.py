"""What is sent as good and bad, against deployments that read as the contract does, or pass over a fault."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.checker.inputs.parameters import operation_of, query
from tests.checker.small import Asked, check, small
from tests.contract.reading.documents import document

PATH = "/usage/{kind}"
PARAMETERS: list[Any] = [
    {"name": "kind", "in": "path", "required": True, "schema": {"enum": ["a", "b"]}},
    query({"type": "object", "properties": {"days": {"type": "integer"}}}, "filter", style="deepObject"),
    query({"type": "array", "items": {"type": "integer"}, "maxItems": 2}, "n", explode=False),
    query({"oneOf": [{"type": "integer", "minimum": 1}, {"const": "all"}]}, "limit", required=True),
    query({"type": "string"}, "q"),
    query({"type": "string", "format": "uuid"}, "team_id"),
]
REPLIES = {status: {"description": "x"} for status in ("200", "400", "404")}


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback servers are not behind the proxy of whoever runs the tests."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.mark.parametrize(
    ("ignored", "code"), [("", 0), ("kind", 1), ("filter", 1), ("n", 1), ("limit", 1)], ids=str
)
def test_a_deployment_has_to_read_as_its_contract_says(tmp_path: Path, ignored: str, code: int) -> None:
    """A right one is kept, also where it knows no such team; one that passes over a fault is broken."""
    operation = operation_of(tmp_path, *PARAMETERS, path=PATH)

    def answer(asked: Asked) -> tuple[int, Any]:
        if not asked.path.startswith("/usage/") or asked.method != "GET":
            return 404, None
        pairs = [(name, text) for name, several in asked.query.items() for text in several]
        path = {"kind": asked.path.removeprefix("/usage/")}
        values, violations = operation.read(pairs, {}, path=path)
        if any(violation.name != ignored for violation in violations):
            return 400, None
        return (404, None) if "team_id" in values else (200, {})

    get = {"operationId": "getUsage", "parameters": PARAMETERS, "responses": REPLIES}
    written = document(paths={PATH: {"get": get}})
    with small(answer) as server:
        found, report = check(tmp_path, written, server.url)
    musts = {each["rule"] for each in report["findings"] if each["level"] == "must"}
    assert (found, musts) == (code, {"invalid-parameter"} if code else set())
