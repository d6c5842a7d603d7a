"""Replies that may have several media types: each is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.checker.engine.test_right_refusals import broken
from tests.checker.small import Asked, check, document, operation, small

CONTENT = {"application/json": {"schema": {"type": "object"}}, "text/csv": {"schema": {"type": "string"}}}


@pytest.mark.parametrize(
    ("status", "kind", "wrong"),
    [
        (200, "text/csv", []),
        (200, "application/json", []),
        (406, "application/json", []),
        (200, "text/html", [("media-type", "get_rows", "text/html")]),
        (500, "application/json", [("valid-request", "get_rows", "status 500")]),
    ],
)
def test_each_documented_media_type_is_asked_for(
    tmp_path: Path, status: int, kind: str, wrong: list[tuple[str, str, str]]
) -> None:
    """A deployment may send another documented one, or refuse; what else it sends is a finding."""
    written = operation()
    written["responses"]["200"]["content"] = CONTENT

    def answer(asked: Asked) -> Any:
        if asked.path != "/rows":
            return 404, None
        is_csv = asked.headers.get("accept") == "text/csv"
        return (status, "{}", {"content-type": kind}) if is_csv else (200, {})

    rules = ("--rule", "valid-request", "--rule", "media-type")
    with small(answer) as served:
        _, report = check(tmp_path, document(paths={"/rows": {"get": written}}), served.url, *rules)
    assert broken(report) == wrong
    accepted = [each.headers["accept"] for each in served.asked]
    assert {"application/json", "text/csv"} <= set(accepted)
