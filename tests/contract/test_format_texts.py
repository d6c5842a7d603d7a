"""Texts of a format that keep a pattern and lengths are found, or it is known that there are none."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # judges what another engine found

from metermock.contract.format_texts import drawing, is_nothing

KEYS = range(6)


@pytest.mark.parametrize(
    ("form", "pattern", "low", "high"),
    [
        ("date", "^2026-01", 0, None),
        ("date", "^1999", 0, None),
        ("date", "^2024-02-29$", 0, None),
        ("date", "0[12]-3", 0, None),
        ("date-time", r"\.\d{3}Z$", 0, None),
        ("date-time", "^2031-0[4-6]-.*T12:30:", 0, None),
        ("date-time", None, 25, 25),
        ("uuid", "^a1b2", 0, None),
        ("uuid", "^[0-9A-F-]+$", 0, None),
        ("email", r"@acme\.example$", 0, None),
        ("email", None, 0, 12),
        ("ipv4", r"^10\.", 0, None),
        ("ipv4", None, 0, 8),
        ("ipv6", "^fe80:", 0, None),
        ("hostname", r"\.internal$", 0, None),
        ("uri", r"\.pdf$", 0, 60),
        ("iana-timezone", "^America/", 0, None),
        ("date", "^(?!2020)202[01]", 0, None),
    ],
)
def test_texts_are_of_the_format_and_keep_the_rest(
    form: str, pattern: str | None, low: int, high: int | None
) -> None:
    """Each of them, whatever its key is; a pattern that looks around is met by chance."""
    draw = drawing(form, pattern, low, high)
    assert draw is not None
    schema: dict[str, Any] = {"format": form, "minLength": low}
    schema |= {"pattern": pattern} if pattern else {}
    schema |= {"maxLength": high} if high is not None else {}
    judge = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    texts = [draw(key) for key in KEYS]
    assert all(map(judge.is_valid, texts)), texts


@pytest.mark.parametrize(
    ("form", "pattern", "low", "high"),
    [
        ("date", r"^\d{8}$", 0, None),
        ("date", "^2023-02-29$", 0, None),
        ("date", "^2026-13", 0, None),
        ("date", None, 0, 8),
        ("date-time", r"^\d{4}-\d\d-\d\d$", 0, None),
        ("time", r"^\d\d:\d\d$", 0, None),
        ("uuid", "^[0-9a-f]{32}$", 0, None),
        ("email", "^[a-z]+$", 0, None),
        ("ipv4", None, 20, None),
    ],
)
def test_it_is_known_where_there_is_none(form: str, pattern: str | None, low: int, high: int | None) -> None:
    """None is found there either."""
    assert is_nothing(form, pattern, low, high)
    assert drawing(form, pattern, low, high) is None


@pytest.mark.parametrize(
    ("form", "pattern"), [("date", "^x(?!x)"), ("made-up", "^x$"), ("date-time", "(?i)^X"), ("date", "^2026")]
)
def test_nothing_is_said_of_what_nobody_knows(form: str, pattern: str) -> None:
    """Of a pattern that looks around in its middle, or a format that nobody defines."""
    assert not is_nothing(form, pattern, 0, None)
