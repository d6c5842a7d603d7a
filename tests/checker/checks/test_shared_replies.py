"""Which replies two accounts may share: those of an operation without security, and of one thing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.checker.small import Asked, check, small

ID = "3f2c9a71-5b1e-4c8d-9a60-7d1f0e2b4c85"
NAMED = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}, "example": ID}
MONTH = {
    "name": "month",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "enum": ["may", "june"]},
}
RESPONSES = {
    "200": {"description": "x", "content": {"application/json": {"schema": {"type": "object"}}}},
    "401": {"description": "x"},
}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "T", "version": "1"},
    "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}},
    "security": [{"key": []}],
    "paths": {
        "/prices": {"get": {"operationId": "prices", "security": [], "responses": RESPONSES}},
        "/models/{id}": {"get": {"operationId": "model", "parameters": [NAMED], "responses": RESPONSES}},
        "/usage": {"get": {"operationId": "usage", "responses": RESPONSES}},
        "/plan": {"get": {"operationId": "plan", "responses": {**RESPONSES, "403": {"description": "x"}}}},
        "/usage/{month}": {"get": {"operationId": "month", "parameters": [MONTH], "responses": RESPONSES}},
    },
}


def alike(asked: Asked) -> tuple[int, Any]:
    """A server that shows everybody the same, and its plan to one account only."""
    is_open = asked.path == "/prices"
    if asked.path == "/plan" and asked.headers.get("x-key") in ("key-ben", "key-carl"):
        return 403, {"name": ID}
    is_known = asked.headers.get("x-key") in ("key-anna", "key-ben", "key-carl")
    return (200, {"calls": 7, "name": ID}) if is_open or is_known else (401, {})


def test_only_what_is_an_accounts_own_must_differ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prices that anybody may read, a thing that both name and a refusal may be shared; usage may not."""
    words = ["--rule", "isolation"]
    for name in ("anna", "ben", "carl"):
        monkeypatch.setenv(name.upper(), f"key-{name}")
        words += ["--credential", f"{name}:key=env:{name.upper()}"]
    with small(alike) as served:
        _, report = check(tmp_path, DOCUMENT, served.url, *words)
    assert {(each["rule"], each["operation"]) for each in report["findings"]} == {
        ("isolation", "usage"),
        ("isolation", "month"),
    }


@pytest.mark.parametrize(("checks", "level"), [({}, "should"), ({"isolation": "T-1"}, "must")])
def test_what_accounts_share_breaks_what_a_document_promises(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, checks: dict[str, str], level: str
) -> None:
    """The same reply for two accounts may be a catalogue: a warning, unless the document names the check."""
    words = ["--rule", checks.get("isolation", "isolation"), "--operation", "usage", "--no-fuzz"]
    for name in ("anna", "ben"):
        monkeypatch.setenv(name.upper(), f"key-{name}")
        words += ["--credential", f"{name}:key=env:{name.upper()}"]
    with small(alike) as served:
        code, report = check(tmp_path, {**DOCUMENT, "x-checks": checks}, served.url, *words)
    assert [each["level"] for each in report["findings"]] == [level]
    assert code == (1 if level == "must" else 0)
