"""ZKScore: one report of usage, over a window that ends now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from metermock import (
    Account,
    Refusal,
    Refused,
    Reply,
    Request,
    Usage,
    Window,
    half_up,
    instant_text,
    percent,
)

from .zkscore_series import DAY, FAILURE, HOUR, MINUTE, View, latency, series_of, window_of

Cells = Mapping[tuple[str, ...], Mapping[str, int]]

SECTIONS = 8_000  # bytes of the sections that are kept together
RATES = {"requestsPerMinute": MINUTE, "requestsPerHour": HOUR, "requestsPerDay": DAY}
DIMENSIONS = "endpoint", "method", "status", "error", "outcome"
MEASURES = "calls", "latency_ms", "bytes"
ALERTS: dict[str, tuple[dict[str, int], str, str]] = {
    "rate_limit": (
        {"high": 95, "medium": 80},
        "{} % of a rate limit is used",
        "Spread the requests, or move to a larger tier",
    ),
    "error_rate": (
        {"high": 10, "medium": 5},
        "{} % of the requests failed",
        "Look at the errors by type and by endpoint",
    ),
    "latency": (
        {"low": 1_000},
        "The average latency is {} ms",
        "Use the batch endpoint, or ask for fewer proofs",
    ),
}
ERRORS = {
    "INVALID_ADDRESS": "The address is not a valid wallet address",
    "INVALID_REQUEST": "The request lacks a field or has one that cannot be read",
    "SCORE_NOT_FOUND": "The address has no score yet",
    "RATE_LIMIT_EXCEEDED": "The key made more requests than its tier allows",
    "INTERNAL_ERROR": "The service failed to answer",
    "PROOF_FAILED": "The proof could not be computed",
    "CHAIN_UNAVAILABLE": "The chain's nodes did not answer",
    "UPSTREAM_TIMEOUT": "The answer took too long",
}
REFUSALS = {
    "invalid": (400, "BAD_REQUEST", "A parameter is not allowed"),
    "unauthenticated": (401, "UNAUTHORIZED", "Send an API key: Authorization: Bearer <API key>"),
    "forbidden": (403, "FORBIDDEN", "The API key may not read usage"),
    "not_found": (404, "NOT_FOUND", "There is nothing at this path"),
    "unknown_resource": (404, "NOT_FOUND", "The account has no API key of this id"),
    "method_not_allowed": (405, "METHOD_NOT_ALLOWED", "Usage can only be read"),
    "rate_limited": (429, "RATE_LIMIT_EXCEEDED", "Too many requests"),
}
ALLOWED = {
    "keyId": "the id of one of the account's keys",
    "timeframe": "1h, 24h, 7d, 30d, 90d, 1y or all",
    "granularity": "minute, hour, day, week or month",
    "includeBreakdown": "true or false",
    "includeErrors": "true or false",
    "includeLatency": "true or false",
    "sortBy": "requests, errors, latency or timestamp",
    "sortOrder": "desc or asc",
    "limit": "an integer from 1 to 1000",
    "offset": "an integer from 0",
}
INTERNAL = (500, "INTERNAL_ERROR", "The service failed to answer")
REJECTED_KEYS = {
    "malformed": "The Authorization header cannot be read",
    "unknown": "The API key is not known",
    "revoked": "The API key was revoked",
}


def get_developer_usage(request: Request) -> dict[str, Any]:
    """Report the usage of an account or of one of its keys."""
    account, usage, asked = request.account, request.usage, request.parameters
    if account is None or usage is None:
        raise Refused("unauthenticated", "missing")
    key = asked.get("keyId")
    if key is not None and all(known.id != key for known in account.keys):
        raise Refused("unknown_resource", facts={"name": "keyId", "value": key})
    return report(account, usage, asked, request.now, request.reads.used if request.reads else None)


def report(
    account: Account, usage: Usage, asked: Mapping[str, Any], now: int, read: int | None
) -> dict[str, Any]:
    """Put the sections together, each prepared under what it depends on."""
    timeframe = asked["timeframe"]
    view = View(usage, window_of(usage, timeframe, now), asked.get("keyId"), asked["includeLatency"])
    rows, page = series_of(view, asked, now)
    wanted = asked["includeBreakdown"], asked["includeErrors"]
    body: dict[str, Any] = usage.remember(
        ("sections", timeframe, now, view.key, view.latency, wanted, read),
        lambda: sections_of(account, view, timeframe, wanted, read),
        lambda _: SECTIONS,
    )
    return body | {"timeSeries": rows, "pagination": page, "timestamp": instant_text(now)}


def sections_of(
    account: Account, view: View, timeframe: str, wanted: tuple[bool, bool], read: int | None
) -> dict[str, Any]:
    """Prepare what does not depend on the page, in its order; the rows have their place among it."""
    usage, now = view.usage, view.usage.now
    seen = (timeframe, now, view.key, view.latency)
    body: dict[str, Any] = {
        "success": True,
        "usage": usage.prepare(("usage", seen), lambda: totals_of(view, elastic=timeframe == "all")),
        "timeSeries": None,
    }
    if wanted[0]:
        body["breakdown"] = usage.prepare(("breakdown", seen), lambda: breakdown_of(account, view))
    if wanted[1]:
        body["errors"] = usage.prepare(("errors", seen), lambda: errors_of(view))
    body["rateLimits"] = usage.prepare(("limits", now, read), lambda: limits_of(account, usage, now, read))
    body["alerts"] = usage.prepare(
        ("alerts", seen, read), lambda: alerts_of(view, limits_of(account, usage, now, read))
    )
    return body


def totals_of(view: View, *, elastic: bool) -> dict[str, Any]:
    """Sum up the window; for a rate, an elastic window is at least one minute, hour or day long."""
    usage, window, where = view.usage, view.window, view.where
    sums, calls, failed = sums_of(cells_of(view))
    length = window.end - window.start
    totals: dict[str, Any] = {
        "totalRequests": calls,
        "successfulRequests": calls - failed,
        "failedRequests": failed,
        "successRate": percent(calls - failed, calls),
    }
    if view.latency:
        totals |= latency(calls, sums["latency_ms"], usage.largest(window, "latency_ms", where=where))
    for name, unit in RATES.items():
        totals[name] = half_up(calls * unit, max(length, unit) if elastic else length, 2)
    return totals | {
        "peakRequestsPerMinute": usage.peak(window, MINUTE, where=where),
        "peakRequestsPerHour": usage.peak(window, HOUR, where=where),
        "dataTransferred": sums["bytes"],
        "averageDataPerRequest": half_up(sums["bytes"], calls, 2),
    }


def cells_of(view: View) -> Cells:
    """The calls by all dimensions at once; the figures of a report's window are sums of these."""
    found: Cells = view.usage.groups(view.window, DIMENSIONS, where=view.where)
    return found


def groups_of(
    cells: Cells, by: str, *, failed: bool = False, measure: str = "calls"
) -> list[tuple[str, int]]:
    """A measure of the calls by the values of a dimension, most first; of all or of those that failed."""
    found: dict[str, int] = {}
    place = DIMENSIONS.index(by)
    for values, sums in cells.items():
        if not failed or values[-1] == FAILURE:
            found[values[place]] = found.get(values[place], 0) + sums[measure]
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))


def sums_of(cells: Cells) -> tuple[dict[str, int], int, int]:
    """The sums of all calls, how many they are, and how many of them failed."""
    sums = {name: sum(cell[name] for cell in cells.values()) for name in MEASURES}
    return sums, sums["calls"], dict(groups_of(cells, "outcome")).get(FAILURE, 0)


def breakdown_of(account: Account, view: View) -> dict[str, Any]:
    """Divide all calls by endpoint, method, status and key."""
    cells = cells_of(view)
    failed = dict(groups_of(cells, "endpoint", failed=True))
    together, data = (dict(groups_of(cells, "endpoint", measure=name)) for name in ("latency_ms", "bytes"))
    endpoints = []
    for endpoint, calls in groups_of(cells, "endpoint"):
        rate = percent(calls - failed.get(endpoint, 0), calls)
        row = {"endpoint": endpoint, "requests": calls, "successRate": rate}
        if view.latency:
            row["averageLatency"] = half_up(together[endpoint], calls, 1)
        endpoints.append(row | {"dataTransferred": data[endpoint]})
    methods, statuses = groups_of(cells, "method"), groups_of(cells, "status")
    return {
        "byEndpoint": endpoints,
        "byMethod": [{"method": method, "requests": calls} for method, calls in methods],
        "byStatusCode": [{"statusCode": int(status), "requests": calls} for status, calls in statuses],
        "byKey": keys_of(account, view),
    }


def keys_of(account: Account, view: View) -> list[dict[str, Any]]:
    """List the keys that existed in the window, the busiest first; or the one that the report is of."""
    start, end = view.window
    by_key = view.usage.groups(view.window, "key", where=view.where)
    rows = [
        {"keyId": key.id, "name": key.name, "requests": by_key[key.id]["calls"] if key.id in by_key else 0}
        for key in account.keys
        if key.created < end and (key.revoked is None or key.revoked > start) and view.key in (None, key.id)
    ]
    return sorted(rows, key=lambda row: (-row["requests"], row["keyId"]))


def errors_of(view: View) -> dict[str, Any]:
    """Divide the failed calls by type, endpoint and status."""
    cells = cells_of(view)
    _, calls, failed = sums_of(cells)
    types, endpoints, statuses = (groups_of(cells, by, failed=True) for by in ("error", "endpoint", "status"))
    return {
        "totalErrors": failed,
        "errorRate": percent(failed, calls),
        "byType": [
            {
                "type": kind,
                "count": count,
                "percentage": percent(count, failed),
                "description": ERRORS[kind],
            }
            for kind, count in types
        ],
        "byEndpoint": [{"endpoint": endpoint, "count": count} for endpoint, count in endpoints],
        "byStatusCode": [{"statusCode": int(status), "count": count} for status, count in statuses],
    }


def limits_of(account: Account, usage: Usage, now: int, read: int | None) -> dict[str, Any]:
    """The account's limits, what sliding windows have used of them, and that in percent.

    Where limits are enforced, the minute's use is the `read` that they have counted.
    """
    facts = account.plan.facts if account.plan else {}
    minute, day = int(facts["minute"]), int(facts["day"])
    current = dict(zip(RATES, (minute, 60 * minute, day), strict=True))
    used = {name: usage.total(Window.trailing(now, unit))["calls"] for name, unit in RATES.items()}
    if read is not None:
        used = {name: max(calls, read) for name, calls in used.items()} | {"requestsPerMinute": read}
    utilization = {name: percent(used[name], current[name]) for name in RATES}
    return {"current": current, "usage": used, "utilization": utilization}


def alerts_of(view: View, limits: Mapping[str, Any]) -> list[dict[str, str]]:
    """One alert for each thing to look at."""
    sums, calls, failed = sums_of(cells_of(view))
    use, rate = max(limits["utilization"].values()), percent(failed, calls)
    slow = half_up(sums["latency_ms"], calls, 1)
    alerts = []
    for kind, value in (("rate_limit", use), ("error_rate", rate), ("latency", slow)):
        bounds, message, advice = ALERTS[kind]
        priority = next((name for name, bound in bounds.items() if value >= bound), None)
        if priority is not None:
            alert = {"type": kind, "message": message.format(value), "priority": priority}
            alerts.append(alert | {"recommendation": advice})
    return alerts


def refuse(refusal: Refusal, request: Request) -> Reply:
    """Write the vendor's error body."""
    status, code, message = REFUSALS.get(refusal.reason, INTERNAL)
    headers = refusal.headers
    if refusal.violations:
        name = refusal.violations[0].name
        message = f"Invalid {name}: use {ALLOWED[name]}" if name in ALLOWED else "There is no such parameter"
    elif refusal.reason == "unauthenticated":
        message = REJECTED_KEYS.get(refusal.why, message)
    elif refusal.reason == "rate_limited":
        wait = refusal.facts.get("retry_after", 1)
        message = f"{message}, try again in {wait} seconds"
        headers |= {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(request.now + wait)}
    body = {"success": False, "error": code, "message": message, "timestamp": instant_text(request.now)}
    return Reply(status, body, headers)


def always(request: Request) -> dict[str, str]:
    """The rate limit of the account's sliding minute; the Free tier's where no account is known."""
    account, usage, now = request.account, request.usage, request.now
    if account is None or usage is None or account.plan is None:
        limit, used, oldest = int(request.world.plans["free"].facts["minute"]), 0, None
    elif request.reads is not None:
        limit, used = request.reads.limit, request.reads.used
        oldest = now + request.reads.resets_in - MINUTE
    else:
        limit = int(account.plan.facts["minute"])
        used, oldest = usage.remember(("minute", now), lambda: minute_of(usage, now), lambda _: 100)
    return {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(max(0, limit - used)),
        "X-RateLimit-Reset": str(now if oldest is None else oldest + MINUTE),
    }


def minute_of(usage: Usage, now: int) -> tuple[int, int | None]:
    """How many calls the sliding minute has, and when the first of them was."""
    minute = Window.trailing(now, MINUTE)
    return usage.total(minute)["calls"], usage.nth(minute, 1)
