"""A plain zkscore: one account's requests over a trailing window."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from deployments.deployment import Deployment
from deployments.parts import (
    DAY,
    HOUR,
    MINUTE,
    Ask,
    Parameter,
    RefusedError,
    Reply,
    half_up,
    instant,
    percent,
    total,
)
from deployments.zkscore_data import ACCOUNTS, ERRORS, PLANS, TIERS, Call, Key, write
from deployments.zkscore_series import Series, floor, starts

FRAMES = {"1h": HOUR, "24h": DAY, "7d": 7 * DAY, "30d": 30 * DAY, "90d": 90 * DAY, "1y": 365 * DAY}
UNITS = {"requestsPerMinute": MINUTE, "requestsPerHour": HOUR, "requestsPerDay": DAY}
STATUS = {
    "invalid": (400, "BAD_REQUEST"),
    "missing": (401, "UNAUTHORIZED"),
    "forbidden": (403, "FORBIDDEN"),
    "not_found": (404, "NOT_FOUND"),
    "method_not_allowed": (405, "METHOD_NOT_ALLOWED"),
}


class Zkscore(Deployment):
    """GET /v1/developer/usage."""

    contract = "zkscore"
    accounts = ACCOUNTS
    operations = {"/v1/developer/usage": "usage"}  # noqa: RUF012 -- typed by the base
    parameters = {  # noqa: RUF012 -- typed by the base
        "/v1/developer/usage": (
            Parameter("keyId", "text"),
            Parameter("timeframe", "enum", "24h", (*FRAMES, "all")),
            Parameter("granularity", "enum", "hour", ("minute", "hour", "day", "week", "month")),
            Parameter("includeBreakdown", "boolean", default=True),
            Parameter("includeErrors", "boolean", default=True),
            Parameter("includeLatency", "boolean", default=True),
            Parameter("sortBy", "enum", "requests", ("requests", "errors", "latency", "timestamp")),
            Parameter("sortOrder", "enum", "desc", ("desc", "asc")),
            Parameter("limit", "integer", 100, least=1, most=1000),
            Parameter("offset", "integer", 0, least=0),
        )
    }

    def prepare(self, now: int) -> None:
        """Write the accounts' history."""
        self.histories = write(self.seed, now)

    def grow(self, now: int) -> None:
        """Let the calls arrive that came since."""
        for history in self.histories.values():
            history.grow(now)

    def recognise(self, ask: Ask) -> None:
        """Look the key up."""
        token = self.bearer(ask)
        for name, plan in PLANS.items():
            for key in plan.keys:
                if key.value == token and self.valid(key):
                    ask.account = name
                    return
        raise RefusedError("missing", "This API key is not valid.")

    def valid(self, key: Key) -> bool:
        """Tell whether a key of ours is still good."""
        return not key.revoked

    def refusal(self, ask: Ask, refused: RefusedError) -> Reply:
        """Write a refusal."""
        status, code = STATUS[refused.reason]
        body = {"success": False, "error": code, "message": refused.message, "timestamp": instant(ask.now)}
        return Reply(status, body, {"Allow": "GET, HEAD"} if status == 405 else {})

    def headers(self, ask: Ask) -> dict[str, str]:
        """Give the rate limit's headers; without a known key they are the Free tier's."""
        limit, used, reset = TIERS["free"][0], 0, ask.now + MINUTE
        if ask.account:
            calls = self.between(ask, ask.now - MINUTE + 1, ask.now + 1)
            limit, used = TIERS[PLANS[ask.account].tier][0], len(calls)
            reset = calls[0].at + MINUTE if calls else reset
        return {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(max(0, limit - used)),
            "X-RateLimit-Reset": str(reset),
        }

    def between(self, ask: Ask, start: int, end: int) -> list[Call]:
        """Give the account's calls in [start, end), as far as they show."""
        return self.histories[str(ask.account)].between(start, min(end, self.horizon(ask) + 1))

    def open_start(self, ask: Ask) -> int:
        """Give the open start of the window: nothing at this instant counts."""
        frame = ask.parameters["timeframe"]
        instants = self.histories[str(ask.account)].instants
        if frame == "all":
            return instants[0] - 1 if instants else ask.now
        return ask.now - FRAMES[frame]

    def keys(self, ask: Ask) -> tuple[Key, ...]:
        """Give the keys that are asked for."""
        keys, wanted = PLANS[str(ask.account)].keys, ask.parameters["keyId"]
        if wanted is None:
            return keys
        if wanted not in {key.id for key in keys}:
            raise RefusedError("not_found", "This account has no such key.")
        return tuple(key for key in keys if key.id == wanted)

    def calls(self, ask: Ask) -> list[Call]:
        """Give the calls of the window, of the keys that are asked for."""
        wanted = {key.id for key in self.keys(ask)}
        return [
            call for call in self.between(ask, self.open_start(ask) + 1, ask.now + 1) if call.key in wanted
        ]

    def usage(self, ask: Ask) -> dict[str, Any]:
        """Serve GET /v1/developer/usage."""
        calls, parameters = self.calls(ask), ask.parameters
        series = self.series(ask, calls)
        body = {
            "success": True,
            "usage": self.totals(ask, calls),
            "timeSeries": self.page(series, parameters),
            "breakdown": self.breakdown(ask, calls),
            "errors": self.errors(calls),
            "rateLimits": self.rate_limits(ask),
            "alerts": self.alerts(ask, calls),
            "pagination": self.pagination(len(series), parameters["limit"], parameters["offset"]),
            "timestamp": instant(ask.now),
        }
        for section, flag in (("breakdown", "includeBreakdown"), ("errors", "includeErrors")):
            if not parameters[flag]:
                del body[section]
        if not parameters["includeLatency"]:
            self.without_latency(body)
        return body

    def without_latency(self, body: dict[str, Any]) -> None:
        """Leave every latency out."""
        rows = [body["usage"], *body["timeSeries"], *body.get("breakdown", {}).get("byEndpoint", [])]
        for row in rows:
            row.pop("averageLatency", None)
            row.pop("peakLatency", None)

    def totals(self, ask: Ask, calls: list[Call]) -> dict[str, Any]:
        """Add the window up."""
        good = sum(call.ok for call in calls)
        return {
            "totalRequests": len(calls),
            "successfulRequests": good,
            "failedRequests": len(calls) - good,
            "successRate": percent(good, len(calls)),
            "averageLatency": self.mean(calls),
            "peakLatency": max((call.latency for call in calls), default=0),
            **{name: self.rate(len(calls), unit, self.length(ask, unit)) for name, unit in UNITS.items()},
            "peakRequestsPerMinute": self.peak(calls, MINUTE, ask.now),
            "peakRequestsPerHour": self.peak(calls, HOUR, ask.now),
            "dataTransferred": total(calls, "size"),
            "averageDataPerRequest": half_up(total(calls, "size"), len(calls), 2),
        }

    def mean(self, calls: Sequence[Call]) -> float:
        """Give the mean latency, one decimal."""
        return half_up(total(calls, "latency"), len(calls), 1)

    def length(self, ask: Ask, unit: int) -> int:
        """Give the window's seconds; all's are at least one unit."""
        length = ask.now - self.open_start(ask)
        return length if self.framed(ask) else max(length, unit)

    def rate(self, count: int, unit: int, length: int) -> float:
        """Give the average per unit."""
        return half_up(count * unit, length, 2)

    def peak(self, calls: list[Call], slot: int, now: int) -> int:
        """Give the most calls of any slot, counted back from now, or of any sliding one."""
        if "sliding-peaks" in self.variants:
            most = begin = 0
            for end, call in enumerate(calls):
                while call.at - calls[begin].at >= slot:
                    begin += 1
                most = max(most, end - begin + 1)
            return most
        return max(Counter((now - call.at) // slot for call in calls).values(), default=0)

    def floor(self, at: int, granularity: str) -> int:
        """Give the start of the bucket that holds an instant."""
        return floor(at, granularity)

    def buckets(self, ask: Ask) -> Sequence[int]:
        """Give all buckets of the window; the one that holds its open start is kept."""
        if not self.framed(ask) and not self.histories[str(ask.account)].calls:
            return []
        return starts(self.open_start(ask) + (not self.framed(ask)), ask.now, ask.parameters["granularity"])

    def framed(self, ask: Ask) -> bool:
        """Tell whether the window has a length of its own."""
        return str(ask.parameters["timeframe"]) != "all"

    def series(self, ask: Ask, calls: list[Call]) -> Series:
        """Sort the calls into buckets."""
        grouped: dict[int, list[Call]] = defaultdict(list)
        for call in calls:
            grouped[self.floor(call.at, ask.parameters["granularity"])].append(call)
        return Series(self.buckets(ask), grouped)

    def page(self, series: Series, parameters: dict[str, Any]) -> list[dict[str, Any]]:
        """Give the page of the time series."""
        return series.page(
            parameters["sortBy"], parameters["sortOrder"], parameters["offset"], parameters["limit"]
        )

    def pagination(self, rows: int, limit: int, offset: int) -> dict[str, Any]:
        """Say where the page lies."""
        return {"total": rows, "limit": limit, "offset": offset, "hasMore": offset + limit < rows}

    def counted(self, calls: list[Call], of: Callable[[Call], Any]) -> list[tuple[Any, list[Call]]]:
        """Group calls, the largest group first."""
        groups: dict[Any, list[Call]] = defaultdict(list)
        for call in calls:
            groups[of(call)].append(call)
        return sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))

    def breakdown(self, ask: Ask, calls: list[Call]) -> dict[str, Any]:
        """Show the window by endpoint, method, status and key."""
        names = {key.id: key.name for key in PLANS[str(ask.account)].keys}
        by_key = self.counted(calls, lambda call: call.key)
        return {
            "byEndpoint": [
                {
                    "endpoint": endpoint,
                    "requests": len(some),
                    "successRate": percent(sum(call.ok for call in some), len(some)),
                    "averageLatency": self.mean(some),
                    "dataTransferred": total(some, "size"),
                }
                for endpoint, some in self.counted(calls, lambda call: call.endpoint)
            ],
            "byMethod": [
                {"method": method, "requests": len(some)}
                for method, some in self.counted(calls, lambda call: call.method)
            ],
            "byStatusCode": [
                {"statusCode": status, "requests": len(some)}
                for status, some in self.counted(calls, lambda call: call.status)
            ],
            "byKey": [
                {"keyId": key, "name": names.get(key, ""), "requests": len(some)} for key, some in by_key
            ],
        }

    def errors(self, calls: list[Call]) -> dict[str, Any]:
        """Show what failed."""
        failed = [call for call in calls if not call.ok]
        by_status = self.counted(failed, lambda call: call.status)
        return {
            "totalErrors": len(failed),
            "errorRate": percent(len(failed), len(calls)),
            "byType": [
                {
                    "type": ERRORS[status][0],
                    "count": len(some),
                    "percentage": percent(len(some), len(failed)),
                    "description": ERRORS[status][1],
                }
                for status, some in by_status
            ],
            "byEndpoint": [
                {"endpoint": endpoint, "count": len(some)}
                for endpoint, some in self.counted(failed, lambda call: call.endpoint)
            ],
            "byStatusCode": [{"statusCode": status, "count": len(some)} for status, some in by_status],
        }

    def rate_limits(self, ask: Ask) -> dict[str, Any]:
        """Show the account's limits, and how far they are used now."""
        minute, day = TIERS[PLANS[str(ask.account)].tier]
        current = dict(zip(UNITS, (minute, 60 * minute, day), strict=True))
        usage = {
            name: len(self.between(ask, ask.now - unit + 1, ask.now + 1)) for name, unit in UNITS.items()
        }
        utilization = {name: percent(usage[name], current[name]) for name in UNITS}
        return {"current": current, "usage": usage, "utilization": utilization}

    def alerts(self, ask: Ask, calls: list[Call]) -> list[dict[str, Any]]:
        """Warn of limits, errors and slowness."""
        found = []
        highest = max(self.rate_limits(ask)["utilization"].values())
        failures = percent(sum(not call.ok for call in calls), len(calls))
        if highest >= 80:
            found.append(
                ("rate_limit", "high" if highest >= 95 else "medium", "Raise the limit or slow down.")
            )
        if failures >= 5:
            found.append(
                ("error_rate", "high" if failures >= 10 else "medium", "Look at the failing endpoints.")
            )
        if self.mean(calls) >= 1000:
            found.append(("latency", "low", "Cache what does not change."))
        return [
            {"type": kind, "message": f"Mind the {kind}.", "priority": priority, "recommendation": what}
            for kind, priority, what in found
        ]
