"""How long a made thing took is the time between its beginning and its end."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import AMOUNT, COUNT, INSTANT, TEXT, asking, object_of, rows_of

NOW = dt.datetime(2026, 3, 18, 15, 42, 7, tzinfo=dt.UTC)
OR_NULL = {"type": ["string", "null"], "format": "date-time"}
STATUS = {"type": "string", "enum": ["ongoing", "completed", "cancelled"]}
ACCOUNTS = ("steady", "quiet", "near-limit", "over-limit", "huge")


def rows(folder: Path, **row: Any) -> list[dict[str, Any]]:
    """Things of several accounts."""
    ask = asking(folder, rows_of(**row), path="/things")
    return [each for account in ACCOUNTS for each in ask(account)]


def seconds(row: dict[str, Any], first: str, last: str) -> float:
    """The time between two instants of a row."""
    begun, over = (dt.datetime.fromisoformat(row[name]) for name in (first, last))
    return (over - begun).total_seconds()


@pytest.mark.parametrize(
    ("first", "last", "length", "part"),
    [
        ("started_at", "ended_at", "minutes", 60),
        ("startedAt", "completedAt", "durationSeconds", 1),
        ("start_time", "end_time", "duration", 1),
        ("started_at", "finished_at", "runtime_hours", 3_600),
        ("call_started_at", "call_ended_at", "call_duration_sec", 1),
        ("started_at", "ended_at", "duration_ms", 0.001),
        ("start_time", "end_time", "execution_time_ms", 0.001),
    ],
)
def test_a_length_is_the_time_between(
    tmp_path: Path, first: str, last: str, length: str, part: float
) -> None:
    """In its unit, rounded; of milliseconds the instants have the seconds."""
    several = rows(tmp_path, id=TEXT, **{first: INSTANT, last: INSTANT, length: COUNT})
    for row in several:
        assert row[length] * part == pytest.approx(seconds(row, first, last), abs=max(part, 1) / 2 + 0.01)
    assert any(row[length] for row in several)


def test_what_goes_on_has_taken_the_time_until_now(tmp_path: Path) -> None:
    """What was canceled has taken none, unless the length may be null: then neither has one."""
    ride = {"id": TEXT, "status": STATUS, "started_at": INSTANT, "ended_at": OR_NULL}
    several = rows(tmp_path, **ride, minutes=COUNT)
    assert {row["status"] for row in several} == {*STATUS["enum"]}
    for row in several:
        if row["status"] == "ongoing":
            begun = dt.datetime.fromisoformat(row["started_at"])
            assert row["minutes"] == pytest.approx((NOW - begun).total_seconds() / 60, abs=0.51)
        elif row["ended_at"] is None:
            assert row["minutes"] == 0
    of_null = rows(tmp_path, **ride, minutes={"type": ["integer", "null"], "minimum": 0})
    assert all(row["minutes"] is None for row in of_null if row["ended_at"] is None)


@pytest.mark.parametrize(
    "fields",
    [
        {"start": INSTANT, "end": INSTANT, "minutes": COUNT, "calls": COUNT},
        {"id": TEXT, "started_at": INSTANT, "finished_at": INSTANT, "audio_duration_seconds": COUNT},
        {"id": TEXT, "started_at": INSTANT, "ended_at": INSTANT, "billed_minutes": COUNT},
        {"id": TEXT, "created_at": INSTANT, "updated_at": INSTANT, "duration_ms": COUNT},
    ],
)
def test_other_lengths_are_not_that_of_the_thing(tmp_path: Path, fields: dict[str, Any]) -> None:
    """What was used in a bucket, how long a file is, and what is billed."""
    first, last = [name for name, schema in fields.items() if schema is INSTANT]
    length = next(name for name in fields if "minutes" in name or "duration" in name)
    part = 60 if "minutes" in length else 0.001 if length.endswith("ms") else 1
    several = [asking(tmp_path, object_of(**fields), path="/things")(account) for account in ACCOUNTS]
    gaps = [abs(row[length] * part - seconds(row, first, last)) for row in several]
    assert max(gaps) > max(part, 1)


def test_what_a_thing_costs_goes_with_how_long_it_took(tmp_path: Path) -> None:
    """No ride of ten minutes has the price of one of hours."""
    ride = {"id": TEXT, "started_at": INSTANT, "ended_at": INSTANT, "minutes": COUNT, "cost": AMOUNT}
    several = [asking(tmp_path, rows_of(**ride), path="/rides")(account) for account in ACCOUNTS]
    for prices in ([row["cost"] / row["minutes"] for row in rides if row["minutes"]] for rides in several):
        assert max(prices) < 2 * min(prices)
