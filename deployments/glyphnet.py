"""A plain glyphnet: an organization's requests over a period or a range of days."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from deployments.deployment import Deployment
from deployments.parts import (
    DAY,
    MINUTE,
    Ask,
    Credential,
    History,
    Parameter,
    RefusedError,
    Reply,
    add_months,
    dice,
    half_up,
    instant,
    past,
    percent,
    this_month,
    total,
    utc_day,
    utc_midnight,
)

LIMITS = {
    "free": (1000, 60),
    "starter": (50000, 200),
    "professional": (500000, 500),
    "enterprise": (10000000, 2000),
}


@dataclass(frozen=True)
class Plan:
    """An organization: plan, days of history, calls, calls of this month, seconds between new ones."""

    plan: str
    name: str
    days: int = 1
    count: int = 0
    month: int = 0
    tempo: float = 0.0


PLANS = {
    "steady": Plan("starter", "Northwind Tra\u00e7age", 400, 6000, 200, 25.0),
    "busy": Plan("professional", "Acme Corp", 450, 20000, 500, 1.3),
    "still": Plan("starter", "Still Waters", 200, 9000, 300),
    "quiet": Plan("free", "Two People", 300, 20, 5),
    "empty": Plan("free", "Nobody Yet"),
    "over-limit": Plan("free", "Too Keen", 60, 900, 1150, 30.0),
    "enterprise": Plan("enterprise", "Globex", 120, 15000, 0, 2.0),
}
# the organization and the scopes of each key
KEYS = {
    **{f"gn_live_{name.replace('-', '_')}_5d20c8": (name, ("verify", "usage:read")) for name in PLANS},
    "gn_test_steady_5d20c8": ("steady", ("usage:read",)),
    "gn_live_no_scope_5d20c8": ("steady", ("verify",)),
}
ACCOUNTS = (
    *(
        Credential(name, {"X-API-Key": f"gn_live_{name.replace('-', '_')}_5d20c8"}, PLANS[name].name)
        for name in PLANS
    ),
    Credential("steady-test", {"X-API-Key": "gn_test_steady_5d20c8"}, "a test key of steady", owner="steady"),
    Credential("no-scope", {"X-API-Key": "gn_live_no_scope_5d20c8"}, "a key without usage:read", 403),
    Credential("unknown", {"X-API-Key": "gn_live_nobody"}, "a key that was never issued", 401),
    Credential("bearer", {"Authorization": "Bearer gn_live_steady_5d20c8"}, "the key in another header", 401),
    Credential("none", {}, "no credentials", 401),
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})?", re.ASCII)


class Call(NamedTuple):
    """A request; confidence is the sum over its claims, in thousandths."""

    at: int
    kind: str
    claims: int
    confidence: int


def make(rng: random.Random, at: int, _number: int) -> Call:
    """Draw one request."""
    if rng.random() < 0.15:
        return Call(at, "harm_detect", 0, 0)
    claims = rng.randrange(6)
    return Call(at, "verify", claims, sum(rng.randrange(700, 1000) for _ in range(claims)))


class Glyphnet(Deployment):
    """GET /v1/usage."""

    contract = "glyphnet"
    accounts = ACCOUNTS
    operations = {"/v1/usage": "usage"}  # noqa: RUF012 -- typed by the base
    parameters = {  # noqa: RUF012 -- typed by the base
        "/v1/usage": (
            Parameter("period", "enum", "month", ("day", "week", "month")),
            Parameter("start_date", "text"),
            Parameter("end_date", "text"),
        )
    }

    def prepare(self, now: int) -> None:
        """Write the organizations' history."""
        self.histories: dict[str, History[Call]] = {}
        for name, plan in PLANS.items():
            history = History(dice(self.seed, name), make)
            instants = past(history.rng, now, plan.days, plan.count, plan.tempo)
            history.fill(instants + this_month(history.rng, now, plan.month), now, plan.tempo)
            self.histories[name] = history

    def grow(self, now: int) -> None:
        """Let the calls arrive that came since."""
        for history in self.histories.values():
            history.grow(now)

    def recognise(self, ask: Ask) -> None:
        """Look the key up, then its scopes."""
        keys = [key for key in self.keys(ask) if key]
        if not keys:
            raise RefusedError("missing_api_key", "Send your key as X-API-Key.")
        if len(keys) > 1 or keys[0] not in KEYS:
            raise RefusedError("invalid_api_key", "This key is not valid.")
        ask.account, scopes = KEYS[keys[0]]
        self.permit(scopes)

    def keys(self, ask: Ask) -> list[str]:
        """Give the keys that were sent."""
        return ask.every("x-api-key")

    def permit(self, scopes: tuple[str, ...]) -> None:
        """Refuse a key that may not read usage."""
        if "usage:read" not in scopes:
            details = {"required_scope": "usage:read", "current_scopes": list(scopes)}
            raise RefusedError("insufficient_permissions", "This key may not read usage.", details)

    def refusal(self, ask: Ask, refused: RefusedError) -> Reply:  # noqa: ARG002 -- the base asks for it
        """Write a refusal."""
        statuses = {
            "missing_api_key": 401,
            "invalid_api_key": 401,
            "insufficient_permissions": 403,
            "not_found": 404,
            "method_not_allowed": 405,
        }
        status = statuses.get(refused.reason, 400)
        body: dict[str, Any] = {
            "error": "invalid_request" if status == 400 else refused.reason,
            "message": refused.message,
        }
        if isinstance(refused.details, dict):
            body["details"] = refused.details
        return Reply(status, body, {"Allow": "GET, HEAD"} if status == 405 else {})

    def minute(self, ask: Ask) -> list[Call]:
        """Give the calls of the last sixty seconds."""
        return self.histories[str(ask.account)].between(ask.now - MINUTE + 1, self.horizon(ask) + 1)

    def headers(self, ask: Ask) -> dict[str, str]:
        """Give the rate limit's headers; without a known key they are the free plan's."""
        known = ask.account is not None
        calls = self.minute(ask) if known else []
        limit = LIMITS[PLANS[str(ask.account)].plan if known else "free"][1]
        left = limit - len(calls) - ("counts-itself" in self.variants)
        return {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(max(0, left)),
            "X-RateLimit-Reset": str(calls[0].at + MINUTE if calls else ask.now + MINUTE),
        }

    def read_day(self, text: str) -> date:
        """Read a date, or the UTC day of a date-time."""
        try:
            if _DATE.fullmatch(text):
                return date.fromisoformat(text)
            if _MOMENT.fullmatch(text):
                return self.to_day(datetime.fromisoformat(text))
        except (ValueError, OverflowError) as error:
            raise RefusedError("invalid", f"{text} is no date") from error
        raise RefusedError("invalid", f"{text} cannot be read")

    def to_day(self, moment: datetime) -> date:
        """Take a moment to its UTC day; without an offset it is UTC."""
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).date()

    def bounds(self, ask: Ask) -> tuple[date, date]:
        """Give the first and the last day asked for."""
        today, parameters = utc_day(ask.now), ask.parameters
        start, end = (
            self.read_day(text) if text else None
            for text in (parameters["start_date"], parameters["end_date"])
        )
        if start is None and end is None:
            return self.period(today, parameters["period"])
        if end is None:
            end = today
        if start is None:
            start = end.replace(day=1)
        return self.ordered(start, end)

    def ordered(self, start: date, end: date) -> tuple[date, date]:
        """Refuse a range that ends before it starts."""
        if start > end:
            raise RefusedError("invalid", "start_date is after end_date")
        return start, end

    def period(self, today: date, period: str) -> tuple[date, date]:
        """Give the bounds of today, this week or this month."""
        if period == "day":
            return today, today
        if period == "week":
            monday = today - timedelta(days=today.weekday())
            return monday, monday + timedelta(days=6)
        first = today.replace(day=1)
        return first, add_months(first, 1) - timedelta(days=1)

    def day_of(self, call: Call) -> date:
        """Give the day that a call belongs to."""
        return utc_day(call.at)

    def calls(self, ask: Ask, start: date, end: date) -> list[Call]:
        """Give the calls of whole days."""
        until = min(utc_midnight(end) + DAY, self.horizon(ask) + 1)
        return self.histories[str(ask.account)].between(utc_midnight(start), until)

    def usage(self, ask: Ask) -> dict[str, Any]:
        """Serve GET /v1/usage."""
        start, end = self.bounds(ask)
        calls = self.calls(ask, start, end)
        plan = PLANS[str(ask.account)]
        limit, per_minute = self.limits(plan.plan)
        return {
            "organization": {"id": f"org_{ask.account}", "name": plan.name, "plan": plan.plan},
            "period": self.shown(start, end),
            "current_usage": len(calls),
            "monthly_limit": limit,
            "remaining": max(0, limit - len(calls)),
            "percentage_used": percent(len(calls), limit),
            "rate_limit": {"requests_per_minute": per_minute, "current_minute_usage": len(self.minute(ask))},
            "breakdown": self.breakdown(calls),
            "daily": self.daily(ask, start, end, calls),
        }

    def limits(self, plan: str) -> tuple[int, int]:
        """Give the plan's requests per month and per minute."""
        return LIMITS[plan]

    def shown(self, start: date, end: date) -> dict[str, str]:
        """Show the period; its end is inclusive."""
        return {"start": instant(utc_midnight(start)), "end": instant(utc_midnight(end) + DAY - 1)}

    def breakdown(self, calls: list[Call]) -> dict[str, int]:
        """Count by endpoint."""
        return {kind: sum(call.kind == kind for call in calls) for kind in ("verify", "harm_detect")}

    def last_day(self, ask: Ask, end: date) -> date:
        """Give the last day shown: never one that has not begun."""
        return min(end, utc_day(ask.now))

    def daily(self, ask: Ask, start: date, end: date, calls: list[Call]) -> list[dict[str, Any]]:
        """Show the days up to today."""
        days: dict[date, list[Call]] = defaultdict(list)
        for call in calls:
            days[self.day_of(call)].append(call)
        count = (self.last_day(ask, end) - start).days + 1
        return [self.row(day, days.get(day, [])) for day in (start + timedelta(days=n) for n in range(count))]

    def row(self, day: date, calls: list[Call]) -> dict[str, Any]:
        """Show one day."""
        claims = total(calls, "claims")
        return {
            "date": day.isoformat(),
            "requests": len(calls),
            "verified_claims": claims,
            "avg_confidence": self.confidence(calls, claims),
        }

    def confidence(self, calls: list[Call], claims: int) -> Any:
        """Give the mean confidence of the claims, three decimals; 0 without claims."""
        return half_up(total(calls, "confidence"), 1000 * claims, 3)
