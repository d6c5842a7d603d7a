"""Instants, days, weeks and months."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from metermock.ledger.calendar import (
    DAY,
    HOUR,
    Window,
    add_months,
    day_edges,
    instant_text,
    local_date,
    midnight,
    month_start,
    read_clock,
    read_instant,
    week_start,
)
from metermock.timezones import zone, zone_names

ODD = [
    ("America/New_York", 2026),  # DST
    ("Europe/Berlin", 2026),  # DST, the other way round
    ("Australia/Lord_Howe", 2026),  # DST of half an hour
    ("Asia/Kolkata", 2026),  # half an hour off
    ("Asia/Kathmandu", 2026),  # a quarter of an hour off
    ("Pacific/Apia", 2011),  # a day left out
    ("America/Sao_Paulo", 2018),  # a skipped midnight
    ("Africa/Cairo", 2025),  # a skipped midnight
    ("Asia/Beirut", 2026),  # a skipped midnight
    ("America/Havana", 2026),  # a doubled midnight
    ("America/Scoresbysund", 2024),  # from one zone to another
    ("Africa/Casablanca", 2026),  # DST that stops for Ramadan
    ("Antarctica/Troll", 2026),  # DST of two hours
]


@pytest.mark.parametrize(("name", "year"), ODD)
def test_a_day_begins_with_its_first_instant(name: str, year: int) -> None:
    """No instant before a midnight has its date or a later one, in any kind of zone, all year round."""
    where = zone(name)
    for count in range(365):
        day = date(year, 1, 1) + timedelta(days=count)
        start = midnight(day, where)
        assert local_date(start, where) >= day
        assert all(local_date(start - back, where) < day for back in (1, 900, 1800, HOUR, 3 * HOUR))


@pytest.mark.parametrize(
    ("name", "day", "start"),
    [
        ("America/New_York", date(2026, 3, 8), "2026-03-08T05:00:00Z"),
        ("America/New_York", date(2026, 3, 9), "2026-03-09T04:00:00Z"),
        ("Asia/Kathmandu", date(2026, 1, 1), "2025-12-31T18:15:00Z"),
        ("America/Sao_Paulo", date(2018, 11, 4), "2018-11-04T03:00:00Z"),
        ("Africa/Cairo", date(2026, 4, 24), "2026-04-23T22:00:00Z"),
        ("America/Havana", date(2026, 11, 1), "2026-11-01T04:00:00Z"),
        ("Australia/Lord_Howe", date(2026, 4, 6), "2026-04-05T13:30:00Z"),
    ],
)
def test_known_midnights(name: str, day: date, start: str) -> None:
    """A skipped midnight gives the first instant after it, a doubled one the first of the two."""
    assert instant_text(midnight(day, zone(name))) == start


def test_a_day_left_out_has_no_length() -> None:
    """Samoa went from 29 to 31 December 2011: the 30th begins where the 31st does."""
    edges = day_edges(date(2011, 12, 31), 3, zone("Pacific/Apia"))
    assert edges[1] == edges[2]
    assert edges[3] - edges[0] == 2 * DAY


def test_days_have_the_length_that_clocks_give_them() -> None:
    """A day of New York is 23 hours in March, 25 in November."""
    where = zone("America/New_York")
    march = day_edges(date(2026, 3, 8), 1, where)
    november = day_edges(date(2026, 11, 1), 1, where)
    assert march[1] - march[0] == 23 * HOUR
    assert november[1] - november[0] == 25 * HOUR


@pytest.mark.parametrize("name", ["europe/berlin", "Mars/Olympus", "../zones", "", "Europe"])
def test_zone_names_are_exact(name: str) -> None:
    """Only the names of the tz database are zones, in their own spelling."""
    with pytest.raises(KeyError, match="there is no time zone"):
        zone(name)
    assert name not in zone_names()


def test_weeks_begin_on_monday() -> None:
    """The start of every day's week is a Monday, at most six days before."""
    days = [date(2026, 2, 25) + timedelta(days=count) for count in range(14)]
    assert {week_start(day).isoweekday() for day in days} == {1}
    assert all(0 <= (day - week_start(day)).days < 7 for day in days)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 3, 1), -3, date(2025, 12, 1)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
    ],
)
def test_months_are_added_by_the_calendar(day: date, months: int, then: date) -> None:
    """A month on is the same day, or the month's last."""
    assert add_months(day, months) == then
    assert month_start(then).day == 1


@pytest.mark.parametrize(
    "text",
    ["2026-02-30T00:00:00Z", "2026-03-08", "2026-03-08T12:00:00+00:00", "now", "\uff12026-03-08T12:00:00Z"],
)
def test_clocks_have_one_form(text: str) -> None:
    """Whole seconds of UTC with a Z, of a date that exists; nothing else."""
    with pytest.raises(ValueError, match=r"instant|day|month"):
        read_clock(text)
    assert instant_text(read_clock("2024-02-29T23:59:59Z")) == "2024-02-29T23:59:59Z"


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-18T09:00:00.5+01:00", "2026-11-18T08:00:00Z"),
        ("1969-12-31t23:59:58.999z", "1969-12-31T23:59:58Z"),
        ("2016-12-31T18:59:60-05:00", "2017-01-01T00:00:00Z"),
    ],
)
def test_a_date_time_may_have_an_offset_and_parts_of_a_second(text: str, instant: str) -> None:
    """What `format: date-time` allows is read; the rest of a second is dropped."""
    assert instant_text(read_instant(text)) == instant


@pytest.mark.parametrize(
    "text", ["2026-03-08T12:00:00", "2026-03-08 12:00:00Z", "2026-03-08T25:00:00Z", "now"]
)
def test_what_is_no_date_time_is_refused(text: str) -> None:
    """Without an offset nobody knows which instant is meant."""
    with pytest.raises(ValueError, match=r"instant|hour"):
        read_instant(text)


def test_a_trailing_window_ends_with_now() -> None:
    """The last day is (now - 24 h, now]: it holds now, and is 24 hours long."""
    window = Window.trailing(1_000_000, DAY)
    assert window.start <= 1_000_000 < window.end
    assert window.end - window.start == DAY
