"""Faults of the plain zkscore's sums, windows and credentials."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from deployments.parts import (
    DAY,
    HOUR,
    MINUTE,
    Ask,
    RefusedError,
    Reply,
    add_months,
    half_up,
    percent,
    total,
    utc_day,
    utc_midnight,
)
from deployments.register import fault
from deployments.zkscore import Zkscore
from deployments.zkscore_data import PLANS, TIERS, Call, Key

ZK = "zkscore"


@fault(ZK, "arithmetic", "ZK-1", sometimes=True)
def redirects_fail(plain: Zkscore, ask: Ask, body: Any) -> None:
    """304 counts as failed in usage, as successful elsewhere."""
    moved = sum(call.status == 304 for call in plain.calls(ask))
    body["usage"]["successfulRequests"] -= moved
    body["usage"]["failedRequests"] += moved


@fault(ZK, "arithmetic", "ZK-1", sometimes=True)
def rate_as_fraction(_plain: Zkscore, _ask: Ask, body: Any) -> None:
    """SuccessRate is a fraction of one."""
    body["usage"]["successRate"] = round(body["usage"]["successRate"] / 100, 4)


@fault(ZK, "arithmetic", "ZK-1", sometimes=True)
def perfect_without_calls(_plain: Zkscore, _ask: Ask, body: Any) -> None:
    """SuccessRate is 100 without requests."""
    if body["usage"]["totalRequests"] == 0:
        body["usage"]["successRate"] = 100


@fault(ZK, "arithmetic", "ZK-1", "errors", sometimes=True)
def rate_of_successes(plain: Zkscore, calls: list[Call]) -> dict[str, Any]:
    """ErrorRate is taken of the successful requests."""
    errors = Zkscore.errors(plain, calls)
    return {**errors, "errorRate": percent(errors["totalErrors"], len(calls) - errors["totalErrors"])}


@fault(ZK, "arithmetic", "ZK-5", "errors", sometimes=True)
def shares_of_all_requests(plain: Zkscore, calls: list[Call]) -> dict[str, Any]:
    """Error percentages are taken of all requests."""
    errors = Zkscore.errors(plain, calls)
    rows = [{**row, "percentage": percent(row["count"], len(calls))} for row in errors["byType"]]
    return {**errors, "byType": rows}


@fault(ZK, "arithmetic", "ZK-5", "errors", sometimes=True)
def throttled_are_no_errors(plain: Zkscore, calls: list[Call]) -> dict[str, Any]:
    """errors.byStatusCode leaves 429 out."""
    errors = Zkscore.errors(plain, calls)
    return {**errors, "byStatusCode": [row for row in errors["byStatusCode"] if row["statusCode"] != 429]}


@fault(ZK, "arithmetic", "ZK-5", "errors", sometimes=True)
def three_endpoints_with_errors(plain: Zkscore, calls: list[Call]) -> dict[str, Any]:
    """errors.byEndpoint shows the worst three."""
    errors = Zkscore.errors(plain, calls)
    return {**errors, "byEndpoint": errors["byEndpoint"][:3]}


@fault(ZK, "shape", "schema", "errors", sometimes=True)
def no_description(plain: Zkscore, calls: list[Call]) -> dict[str, Any]:
    """Error types have no description."""
    errors = Zkscore.errors(plain, calls)
    for row in errors["byType"]:
        del row["description"]
    return errors


@fault(ZK, "arithmetic", "ZK-3", sometimes=True)
def data_per_success(_plain: Zkscore, _ask: Ask, body: Any) -> None:
    """AverageDataPerRequest is taken of the successful requests."""
    usage = body["usage"]
    usage["averageDataPerRequest"] = half_up(usage["dataTransferred"], usage["successfulRequests"], 2)


@fault(ZK, "arithmetic", "ZK-3", "peak", sometimes=True)
def peak_of_shown_minutes(plain: Zkscore, calls: list[Call], slot: int, now: int) -> int:
    """The hourly peak is a single minute's."""
    return Zkscore.peak(plain, calls, MINUTE if slot == HOUR else HOUR, now)


@fault(ZK, "arithmetic", "ZK-2", sometimes=True)
def mean_of_means(_plain: Zkscore, _ask: Ask, body: Any) -> None:
    """usage.averageLatency is the mean of the shown rows' means."""
    means = [row["averageLatency"] for row in body["timeSeries"] if row.get("averageLatency")]
    if means:
        body["usage"]["averageLatency"] = round(sum(means) / len(means), 1)


@fault(ZK, "arithmetic", "ZK-2", sometimes=True)
def bytes_of_successes(plain: Zkscore, ask: Ask, body: Any) -> None:
    """usage.dataTransferred leaves failed requests out."""
    body["usage"]["dataTransferred"] = total([call for call in plain.calls(ask) if call.ok], "size")


@fault(ZK, "rounding", "common", "mean", sometimes=True)
def latency_half_even(_plain: Zkscore, calls: Sequence[Call]) -> float:
    """AverageLatency rounds halves to the even digit; few values show it."""
    count = len(calls)
    digits, rest = divmod(10 * total(calls, "latency"), count or 1)
    return (digits + (digits % 2 if 2 * rest == count else 2 * rest > count)) / 10


@fault(ZK, "rounding", "ZK-2", "mean", sometimes=True)
def latency_whole(_plain: Zkscore, calls: Sequence[Call]) -> int:
    """AverageLatency is a whole number."""
    return int(half_up(total(calls, "latency"), len(calls), 0))


@fault(ZK, "rounding", "ZK-6", sometimes=True)
def utilization_cut(_plain: Zkscore, _ask: Ask, body: Any) -> None:
    """Utilization is cut after one decimal."""
    shares = body["rateLimits"]["utilization"]
    body["rateLimits"]["utilization"] = {name: int(10 * share) / 10 for name, share in shares.items()}


@fault(ZK, "rounding", "ZK-1", sometimes=True)
def success_rate_whole(_plain: Zkscore, _ask: Ask, body: Any) -> None:
    """SuccessRate is rounded to a whole number."""
    body["usage"]["successRate"] = round(body["usage"]["successRate"])


@fault(ZK, "arithmetic", "ZK-14", "length", sometimes=True)
def hour_not_extrapolated(plain: Zkscore, ask: Ask, unit: int) -> int:
    """RequestsPerDay of an hour is the hour's."""
    return max(unit, Zkscore.length(plain, ask, unit))


@fault(ZK, "arithmetic", "ZK-14", "length", sometimes=True)
def a_bucket_too_many(plain: Zkscore, ask: Ask, unit: int) -> int:
    """The hourly average divides by the number of rows, 25 for 24 hours."""
    return Zkscore.length(plain, ask, unit) + (HOUR if unit == HOUR else 0)


@fault(ZK, "arithmetic", "ZK-14", "length", sometimes=True)
def busy_months_only(plain: Zkscore, ask: Ask, unit: int) -> int:
    """The averages of a year divide by 360 days."""
    length = Zkscore.length(plain, ask, unit)
    return 360 * DAY if length == 365 * DAY else length


@fault(ZK, "arithmetic", "ZK-4", "breakdown", sometimes=True)
def revoked_keys_hidden(plain: Zkscore, ask: Ask, calls: list[Call]) -> dict[str, Any]:
    """ByKey leaves revoked keys out."""
    parts = Zkscore.breakdown(plain, ask, calls)
    revoked = {key.id for key in PLANS[str(ask.account)].keys if key.revoked}
    return {**parts, "byKey": [row for row in parts["byKey"] if row["keyId"] not in revoked]}


@fault(ZK, "arithmetic", "ZK-4", "breakdown", sometimes=True)
def deletes_hidden(plain: Zkscore, ask: Ask, calls: list[Call]) -> dict[str, Any]:
    """ByMethod leaves DELETE out."""
    parts = Zkscore.breakdown(plain, ask, calls)
    return {**parts, "byMethod": [row for row in parts["byMethod"] if row["method"] != "DELETE"]}


@fault(ZK, "arithmetic", "ZK-4", "breakdown", sometimes=True)
def five_endpoints(plain: Zkscore, ask: Ask, calls: list[Call]) -> dict[str, Any]:
    """ByEndpoint shows the first five."""
    parts = Zkscore.breakdown(plain, ask, calls)
    return {**parts, "byEndpoint": parts["byEndpoint"][:5]}


@fault(ZK, "shape", "ZK-4", "breakdown", sometimes=True)
def status_as_text(plain: Zkscore, ask: Ask, calls: list[Call]) -> dict[str, Any]:
    """ByStatusCode names server errors as text."""
    parts = Zkscore.breakdown(plain, ask, calls)
    for row in parts["byStatusCode"]:
        row["statusCode"] = str(row["statusCode"]) if row["statusCode"] >= 500 else row["statusCode"]
    return parts


@fault(ZK, "agreement", "ZK-11", "breakdown", sometimes=True)
def breakdown_of_account(plain: Zkscore, ask: Ask, calls: list[Call]) -> dict[str, Any]:
    """The breakdown shows all keys although one is asked for."""
    every = plain.between(ask, plain.open_start(ask) + 1, ask.now + 1)
    return Zkscore.breakdown(plain, ask, every if ask.parameters["keyId"] else calls)


@fault(ZK, "windows", "ZK-15", "open_start", sometimes=True)
def calendar_month(plain: Zkscore, ask: Ask) -> int:
    """30d goes back one calendar month."""
    if ask.parameters["timeframe"] != "30d":
        return Zkscore.open_start(plain, ask)
    today = utc_day(ask.now)
    first = add_months(today.replace(day=1), -1)
    return ask.now - (today.replace(day=1) - first).days * DAY


@fault(ZK, "windows", "ZK-15", "open_start", sometimes=True)
def leap_year(plain: Zkscore, ask: Ask) -> int:
    """1y is 366 days."""
    start = Zkscore.open_start(plain, ask)
    return start - DAY if ask.parameters["timeframe"] == "1y" else start


@fault(ZK, "windows", "ZK-15", "open_start", sometimes=True)
def since_midnight(plain: Zkscore, ask: Ask) -> int:
    """7d begins at midnight UTC."""
    start = Zkscore.open_start(plain, ask)
    return start - start % DAY if ask.parameters["timeframe"] == "7d" else start


@fault(ZK, "windows", "ZK-14", "length", sometimes=True)
def all_since_the_first_call_of_the_key(plain: Zkscore, ask: Ask, unit: int) -> int:
    """With keyId, the averages of all are taken since the key's own first call."""
    calls = plain.calls(ask)
    if ask.parameters["timeframe"] == "all" and ask.parameters["keyId"] and calls:
        return max(ask.now - calls[0].at, unit)
    return Zkscore.length(plain, ask, unit)


@fault(ZK, "windows", "ZK-15", "open_start", sometimes=True)
def young_year(plain: Zkscore, ask: Ask) -> int:
    """All goes back a year at most."""
    return max(Zkscore.open_start(plain, ask), ask.now - 365 * DAY)


@fault(ZK, "windows", "ZK-9", "calls", sometimes=True)
def ninety_from_archive(plain: Zkscore, ask: Ask) -> list[Call]:
    """90d misses the last two hours: its table is filled by night."""
    calls = Zkscore.calls(plain, ask)
    return (
        [call for call in calls if call.at <= ask.now - 2 * HOUR]
        if ask.parameters["timeframe"] == "90d"
        else calls
    )


@fault(ZK, "agreement", "ZK-10", "calls", sometimes=True)
def whole_buckets(plain: Zkscore, ask: Ask) -> list[Call]:
    """Usage covers whole buckets: a coarse granularity widens it."""
    wanted = {key.id for key in plain.keys(ask)}
    start = plain.floor(plain.open_start(ask) + 1, ask.parameters["granularity"])
    return [call for call in plain.between(ask, start, ask.now + 1) if call.key in wanted]


@fault(ZK, "agreement", "ZK-6", "rate_limits", sometimes=True)
def limits_of_the_key(plain: Zkscore, ask: Ask) -> dict[str, Any]:
    """rateLimits.usage counts the key that is asked for, not the account."""
    limits = Zkscore.rate_limits(plain, ask)
    wanted = {key.id for key in plain.keys(ask)}
    spans = {"requestsPerMinute": MINUTE, "requestsPerHour": HOUR, "requestsPerDay": DAY}
    for name, span in spans.items():
        calls = plain.between(ask, ask.now - span + 1, ask.now + 1)
        limits["usage"][name] = sum(call.key in wanted for call in calls)
        limits["utilization"][name] = percent(limits["usage"][name], limits["current"][name])
    return limits


@fault(ZK, "agreement", "ZK-6", "rate_limits", sometimes=True)
def limits_of_the_window(plain: Zkscore, ask: Ask) -> dict[str, Any]:
    """rateLimits.usage.requestsPerDay counts the window when it is shorter than a day."""
    limits = Zkscore.rate_limits(plain, ask)
    if ask.parameters["timeframe"] == "1h":
        limits["usage"]["requestsPerDay"] = limits["usage"]["requestsPerHour"]
        used = limits["usage"]["requestsPerDay"]
        limits["utilization"]["requestsPerDay"] = percent(used, limits["current"]["requestsPerDay"])
    return limits


@fault(ZK, "windows", "ZK-6", "rate_limits", sometimes=True)
def day_since_midnight(plain: Zkscore, ask: Ask) -> dict[str, Any]:
    """rateLimits.usage.requestsPerDay counts since midnight UTC."""
    limits = Zkscore.rate_limits(plain, ask)
    used = len(plain.between(ask, utc_midnight(utc_day(ask.now)), ask.now + 1))
    limits["usage"]["requestsPerDay"] = used
    limits["utilization"]["requestsPerDay"] = percent(used, limits["current"]["requestsPerDay"])
    return limits


@fault(ZK, "headers", "ZK-6", "finish", sometimes=True)
def free_tier_in_headers(_plain: Zkscore, _ask: Ask, reply: Reply) -> None:
    """X-RateLimit-Limit is the Free tier's for everybody."""
    reply.headers["X-RateLimit-Limit"] = str(TIERS["free"][0])


@fault(ZK, "headers", "ZK-6", "finish")
def seconds_until_reset(_plain: Zkscore, ask: Ask, reply: Reply) -> None:
    """X-RateLimit-Reset counts seconds from now."""
    reply.headers["X-RateLimit-Reset"] = str(int(reply.headers["X-RateLimit-Reset"]) - ask.now)


@fault(ZK, "headers", "header", "finish")
def errors_without_limits(_plain: Zkscore, _ask: Ask, reply: Reply) -> None:
    """Refusals carry no X-RateLimit headers."""
    if reply.status != 200:
        reply.headers = {name: text for name, text in reply.headers.items() if not name.startswith("X-Rate")}


@fault(ZK, "credentials", "X-5", "valid")
def revoked_key_enters(_plain: Zkscore, _key: Key) -> bool:
    """A revoked key is let in."""
    return True


@fault(ZK, "another account", "isolation", "keys", sometimes=True)
def strange_key_is_all(plain: Zkscore, ask: Ask) -> tuple[Key, ...]:
    """A keyId of another account is accepted."""
    found = tuple(key for plan in PLANS.values() for key in plan.keys if key.id == ask.parameters["keyId"])
    return found or Zkscore.keys(plain, ask)


@fault(ZK, "another account", "ZK-6", "between", sometimes=True)
def another_ones_history(plain: Zkscore, ask: Ask, start: int, end: int) -> list[Call]:
    """With keyId the calls of the whole table are searched: a key's calls appear under any account."""
    if not ask.parameters.get("keyId"):
        return Zkscore.between(plain, ask, start, end)
    rows = [call for history in plain.histories.values() for call in history.between(start, end)]
    return sorted(rows, key=lambda call: call.at)


@fault(ZK, "status", "common", "keys")
def strange_key_is_empty(plain: Zkscore, ask: Ask) -> tuple[Key, ...]:
    """An unknown keyId gives zeros instead of 404."""
    try:
        return Zkscore.keys(plain, ask)
    except RefusedError:
        return ()


@fault(ZK, "status", "common", "usage", sometimes=True)
def nothing_is_not_found(plain: Zkscore, ask: Ask) -> dict[str, Any]:
    """An account without calls in the window is 404."""
    body = Zkscore.usage(plain, ask)
    if body["usage"]["totalRequests"] == 0:
        raise RefusedError("not_found", "No usage data found.")
    return body


@fault(ZK, "parameters", "common", "read")
def key_before_parameters(plain: Zkscore, ask: Ask) -> dict[str, Any]:
    """An unknown keyId is told before a bad parameter."""
    ask.parameters = {"keyId": dict(ask.query).get("keyId")}
    plain.keys(ask)
    return Zkscore.read(plain, ask)


@fault(ZK, "shape", "common", "alerts", sometimes=True)
def urgent_alerts(plain: Zkscore, ask: Ask, calls: list[Call]) -> list[dict[str, Any]]:
    """An alert's priority is `critical` where high is meant."""
    rows = Zkscore.alerts(plain, ask, calls)
    return [{**row, "priority": "critical" if row["priority"] == "high" else row["priority"]} for row in rows]


@fault(ZK, "shape", "common", "alerts", sometimes=True)
def alerts_null(plain: Zkscore, ask: Ask, calls: list[Call]) -> Any:
    """Alerts is null when there are none."""
    return Zkscore.alerts(plain, ask, calls) or None


@fault(ZK, "parameters", "X-3", "read", sometimes=True)
def times_ascend_unasked(plain: Zkscore, ask: Ask) -> dict[str, Any]:
    """Sorted by timestamp, the default order is ascending."""
    found = Zkscore.read(plain, ask)
    if found["sortBy"] == "timestamp" and "sortOrder" not in dict(ask.query):
        return {**found, "sortOrder": "asc"}
    return found
