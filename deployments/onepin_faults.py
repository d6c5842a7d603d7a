"""Faults of the plain onepin's summary."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from deployments.onepin import RANGES, UNITS, Summary
from deployments.onepin_data import Event
from deployments.parts import (
    DAY,
    Ask,
    Parameter,
    add_months,
    days_to,
    half_up,
    instant,
    midnight,
    percent,
    total,
    utc_midnight,
)
from deployments.register import fault

ON = "onepin"


@fault(ON, "zones", "ON-3", "today", sometimes=True)
def today_in_utc(_plain: Summary, ask: Ask) -> date:
    """Today is the UTC date, in every zone."""
    return datetime.fromtimestamp(ask.now, UTC).date()


@fault(ON, "zones", "ON-2", "midnight", sometimes=True)
def utc_midnights(_plain: Summary, day: date, _zone: ZoneInfo) -> int:
    """Days begin at midnight UTC, in every zone."""
    return utc_midnight(day)


@fault(ON, "zones", "ON-2", "midnight", sometimes=True)
def january_offset(_plain: Summary, day: date, zone: ZoneInfo) -> int:
    """The offset of January counts all year round."""
    offset = datetime(day.year, 1, 1, tzinfo=zone).utcoffset() or timedelta()
    return utc_midnight(day) - int(offset.total_seconds())


@fault(ON, "zones", "ON-2", "edges", sometimes=True)
def days_of_24_hours(plain: Summary, days: Sequence[date], zone: ZoneInfo) -> list[int]:
    """Days are counted back from the last midnight in steps of 24 hours, across DST changes."""
    last = plain.midnight(days[-1], zone)
    return [last - (days[-1] - day).days * DAY for day in days]


@fault(ON, "zones", "ON-2", "midnight", sometimes=True)
def whole_hour_zones(_plain: Summary, day: date, zone: ZoneInfo) -> int:
    """Zones at :30 and :45 are moved to the full hour."""
    at = midnight(day, zone)
    return at + (3600 - at % 3600) % 3600


@fault(ON, "zones", "ON-1", sometimes=True)
def link_names_resolved(_plain: Summary, _ask: Ask, body: Any) -> None:
    """Link names of zones come back under the main name."""
    names = {"Asia/Calcutta": "Asia/Kolkata", "US/Eastern": "America/New_York", "Africa/Abidjan": "UTC"}
    if "timezone" in body["data"]:
        body["data"]["timezone"] = names.get(body["data"]["timezone"], body["data"]["timezone"])


@fault(ON, "parameters", "invalid-parameter", "value", sometimes=True)
def link_names_refused(_plain: Summary, parameter: Parameter, text: str) -> Any:
    """Link names of zones are refused."""
    if parameter.kind == "zone" and text.partition("/")[0] in {"US", "GB", "Cuba", "Japan"}:
        raise ValueError("is not a zone")
    return parameter.read(text)


@fault(ON, "parameters", "common", "value")
def zones_in_any_case(_plain: Summary, parameter: Parameter, text: str) -> Any:
    """Zone names are taken in any case."""
    return parameter.read(
        text.title() if parameter.kind == "zone" and text.islower() and "/" in text else text
    )


@fault(ON, "parameters", "common", "value")
def unknown_zone_is_utc(_plain: Summary, parameter: Parameter, text: str) -> Any:
    """An unknown zone counts as UTC."""
    try:
        return parameter.read(text)
    except ValueError:
        if parameter.kind != "zone":
            raise
        return "UTC"


@fault(ON, "zones", "ON-13", "month_start", sometimes=True)
def local_billing_month(_plain: Summary, ask: Ask) -> int:
    """The billing month begins at local midnight."""
    zone = ZoneInfo(ask.parameters["timezone"])
    return midnight(datetime.fromtimestamp(ask.now, zone).date().replace(day=1), zone)


@fault(ON, "windows", "ON-3", "days", sometimes=True)
def thirty_one_days(plain: Summary, ask: Ask) -> list[date]:
    """30d holds 31 days."""
    days = RANGES[ask.parameters["range"]]
    return days_to(plain.today(ask), 31 if days == 30 else days)


@fault(ON, "windows", "ON-3", "days", sometimes=True)
def three_months_for_90_days(plain: Summary, ask: Ask) -> list[date]:
    """90d goes back three calendar months."""
    today, days = plain.today(ask), RANGES[ask.parameters["range"]]
    back = (today - add_months(today.replace(day=1), -3)).days - today.day + 2
    return days_to(today, back if days == 90 else days)


@fault(ON, "windows", "ON-3", "days")
def ends_yesterday(plain: Summary, ask: Ask) -> list[date]:
    """The range ends yesterday."""
    return days_to(plain.today(ask) - timedelta(days=1), RANGES[ask.parameters["range"]])


@fault(ON, "windows", "ON-3", sometimes=True)
def silent_days_dropped(_plain: Summary, _ask: Ask, body: Any) -> None:
    """Days without runs are left out of daily."""
    if "daily" in body["data"]:
        body["data"]["daily"] = [row for row in body["data"]["daily"] if row["runs"]]


@fault(ON, "windows", "ON-2")
def period_ends_now(_plain: Summary, ask: Ask, body: Any) -> None:
    """period.end is now."""
    if "daily" in body["data"]:
        body["data"]["period"]["end"] = instant(ask.now)


@fault(ON, "windows", "ON-8", "first_days", sometimes=True)
def weeks_from_sunday(plain: Summary, ask: Ask, view: str) -> list[date]:
    """Weeks begin on Sunday."""
    days = Summary.first_days(plain, ask, view)
    back = 7 if plain.today(ask).weekday() == 6 else 0
    return [day - timedelta(days=1 - back) for day in days] if view == "weekly" else days


@fault(ON, "windows", "ON-8", "first_days", sometimes=True)
def months_of_30_days(plain: Summary, ask: Ask, view: str) -> list[date]:
    """Months are twelve times thirty days."""
    if view != "monthly":
        return Summary.first_days(plain, ask, view)
    return [plain.today(ask) + timedelta(days=1 - 30 * back) for back in range(12, -1, -1)]


@fault(ON, "windows", "ON-8", "first_days", sometimes=True)
def weeks_from_saturday(plain: Summary, ask: Ask, view: str) -> list[date]:
    """Weeks begin on Saturday."""
    if view != "weekly":
        return Summary.first_days(plain, ask, view)
    today = plain.today(ask)
    saturday = today - timedelta(days=(today.weekday() + 2) % 7)
    return [saturday + timedelta(days=7 * week) for week in range(-11, 2)]


@fault(ON, "agreement", "ON-11", "first_days", sometimes=True)
def chart_follows_range(plain: Summary, ask: Ask, view: str) -> list[date]:
    """The daily chart has as many bars as the range has days."""
    if view != "daily":
        return Summary.first_days(plain, ask, view)
    days = plain.days(ask)
    return [*days, days[-1] + timedelta(days=1)]


@fault(ON, "agreement", "ON-10", "window", sometimes=True)
def view_moves_period(plain: Summary, ask: Ask) -> tuple[int, int]:
    """The monthly view widens period and totals to its own window."""
    if ask.parameters.get("activity_view") != "monthly":
        return Summary.window(plain, ask)
    buckets = plain.buckets(ask, "monthly")
    return buckets[0].start, buckets[-1].end


@fault(ON, "arithmetic", "ON-6", "percent", sometimes=True)
def percent_unclamped(_plain: Summary, used: int, quota: int | None) -> Any:
    """credits.percent goes beyond 100."""
    return percent(used, quota) if quota else None


@fault(ON, "arithmetic", "ON-6", "percent", sometimes=True)
def percent_zero_unlimited(plain: Summary, used: int, quota: int | None) -> Any:
    """credits.percent is 0 instead of null without a quota."""
    return 0 if quota is None else Summary.percent(plain, used, quota)


@fault(ON, "arithmetic", "ON-6", "percent", sometimes=True)
def percent_full_at_zero(plain: Summary, used: int, quota: int | None) -> Any:
    """credits.percent is 100 instead of null for a quota of 0."""
    return 100 if quota == 0 else Summary.percent(plain, used, quota)


@fault(ON, "rounding", "ON-6", "percent", sometimes=True)
def percent_whole(_plain: Summary, used: int, quota: int | None) -> Any:
    """credits.percent is cut to a whole number."""
    return min(100, 100 * used // quota) if quota else None


@fault(ON, "shape", "ON-7", "chars_per_line", sometimes=True)
def zero_per_no_line(plain: Summary, runs: Sequence[Event]) -> Any:
    """avg_chars_per_line is 0 instead of null without lines."""
    return Summary.chars_per_line(plain, runs) or 0


@fault(ON, "rounding", "ON-7", "chars_per_line", sometimes=True)
def chars_per_line_whole(_plain: Summary, runs: Sequence[Event]) -> Any:
    """avg_chars_per_line is rounded to a whole number."""
    lines = total(runs, "lines")
    return round(total(runs, "characters") / lines) if lines else None


@fault(ON, "arithmetic", "ON-7", "chars_per_line", sometimes=True)
def chars_per_run(_plain: Summary, runs: Sequence[Event]) -> Any:
    """avg_chars_per_line is the mean of each run's mean."""
    means = [run.characters / run.lines for run in runs if run.lines]
    return round(sum(means) / len(means), 2) if means else None


@fault(ON, "rounding", "ON-9", "average", sometimes=True)
def average_cut(_plain: Summary, lines: int, rows: list[dict[str, Any]]) -> float:
    """activity.avg is cut after its decimal; for half of the values rounding gives the same."""
    return lines * 10 // len(rows) / 10


@fault(ON, "arithmetic", "ON-9", "average", sometimes=True)
def average_of_busy_buckets(_plain: Summary, lines: int, rows: list[dict[str, Any]]) -> float:
    """activity.avg leaves empty buckets out."""
    return half_up(lines, sum(row["lines"] > 0 for row in rows), 1)


@fault(ON, "order", "ON-9", "best", sometimes=True)
def last_peak(_plain: Summary, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Of equally high buckets the last one is the peak."""
    return max(reversed(rows), key=lambda row: row["lines"])


@fault(ON, "arithmetic", "ON-9", "best", sometimes=True)
def peak_of_runs(_plain: Summary, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The peak is the bucket with the most runs."""
    return max(rows, key=lambda row: row["runs"])


@fault(ON, "shape", "ON-9", "peak", sometimes=True)
def peak_of_nothing(_plain: Summary, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Peak is the first bucket instead of null without lines."""
    best = max(rows, key=lambda row: row["lines"])
    return {"value": best["lines"], **{name: best[name] for name in ("label", "start", "end")}}


@fault(ON, "shape", "ON-9", sometimes=True)
def peak_left_out(_plain: Summary, _ask: Ask, body: Any) -> None:
    """Peak is left out where it is null."""
    if "activity" in body["data"] and body["data"]["activity"]["peak"] is None:
        del body["data"]["activity"]["peak"]


@fault(ON, "arithmetic", "ON-5", sometimes=True)
def pending_not_counted(_plain: Summary, _ask: Ask, body: Any) -> None:
    """runs.total leaves out what has not begun."""
    if "runs" in body["data"]:
        body["data"]["runs"]["total"] -= body["data"]["runs"]["pending"]


@fault(ON, "arithmetic", "ON-4", sometimes=True)
def failed_characters(plain: Summary, ask: Ask, body: Any) -> None:
    """characters.total leaves failed runs out, daily does not."""
    if "characters" in body["data"]:
        runs = plain.runs(ask, *plain.window(ask))
        body["data"]["characters"]["total"] = sum(run.characters for run in runs if run.ending != "failed")


@fault(ON, "agreement", "ON-11", "credits", sometimes=True)
def credits_of_range(plain: Summary, ask: Ask) -> dict[str, Any]:
    """credits.used is the sum over the range."""
    credit = Summary.credits(plain, ask)
    used = total(plain.runs(ask, *plain.window(ask)), "credits")
    return {**credit, "used": used, "percent": plain.percent(used, credit["quota"])}


@fault(ON, "agreement", "ON-14", "metrics", sometimes=True)
def no_credits_for_one(_plain: Summary, runs: Sequence[Event]) -> dict[str, int]:
    """Rows of up to three runs show no credits, longer ones do."""
    sums = Summary.metrics(_plain, runs)
    return {**sums, "credits": 0} if len(runs) <= 3 else sums


@fault(ON, "shape", "ON-1")
def capital_unit(_plain: Summary, _ask: Ask, body: Any) -> None:
    """bucket_unit is written Day, Week, Month."""
    if "activity" in body["data"]:
        body["data"]["activity"]["bucket_unit"] = body["data"]["activity"]["bucket_unit"].title()


@fault(ON, "agreement", "ON-1", sometimes=True)
def unit_of_days(_plain: Summary, _ask: Ask, body: Any) -> None:
    """bucket_unit is day for every view."""
    if "activity" in body["data"]:
        body["data"]["activity"]["bucket_unit"] = UNITS["daily"]


@fault(ON, "agreement", "ON-1", "range_label", sometimes=True)
def label_of_range(_plain: Summary, ask: Ask, _view: str) -> str:
    """range_label speaks of the range, as in the vendor's example."""
    return f"Last {RANGES[ask.parameters['range']]} days"


@fault(ON, "shape", "common", "meta")
def short_request_id(_plain: Summary, ask: Ask) -> dict[str, str]:
    """meta.request_id is no UUID."""
    return {"request_id": f"req-{ask.now}", "timestamp": instant(ask.now)}
