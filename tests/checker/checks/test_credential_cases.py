"""Credentials that count only together: each of them has to be looked at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.checker.small import Asked, check, document, operation, small

KEY = "key_live_4fGh7KmQ2rTz"
TOKEN = "tok_live_9sWx3BnL6vYc"
SCHEMES = {
    "Key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "Token": {"type": "http", "scheme": "bearer"},
}


def _has_key(asked: Asked) -> bool:
    return asked.headers.get("x-key") == KEY


def _has_token(asked: Asked) -> bool:
    return asked.headers.get("authorization", "").split(" ")[1:] == [TOKEN]


def _lax_token(asked: Asked) -> bool:
    return _has_token(asked) or "authorization" not in asked.headers


def _messages(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    opens: Callable[[Asked], bool],
    security: list[dict[str, list[str]]],
) -> list[str]:
    """What is broken where `opens` says which requests are answered."""
    monkeypatch.setenv("SMALL_KEY", KEY)
    monkeypatch.setenv("SMALL_TOKEN", TOKEN)
    asked = operation(schema={"type": "object"}, operationId="listAudit", security=security)
    asked["responses"]["401"] = {"description": "no access"}
    api: dict[str, Any] = document(paths={"/audit": {"get": asked}})
    api["components"] = {"securitySchemes": SCHEMES}
    words = ("--credential", "me:Key=env:SMALL_KEY", "--credential", "me:Token=env:SMALL_TOKEN")
    with small(lambda asked: (200, {}) if opens(asked) else (401, None)) as served:
        _, report = check(folder, api, served.url, *words)
    return [each["message"] for each in report["findings"] if each["rule"] == "credentials"]


TOGETHER: list[dict[str, list[str]]] = [{"Key": [], "Token": []}]


def test_who_demands_both_keeps_the_rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deployment that refuses each half of two credentials breaks nothing."""

    def opens(asked: Asked) -> bool:
        return _has_key(asked) and _has_token(asked)

    assert _messages(tmp_path, monkeypatch, opens, TOGETHER) == []


@pytest.mark.parametrize("name", ["Key", "Token"])
def test_one_of_two_credentials_is_not_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A deployment that looks at one credential only is found, whichever it is."""
    opens = _has_key if name == "Key" else _has_token
    assert _messages(tmp_path, monkeypatch, opens, TOGETHER)


def test_a_missing_half_is_found_where_a_wrong_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deployment that looks at the second credential only where it is sent is found."""

    def opens(asked: Asked) -> bool:
        return _has_key(asked) and _lax_token(asked)

    found = _messages(tmp_path, monkeypatch, opens, TOGETHER)
    assert any("a good Key and no Token" in message for message in found)


@pytest.mark.parametrize("name", ["Key", "Token"])
def test_a_half_that_opens_by_itself_is_not_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Where one alone is another documented way in, whatever stands beside it may be answered."""
    opens = _has_key if name == "Key" else _has_token
    assert _messages(tmp_path, monkeypatch, opens, [*TOGETHER, {name: []}]) == []


def test_each_of_two_ways_in_is_asked_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deployment that refuses the second of two documented credentials is found."""
    found = _messages(tmp_path, monkeypatch, _has_key, [{"Key": []}, {"Token": []}])
    assert len(found) == 1
    assert "a good Token alone" in found[0]


def test_a_way_in_whose_part_opens_by_itself_is_not_asked_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a key, and a key with a token, nothing is said of both: the key alone would be sent."""
    assert _messages(tmp_path, monkeypatch, _has_key, [{"Key": []}, *TOGETHER]) == []


def test_who_takes_either_credential_keeps_the_rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deployment that takes each of two documented credentials breaks nothing."""

    def opens(asked: Asked) -> bool:
        return _has_key(asked) or _has_token(asked)

    assert _messages(tmp_path, monkeypatch, opens, [{"Key": []}, {"Token": []}]) == []
