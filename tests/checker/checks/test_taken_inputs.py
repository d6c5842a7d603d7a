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


def test_what_is_taken_names_what_the_document_has_against_it(tmp_path: Path) -> None:
    """Frameworks clamp numbers and pass over fields: the finding says what forbids it, and how to choose."""
    sent = {
        "type": "object",
        "properties": {"name": {"type": "string"}},
        "additionalProperties": False,
    }
    body = {"required": True, "content": {"application/json": {"schema": sent, "example": {"name": "a"}}}}
    making = operation(schema={"type": "object"}, operationId="make", requestBody=body)
    making["responses"]["400"] = REFUSED
    both = limited()
    both["paths"]["/calls"]["post"] = making
    known = ("name", "metermock_unknown")

    def answer(asked: Asked) -> tuple[int, Any]:
        if asked.method == "POST":
            is_read = all(f'"{name}"' in asked.body.decode() for name in known)
            return (200, {}) if is_read or asked.body == b'{"name": "a"}' else (400, {})
        return careless(asked)

    with small(answer) as deployed:
        report = check(tmp_path, both, deployed.url, "--unsafe-methods", "--rule", "invalid-*")[1]
    advice = {each["message"]: each["advice"] for each in report["findings"]}
    clamped = next(text for message, text in advice.items() if "one below the lowest" in message)
    passed_over = next(text for message, text in advice.items() if "unknown field" in message)
    assert "wrong: query limit: 0 is less than the minimum of 1" in clamped
    assert "--skip invalid-parameter or a baseline" in clamped
    assert "no undocumented field is expected at /metermock_unknown, and 1 came" in passed_over
    assert "--skip invalid-body" in passed_over
