"""Right servers with documents as frameworks write them: nothing is found that is not there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.checker.engine.test_right_refusals import broken
from tests.checker.small import Asked, check, document, small

OK = {"description": "ok", "content": {"*/*": {"schema": {"type": "object"}}}}
BAD = {"description": "bad"}
NUMBER = {"type": "integer", "format": "int32", "minimum": 0}
PAGEABLE = {
    "name": "pageable",
    "in": "query",
    "required": True,
    "schema": {"type": "object", "properties": {"page": NUMBER, "sort": {"type": "array", "items": {}}}},
}
"""As springdoc writes Spring's parameter: required, and each of its fields optional."""
VERSION = {
    "name": "api-version",
    "in": "query",
    "required": True,
    "schema": {"type": "string", "default": "1.0"},
}


def ran(report: Any) -> set[str]:
    """The rules that a report tells of."""
    return {each["id"] for each in report["rules"]}


def test_a_required_object_whose_fields_are_optional_may_be_left_out(tmp_path: Path) -> None:
    """Nothing in the query says it; its fields are varied, and refused where they are bad."""
    get = {"operationId": "list", "parameters": [PAGEABLE], "responses": {"200": OK, "400": BAD}}

    def answer(asked: Asked) -> tuple[int, Any]:
        page = asked.query.get("page", ["0"])[-1]
        return (200, {}) if page.isdecimal() and int(page) < 2**31 else (400, None)

    with small(answer) as served:
        code, report = check(tmp_path, document(paths={"/accounts": {"get": get}}), served.url)
        assert any("page" in each.query for each in served.asked)
    assert (code, broken(report)) == (0, [])


def test_a_default_that_has_to_be_sent_is_compared_with_nothing(tmp_path: Path) -> None:
    """No rule about it is announced, which then never ran."""
    get = {"operationId": "list", "parameters": [VERSION], "responses": {"200": OK, "400": BAD}}

    def answer(asked: Asked) -> tuple[int, Any]:
        return (200, {}) if asked.query.get("api-version", [""])[-1] else (400, None)

    with small(answer) as served:
        code, report = check(tmp_path, document(paths={"/invoices": {"get": get}}), served.url)
    assert (code, broken(report)) == (0, [])
    assert "default" not in ran(report)
