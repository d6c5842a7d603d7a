"""Faults of the plain essarion."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from deployments.essarion import SECRET, Call, Essarion
from deployments.parts import (
    DAY,
    Ask,
    RefusedError,
    days_to,
    half_up,
    instant,
    midnight,
    total,
    utc_day,
)
from deployments.register import fault
from deployments.tokens import claims_of

ES = "essarion"


@fault(ES, "arithmetic", "ES-1", sometimes=True)
def ok_counts_all(_plain: Essarion, _ask: Ask, body: Any) -> None:
    """ok_calls counts the errors too."""
    body["summary"]["ok_calls"] = body["summary"]["total_calls"]


@fault(ES, "arithmetic", "ES-1", sometimes=True)
def total_of_a_month(_plain: Essarion, _ask: Ask, body: Any) -> None:
    """total_calls is the sum of daily; young accounts look right."""
    body["summary"]["total_calls"] = sum(row["calls"] for row in body["daily"])


@fault(ES, "windows", "ES-9", "trailing", sometimes=True)
def today_for_24_hours(_plain: Essarion, calls: list[Call], now: int, seconds: int) -> int:
    """The trailing windows begin at midnight."""
    return sum(call.at >= now - now % DAY - (seconds - DAY) for call in calls)


@fault(ES, "windows", "ES-9", "trailing", sometimes=True)
def short_24_hours(_plain: Essarion, calls: list[Call], now: int, seconds: int) -> int:
    """The trailing windows are an hour short."""
    return sum(call.at > now - seconds + 3600 for call in calls)


@fault(ES, "windows", "ES-5", "trailing", sometimes=True)
def ten_days_for_seven(_plain: Essarion, calls: list[Call], now: int, seconds: int) -> int:
    """last_7d counts ten days."""
    return sum(call.at > now - (10 * DAY if seconds > DAY else DAY) for call in calls)


@fault(ES, "windows", "ES-5", "trailing", sometimes=True)
def last_closed_week(plain: Essarion, calls: list[Call], now: int, seconds: int) -> int:
    """last_7d counts the last whole week, Monday to Sunday."""
    monday = now - now % DAY - utc_day(now).weekday() * DAY
    if seconds == DAY:
        return Essarion.trailing(plain, calls, now, seconds)
    return sum(monday - 7 * DAY <= call.at < monday for call in calls)


@fault(ES, "windows", "ES-3", "days")
def thirty_one_days(_plain: Essarion, now: int) -> list[date]:
    """Daily has 31 rows."""
    return days_to(utc_day(now), 31)


@fault(ES, "windows", "ES-3", "days")
def yesterday_is_last(_plain: Essarion, now: int) -> list[date]:
    """Daily ends yesterday."""
    return days_to(utc_day(now - DAY), 30)


@fault(ES, "windows", "ES-3", sometimes=True)
def silent_days_dropped(_plain: Essarion, _ask: Ask, body: Any) -> None:
    """Days without calls are left out."""
    body["daily"] = [row for row in body["daily"] if row["calls"]]


@fault(ES, "zones", "ES-8", "day_of", sometimes=True)
def days_of_los_angeles(_plain: Essarion, at: int) -> date:
    """A call counts for its day in Los Angeles."""
    day = utc_day(at)
    return day if at >= midnight(day, ZoneInfo("America/Los_Angeles")) else utc_day(at - DAY)


@fault(ES, "order", "ES-3")
def days_backwards(_plain: Essarion, _ask: Ask, body: Any) -> None:
    """Daily begins with today."""
    body["daily"].reverse()


@fault(ES, "arithmetic", "ES-7", "mean", sometimes=True)
def latency_without_errors(_plain: Essarion, calls: Sequence[Call]) -> int:
    """avg_latency_ms leaves errors out."""
    good = [call for call in calls if call.ok]
    return int(half_up(total(good, "latency"), len(good), 0))


@fault(ES, "rounding", "common", "mean", sometimes=True)
def latency_cut(_plain: Essarion, calls: Sequence[Call]) -> int:
    """avg_latency_ms is cut to a multiple of ten."""
    return total(calls, "latency") // (len(calls) or 1) // 10 * 10


@fault(ES, "rounding", "ES-7", "mean", sometimes=True)
def latency_with_decimals(_plain: Essarion, calls: Sequence[Call]) -> float | int:
    """avg_latency_ms has a decimal; accounts without calls look right."""
    return half_up(total(calls, "latency"), len(calls), 1) if calls else 0


@fault(ES, "shape", "ES-7", "mean", sometimes=True)
def latency_null(plain: Essarion, calls: Sequence[Call]) -> int | None:
    """avg_latency_ms is null without calls."""
    return int(Essarion.mean(plain, calls)) if calls else None


@fault(ES, "arithmetic", "ES-7", sometimes=True)
def tokens_of_good_calls(plain: Essarion, ask: Ask, body: Any) -> None:
    """tokens_out leaves errors out."""
    calls = plain.history(ask).between(0, plain.horizon(ask) + 1)
    body["summary"]["tokens_out"] = sum(call.tokens_out for call in calls if call.ok)


@fault(ES, "pages", "ES-6", "latest", sometimes=True)
def recent_fifty_one(_plain: Essarion, calls: list[Call]) -> list[Call]:
    """Recent has 51 rows where there are that many calls."""
    return sorted(calls, reverse=True)[:51]


@fault(ES, "pages", "ES-6", "latest", sometimes=True)
def recent_forty_nine(_plain: Essarion, calls: list[Call]) -> list[Call]:
    """Recent ends after 49 rows."""
    return sorted(calls, reverse=True)[:49]


@fault(ES, "order", "ES-12", "latest", sometimes=True)
def ties_ascending(_plain: Essarion, calls: list[Call]) -> list[Call]:
    """Calls of one second are listed by ascending id."""
    return sorted(calls, key=lambda call: (-call.at, call.number))[:50]


@fault(ES, "order", "ES-6", "latest", sometimes=True)
def recent_by_latency(_plain: Essarion, calls: list[Call]) -> list[Call]:
    """Recent is sorted by latency."""
    return sorted(sorted(calls, reverse=True)[:50], key=lambda call: call.latency)


@fault(ES, "shape", "ES-6", "cut", sometimes=True)
def query_uncut(_plain: Essarion, query: str) -> str:
    """Long queries are shown whole."""
    return query


@fault(ES, "shape", "ES-6", "cut", sometimes=True)
def query_with_dots(_plain: Essarion, query: str) -> str:
    """Long queries end in an ellipsis, beyond 200 code points."""
    return query if len(query) <= 200 else f"{query[:200]}…"


def rows_with(name: str, old: Any, new: Any, body: Any) -> None:
    """Replace a value in the rows of recent."""
    for row in body["recent"]:
        if row[name] == old:
            row[name] = new


@fault(ES, "shape", "common", sometimes=True)
def errors_called_failed(_plain: Essarion, _ask: Ask, body: Any) -> None:
    """A failed call's status is `failed`."""
    rows_with("status", "error", "failed", body)


@fault(ES, "shape", "common", sometimes=True)
def session_as_null(_plain: Essarion, _ask: Ask, body: Any) -> None:
    """key_name is null for calls out of a session."""
    rows_with("key_name", "session", None, body)


@fault(ES, "shape", "ES-6", "recent", sometimes=True)
def recent_null(plain: Essarion, calls: list[Call]) -> Any:
    """Recent is null without calls."""
    return Essarion.recent(plain, calls) or None


@fault(ES, "shape", "ES-6", "row", sometimes=True)
def lower_case_ids(plain: Essarion, call: Call) -> dict[str, Any]:
    """Request ids are written in lower case."""
    row = Essarion.row(plain, call)
    return {**row, "request_id": row["request_id"].lower()}


@fault(ES, "windows", "ES-6", "row", sometimes=True)
def created_ahead(plain: Essarion, call: Call) -> dict[str, Any]:
    """created_at lies an hour ahead: a zone's offset was added."""
    return {**Essarion.row(plain, call), "created_at": instant(call.at + 3600)}


@fault(ES, "credentials", "ES-10", "claims")
def expired_session(_plain: Essarion, token: str, _now: int) -> dict[str, Any]:
    """An expired session is let in."""
    return claims_of(token, SECRET)


@fault(ES, "credentials", "ES-10", "claims")
def unsigned_session(_plain: Essarion, token: str, now: int) -> dict[str, Any]:
    """A session's signature is not looked at."""
    claims = claims_of(token, None)
    if claims.get("exp", 0) <= now:
        raise ValueError("expired")
    return claims


@fault(ES, "credentials", "ES-10", "recognise")
def developer_key_enters(plain: Essarion, ask: Ask) -> None:
    """A developer key is let in."""
    if "esk_" in (ask.header("authorization") or ""):
        ask.account = "steady"
        return
    Essarion.recognise(plain, ask)


@fault(ES, "credentials", "X-5", "recognise")
def cookie_beside_key(plain: Essarion, ask: Ask) -> None:
    """A valid cookie beside a developer key is refused."""
    if ask.header("authorization"):
        raise RefusedError("unauthenticated", "One of both.")
    Essarion.recognise(plain, ask)


@fault(ES, "freshness", "ES-8", "daily", sometimes=True)
def daily_lags(plain: Essarion, ask: Ask, calls: list[Call]) -> list[dict[str, Any]]:
    """Daily is five minutes behind summary and recent."""
    return Essarion.daily(plain, ask, [call for call in calls if call.at <= ask.now - 300])


@fault(ES, "agreement", "ES-9", "trailing", sometimes=True)
def nightly_roll_up(_plain: Essarion, calls: list[Call], now: int, seconds: int) -> int:
    """The trailing windows come from a roll-up of last midnight, the rest is live."""
    end = now - now % DAY
    return sum(end - seconds < call.at < end for call in calls)


@fault(ES, "agreement", "ES-6", "summary", sometimes=True)
def summary_of_good_keys(plain: Essarion, ask: Ask, calls: list[Call]) -> dict[str, Any]:
    """The summary leaves out what sessions did, recent does not."""
    return Essarion.summary(plain, ask, [call for call in calls if call.key])
