"""Instants that tell when a reply was made are now; those that count milliseconds are no lengths."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.server.generation.made import ACCOUNTS, DATE, INSTANT, TEXT, WHOLE, asking, object_of, rows_of

NOW = 1_773_848_527
TOLD = "2026-03-18T15:42:07Z"


def test_a_reply_about_use_was_made_now(tmp_path: Path) -> None:
    """Whatever other instants stand beside it."""
    seen = dict.fromkeys(("generatedAt", "asOf", "fetched_at", "serverTime", "timestamp"), INSTANT)
    ask = asking(
        tmp_path,
        object_of(calls=WHOLE, now=WHOLE, computedAt=WHOLE, as_of_date=DATE, lastCallAt=INSTANT, **seen),
    )
    for account in ACCOUNTS:
        body = ask(account=account)
        assert {name: body[name] for name in seen} == dict.fromkeys(seen, TOLD)
        assert (body["now"], body["computedAt"], body["as_of_date"]) == (NOW, NOW, TOLD[:10])
        assert body["lastCallAt"] is None or body["lastCallAt"] <= TOLD


def test_figures_were_updated_minutes_ago(tmp_path: Path) -> None:
    """What tells until when they are known."""
    body = asking(tmp_path, object_of(calls=WHOLE, lastUpdatedAt=INSTANT, dataThrough=INSTANT))()
    assert "2026-03-18T15:37:07Z" <= body["lastUpdatedAt"] <= TOLD
    assert "2026-03-18T15:37:07Z" <= body["dataThrough"] <= TOLD


def test_things_were_made_when_they_were(tmp_path: Path) -> None:
    """A report of a list has a day of its own."""
    ask = asking(tmp_path, rows_of(id=TEXT, generatedAt=INSTANT, fetchedAt=INSTANT), path="/reports")
    told = {
        row[name]
        for account in ACCOUNTS
        for row in ask(account=account)
        for name in ("generatedAt", "fetchedAt")
    }
    assert len(told) > 5
    assert max(told) < TOLD


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("createdAtMillis", 1000),
        ("deliveredAtMillis", 1000),
        ("completedAtEpochMillis", 1000),
        ("sentAtMs", 1000),
        ("timestampMs", 1000),
        ("ended_epoch_seconds", 1),
        ("created_at_seconds", 1),
    ],
)
def test_an_instant_is_counted_in_its_unit(tmp_path: Path, name: str, unit: int) -> None:
    """It lies within the last years."""
    row = asking(tmp_path, rows_of(id=TEXT, **{name: {**WHOLE, "format": "int64"}}), path="/things")()[0]
    assert NOW - 400 * 86_400 <= row[name] / unit <= NOW


@pytest.mark.parametrize(
    "name", ["latencyMs", "durationMillis", "retryAfterMs", "timeoutSeconds", "ttl_seconds"]
)
def test_a_length_is_no_instant(tmp_path: Path, name: str) -> None:
    """However it is counted."""
    row = asking(tmp_path, rows_of(id=TEXT, **{name: {**WHOLE, "format": "int64"}}), path="/things")()[0]
    assert row[name] < 10**8
