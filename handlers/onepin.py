"""onepin: what a workspace used, by day, by language and event by event."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import uuid
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from metermock import (
    Refused,
    Reply,
    Violation,
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

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, tzinfo

    from metermock import Account, Call, Refusal, Request, Usage

DAYS = {"30d": 30, "60d": 60, "90d": 90}
UNITS = {"daily": "day", "weekly": "week", "monthly": "month"}
PENDING_SECONDS = 5
RUNNING_SECONDS = 90
TOO_MANY = 429

LANGUAGES = {
    "en-us": "English (US)",
    "ko-kr": "Korean (South Korea)",
    "ja-jp": "Japanese (Japan)",
    "de-de": "German (Germany)",
    "es-mx": "Spanish (Mexico)",
    "fr-fr": "French (France)",
    "pt-br": "Portuguese (Brazil)",
}
RESOURCES = {
    "workflow_run": "workflow",
    "voice_generated": "voice",
    "template_applied": "template",
    "member_invited": "member",
    "api_key_created": "api_key",
    "settings_changed": "workspace",
}
PROBLEMS = {
    "unauthenticated": (401, "unauthorized", "The bearer token is missing, or does not count."),
    "forbidden": (403, "forbidden", "The credentials do not give access to this workspace."),
    "unknown_resource": (404, "not_found", "user_id is not a member of this workspace."),
    "not_found": (404, "not_found", "There is nothing at this address."),
    "method_not_allowed": (405, "method_not_allowed", "This address can only be read."),
    "invalid": (422, "validation_error", "The request is invalid."),
    "rate_limited": (429, "rate_limited", "Too many requests. Try again later."),
}
FAILURE = (500, "internal_error", "Something went wrong.")


def authorize(request: Request) -> None:
    """Another workspace than the credentials' own is refused, whatever the parameters say."""
    named = _named_workspace(request)
    if named is not None and named not in _open_workspaces(request):
        raise Refused("forbidden", "another workspace")


def get_usage_summary(request: Request) -> dict[str, Any]:
    """The totals of the range, its days, and the chart of the view."""
    wanted, scope, where = request.parameters, _scope(request), zone(request.parameters["timezone"])
    today = local_date(request.now, where)
    edges, dates = _range(today, DAYS[wanted["range"]], where)
    days = scope.usage.series(edges, where=scope.workspace)
    characters, lines = sum(days["characters"]), sum(days["lines"])
    runs, audio = _runs(scope, edges[0])
    return {
        "data": {
            "range": wanted["range"],
            "activity_view": wanted["activity_view"],
            "timezone": wanted["timezone"],
            "period": _period(edges),
            "credits": _credits(scope),
            "characters": {"total": characters},
            "lines": {"total": lines, "avg_chars_per_line": half_up(characters, lines, 2) if lines else None},
            "runs": runs,
            "audio": {"total_ms": audio},
            "activity": _activity(scope, wanted["activity_view"], today, where),
            "daily": [
                {"date": date, "credits": used, "characters": letters, "lines": spoken, "runs": started}
                for date, used, letters, spoken, started in zip(dates, *_columns(days), strict=True)
            ],
        },
        "meta": _meta(request),
    }


def get_usage_by_language(request: Request) -> dict[str, Any]:
    """The credits of each language, over the range or over the chart's whole window."""
    wanted, scope, where = request.parameters, _scope(request), zone(request.parameters["timezone"])
    view, today = wanted.get("activity_view"), local_date(request.now, where)
    edges = _chart(view, today, where)[0] if view else _range(today, DAYS[wanted["range"]], where)[0]
    groups = scope.usage.groups(Window(edges[0], edges[-1]), "locale", where=scope.workspace)
    total = sum(group["credits"] for group in groups.values())
    spoken = [(code, group) for code, group in groups.items() if code in LANGUAGES and group["credits"]]
    spoken.sort(key=lambda entry: (-entry[1]["credits"], entry[0]))
    return {
        "data": {
            "range": None if view else wanted["range"],
            "activity_view": view,
            "timezone": wanted["timezone"],
            "period": _period(edges),
            "languages": [_language(code, group, total) for code, group in spoken],
            "total_credits": total,
            "untagged_credits": total - sum(group["credits"] for _, group in spoken),
        },
        "meta": _meta(request),
    }


def list_usage_activity(request: Request) -> dict[str, Any]:
    """One page of the workspace's events, newest first."""
    wanted, scope, where = request.parameters, _scope(request), zone(request.parameters["timezone"])
    cursors = Cursors(str(request.settings["cursor_secret"]), scope.name)
    place = cursors.read(wanted["cursor"]) if "cursor" in wanted else None
    first = _range(local_date(request.now, where), DAYS[wanted["range"]], where)[0][0]
    members = _members(scope)
    feed = Feed(scope.usage, Window(first, request.now + 1), _filter(wanted, scope, members))
    events, older, newer = feed.page(place, wanted["limit"])
    return {
        "data": [_event(event, members, scope.name, request.now) for event in events],
        "meta": _meta(request),
        "pagination": {
            "limit": wanted["limit"],
            "next": cursors.issue(older) if older else None,
            "prev": cursors.issue(newer) if newer else None,
        },
    }


def refuse(refusal: Refusal, request: Request) -> Reply:
    """The documented error: a code, a sentence, and the fields at fault."""
    status, code, message = PROBLEMS.get(refusal.reason, FAILURE)
    error: dict[str, Any] = {"code": code, "message": message}
    if refusal.violations:
        error["details"] = [{"field": wrong.name, "message": wrong.message} for wrong in refusal.violations]
    headers = {"Retry-After": str(refusal.facts.get("retry_after", 1))} if status == TOO_MANY else {}
    return Reply(status, {"error": error, "meta": _meta(request)}, headers)


class Scope(NamedTuple):
    """What the credentials see: a workspace, and beside it all that its owner does anywhere."""

    account: Account
    usage: Usage
    name: str
    workspace: Mapping[str, tuple[str, ...]]
    owner: Mapping[str, tuple[str, ...]]


def _scope(request: Request) -> Scope:
    account, usage = request.account, request.usage
    if account is None or usage is None:
        raise Refused("unauthenticated", "missing")
    # A session stands for the account's first person, in that person's own workspace.
    holder = request.key.facts if request.key else account.facts
    name = _named_workspace(request) or holder["workspace"]
    inside = tuple(key.id for key in account.keys if key.facts["workspace"] == name)
    own = tuple(key.id for key in account.keys if key.facts["owner"] == holder["owner"])
    return Scope(account, usage, name, {"key": inside}, {"key": own})


def _named_workspace(request: Request) -> str | None:
    named = request.headers.get("x-workspace-id", "").strip()
    return None if named in {"", "null"} else named.lower()


def _open_workspaces(request: Request) -> set[str]:
    if request.key:
        return {request.key.facts["workspace"]}
    account = request.account
    return (
        {key.facts["workspace"] for key in account.keys if key.facts["owner"] == account.facts["owner"]}
        if account
        else set()
    )


def _meta(request: Request) -> dict[str, str]:
    return {"request_id": request.id, "timestamp": instant_text(request.now)}


def _period(edges: Sequence[int]) -> dict[str, str]:
    return {"start": instant_text(edges[0]), "end": instant_text(edges[-1])}


@lru_cache(maxsize=1_024)
def _range(today: date, days: int, where: tzinfo) -> tuple[tuple[int, ...], tuple[str, ...]]:
    first = today.toordinal() - days + 1
    return day_edges(today, days, where), tuple(today.fromordinal(first + n).isoformat() for n in range(days))


def _columns(series: Mapping[str, list[int]]) -> tuple[list[int], ...]:
    return series["credits"], series["characters"], series["lines"], series["runs"]


def _credits(scope: Scope) -> dict[str, Any]:
    now, utc, plan = scope.usage.now, zone("UTC"), scope.account.plan
    month = Window(midnight(month_start(local_date(now, utc)), utc), now + 1)
    used = scope.usage.total(month, where=scope.owner)["credits"]
    quota = plan.facts.get("credits") if plan else None
    return {"used": used, "quota": quota, "percent": min(100.0, percent(used, quota)) if quota else None}


def _runs(scope: Scope, start: int) -> tuple[dict[str, int], int]:
    """The runs since an instant by their present status, and the audio of those that ended."""
    usage, where = scope.usage, scope.workspace
    young, older = _unfinished(usage.now)
    pending, running = usage.total(young, where=where)["runs"], usage.total(older, where=where)["runs"]
    ended = usage.groups(Window(start, older.start), "status", where=where)
    done = {
        name: ended[name]["runs"] if name in ended else 0 for name in ("completed", "failed", "cancelled")
    }
    counts = {"total": pending + running + sum(done.values()), **done, "running": running, "pending": pending}
    return counts, sum(group["audio_ms"] for group in ended.values())


def _unfinished(now: int) -> tuple[Window, Window]:
    """When the runs started that are pending, and those that are running."""
    return Window.trailing(now, PENDING_SECONDS), Window.trailing(now - PENDING_SECONDS, RUNNING_SECONDS)


@lru_cache(maxsize=1_024)
def _chart(view: str, today: date, where: tzinfo) -> tuple[tuple[int, ...], tuple[tuple[str, str, str], ...]]:
    """The edges of a view's buckets, and the label, start and end of each."""
    if view == "daily":
        edges, labels = _range(today, 7, where)
    else:
        monday, month = week_start(today).toordinal(), month_start(today)
        weeks = [today.fromordinal(monday + 7 * count) for count in range(-11, 2)]
        starts = weeks if view == "weekly" else [add_months(month, count) for count in range(-11, 2)]
        edges = tuple(midnight(start, where) for start in starts)
        labels = tuple(start.isoformat()[: 10 if view == "weekly" else 7] for start in starts)
    texts = [instant_text(edge) for edge in edges]
    return edges, tuple(zip(labels, texts, texts[1:], strict=False))


def _activity(scope: Scope, view: str, today: date, where: tzinfo) -> dict[str, Any]:
    edges, heads = _chart(view, today, where)
    columns = scope.usage.series(edges, where=scope.workspace)
    lines = columns["lines"]
    total, highest = sum(lines), max(lines)
    label, start, end = heads[lines.index(highest)]
    return {
        "view": view,
        "bucket_unit": UNITS[view],
        "range_label": f"Last {len(lines)} {UNITS[view]}s",
        "total": total,
        "avg": half_up(total, len(lines), 1),
        "buckets": [_bucket(*row) for row in zip(heads, *_columns(columns), strict=True)],
        "peak": {"value": highest, "label": label, "start": start, "end": end} if total else None,
    }


def _bucket(head: tuple[str, str, str], used: int, letters: int, lines: int, runs: int) -> dict[str, Any]:
    label, start, end = head
    counts = {"credits": used, "characters": letters, "lines": lines, "runs": runs}
    return {"label": label, "start": start, "end": end, **counts}


def _language(code: str, group: Mapping[str, int], total: int) -> dict[str, Any]:
    return {
        "locale_code": code,
        "display_name": LANGUAGES[code],
        "share": half_up(group["credits"], total, 3),
        "credits": group["credits"],
        "characters": group["characters"],
        "lines": group["lines"],
        "allocation_basis": "characters",
    }


class Place(NamedTuple):
    """All events on one side of an event: `older` or `newer` than that number."""

    side: str
    number: int


class Cursors:
    """Signed places in the feed of a workspace, so that only those that were issued are taken back."""

    form = re.compile(r"(older|newer):([0-9]{1,18}):[0-9a-f]{16}", re.ASCII)

    def __init__(self, secret: str, workspace: str) -> None:
        self._key = f"{secret}:{workspace}".encode()

    def issue(self, place: Place) -> str:
        """The text that stands for a place."""
        text = f"{place.side}:{place.number}"
        seal = hmac.digest(self._key, text.encode(), hashlib.sha256).hex()[:16]
        return base64.urlsafe_b64encode(f"{text}:{seal}".encode()).decode().rstrip("=")

    def read(self, cursor: str) -> Place:
        """The place that a cursor stands for; refused unless it was issued for this workspace."""
        try:
            found = self.form.fullmatch(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode())
        except ValueError:
            found = None
        place = Place(found[1], int(found[2])) if found else None
        if place is None or self.issue(place) != cursor:
            wrong = Violation("query", "cursor", "Not a cursor of this workspace.", "unknown", cursor)
            raise Refused("invalid", "cursor", violations=(wrong,))
        return place


class Feed(NamedTuple):
    """The events of a window that a filter lets through."""

    usage: Usage
    window: Window
    where: Mapping[str, str | tuple[str, ...]]

    def page(self, place: Place | None, limit: int) -> tuple[list[Call], Place | None, Place | None]:
        """The events of a page, and the places of those before and after them, where there are any."""
        if place is None:
            events = self._events(limit)
        elif place.side == "older":
            events = self._events(limit, before=place.number)
        else:
            events = self._events(limit, after=place.number)
            if len(events) < limit:
                return self.page(None, limit)
        number = place.number if place else 0
        older = Place("older", events[-1].number if events else number)
        newer = Place("newer", events[0].number if events else number - 1)
        more = bool(events and self._events(1, before=older.number))
        less = bool(place and self._events(1, after=newer.number))
        return events, older if more else None, newer if less else None

    def _events(self, limit: int, *, before: int | None = None, after: int | None = None) -> list[Call]:
        return self.usage.calls(self.window, where=self.where, limit=limit, before=before, after=after)


def _members(scope: Scope) -> dict[str, dict[str, str]]:
    """The people of a workspace, by their keys."""
    keys = [key for key in scope.account.keys if key.facts["workspace"] == scope.name]
    people = [scope.account.people[key.facts["owner"]] for key in keys]
    return {key.id: {"id": person.id, "name": person.name} for key, person in zip(keys, people, strict=True)}


def _filter(wanted: Mapping[str, Any], scope: Scope, members: Mapping[str, dict[str, str]]) -> dict[str, Any]:
    where: dict[str, Any] = dict(scope.workspace)
    if "type" in wanted:
        where["action"] = wanted["type"]
    if "user_id" in wanted:
        user = wanted["user_id"].lower()
        where["key"] = tuple(key for key, person in members.items() if person["id"] == user)
        if not where["key"]:
            raise Refused("unknown_resource", facts={"name": "user_id", "value": user})
    return where


def _event(event: Call, members: Mapping[str, dict[str, str]], workspace: str, now: int) -> dict[str, Any]:
    facts = event.dimensions
    action, name = facts["action"], facts["subject"]
    return {
        "id": f"evt_{event.bits('event'):016x}",
        "timestamp": instant_text(event.at),
        "user": members[facts["key"]],
        "action": action,
        "kind": facts["kind"],
        "resource": {"type": RESOURCES[action], "id": _resource_id(workspace, name), "name": name},
        "metadata": _metadata(event, now) if action == "workflow_run" else None,
        "ip": None if facts["kind"] == "scheduled" else f"203.0.113.{event.bits('ip') % 254 + 1}",
    }


@lru_cache(maxsize=1_024)
def _resource_id(workspace: str, name: str) -> str:
    return str(uuid.uuid5(uuid.UUID(workspace), name))


def _metadata(event: Call, now: int) -> dict[str, Any]:
    locale, measures = event.dimensions["locale"], event.measures
    status = "pending" if event.at >= _unfinished(now)[0].start else "running"
    return {
        "status": status if event.at >= _unfinished(now)[1].start else event.dimensions["status"],
        "locale": locale if locale in LANGUAGES else None,
        **{name: measures[name] for name in ("lines", "characters", "credits")},
    }
