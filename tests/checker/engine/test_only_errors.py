"""Operations whose documents do not say what a good reply is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.checker.small import check, document, operation, small

ERROR = {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}}
OPEN = "no good reply is documented, so that any success will do: it"


def told(folder: Path, documented: tuple[str, ...], status: int, body: Any) -> tuple[int, Any]:
    """The exit code and the report where an operation documents these statuses, and always answers so."""
    responses = {
        each: {"description": "x", "content": {"application/json": {"schema": ERROR}}} for each in documented
    }
    paths = {"/it": {"get": {"operationId": "it", "responses": responses}}, "/other": {"get": operation()}}

    def answer(asked: Any) -> tuple[int, Any]:
        return {"/it": (status, body), "/other": (200, {})}.get(asked.path, (404, {"error": "none"}))

    with small(answer) as server:
        return check(folder, document(paths=paths), server.url)


@pytest.mark.parametrize("documented", [("404",), ("4XX", "500"), ()], ids=["one", "ranges", "none"])
@pytest.mark.parametrize(("status", "body"), [(200, {"total": 3}), (204, None)], ids=["200", "204"])
def test_any_success_will_do(tmp_path: Path, documented: tuple[str, ...], status: int, body: Any) -> None:
    """A document that describes errors alone forbids no success, which is told in a line."""
    code, report = told(tmp_path, documented, status, body)
    assert (code, report["findings"]) == (0, [])
    assert OPEN in report["left_out"]


@pytest.mark.parametrize("status", [404, 410])
def test_an_error_is_no_good_reply(tmp_path: Path, status: int) -> None:
    """Nobody knows what it would answer else: it is named, with how to leave it out."""
    code, report = told(tmp_path, ("404", "410"), status, {"error": "gone"})
    assert (code, report["findings"]) == (3, [])
    assert report["reason"] == (
        f"1 operation was not tested: it: only errors are documented, of which it answers {status}; "
        "--skip it leaves it out"
    )


def test_default_describes_a_success_too(tmp_path: Path) -> None:
    """`default` describes every status that has no response of its own, a success too."""
    code, report = told(tmp_path, ("404", "default"), 200, {"total": 3})
    assert (code, report["findings"][0]["rule"]) == (1, "schema")
