"""What becomes of a field that no schema names, in a check."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.checker.small import check, document, operation, small

TOTAL = {"type": "object", "required": ["total"], "properties": {"total": {"type": "integer"}}}
SHUT = {**TOTAL, "additionalProperties": False}
REFUSAL = {
    "type": "object",
    "required": ["detail"],
    "properties": {"detail": {"type": "array", "items": {"properties": {"msg": {"type": "string"}}}}},
}
DAYS = {"name": "days", "in": "query", "schema": {"type": "integer", "minimum": 1}}


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback servers are not behind the proxy of whoever runs the tests."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def checked(folder: Path, body: Any, schema: Any, *words: str) -> tuple[int, set[tuple[str, str]]]:
    """The exit code, and rule and level of each finding, of a deployment that replies this."""
    with small(lambda asked: (200, body) if asked.path == "/usage" else (404, None)) as server:
        paths = {"/usage": {"get": operation(schema=schema)}}
        code, report = check(folder, document(paths=paths), server.url, *words)
    return code, {(each["rule"], each["level"]) for each in report["findings"]}


@pytest.mark.parametrize(
    ("schema", "words", "code", "level"),
    [
        (TOTAL, (), 0, "should"),
        (SHUT, (), 1, "must"),
        (TOTAL, ("--undocumented-fields", "must"), 1, "must"),
        (SHUT, ("--undocumented-fields", "should"), 0, "should"),
        (SHUT, ("--undocumented-fields", "allow"), 0, ""),
        (TOTAL, ("--skip", "undocumented-field"), 0, ""),
    ],
)
def test_an_undocumented_field_has_an_id_of_its_own(
    tmp_path: Path, schema: Any, words: tuple[str, ...], code: int, level: str
) -> None:
    """The schema decides how grave it is, unless an option does."""
    found = checked(tmp_path, {"total": 1, "extra": 2}, schema, *words)
    assert found == (code, {("undocumented-field", level)} if level else set())


@pytest.mark.parametrize(("chosen", "code"), [(None, 0), ("must", 1), ("allow", 0)])
def test_an_integer_as_float_has_an_id_of_its_own(tmp_path: Path, chosen: str | None, code: int) -> None:
    """JSON Schema takes 5.0 for an integer: a should, unless an option says otherwise."""
    words = ("--integer-as-float", chosen) if chosen else ()
    level = {None: "should", "must": "must"}.get(chosen)
    found = checked(tmp_path, {"total": 5.0}, TOTAL, *words)
    assert found == (code, {("integer-as-float", level)} if level else set())


def test_more_than_documented_in_a_refusal_breaks_nothing(tmp_path: Path) -> None:
    """A framework's own 422 tells more than the document does, to whoever sends a bad parameter."""
    get = operation(schema=TOTAL, parameters=[DAYS])
    refused = {"content": {"application/json": {"schema": REFUSAL}}}
    get["responses"]["422"] = {"description": "refused", **refused}

    def answer(asked: Any) -> Any:
        if asked.path != "/usage":
            return 404, None
        days = asked.query.get("days", ["1"])[-1]
        if days.isdecimal() and int(days) >= 1:
            return 200, {"total": 1}
        return 422, {"detail": [{"msg": "no", "input": days, "ctx": {"ge": 1}}]}

    with small(answer) as server:
        code, report = check(tmp_path, document(paths={"/usage": {"get": get}}), server.url)
    found = {(each["rule"], each["level"], each["place"]) for each in report["findings"]}
    assert code == 0
    assert found >= {("undocumented-field", "should", f"/detail/*/{name}") for name in ("input", "ctx")}
