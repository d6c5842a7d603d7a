"""Made texts are of their format and keep the pattern, the lengths and the bounds beside it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from metermock.server.generation.values.pools import pool
from tests.server.generation.made import ACCOUNTS, WHOLE, asking, object_of

DAY, TIME = {"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}
UUID = "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
CLOCK = 1_773_848_527
SCHEMAS: dict[str, Any] = {
    "days of a month": {**DAY, "pattern": "^2026-01"},
    "first days": {**DAY, "pattern": "-01$"},
    "leap day": {**DAY, "pattern": "^2024-02-29$"},
    "far years": {**DAY, "pattern": "^19[0-4]"},
    "milliseconds": {**TIME, "pattern": "\\.\\d{3}Z$"},
    "offset": {**TIME, "pattern": "[+-]\\d\\d:\\d\\d$"},
    "midnights": {**TIME, "pattern": "T00:00:00Z$"},
    "exact length": {**TIME, "minLength": 25, "maxLength": 25},
    "hours of work": {"type": "string", "format": "time", "pattern": "^(09|1[0-6]):"},
    "uuid of its version": {"type": "string", "format": "uuid", "pattern": UUID},
    "mails of a company": {"type": "string", "format": "email", "pattern": "@acme\\.example$"},
    "short mails": {"type": "string", "format": "email", "maxLength": 12},
    "private addresses": {"type": "string", "format": "ipv4", "pattern": "^10\\."},
    "documents": {"type": "string", "format": "uri", "pattern": "\\.pdf$"},
    "zones": {"type": "string", "format": "iana-timezone", "pattern": "^America/"},
}


@pytest.mark.parametrize("about", SCHEMAS)
def test_made_texts_are_valid_and_several(tmp_path: Path, about: str) -> None:
    """Asking judges each reply; accounts differ unless the pattern is one text."""
    ask = asking(tmp_path, object_of(value=SCHEMAS[about], created_at=SCHEMAS[about]))
    made = {ask(account)["value"] for account in ACCOUNTS}
    assert len(made) > 1 or about == "leap day"


@pytest.mark.parametrize("about", ["milliseconds", "offset"])
def test_instants_in_another_spelling_are_as_plausible(tmp_path: Path, about: str) -> None:
    """What began does not end before, and nothing lies behind the clock."""
    schema = SCHEMAS[about]
    ask = asking(tmp_path, object_of(created_at=schema, updated_at=schema))
    for account in ACCOUNTS:
        body = ask(account, now=CLOCK)
        assert body["created_at"] <= body["updated_at"] <= "2026-03-18T15:42:07.999Z", body


@pytest.mark.parametrize(
    ("length", "shown", "form"),
    [
        (25, "2025-10-15T13:53:25.135Z", r".{19}\+00:00"),
        (24, "2025-10-15T13:53:25Z", r".{19}\.000Z"),
        (20, "2025-10-15T13:53:25.135Z", r".{19}Z"),
        (10, "2025-10-15", r".{10}"),
        (30, "2025-10-15T13:53:25Z", r".{30}"),
    ],
)
def test_an_instant_is_as_long_as_its_schema_wants_it(
    tmp_path: Path, length: int, shown: str, form: str
) -> None:
    """Where its example has another length, which the schema refuses; asking judges each reply."""
    schema = {"type": "string", "minLength": length, "maxLength": length, "example": shown}
    ask = asking(tmp_path, object_of(filed_at=schema))
    assert all(re.fullmatch(form, ask(account)["filed_at"]) for account in ACCOUNTS)


def test_days_of_a_pattern_lie_before_the_clock_where_there_are_such(tmp_path: Path) -> None:
    """A day of another year than the clock's is told where the pattern has no other."""
    ask = asking(tmp_path, object_of(value=SCHEMAS["first days"], expires_at=SCHEMAS["first days"]))
    for account in ACCOUNTS:
        body = ask(account, now=CLOCK)
        assert body["value"] <= "2026-03-18" < body["expires_at"], body


@pytest.mark.parametrize(
    ("schema", "low", "high"),
    [
        ({**DAY, "formatMinimum": "2030-01-01"}, "2030-01-01", "2031-01-01"),
        ({**DAY, "formatExclusiveMaximum": "2020-01-01"}, "2019-01-01", "2019-12-31"),
        (
            {**TIME, "formatMinimum": "2030-01-01T00:00:00Z", "formatMaximum": "2030-01-02T00:00:00Z"},
            "2030-01-01T00:00:00Z",
            "2030-01-02T00:00:00Z",
        ),
        (
            {"type": "string", "format": "time", "formatMinimum": "09:00:00Z", "formatMaximum": "17:00:00Z"},
            "09:00:00Z",
            "17:00:00Z",
        ),
    ],
)
def test_bounds_of_a_format_are_kept(tmp_path: Path, schema: Any, low: str, high: str) -> None:
    """No validator asks for them, but their author does."""
    ask = asking(tmp_path, object_of(value=schema))
    made = [ask(account)["value"] for account in ACCOUNTS]
    assert all(low <= each <= high for each in made), made


def test_integers_called_unix_are_instants(tmp_path: Path) -> None:
    """A thing was made seconds or milliseconds after 1970 near the clock; a user of Unix is no instant."""
    names = (
        "created_at_unix",
        "updated_at_unix_secs",
        "last_call_unix_ms",
        "next_unix",
        "unix_user",
    )
    made = asking(tmp_path, object_of(**dict.fromkeys(names, WHOLE)))()
    seconds = [made["created_at_unix"], made["updated_at_unix_secs"], made["last_call_unix_ms"] // 1000]

    assert all(CLOCK - 400 * 86_400 < each <= CLOCK for each in seconds)
    assert made["created_at_unix"] <= made["updated_at_unix_secs"]
    assert abs(made["next_unix"] - CLOCK) < 400 * 86_400
    assert made["unix_user"] < 10**6


@pytest.mark.parametrize(("shown", "pattern"), [("EUR", "^[A-Z]{3}$"), ("eur", "^[a-z]{3}$")])
def test_a_currency_with_a_pattern_and_an_example_is_one(tmp_path: Path, shown: str, pattern: str) -> None:
    """Three letters of the shape of an example are none."""
    schema = {"type": "string", "pattern": pattern, "examples": [shown]}
    ask = asking(tmp_path, object_of(currency=schema, invoice_currency=schema))
    texts = {text.upper() for account in ACCOUNTS for text in ask(account).values()}

    assert texts <= {*pool("currency")}
    assert len(texts) > 1
