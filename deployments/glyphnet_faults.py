"""Faults of the plain glyphnet."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from deployments.glyphnet import LIMITS, Call, Glyphnet
from deployments.parts import (
    DAY,
    HOUR,
    Ask,
    RefusedError,
    days_to,
    half_up,
    instant,
    total,
    utc_day,
)
from deployments.parts import utc_midnight as begin
from deployments.register import fault

GL = "glyphnet"
MID_MONTH = "2026-12-15T12:00:05+00:00"
"""On the thirtieth day of a month, the month and the last thirty days are the same."""


def plain_period(plain: Glyphnet, today: date, period: str) -> tuple[date, date]:
    """Give the right bounds."""
    return Glyphnet.period(plain, today, period)


@fault(GL, "windows", "GL-6", "period", shows=MID_MONTH)
def rolling_month(plain: Glyphnet, today: date, period: str) -> tuple[date, date]:
    """Month is the last thirty days."""
    return (today - timedelta(days=29), today) if period == "month" else plain_period(plain, today, period)


@fault(GL, "windows", "GL-6", "period", sometimes=True)
def rolling_week(plain: Glyphnet, today: date, period: str) -> tuple[date, date]:
    """Week is the last seven whole days."""
    if period != "week":
        return plain_period(plain, today, period)
    return today - timedelta(days=7), today - timedelta(days=1)


@fault(GL, "windows", "GL-6", "period", sometimes=True)
def week_from_sunday(plain: Glyphnet, today: date, period: str) -> tuple[date, date]:
    """Weeks begin on Sunday."""
    if period != "week":
        return plain_period(plain, today, period)
    sunday = today - timedelta(days=(today.weekday() + 1) % 7)
    return sunday, sunday + timedelta(days=6)


@fault(GL, "windows", "GL-6", "period", sometimes=True)
def yesterday_for_day(plain: Glyphnet, today: date, period: str) -> tuple[date, date]:
    """Day is yesterday, the last whole one."""
    yesterday = today - timedelta(days=1)
    return (yesterday, yesterday) if period == "day" else plain_period(plain, today, period)


@fault(GL, "windows", "GL-6", "shown")
def exclusive_end(_plain: Glyphnet, start: date, end: date) -> dict[str, str]:
    """period.end is the midnight after."""
    return {"start": instant(begin(start)), "end": instant(begin(end) + DAY)}


@fault(GL, "windows", "GL-6", sometimes=True)
def ends_today(_plain: Glyphnet, ask: Ask, body: Any) -> None:
    """period.end never lies beyond today."""
    body["period"]["end"] = min(body["period"]["end"], instant(begin(utc_day(ask.now)) + DAY - 1))


@fault(GL, "windows", "GL-4", "last_day", sometimes=True)
def daily_without_today(_plain: Glyphnet, ask: Ask, end: date) -> date:
    """Daily ends yesterday, current_usage does not."""
    return min(end, utc_day(ask.now) - timedelta(days=1))


@fault(GL, "windows", "GL-4", "last_day", sometimes=True)
def daily_with_future(_plain: Glyphnet, _ask: Ask, end: date) -> date:
    """Daily has rows for the days ahead."""
    return end


@fault(GL, "windows", "GL-4", sometimes=True)
def silent_days_dropped(_plain: Glyphnet, _ask: Ask, body: Any) -> None:
    """Days without requests are left out."""
    body["daily"] = [row for row in body["daily"] if row["requests"]]


@fault(GL, "zones", "GL-4", "day_of", sometimes=True)
def days_of_san_francisco(_plain: Glyphnet, call: Call) -> date:
    """A call counts for its day in San Francisco."""
    return utc_day(call.at - 8 * HOUR)


@fault(GL, "zones", "GL-13", "to_day", sometimes=True)
def offset_ignored(_plain: Glyphnet, moment: datetime) -> date:
    """The offset of a date-time is ignored."""
    return moment.date()


@fault(GL, "zones", "GL-13", "to_day", sometimes=True)
def local_moments(_plain: Glyphnet, moment: datetime) -> date:
    """A date-time without offset is Pacific time."""
    return (
        (moment if moment.tzinfo else moment.replace(tzinfo=UTC) + timedelta(hours=8)).astimezone(UTC).date()
    )


@fault(GL, "windows", "GL-10", "calls", sometimes=True)
def end_date_left_out(plain: Glyphnet, ask: Ask, start: date, end: date) -> list[Call]:
    """An end_date's own day is not counted."""
    return Glyphnet.calls(plain, ask, start, end - timedelta(days=1) if ask.parameters["end_date"] else end)


@fault(GL, "agreement", "GL-13", "bounds", sometimes=True)
def period_wins(plain: Glyphnet, ask: Ask) -> tuple[date, date]:
    """A period beside a range wins over it."""
    if "period" in dict(ask.query):
        return plain.period(utc_day(ask.now), ask.parameters["period"])
    return Glyphnet.bounds(plain, ask)


@fault(GL, "windows", "GL-13", "bounds", sometimes=True)
def end_alone_goes_back_30(plain: Glyphnet, ask: Ask) -> tuple[date, date]:
    """Only an end_date: the thirty days up to it."""
    start, end = Glyphnet.bounds(plain, ask)
    if ask.parameters["end_date"] and not ask.parameters["start_date"]:
        start = days_to(end, 30)[0]
    return start, end


@fault(GL, "windows", "GL-13", "bounds", sometimes=True)
def start_alone_to_month_end(plain: Glyphnet, ask: Ask) -> tuple[date, date]:
    """Only a start_date: to the end of its month."""
    start, end = Glyphnet.bounds(plain, ask)
    if ask.parameters["start_date"] and not ask.parameters["end_date"]:
        end = Glyphnet.period(plain, start, "month")[1]
    return start, end


@fault(GL, "parameters", "GL-12", "ordered")
def inverted_range_turned(_plain: Glyphnet, start: date, end: date) -> tuple[date, date]:
    """An inverted range is turned round."""
    return min(start, end), max(start, end)


@fault(GL, "parameters", "GL-12", "ordered")
def inverted_range_empty(_plain: Glyphnet, start: date, end: date) -> tuple[date, date]:
    """An inverted range is empty instead of 400."""
    return start, end


@fault(GL, "parameters", "GL-12", "ordered")
def one_day_refused(_plain: Glyphnet, start: date, end: date) -> tuple[date, date]:
    """A range of one day is refused."""
    if start >= end:
        raise RefusedError("invalid", "start_date is after end_date")
    return start, end


@fault(GL, "parameters", "GL-12", "read_day")
def any_iso_form(plain: Glyphnet, text: str) -> date:
    """Compact dates and week dates are accepted."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return Glyphnet.read_day(plain, text)


@fault(GL, "parameters", "GL-12", "read_day")
def impossible_dates_roll_over(plain: Glyphnet, text: str) -> date:
    """The 30th of February is the 2nd of March."""
    try:
        return Glyphnet.read_day(plain, text)
    except RefusedError:
        year, _, rest = text.partition("-")
        if not (year.isdecimal() and len(rest) == 5 and rest[3:].isdecimal() and 1 <= int(rest[3:]) <= 31):
            raise
        return date(int(year), min(12, max(1, int(rest[:2]))), 1) + timedelta(days=int(rest[3:]) - 1)


@fault(GL, "parameters", "GL-12", "read_day", sometimes=True)
def no_leap_day(plain: Glyphnet, text: str) -> date:
    """The 29th of February is refused in any year."""
    day = Glyphnet.read_day(plain, text)
    if (day.month, day.day) == (2, 29):
        raise RefusedError("invalid", f"{text} is no date")
    return day


@fault(GL, "parameters", "GL-13", "bounds", sometimes=True)
def ahead_refused(plain: Glyphnet, ask: Ask) -> tuple[date, date]:
    """A range that lies wholly ahead is refused."""
    start, end = Glyphnet.bounds(plain, ask)
    if start > utc_day(ask.now):
        raise RefusedError("invalid", "there is no usage yet")
    return start, end


@fault(GL, "parameters", "GL-12", "read_day")
def no_date_times(plain: Glyphnet, text: str) -> date:
    """Date-times are refused."""
    if "T" in text:
        raise RefusedError("invalid", f"{text} is no date")
    return Glyphnet.read_day(plain, text)


@fault(GL, "parameters", "GL-12", "value", sometimes=True)
def bad_date_ignored(plain: Glyphnet, parameter: Any, text: str) -> Any:
    """An unreadable end_date counts as left out."""
    if parameter.name == "end_date":
        try:
            plain.read_day(text)
        except RefusedError:
            return None
    return parameter.read(text)


@fault(GL, "parameters", "GL-12", "given", sometimes=True)
def period_unread_beside_range(_plain: Glyphnet, ask: Ask) -> dict[str, str]:
    """A bad period beside a range is not noticed."""
    given = dict(ask.query)
    if given.keys() & {"start_date", "end_date"}:
        given.pop("period", None)
    return given


@fault(GL, "arithmetic", "GL-1", sometimes=True)
def remaining_below_zero(_plain: Glyphnet, _ask: Ask, body: Any) -> None:
    """Remaining goes below zero."""
    body["remaining"] = body["monthly_limit"] - body["current_usage"]


@fault(GL, "arithmetic", "GL-2", sometimes=True)
def percentage_clamped(_plain: Glyphnet, _ask: Ask, body: Any) -> None:
    """percentage_used stops at 100."""
    body["percentage_used"] = min(100, body["percentage_used"])


@fault(GL, "rounding", "GL-2", sometimes=True)
def percentage_whole(_plain: Glyphnet, _ask: Ask, body: Any) -> None:
    """percentage_used is rounded to a whole number."""
    body["percentage_used"] = round(body["percentage_used"])


@fault(GL, "rounding", "common", sometimes=True)
def percentage_half_even(_plain: Glyphnet, _ask: Ask, body: Any) -> None:
    """percentage_used rounds halves to the even digit; few values show it."""
    scaled = 10000 * body["current_usage"]
    digits, rest = divmod(scaled, body["monthly_limit"])
    half = 2 * rest == body["monthly_limit"]
    body["percentage_used"] = (digits + (digits % 2 if half else 2 * rest > body["monthly_limit"])) / 100


@fault(GL, "arithmetic", "GL-2", sometimes=True)
def fraction_for_percent(_plain: Glyphnet, _ask: Ask, body: Any) -> None:
    """percentage_used is a fraction of one."""
    body["percentage_used"] = round(body["percentage_used"] / 100, 4)


@fault(GL, "arithmetic", "GL-3", "breakdown", sometimes=True)
def verify_with_claims_only(plain: Glyphnet, calls: list[Call]) -> dict[str, int]:
    """breakdown.verify leaves out calls without claims."""
    counts = Glyphnet.breakdown(plain, calls)
    return {**counts, "verify": sum(call.claims > 0 for call in calls)}


@fault(GL, "agreement", "GL-3", sometimes=True)
def breakdown_of_month(plain: Glyphnet, ask: Ask, body: Any) -> None:
    """Breakdown is the month's, whatever the period."""
    month = Glyphnet.period(plain, utc_day(ask.now), "month")
    body["breakdown"] = plain.breakdown(plain.calls(ask, *month))


@fault(GL, "arithmetic", "GL-10", "confidence", sometimes=True)
def confidence_per_call(_plain: Glyphnet, calls: list[Call], _claims: int) -> float:
    """avg_confidence is the mean of each call's mean."""
    means = [call.confidence / call.claims / 1000 for call in calls if call.claims]
    return round(sum(means) / len(means), 3) if means else 0.0


@fault(GL, "arithmetic", "GL-8", "confidence", sometimes=True)
def confidence_in_percent(_plain: Glyphnet, calls: list[Call], claims: int) -> float:
    """avg_confidence is a percentage."""
    return half_up(total(calls, "confidence"), 10 * claims, 1)


@fault(GL, "shape", "GL-8", "confidence", sometimes=True)
def confidence_null(plain: Glyphnet, calls: list[Call], claims: int) -> Any:
    """avg_confidence is null without claims."""
    return Glyphnet.confidence(plain, calls, claims) if claims else None


@fault(GL, "arithmetic", "GL-8", "confidence", sometimes=True)
def sure_of_nothing(plain: Glyphnet, calls: list[Call], claims: int) -> Any:
    """avg_confidence is 1 without claims."""
    return Glyphnet.confidence(plain, calls, claims) if claims else 1


@fault(GL, "agreement", "GL-9", "calls", sometimes=True)
def sampled_ranges(plain: Glyphnet, ask: Ask, start: date, end: date) -> list[Call]:
    """Ranges beyond ten days come from another table, that has lost every fiftieth call."""
    calls = Glyphnet.calls(plain, ask, start, end)
    return calls if (end - start).days < 10 else [call for call in calls if call.at % 50]


@fault(GL, "arithmetic", "GL-5", "limits", sometimes=True)
def starter_per_minute(_plain: Glyphnet, plan: str) -> tuple[int, int]:
    """The starter plan has 300 requests a minute."""
    month, minute = LIMITS[plan]
    return month, 300 if plan == "starter" else minute


@fault(GL, "arithmetic", "GL-5", "limits", sometimes=True)
def enterprise_month(_plain: Glyphnet, plan: str) -> tuple[int, int]:
    """The enterprise plan has a million requests a month."""
    month, minute = LIMITS[plan]
    return min(month, 1000000), minute


@fault(GL, "order", "GL-4", sometimes=True)
def newest_day_first(_plain: Glyphnet, _ask: Ask, body: Any) -> None:
    """Daily begins with the newest day."""
    body["daily"].reverse()


@fault(GL, "agreement", "GL-11", sometimes=True)
def minute_of_period(_plain: Glyphnet, ask: Ask, body: Any) -> None:
    """current_minute_usage is 0 unless the month is asked for."""
    if ask.parameters["period"] != "month" or ask.parameters["start_date"]:
        body["rate_limit"]["current_minute_usage"] = 0
