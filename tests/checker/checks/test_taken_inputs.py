"""Bad inputs that a deployment takes: one cause, whoever finds it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.checker.small import Asked, check, document, operation, small

LIMIT = {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 20}}
REFUSED = {"description": "no", "content": {"application/json": {"schema": {"type": "object"}}}}


def limited() -> Any:
    """A document whose operation refuses a limit that is none."""
    listing = operation(schema={"type": "object"}, operationId="list", parameters=[LIMIT])
    listing["responses"]["400"] = REFUSED
    return document(paths={"/calls": {"get": listing}})


def careless(asked: Asked) -> tuple[int, Any]:
    """A server that takes any limit."""
    return (200, {}) if asked.path == "/calls" else (404, {})


def unrounded(asked: Asked) -> tuple[int, Any]:
    """A server that knows the bounds of a limit, and takes any text that is no number of another kind."""
    limit = asked.query.get("limit", ["7"])[-1]
    is_bad = limit.lstrip("-").isdigit() and not 1 <= int(limit) <= 20
    return careless(asked) if not is_bad else (400, {})


@pytest.mark.parametrize("answer", [careless, unrounded])
def test_a_baseline_without_random_requests_knows_what_they_find_again(tmp_path: Path, answer: Any) -> None:
    """A cause goes by what was wrong with the input and what came, not by the request that showed it."""
    known = ("--baseline", str(tmp_path / "known.toml"))
    with small(answer) as deployed:
        assert check(tmp_path, limited(), deployed.url)[0] == 1
        check(tmp_path, limited(), deployed.url, *known, "--update-baseline")
        code, report = check(tmp_path, limited(), deployed.url, *known, "--fuzz")
    assert (code, [found["message"] for found in report["findings"] if found["level"] == "must"]) == (0, [])


def test_what_only_random_requests_find_is_new(tmp_path: Path) -> None:
    """A fault of another kind, or one that directed requests did not meet, is in no baseline."""

    def answer(asked: Asked) -> tuple[int, Any]:
        # Directed requests send one name that nobody knows, and say which it is.
        return (500, {}) if {*asked.query} - {"limit", "metermock-unknown"} else careless(asked)

    known = ("--baseline", str(tmp_path / "known.toml"))
    with small(answer) as deployed:
        check(tmp_path, limited(), deployed.url, *known, "--update-baseline")
        code, report = check(tmp_path, limited(), deployed.url, *known, "--fuzz")
    assert code == 1, report["findings"]
