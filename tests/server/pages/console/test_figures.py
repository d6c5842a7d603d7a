"""What is read out of a reply: limits with their use, and rows by time."""

from __future__ import annotations

from typing import Any

import pytest

from metermock.server.pages.console.figures import Meter, meters_of, rows_of


@pytest.mark.parametrize(
    ("body", "meter"),
    [
        ({"usage": 30, "limit": 120}, Meter("limit", 30, 120)),
        ({"data": {"credits": {"used": 30, "quota": 120}}}, Meter("credits quota", 30, 120)),
        ({"currentUsage": 30, "monthlyLimit": 120, "percentUsed": 25}, Meter("monthly limit", 30, 120)),
        ({"character_count": 30, "character_limit": 120}, Meter("character limit", 30, 120)),
        ({"credits": {"used": 30, "quota": None}}, Meter("credits quota", 30, None)),
        ({"used": 30, "limit": -1}, Meter("limit", 30, None)),
        ({"used": 150, "limit": 120, "remaining": 0}, Meter("limit", 150, 120)),
        ({"limit": 120, "remaining": 90}, Meter("limit", 30, 120)),
        ({"included_credits": 120, "credits_left": 90}, Meter("included credits", 30, 120)),
        ({"emails_sent": 30, "monthly_quota": 120, "bounces": 2}, Meter("monthly quota", 30, 120)),
        ({"calls": 30, "quota": 120, "errors": 2, "remaining": 90}, Meter("quota", 30, 120)),
    ],
)
def test_a_limit_is_shown_with_what_is_used_of_it(body: Any, meter: Meter) -> None:
    """A field named as a limit, with the field of the same object that says how much of it is used."""
    assert [Meter(each.name.strip(), each.used, each.limit) for each in meters_of(body)] == [meter]


@pytest.mark.parametrize(
    "body",
    [
        {"total": 300, "limit": 50, "offset": 0},
        {"rate_limit": {"limit": 60, "used": 3}},
        {"requests_per_minute_limit": 60, "used": 3},
        {"used": 30, "limit": 120, "remaining": 5},
        {"used": True, "limit": 120},
        {"limit": 60, "remaining": 90},
        {"data": [], "limit": 50, "page": 1, "total": 9},
        {"opened": 7, "clicked": 3, "limit": 60},
        {"used": "30", "limit": 120},
        {"used": 30, "spent": 4, "limit": 120},
        {"first_used": 3, "second_used": 4, "token_limit": 9, "call_quota": 9},
        [{"used": 30, "limit": 120}],
        None,
    ],
)
def test_what_may_be_no_pair_is_not_shown(body: Any) -> None:
    """Pages, rates, texts, several uses of one limit, and a remainder that contradicts have no meter."""
    assert meters_of(body) == []


def test_rows_by_time_are_a_series_in_the_order_of_time() -> None:
    """A list whose rows have a time of their own and a number is a series; of its columns calls go first."""
    rows = [{"day": f"2026-03-0{day}", "errors": 0, "calls": 10 * day} for day in (7, 6, 5, 4, 3, 2, 1)]

    found = rows_of({"daily": rows})

    assert found is not None
    assert (found.name, found.times[0], found.values) == ("calls", "2026-03-01", (10, 20, 30, 40, 50, 60, 70))


@pytest.mark.parametrize(
    "rows",
    [
        [{"day": "2026-03-01", "calls": 1}] * 8,
        [{"day": f"2026-03-0{day}", "calls": 1} for day in range(1, 7)],
        [{"key": f"key-{number}", "calls": 1} for number in range(8)],
        [
            {"id": f"org-{day}", "createdAt": f"2026-03-0{day}T09:00:00Z", "projects": 1}
            for day in range(1, 9)
        ],
        [{"day": f"2026-03-0{day}", "calls": None} for day in range(1, 9)],
        [[]] * 8,
    ],
)
def test_other_lists_are_no_series(rows: list[Any]) -> None:
    """Lists without times, without numbers, of few rows, of things, or with a time twice are not drawn."""
    assert rows_of({"rows": rows}) is None


def test_seats_are_not_used_up_of_another_limit() -> None:
    """What is used of the seats beside it says nothing of included hours."""
    assert meters_of({"hours_included": 500, "seats": 12, "seats_used": 8}) == []
