"""A plain onepin: a workspace's summary; its languages and activity stand next door."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from deployments.deployment import Deployment
from deployments.onepin_data import ACCOUNTS, SECRET, SPACES, TYPES, WORKSPACES, Event, key, write
from deployments.parts import (
    Ask,
    Parameter,
    RefusedError,
    Reply,
    add_months,
    days_to,
    half_up,
    instant,
    midnight,
    month_of,
    percent,
    total,
)
from deployments.tokens import claims_of

RANGES = {"30d": 30, "60d": 60, "90d": 90}
UNITS = {"daily": "day", "weekly": "week", "monthly": "month"}
LABELS = {"daily": "Last 7 days", "weekly": "Last 12 weeks", "monthly": "Last 12 months"}
STATUSES = ("completed", "failed", "cancelled", "running", "pending")
METRICS = ("credits", "characters", "lines", "runs")
CODES = {
    "missing": (401, "unauthorized"),
    "forbidden": (403, "forbidden"),
    "not_found": (404, "not_found"),
    "method_not_allowed": (405, "method_not_allowed"),
    "invalid": (422, "validation_error"),
}
_RANGE = Parameter("range", "enum", "30d", tuple(RANGES))
_ZONE = Parameter("timezone", "zone", "UTC")


class Bucket(NamedTuple):
    """A bucket of the chart."""

    label: str
    start: int
    end: int


class Summary(Deployment):
    """GET /api/v1/usage/summary, and what all operations share."""

    contract = "onepin"
    accounts = ACCOUNTS
    parameters = {  # noqa: RUF012 -- typed by the base
        "/api/v1/usage/summary": (_RANGE, Parameter("activity_view", "enum", "daily", tuple(UNITS)), _ZONE),
        "/api/v1/usage/by-language": (_RANGE, Parameter("activity_view", "enum", None, tuple(UNITS)), _ZONE),
        "/api/v1/usage/activity": (
            _RANGE,
            Parameter("type", "enum", None, TYPES),
            Parameter("user_id", "uuid"),
            Parameter("limit", "integer", 20, least=1, most=100),
            Parameter("cursor", "text"),
            _ZONE,
        ),
    }

    def prepare(self, now: int) -> None:
        """Write the workspaces' history."""
        self.histories = write(self.seed, now)

    def grow(self, now: int) -> None:
        """Let the events arrive that came since."""
        for history in self.histories.values():
            history.grow(now)

    def recognise(self, ask: Ask) -> None:
        """Find the user and the workspace."""
        token = self.bearer(ask)
        name, user = self.holder(token, ask.now)
        wanted = ask.header("x-workspace-id")
        if wanted and wanted != "null":
            name = self.workspace(wanted, name, user, by_key=token.startswith("op_"))
        ask.account, ask.facts["user"] = name, user

    def holder(self, token: str, now: int) -> tuple[str, str]:
        """Give the workspace and the user that a token stands for."""
        for name, space in SPACES.items():
            if key(name) == token:
                return name, space.members[0]
        try:
            claims = self.claims(token, now)
            return str(claims["org"]), str(claims["sub"]).removeprefix("user_")
        except (ValueError, KeyError) as error:
            raise RefusedError("missing", "This token is not valid.") from error

    def claims(self, token: str, now: int) -> dict[str, Any]:
        """Read the claims of a valid Clerk token."""
        claims = claims_of(token, SECRET)
        if claims.get("exp", 0) <= now:
            raise ValueError("expired")
        return claims

    def workspace(self, wanted: str, own: str, user: str, *, by_key: bool) -> str:
        """Let a key into its own workspace only, a user into all of theirs."""
        for name, space in SPACES.items():
            if WORKSPACES[name] == wanted and (name == own or (user in space.members and not by_key)):
                return name
        raise RefusedError("forbidden", "This workspace is not yours.")

    def meta(self, ask: Ask) -> dict[str, str]:
        """Say which request this was, and when."""
        return {"request_id": str(uuid.uuid4()), "timestamp": instant(ask.now)}

    def refusal(self, ask: Ask, refused: RefusedError) -> Reply:
        """Write a refusal."""
        status, code = CODES[refused.reason]
        error: dict[str, Any] = {"code": code, "message": refused.message}
        if status == 422:
            error["details"] = [{"field": field, "message": text} for field, text in refused.details or ()]
        headers = {"Allow": "GET, HEAD"} if status == 405 else {}
        return Reply(status, {"error": error, "meta": self.meta(ask)}, headers)

    def zone(self, ask: Ask) -> ZoneInfo:
        """Give the zone that the days are counted in."""
        return ZoneInfo(ask.parameters["timezone"])

    def today(self, ask: Ask) -> date:
        """Give the local date of now."""
        return datetime.fromtimestamp(ask.now, self.zone(ask)).date()

    def midnight(self, day: date, zone: ZoneInfo) -> int:
        """Give the first instant of a local day."""
        return midnight(day, zone)

    def edges(self, days: Sequence[date], zone: ZoneInfo) -> list[int]:
        """Give the first instants of local days."""
        return [self.midnight(day, zone) for day in days]

    def days(self, ask: Ask) -> list[date]:
        """Give the local days of the range."""
        return days_to(self.today(ask), RANGES[ask.parameters["range"]])

    def window(self, ask: Ask) -> tuple[int, int]:
        """Give the range's first instant and its exclusive end."""
        days = self.days(ask)
        start, end = self.edges([days[0], days[-1] + timedelta(days=1)], self.zone(ask))
        return start, end

    def ending(self, end: int) -> str:
        """Write the end of a window."""
        return instant(end - ("inclusive-ends" in self.variants))

    def events(self, ask: Ask, start: int, end: int) -> list[Event]:
        """Give the workspace's events in [start, end), as far as they show."""
        return self.histories[str(ask.account)].between(start, min(end, self.horizon(ask) + 1))

    def runs(self, ask: Ask, start: int, end: int) -> list[Event]:
        """Give the runs among the events."""
        return [event for event in self.events(ask, start, end) if event.run]

    def metrics(self, runs: Sequence[Event]) -> dict[str, int]:
        """Add runs up."""
        return {**{name: total(runs, name) for name in METRICS[:3]}, "runs": len(runs)}

    def summary(self, ask: Ask) -> dict[str, Any]:
        """Serve GET /api/v1/usage/summary."""
        start, end = self.window(ask)
        runs = self.runs(ask, start, end)
        data = {
            **{name: ask.parameters[name] for name in ("range", "activity_view", "timezone")},
            "period": {"start": instant(start), "end": self.ending(end)},
            "credits": self.credits(ask),
            "characters": {"total": total(runs, "characters")},
            "lines": {"total": total(runs, "lines"), "avg_chars_per_line": self.chars_per_line(runs)},
            "runs": self.states(runs, ask.now),
            "audio": {"total_ms": total(runs, "ms")},
            "activity": self.activity(ask),
            "daily": self.daily(ask),
        }
        return {"data": data, "meta": self.meta(ask)}

    def chars_per_line(self, runs: Sequence[Event]) -> Any:
        """Give the mean length of a line; null without lines."""
        lines = total(runs, "lines")
        return half_up(total(runs, "characters"), lines, 2) if lines else None

    def month_start(self, ask: Ask) -> int:
        """Give the start of the billing period: the UTC month."""
        return int(month_of(ask.now).replace(tzinfo=UTC).timestamp())

    def credits(self, ask: Ask) -> dict[str, Any]:
        """Add up the user's own credits of the month, over all workspaces."""
        start, until, user = self.month_start(ask), self.horizon(ask) + 1, ask.facts["user"]
        used = sum(
            event.credits
            for name, space in SPACES.items()
            if user in space.members
            for event in self.histories[name].between(start, until)
            if event.user == user
        )
        quota = SPACES[str(ask.account)].quota
        return {"used": used, "quota": quota, "percent": self.percent(used, quota)}

    def percent(self, used: int, quota: int | None) -> Any:
        """Give the share of the quota, at most 100; null without a quota."""
        return min(100.0, percent(used, quota)) if quota else None

    def states(self, runs: Sequence[Event], now: int) -> dict[str, int]:
        """Count runs by their present status."""
        states = [run.status(now) for run in runs]
        return {"total": len(runs), **{status: states.count(status) for status in STATUSES}}

    def daily(self, ask: Ask) -> list[dict[str, Any]]:
        """Show each day of the range."""
        days = self.days(ask)
        edges = self.edges([*days, days[-1] + timedelta(days=1)], self.zone(ask))
        return [
            {"date": day.isoformat(), **self.metrics(self.runs(ask, start, end))}
            for day, start, end in zip(days, edges, edges[1:], strict=False)
        ]

    def first_days(self, ask: Ask, view: str) -> list[date]:
        """Give the first day of each bucket, and of the one after the last."""
        today = self.today(ask)
        if view == "daily":
            return days_to(today + timedelta(days=1), 8)
        if view == "weekly":
            monday = today - timedelta(days=today.weekday())
            return [monday + timedelta(days=7 * week) for week in range(-11, 2)]
        return [add_months(today.replace(day=1), month) for month in range(-11, 2)]

    def buckets(self, ask: Ask, view: str) -> list[Bucket]:
        """Give the buckets of the chart."""
        days = self.first_days(ask, view)
        edges = self.edges(days, self.zone(ask))
        labels = [day.isoformat()[: 7 if view == "monthly" else 10] for day in days]
        return [Bucket(*bucket) for bucket in zip(labels, edges, edges[1:], strict=False)]

    def activity(self, ask: Ask) -> dict[str, Any]:
        """Draw the chart; its numbers count lines."""
        view = ask.parameters["activity_view"]
        rows: list[dict[str, Any]] = [
            {
                "label": bucket.label,
                "start": instant(bucket.start),
                "end": self.ending(bucket.end),
                **self.metrics(self.runs(ask, bucket.start, bucket.end)),
            }
            for bucket in self.buckets(ask, view)
        ]
        lines = sum(row["lines"] for row in rows)
        return {
            "view": view,
            "bucket_unit": UNITS[view],
            "range_label": self.range_label(ask, view),
            "total": lines,
            "avg": self.average(lines, rows),
            "buckets": rows,
            "peak": self.peak(rows),
        }

    def range_label(self, ask: Ask, view: str) -> str:  # noqa: ARG002 -- a label may lean on the request
        """Name the chart's window."""
        return LABELS[view]

    def average(self, lines: int, rows: list[dict[str, Any]]) -> float:
        """Give the lines of an average bucket."""
        return half_up(lines, len(rows), 1)

    def peak(self, rows: list[dict[str, Any]]) -> dict[str, Any] | None:
        """Give the first of the highest buckets; null without lines."""
        best = self.best(rows)
        if best["lines"] == 0:
            return None
        return {"value": best["lines"], "label": best["label"], "start": best["start"], "end": best["end"]}

    def best(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        """Give the first of the highest buckets."""
        return max(rows, key=lambda row: row["lines"])
