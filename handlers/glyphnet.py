"""glyphnet: an organization's requests over a period or a range, day by day, and its rate limit."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from metermock import (
    Account,
    Refusal,
    Refused,
    Reply,
    Request,
    Usage,
    Window,
    add_months,
    day_edges,
    half_up,
    instant_text,
    local_date,
    midnight,
    month_start,
    percent,
    week_start,
    zone,
)

DAY = timedelta(days=1)
MINUTE_SECONDS = 60
DAY_SECONDS = 86_400
ENDPOINTS = ("verify", "harm_detect")
SCOPE = "usage:read"

PROBLEMS = {
    "missing": (401, "missing_api_key", "The X-API-Key header is required."),
    "unauthenticated": (401, "invalid_api_key", "The API key is not valid."),
    "forbidden": (403, "insufficient_permissions", "The API key lacks a required scope."),
    "invalid": (400, "invalid_request", "The request is invalid."),
    "not_found": (404, "not_found", "There is nothing at this address."),
    "method_not_allowed": (405, "method_not_allowed", "This address can only be read."),
    "rate_limited": (429, "rate_limit_exceeded", "Too many requests. Try again later."),
}
FAILURE = (500, "internal_error", "Something went wrong.")
SAID = {
    "period": "period must be one of day, week, month",
    "start_date": "start_date must be a date (YYYY-MM-DD) or a date-time",
    "end_date": "end_date must be a date (YYYY-MM-DD) or a date-time",
}
"""What is wrong with a parameter, in the contract's words."""


def get_organization_usage(request: Request) -> dict[str, Any]:
    """The usage of the organization's days."""
    account, usage = request.account, request.usage
    if account is None or account.plan is None or usage is None:
        raise Refused("unauthenticated", "missing")
    today = local_date(request.now, zone("UTC"))
    start, end = _days(request, today)
    window = Window(midnight(start, zone("UTC")), midnight(end, zone("UTC")) + DAY_SECONDS)
    last = min(end, today)
    used, limit = usage.total(window)["calls"], account.plan.facts["month"]
    return {
        "organization": {
            "id": account.facts["organization_id"],
            "name": account.facts["name"],
            "plan": account.plan.name,
        },
        "period": {"start": instant_text(window.start), "end": instant_text(window.end - 1)},
        "current_usage": used,
        "monthly_limit": limit,
        "remaining": max(0, limit - used),
        "percentage_used": percent(used, limit),
        "rate_limit": {
            "requests_per_minute": account.plan.facts["minute"],
            "current_minute_usage": request.reads.used if request.reads else _last_minute(usage),
        },
        "breakdown": {name: usage.total(window, where={"endpoint": name})["calls"] for name in ENDPOINTS},
        "daily": usage.prepare(("daily", start, last), lambda: _daily(usage, start, last)),
    }


def refuse(refusal: Refusal, request: Request) -> Reply:
    """The documented error: a code, a sentence, and for some the details."""
    missing = refusal.reason == "unauthenticated" and refusal.why == "missing"
    status, code, message = PROBLEMS.get("missing" if missing else refusal.reason, FAILURE)
    body: dict[str, Any] = {"error": code, "message": message}
    headers = refusal.headers
    if refusal.reason == "invalid":
        found = "; ".join(SAID.get(wrong.name, wrong.message) for wrong in refusal.violations)
        body["message"] = found or refusal.why
    elif refusal.reason == "forbidden":
        body["details"] = {"required_scope": SCOPE, "current_scopes": _scopes(request)}
    elif refusal.reason == "rate_limited":
        wait = refusal.facts.get("retry_after", 1)
        body["details"] = {"limit": refusal.facts.get("limit", 0), "retry_after": wait}
        headers |= {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(request.now + wait)}
    return Reply(status, body, headers)


def always(request: Request) -> dict[str, str]:
    """The rate-limit headers of every response; without a known key, those of an idle free plan."""
    account, usage, now = request.account, request.usage, request.now
    if account is None or account.plan is None or usage is None:
        limit = request.world.plans["free"].facts["minute"]
        return _headers(limit, 0, now)
    if request.reads is not None:
        return _headers(request.reads.limit, request.reads.used, now + request.reads.resets_in)
    oldest = usage.nth(Window.trailing(now, MINUTE_SECONDS), 1)
    reset = now if oldest is None else oldest + MINUTE_SECONDS
    return _headers(account.plan.facts["minute"], _last_minute(usage), reset)


def _headers(limit: int, used: int, reset: int) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(max(0, limit - used)),
        "X-RateLimit-Reset": str(reset),
    }


def _last_minute(usage: Usage) -> int:
    return usage.total(Window.trailing(usage.now, MINUTE_SECONDS))["calls"]


def _days(request: Request, today: date) -> tuple[date, date]:
    """The first and the last day of the request; refused if they are no range."""
    start, end = (_read(name, request.parameters.get(name)) for name in ("start_date", "end_date"))
    if start is None and end is None:
        return _period(request.parameters["period"], today)
    if end is None and start is not None and start > today:
        raise Refused("invalid", "start_date lies ahead, and there is no end_date")
    end = end or today
    start = start or month_start(end)
    if start > end:
        raise Refused("invalid", "start_date is after end_date")
    return start, end


def _read(name: str, text: str | None) -> date | None:
    """The UTC day of a date or date-time; its form has been checked against the contract."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return (moment.astimezone(UTC) if moment.tzinfo else moment).date()
    except (ValueError, OverflowError):
        raise Refused("invalid", SAID[name]) from None


def _period(name: str, today: date) -> tuple[date, date]:
    if name == "day":
        return today, today
    if name == "week":
        return week_start(today), week_start(today) + 6 * DAY
    return month_start(today), add_months(month_start(today), 1) - DAY


def _daily(usage: Usage, start: date, last: date) -> list[dict[str, Any]]:
    count = (last - start).days + 1
    if count < 1:
        return []
    # Days before the account's first one have no calls: they are filled with zeros, not looked up.
    counted = min(count, max((last - local_date(usage.account.since, zone("UTC"))).days + 1, 1))
    columns = usage.series(day_edges(last, counted, zone("UTC")))
    idle = [0] * (count - counted)
    figures = zip(*(idle + columns[name] for name in ("calls", "claims", "confidence")), strict=True)
    return [
        {
            "date": (start + index * DAY).isoformat(),
            "requests": calls,
            "verified_claims": claims,
            "avg_confidence": half_up(confidence, 1_000 * claims, 3),
        }
        for index, (calls, claims, confidence) in enumerate(figures)
    ]


def _scopes(request: Request) -> list[str]:
    """The scopes of the key in the request, which was refused for them."""
    sent = request.headers.get("x-api-key")
    for credential in request.world.credentials:
        if credential.value == sent and credential.account is not None:
            account: Account = request.world.accounts[credential.account]
            return [
                scope for key in account.keys if key.id == credential.key for scope in key.facts["scopes"]
            ]
    return []
