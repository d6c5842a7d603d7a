"""The time in which a limit holds is the one that its name says."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from metermock.ledger.calendar import DAY, HOUR, MINUTE
from tests.server.generation.made import ACCOUNTS, COUNT, INSTANT, asking, object_of, rows_of

OF_KEYS = {
    "smsPerHour": "hour",
    "emailsPerDay": "day",
    "messagesPerMonth": "month",
    "monthlyExports": "month",
}
KEY: dict[str, Any] = {"type": "string", "enum": [*OF_KEYS, "senders", "apiKeys"]}
WINDOW: dict[str, Any] = {"type": "string", "enum": ["none", "hour", "day", "month"]}
OR_NULL: dict[str, Any] = {"type": ["string", "null"], "format": "date-time"}
ROWS = rows_of(key=KEY, limit=COUNT, used=COUNT, window=WINDOW, resetsAt=OR_NULL)
LENGTHS = {"hour": HOUR, "day": DAY, "month": 31 * DAY}


@pytest.mark.parametrize("account", ACCOUNTS)
def test_a_row_has_the_window_of_its_label(tmp_path: Path, account: str) -> None:
    """And begins anew within it; what an account has some of has no window, and never does."""
    asked = asking(tmp_path, object_of(items=ROWS, as_of=INSTANT))
    now = dt.datetime(2026, 3, 18, 15, 42, 7, tzinfo=dt.UTC)

    for row in asked(account)["items"]:
        unit = OF_KEYS.get(row["key"], "none")
        assert row["window"] == unit, row
        if unit == "none":
            assert row["resetsAt"] is None
        else:
            until = dt.datetime.fromisoformat(row["resetsAt"]) - now
            assert 0 < until.total_seconds() <= LENGTHS[unit]


@pytest.mark.parametrize(
    ("name", "unit"), [("smsPerHour", "hour"), ("per_minute", "minute"), ("daily", "day")]
)
@pytest.mark.parametrize(
    "window", [{"type": "string"}, {"enum": ["1m", "1h", "1d"]}, {"enum": ["MINUTE", "HOUR", "DAY"]}]
)
def test_an_object_has_the_window_of_its_name(tmp_path: Path, name: str, unit: str, window: Any) -> None:
    """As a word, a short form or a number of seconds."""
    limit = object_of(limit=COUNT, used=COUNT, window={"type": "string", **window}, window_seconds=COUNT)
    made = asking(tmp_path, object_of(limits=object_of(**{name: limit})))()["limits"][name]

    assert made["window"].lower() in {unit, f"1{unit[0]}"}
    assert made["window_seconds"] == {"minute": MINUTE, "hour": HOUR, "day": DAY}[unit]


def test_what_is_counted_in_minutes_has_any_window(tmp_path: Path) -> None:
    """`call_minutes` and a plain name say no time: their windows are as they were."""
    key = {"type": "string", "enum": ["call_minutes", "tokens", "storage"]}
    schema = object_of(items=rows_of(key=key, limit=COUNT, used=COUNT, window=WINDOW))
    found = {row["window"] for account in ACCOUNTS for row in asking(tmp_path, schema)(account)["items"]}

    assert len(found) > 1


def test_limits_of_an_hour_are_smaller_than_those_of_a_month(tmp_path: Path) -> None:
    """Thousands, where a month has tens of thousands."""
    items = {row["key"]: row["limit"] for row in asking(tmp_path, object_of(items=ROWS))("steady")["items"]}

    assert items["smsPerHour"] <= 10_000
