"""A series has a row for each step of the span that is asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import COUNT, DATE, INSTANT, TEXT, WHOLE, asking, object_of, query, rows_of

NOW = dt.datetime(2026, 3, 18, 15, 42, 7, tzinfo=dt.UTC)
DAILY = object_of(days=rows_of(date=DATE, calls=COUNT))
POINTS = object_of(points=rows_of(timestamp=INSTANT, calls=COUNT))
MONTHS = object_of(points=rows_of(month={"type": "string", "pattern": r"^\d{4}-\d{2}$"}, calls=COUNT))


def anything(names: Iterable[str]) -> list[dict[str, Any]]:
    """Parameters that take anything."""
    return query(**{name: {} for name in names})


@pytest.mark.parametrize(
    ("asked", "first", "last", "rows"),
    [
        ({}, "2026-02-17", "2026-03-18", 30),
        ({"days": 7}, "2026-03-12", "2026-03-18", 7),
        ({"days": 90}, "2025-12-19", "2026-03-18", 90),
        ({"range": "30d"}, "2026-02-17", "2026-03-18", 30),
        ({"range": "last_7_days"}, "2026-03-12", "2026-03-18", 7),
        ({"range": "P3D"}, "2026-03-16", "2026-03-18", 3),
        ({"period": "week"}, "2026-03-12", "2026-03-18", 7),
        ({"period": "this_month"}, "2026-03-01", "2026-03-18", 18),
        ({"period": "last_month"}, "2026-02-01", "2026-02-28", 28),
        ({"period": "lastMonth"}, "2026-02-01", "2026-02-28", 28),
        ({"period": "PREVIOUS_MONTH"}, "2026-02-01", "2026-02-28", 28),
        ({"period": "Prev-Month"}, "2026-02-01", "2026-02-28", 28),
        ({"period": "lastCalendarMonth"}, "2026-02-01", "2026-02-28", 28),
        ({"period": "thisMonth"}, "2026-03-01", "2026-03-18", 18),
        ({"period": "monthToDate"}, "2026-03-01", "2026-03-18", 18),
        ({"period": "currentBillingPeriod"}, "2026-03-01", "2026-03-18", 18),
        ({"period": "MTD"}, "2026-03-01", "2026-03-18", 18),
        ({"period": "yearToDate"}, "2026-01-01", "2026-03-18", 77),
        ({"period": "last7Days"}, "2026-03-12", "2026-03-18", 7),
        ({"period": "monthly_active"}, "2026-02-17", "2026-03-18", 30),
        ({"period": "lastSeen"}, "2026-02-17", "2026-03-18", 30),
        ({"month": "2026-02"}, "2026-02-01", "2026-02-28", 28),
        ({"month": 2, "year": 2024}, "2024-02-01", "2024-02-29", 29),
        ({"start": "2026-03-01", "end": "2026-03-05"}, "2026-03-01", "2026-03-05", 5),
        ({"from": "2026-03-01T00:00:00Z", "to": "2026-03-05T00:00:00Z"}, "2026-03-01", "2026-03-04", 4),
        ({"since": "2026-03-10"}, "2026-03-10", "2026-03-18", 9),
        ({"until": "2026-03-10"}, "2026-02-09", "2026-03-10", 30),
        ({"start": 1772323200, "end": "2027-01-01"}, "2026-03-01", "2026-03-18", 18),
        ({"since": "now-2d"}, "2026-03-17", "2026-03-18", 2),
        ({"days": 3, "end": "2026-03-10"}, "2026-03-08", "2026-03-10", 3),
        ({"days": 7, "timezone": "Pacific/Auckland"}, "2026-03-13", "2026-03-19", 7),
        ({"days": 30, "limit": 4}, "2026-03-15", "2026-03-18", 4),
    ],
)
def test_the_span_that_is_asked_for_chooses_the_days(
    tmp_path: Path, asked: dict[str, Any], first: str, last: str, rows: int
) -> None:
    """Consecutive days within the span, the last of them today where no end is asked for."""
    body = asking(tmp_path, DAILY, anything(asked))(**asked)

    days = [row["date"] for row in body["days"]]
    assert (days[0], days[-1], len(days)) == (first, last, rows)
    read = [dt.date.fromisoformat(day) for day in days]
    assert all(later - earlier == dt.timedelta(days=1) for earlier, later in pairwise(read))


@pytest.mark.parametrize(
    ("asked", "step", "rows"),
    [
        ({"interval": "hour"}, 3_600, 24),
        ({"range": "24h"}, 3_600, 24),
        ({"granularity": "hourly", "days": 2}, 3_600, 48),
        ({"period": "hourly"}, 3_600, 24),
        ({"bucket_width": "1d"}, 86_400, 30),
        ({"step": 300, "range": "1h"}, 300, 12),
        ({"granularity": "perHour", "days": 2}, 3_600, 48),
        ({"granularity": "BY_WEEK"}, 604_800, 12),
        ({"granularity": "week"}, 604_800, 12),
        ({"period": "day", "start": "2026-03-10"}, 86_400, 9),
    ],
)
def test_the_grain_that_is_asked_for_is_the_step(
    tmp_path: Path, asked: dict[str, Any], step: int, rows: int
) -> None:
    """Steps are as long as the request says, and the last is that of the clock."""
    body = asking(tmp_path, POINTS, anything(asked))(**asked)

    times = [dt.datetime.fromisoformat(row["timestamp"]) for row in body["points"]]
    assert len(times) == rows
    assert {(later - earlier).total_seconds() for earlier, later in pairwise(times)} == {step}
    assert 0 <= (NOW - times[-1]).total_seconds() < step


def test_months_are_steps(tmp_path: Path) -> None:
    """A field that only tells months has a row for each month."""
    ask = asking(tmp_path, MONTHS, query(months={}, granularity={}))

    assert [row["month"] for row in ask(months=3)["points"]] == ["2026-01", "2026-02", "2026-03"]
    assert len(ask(granularity="day")["points"]) == 12


def test_lists_have_the_steps_of_their_names(tmp_path: Path) -> None:
    """`hourly` stays hourly whatever is asked for."""
    rows = rows_of(timestamp=INSTANT, calls=COUNT)
    body = asking(tmp_path, object_of(hourly=rows, daily=rows, by_month=rows))()

    assert [len(body[name]) for name in ("hourly", "daily", "by_month")] == [24, 30, 12]


def test_a_day_is_the_same_in_every_span(tmp_path: Path) -> None:
    """The last week of a month has the figures of the week by itself; another filter has others."""
    ask = asking(tmp_path, DAILY, query(days=WHOLE, model=TEXT))

    assert ask(days=30)["days"][-7:] == ask(days=7)["days"]
    assert ask(days=7, model="a")["days"] != ask(days=7, model="b")["days"]


@pytest.mark.parametrize(
    "asked",
    [
        {"start": "2026-03-10", "end": "2026-03-05"},
        {"start": "2027-01-01"},
    ],
)
def test_a_span_without_a_step_has_no_rows(tmp_path: Path, asked: dict[str, Any]) -> None:
    """An end before its start, and a start after the clock."""
    assert asking(tmp_path, DAILY, anything(asked))(**asked)["days"] == []


@pytest.mark.parametrize("value", ["soon", "9999-12-31", "0001-01-01", "P999999Y", 10**30, "", -5, True])
@pytest.mark.parametrize("name", ["start", "end", "range", "days", "month", "granularity", "year"])
def test_what_says_no_time_is_passed_over(tmp_path: Path, name: str, value: Any) -> None:
    """Odd values get a valid reply; a number of days that no clock has is cut."""
    assert len(asking(tmp_path, DAILY, query(**{name: {}}))(**{name: value})["days"]) <= 2_400


def test_bounds_of_the_schema_bound_the_series(tmp_path: Path) -> None:
    """`maxItems` leaves the latest rows, `minItems` begins earlier."""
    few = {**rows_of(date=DATE, calls=COUNT), "maxItems": 5}
    many = {**rows_of(date=DATE, calls=COUNT), "minItems": 40}

    days = [row["date"] for row in asking(tmp_path, object_of(days=few))()["days"]]
    assert days == [f"2026-03-{day}" for day in range(14, 19)]
    assert len(asking(tmp_path, object_of(days=many))()["days"]) == 40


def test_pages_put_together_are_the_span(tmp_path: Path) -> None:
    """Pages begin at the start of the span, and the total counts its steps."""
    schema = object_of(total_count=COUNT, data=rows_of(date=DATE, calls=COUNT))
    ask = asking(tmp_path, schema, query(days=WHOLE, limit=WHOLE, offset=WHOLE))

    whole = ask(days=20, limit=50)
    pages = [ask(days=20, limit=6, offset=first) for first in range(0, 20, 6)]
    assert [row for page in pages for row in page["data"]] == whole["data"]
    assert {page["total_count"] for page in (whole, *pages)} == {20}


def test_the_latest_step_comes_first_on_request(tmp_path: Path) -> None:
    """`order=desc` turns the series."""
    ask = asking(tmp_path, DAILY, query(order=TEXT, days=WHOLE))

    assert ask(days=9, order="desc")["days"] == ask(days=9)["days"][::-1]


def test_start_and_end_beside_a_series_are_its_own(tmp_path: Path) -> None:
    """The period of a reply begins with its first row and ends today, or with what is asked for."""
    schema = object_of(period_start=DATE, period_end=DATE, days=rows_of(date=DATE, calls=COUNT))
    ask = asking(tmp_path, schema, query(days=WHOLE, end_date=DATE))

    for asked, start, end in (
        ({"days": 7}, "2026-03-12", "2026-03-18"),
        ({"days": 2, "end_date": "2026-03-09"}, "2026-03-08", "2026-03-09"),
    ):
        body = ask(**asked)
        assert (body["period_start"], body["period_end"]) == (start, end)
        assert body["days"][0]["date"] == start


def test_events_are_no_series(tmp_path: Path) -> None:
    """Rows with an instant and what a single call has are not spread over days."""
    row = {"timestamp": INSTANT, "method": TEXT, "path": TEXT, "latency_ms": COUNT}
    times = {each["timestamp"][:10] for each in asking(tmp_path, object_of(log=rows_of(**row)))()["log"]}

    assert len(times) < 6


def test_an_empty_account_has_no_rows(tmp_path: Path) -> None:
    """The days of an account that has not sent anything are none."""
    assert asking(tmp_path, DAILY, query(days=WHOLE))("empty", days=7)["days"] == []


def test_calls_between_two_parties_are_no_series(tmp_path: Path) -> None:
    """A call or a mail from one to another is no step of time, whatever its figures are."""
    row = {"from": TEXT, "to": TEXT, "duration": COUNT, "start_time": INSTANT, "end_time": INSTANT}
    rows = asking(tmp_path, object_of(calls=rows_of(**row)))()["calls"]
    assert any(not each["start_time"].endswith("T00:00:00Z") for each in rows)
