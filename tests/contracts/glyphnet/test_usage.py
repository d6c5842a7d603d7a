from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

import pytest

from metermock import Window, read_instant
from metermock.project import Service

Ask = Callable[..., Any]

USAGE = "getOrganizationUsage"
ACCOUNTS = ("steady", "quiet", "empty", "near-limit", "over-limit", "climbing", "outage", "huge")
READS: tuple[dict[str, str], ...] = (
    {},
    {"period": "day"},
    {"period": "week"},
    {"period": "month"},
    {"start_date": "2026-02-25", "end_date": "2026-03-02"},
    {"start_date": "2025-05-20"},
    {"end_date": "2026-02-17"},
    {"start_date": "2026-02-28T22:00:00-05:00", "end_date": "2026-03-05T00:00:00"},
)
SAME = ("organization", "monthly_limit", "rate_limit")


def dates(body: Any) -> list[str]:
    """Return the dates of the rows."""
    return [row["date"] for row in body["daily"]]


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize("account", ACCOUNTS)
def test_every_reply_keeps_every_rule(ask: Ask, clocks: tuple[str, ...], account: str, seed: int) -> None:
    """Every account keeps the contract at every clock, for each period and kind of range."""
    answers = [
        ask(USAGE, account, now, seed, **sent) for now in clocks[seed % 2 :: seed % 2 + 1] for sent in READS
    ]
    assert [answer.breaches for answer in answers] == [[]] * len(answers)
    assert {answer.status for answer in answers if answer.status != 400} == {200}


@pytest.mark.parametrize("account", ACCOUNTS)
def test_a_date_has_one_row_whatever_the_period(ask: Ask, clocks: tuple[str, ...], account: str) -> None:
    """GL-9: a day is no more than its week or month, and they share the rows of the dates that they share."""
    for now in clocks:
        day, week, month = (
            ask(USAGE, account, now, period=period).body for period in ("day", "week", "month")
        )
        shared = min(len(week["daily"]), len(month["daily"]))
        assert day["current_usage"] <= min(week["current_usage"], month["current_usage"])
        assert day["daily"] == month["daily"][-1:]
        assert week["daily"][-shared:] == month["daily"][-shared:]


@pytest.mark.parametrize("account", ["steady", "quiet", "outage", "huge"])
def test_a_range_is_the_sum_of_its_days(ask: Ask, account: str) -> None:
    """GL-10: asked for one by one, the days have the range's usage, endpoints, claims and mean confidence."""
    whole = ask(USAGE, account, start_date="2026-02-20", end_date="2026-03-12").body
    days = [ask(USAGE, account, start_date=day, end_date=day).body for day in dates(whole)]
    assert whole["current_usage"] == sum(day["current_usage"] for day in days)
    assert whole["breakdown"]["verify"] == sum(day["breakdown"]["verify"] for day in days)
    assert whole["daily"] == [row for day in days for row in day["daily"]]


def test_the_mean_confidence_is_over_claims(ask: Ask, service: Callable[..., Service]) -> None:
    """A day's confidence is the mean over its claims, three decimals half-up, not over its calls."""
    world = service().world
    usage = world.usage("steady", world.clock)
    for row in ask(USAGE).body["daily"][:3]:
        start = read_instant(f"{row['date']}T00:00:00Z")
        calls = usage.calls(Window(start, start + 86_400), limit=10_000)
        claims, confidence = (sum(call.measures[name] for call in calls) for name in ("claims", "confidence"))
        mean = Decimal(confidence) / claims / 1_000
        assert row["verified_claims"] == claims
        assert Decimal(str(row["avg_confidence"])) == mean.quantize(Decimal("0.001"), ROUND_HALF_UP)


@pytest.mark.parametrize("account", ACCOUNTS)
def test_organization_and_rate_limit_do_not_depend_on_the_period(ask: Ask, account: str) -> None:
    """GL-11: only the period's figures differ between periods and ranges."""
    bodies = [ask(USAGE, account, **sent).body for sent in READS]
    assert all(body[name] == bodies[0][name] for body in bodies for name in SAME)


def test_a_range_wins_over_the_period(ask: Ask) -> None:
    """GL-13: beside a range, `period` says nothing."""
    span = {"start_date": "2026-02-03", "end_date": "2026-02-09"}
    bodies = [ask(USAGE, **span, **period).body for period in ({}, {"period": "day"}, {"period": "week"})]
    assert bodies[0] == bodies[1] == bodies[2]
    assert bodies[0]["period"] == {"start": "2026-02-03T00:00:00Z", "end": "2026-02-09T23:59:59Z"}


def test_a_period_left_out_is_the_month(ask: Ask, clocks: tuple[str, ...]) -> None:
    """X-3: leaving `period` out is asking for the month."""
    assert [ask(USAGE, now=now) for now in clocks] == [ask(USAGE, now=now, period="month") for now in clocks]


PERIODS = {
    ("2026-03-01T00:30:00Z", "day"): ("2026-03-01", "2026-03-01", 1),
    ("2026-03-01T00:30:00Z", "week"): ("2026-02-23", "2026-03-01", 7),
    ("2026-03-01T00:30:00Z", "month"): ("2026-03-01", "2026-03-31", 1),
    ("2026-03-02T00:00:00Z", "week"): ("2026-03-02", "2026-03-08", 1),
    ("2028-02-29T23:59:30Z", "month"): ("2028-02-01", "2028-02-29", 29),
    ("2026-12-31T23:59:59Z", "week"): ("2026-12-28", "2027-01-03", 4),
    ("2026-12-31T23:59:59Z", "month"): ("2026-12-01", "2026-12-31", 31),
}


@pytest.mark.parametrize(("now", "period"), PERIODS)
def test_periods_are_utc_days_monday_weeks_and_calendar_months(ask: Ask, now: str, period: str) -> None:
    """GL-6: period.end is inclusive and may lie ahead; the days stop at today, and none is left out."""
    body = ask(USAGE, "empty", now, period=period).body
    start, end, count = PERIODS[now, period]
    assert body["period"] == {"start": f"{start}T00:00:00Z", "end": f"{end}T23:59:59Z"}
    first = date.fromisoformat(start)
    assert dates(body) == [(first + timedelta(days=number)).isoformat() for number in range(count)]


RANGES: dict[tuple[str, str], tuple[str, str, int]] = {
    ("2026-03-01", ""): ("2026-03-01", "2026-03-18", 18),
    ("2026-03-18", ""): ("2026-03-18", "2026-03-18", 1),
    ("", "2026-02-17"): ("2026-02-01", "2026-02-17", 17),
    ("", "2026-03-31"): ("2026-03-01", "2026-03-31", 18),
    ("", "2026-04-02"): ("2026-04-01", "2026-04-02", 0),
    ("2099-01-01", "2099-01-31"): ("2099-01-01", "2099-01-31", 0),
    ("2026-03-17", "2026-03-20"): ("2026-03-17", "2026-03-20", 2),
    ("2026-02-28T22:00:00-05:00", "2026-03-03T00:30:00+02:00"): ("2026-03-01", "2026-03-02", 2),
    ("2026-03-01T23:59:59.999999", "2026-03-02T00:00Z"): ("2026-03-01", "2026-03-02", 2),
    ("1970-01-01", "1970-01-02"): ("1970-01-01", "1970-01-02", 2),
    ("9999-12-30", "9999-12-31"): ("9999-12-30", "9999-12-31", 0),
}


@pytest.mark.parametrize(("start", "end"), RANGES)
def test_ranges_are_whole_utc_days(ask: Ask, start: str, end: str) -> None:
    """A date counts as its day, a date-time as its UTC day; an end alone begins on the 1st of its month."""
    sent = {name: text for name, text in (("start_date", start), ("end_date", end)) if text}
    answer = ask(USAGE, **sent)
    first, last, count = RANGES[start, end]
    assert answer.body["period"] == {"start": f"{first}T00:00:00Z", "end": f"{last}T23:59:59Z"}
    assert (len(answer.body["daily"]), answer.breaches) == (count, [])


REFUSED: tuple[dict[str, str], ...] = (
    {"start_date": "2026-03-08", "end_date": "2026-03-01"},
    {"start_date": "2026-03-19"},
    {"end_date": "2026-02-30"},
    {"start_date": "2027-02-29", "end_date": "2027-03-29"},
    {"start_date": "20260301"},
    {"start_date": "2026-W10-1"},
    {"start_date": "2026-061"},
    {"start_date": "2026-03"},
    {"start_date": "2026-03-01 10:00:00"},
    {"start_date": "2026-03-01T24:00:00Z"},
    {"start_date": "2026-03-01T10:00:00 02:00"},
    {"start_date": "2026-03-01\n"},
    {"start_date": "\u0662\u0660\u0662\u0666-03-01"},
    {"start_date": "tomorrow"},
    {"start_date": ""},
    {"start_date": "9999-12-31T23:30:00-05:00", "end_date": "9999-12-31"},
    {"period": "year"},
    {"period": "Month"},
    {"period": ""},
    {"period": "year", "start_date": "2026-03-01", "end_date": "2026-03-02"},
)


@pytest.mark.parametrize("sent", REFUSED)
def test_what_is_no_range_is_refused(ask: Ask, sent: dict[str, str]) -> None:
    """GL-12: other periods, unreadable and impossible dates, and inverted ranges are 400, as documented."""
    answer = ask(USAGE, **sent)
    assert (answer.status, answer.body["error"], answer.breaches) == (400, "invalid_request", [])


def test_the_past_does_not_change(ask: Ask, clocks: tuple[str, ...]) -> None:
    """A later clock changes no day that was over."""
    span = {"start_date": "2025-06-01", "end_date": "2025-06-29"}
    bodies = [ask(USAGE, "outage", now, **span).body["daily"] for now in clocks]
    assert all(one == other for one, other in pairwise(bodies))
