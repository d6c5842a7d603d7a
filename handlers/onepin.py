"""onepin: what a workspace used, by day, by language and event by event."""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from collections.abc import Mapping, Sequence
from datetime import date, tzinfo
from functools import lru_cache, partial
from typing import Any, NamedTuple

from metermock import (
    Call,
    Person,
    Refusal,
    Refused,
    Reply,
    Request,
    Usage,
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

DAYS = {"30d": 30, "60d": 60, "90d": 90}
UNITS = {"daily": "day", "weekly": "week", "monthly": "month"}
COUNTS = ("credits", "characters", "lines", "runs")
ENDED = ("completed", "failed", "cancelled")
PENDING_SECONDS = 5
RUNNING_SECONDS = 90
LEASE_SECONDS = 9 * 86_400  # how long a person keeps an IP address
HOSTS = 254
REMEMBERED, EVENTS, PAGES = 256, 1_024, 64  # parts of replies that are kept: up to 1 kB, a page up to 100 kB
CHARTS = 2_048  # three views in each of some 600 zones

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
SAID = {
    "range": "Must be one of: 30d, 60d, 90d.",
    "activity_view": "Must be one of: daily, weekly, monthly.",
    "timezone": "Not an IANA time zone.",
    "type": f"Must be one of: {', '.join(RESOURCES)}.",
    "user_id": "Not a UUID.",
    "limit": "Must be an integer.",
    "cursor": "Not a cursor of this workspace.",
}
"""What is wrong with a parameter, in the contract's words."""
BOUNDS = {"minimum": "Must be at least 1.", "maximum": "Must be at most 100."}
"""What is wrong with a limit that is an integer."""


def authorize(request: Request) -> None:
    """Refuse a workspace that the credentials do not open, whatever the parameters say."""
    named = _named_workspace(request)
    if named is not None and named not in _open_workspaces(request):
        raise Refused("forbidden", "another workspace")


def get_usage_summary(request: Request) -> dict[str, Any]:
    """The totals of the range, its days, and the chart of the view."""
    wanted = request.parameters
    data = _summary(_scope(request), wanted["range"], wanted["activity_view"], wanted["timezone"])
    return {"data": data, "meta": _meta(request)}


def get_usage_by_language(request: Request) -> dict[str, Any]:
    """The credits of each language, over the range or over the chart's whole window."""
    wanted = request.parameters
    data = _languages(_scope(request), wanted["range"], wanted.get("activity_view"), wanted["timezone"])
    return {"data": data, "meta": _meta(request)}


def list_usage_activity(request: Request) -> dict[str, Any]:
    """One page of the workspace's events, newest first."""
    scope, wanted, where = _scope(request), request.parameters, zone(request.parameters["timezone"])
    cursors = Cursors(str(request.settings["cursor_secret"]), scope.workspace)
    place = cursors.read(wanted["cursor"]) if "cursor" in wanted else None
    first = day_edges(local_date(request.now, where), DAYS[wanted["range"]], where)[0]
    only = wanted.get("type"), wanted.get("user_id")
    events, older, newer = _page(scope, Window(first, request.now + 1), only, place, wanted["limit"])
    pages = {"limit": wanted["limit"], "next": cursors.issue(older), "prev": cursors.issue(newer)}
    return {"data": events, "meta": _meta(request), "pagination": pages}


def refuse(refusal: Refusal, request: Request) -> Reply:
    """The documented error: a code, a sentence, and the fields at fault."""
    status, code, message = PROBLEMS.get(refusal.reason, FAILURE)
    error: dict[str, Any] = {"code": code, "message": message}
    if refusal.violations:
        error["details"] = [{"field": wrong.name, "message": _said(wrong)} for wrong in refusal.violations]
    return Reply(status, {"error": error, "meta": _meta(request)}, refusal.headers)


def _said(wrong: Violation) -> str:
    return BOUNDS.get(wrong.kind) or SAID.get(wrong.name, wrong.message)


class Scope(NamedTuple):
    """The keys that count: those `inside` a workspace, and the owner's `own` keys in all workspaces."""

    usage: Usage
    workspace: str
    inside: tuple[str, ...]
    own: tuple[str, ...]


def _scope(request: Request) -> Scope:
    if request.usage is None:
        raise Refused("unauthenticated", "missing")
    return _scope_of(request.usage, request.key.id if request.key else None, _named_workspace(request))


@lru_cache(maxsize=REMEMBERED)
def _scope_of(usage: Usage, key: str | None, named: str | None) -> Scope:
    account = usage.account
    # A session stands for the account's first person, in that person's own workspace.
    holder = next((one.facts for one in account.keys if one.id == key), account.facts)
    workspace = named or holder["workspace"]
    inside = tuple(one.id for one in account.keys if one.facts["workspace"] == workspace)
    own = tuple(one.id for one in account.keys if one.facts["owner"] == holder["owner"])
    return Scope(usage, workspace, inside, own)


def _named_workspace(request: Request) -> str | None:
    named = request.headers.get("x-workspace-id")
    if not named or (named := named.strip()) in {"", "null"}:
        return None
    return named.lower()


def _open_workspaces(request: Request) -> set[str]:
    if request.key or not request.account:
        return {request.key.facts["workspace"]} if request.key else set()
    keys, owner = request.account.keys, request.account.facts["owner"]
    return {key.facts["workspace"] for key in keys if key.facts["owner"] == owner}


def _meta(request: Request) -> dict[str, str]:
    return {"request_id": request.id, "timestamp": instant_text(request.now)}


def _period(edges: Sequence[int]) -> dict[str, str]:
    return {"start": instant_text(edges[0]), "end": instant_text(edges[-1])}


def _rows(series: Mapping[str, list[int]]) -> list[dict[str, int]]:
    return [dict(zip(COUNTS, row, strict=True)) for row in zip(*map(series.__getitem__, COUNTS), strict=True)]


def _summary(scope: Scope, span: str, view: str, timezone: str) -> dict[str, Any]:
    where = zone(timezone)
    today = local_date(scope.usage.now, where)
    edges, chart = day_edges(today, DAYS[span], where), _chart(view, today, where)
    # Parts are kept under what they depend on: many zones have the same days.
    keep, here = scope.usage, (scope.inside, scope.own, today)
    rest: dict[str, Any] = keep.remember(
        ("range", here, edges), lambda: _range(scope, today, edges), lambda _: 12_000
    )
    activity = keep.prepare(("activity", here, chart), lambda: _activity(scope, view, today, chart))
    return {"range": span, "activity_view": view, "timezone": timezone} | rest | {"activity": activity}


def _range(scope: Scope, today: date, edges: Sequence[int]) -> dict[str, Any]:
    """What depends on the range alone; the chart has its place among it."""
    parts = _figures(scope, edges) | {"activity": None, "daily": _daily(scope, today, edges)}
    here = (scope.inside, scope.own, today)
    return {
        name: scope.usage.prepare(("range", name, here, edges), partial(parts.get, name)) for name in parts
    }


def _figures(scope: Scope, edges: Sequence[int]) -> dict[str, Any]:
    days = scope.usage.series(edges, where={"key": scope.inside})
    characters, lines = sum(days["characters"]), sum(days["lines"])
    runs, audio = _runs(scope, edges[0])
    return {
        "period": _period(edges),
        "credits": _credits(scope),
        "characters": {"total": characters},
        "lines": {"total": lines, "avg_chars_per_line": half_up(characters, lines, 2) if lines else None},
        "runs": runs,
        "audio": {"total_ms": audio},
    }


def _daily(scope: Scope, today: date, edges: Sequence[int]) -> list[dict[str, Any]]:
    rows = _rows(scope.usage.series(edges, where={"key": scope.inside}))
    first = today.toordinal() - len(rows) + 1
    return [{"date": today.fromordinal(first + count).isoformat(), **row} for count, row in enumerate(rows)]


def _credits(scope: Scope) -> dict[str, Any]:
    now, utc, plan = scope.usage.now, zone("UTC"), scope.usage.account.plan
    month = Window(midnight(month_start(local_date(now, utc)), utc), now + 1)
    used = scope.usage.total(month, where={"key": scope.own})["credits"]
    quota = plan.facts.get("credits") if plan else None
    return {"used": used, "quota": quota, "percent": min(100.0, percent(used, quota)) if quota else None}


def _runs(scope: Scope, start: int) -> tuple[dict[str, int], int]:
    """The runs since an instant by their present status, and the audio of those that ended."""
    usage, where = scope.usage, {"key": scope.inside}
    young, older = _unfinished(usage.now)
    pending, running = usage.total(young, where=where)["runs"], usage.total(older, where=where)["runs"]
    ended = usage.groups(Window(start, older.start), "status", where=where)
    done = {name: ended[name]["runs"] if name in ended else 0 for name in ENDED}
    counts = {"total": pending + running + sum(done.values()), **done, "running": running, "pending": pending}
    return counts, sum(group["audio_ms"] for group in ended.values())


def _unfinished(now: int) -> tuple[Window, Window]:
    """When the runs started that are pending, and those that are running."""
    return Window.trailing(now, PENDING_SECONDS), Window.trailing(now - PENDING_SECONDS, RUNNING_SECONDS)


@lru_cache(maxsize=CHARTS)
def _chart(view: str, today: date, where: tzinfo) -> tuple[int, ...]:
    """The edges of a view's buckets."""
    return tuple(midnight(start, where) for start in _starts(view, today))


@lru_cache(maxsize=REMEMBERED)
def _starts(view: str, today: date) -> tuple[date, ...]:
    """The dates on which a view's buckets start, and the one on which the last ends."""
    if view == "daily":
        return tuple(today.fromordinal(today.toordinal() + count) for count in range(-6, 2))
    if view == "monthly":
        return tuple(add_months(month_start(today), count) for count in range(-11, 2))
    monday = week_start(today).toordinal()
    return tuple(today.fromordinal(monday + 7 * count) for count in range(-11, 2))


def _activity(scope: Scope, view: str, today: date, edges: Sequence[int]) -> dict[str, Any]:
    texts = [instant_text(edge) for edge in edges]
    labels = [start.isoformat()[: 7 if view == "monthly" else 10] for start in _starts(view, today)]
    heads = list(zip(labels, texts, texts[1:], strict=False))
    columns = scope.usage.series(edges, where={"key": scope.inside})
    lines = columns["lines"]
    total, highest = sum(lines), max(lines)
    label, start, end = heads[lines.index(highest)]
    return {
        "view": view,
        "bucket_unit": UNITS[view],
        "range_label": f"Last {len(lines)} {UNITS[view]}s",
        "total": total,
        "avg": half_up(total, len(lines), 1),
        "buckets": [
            {"label": name, "start": since, "end": until, **counts}
            for (name, since, until), counts in zip(heads, _rows(columns), strict=True)
        ],
        "peak": {"value": highest, "label": label, "start": start, "end": end} if total else None,
    }


def _languages(scope: Scope, span: str, view: str | None, timezone: str) -> dict[str, Any]:
    where = zone(timezone)
    today = local_date(scope.usage.now, where)
    edges = _chart(view, today, where) if view else day_edges(today, DAYS[span], where)
    groups = scope.usage.groups(Window(edges[0], edges[-1]), "locale", where={"key": scope.inside})
    total = sum(group["credits"] for group in groups.values())
    spoken = [(code, group) for code, group in groups.items() if code in LANGUAGES and group["credits"]]
    spoken.sort(key=lambda entry: (-entry[1]["credits"], entry[0]))
    return {
        "range": None if view else span,
        "activity_view": view,
        "timezone": timezone,
        "period": _period(edges),
        "languages": [_language(code, group, total) for code, group in spoken],
        "total_credits": total,
        "untagged_credits": total - sum(group["credits"] for _, group in spoken),
    }


def _language(code: str, group: Mapping[str, int], total: int) -> dict[str, Any]:
    share = half_up(group["credits"], total, 3)
    head = {"locale_code": code, "display_name": LANGUAGES[code], "share": share}
    return head | {name: group[name] for name in COUNTS[:3]} | {"allocation_basis": "characters"}


class Place(NamedTuple):
    """All events on one side of an event: `older` or `newer` than that number."""

    side: str
    number: int


class Cursors:
    """Signed places in the feed of a workspace: only a cursor that was issued for it is accepted."""

    def __init__(self, secret: str, workspace: str) -> None:
        self._key = f"{secret}:{workspace}".encode()

    def issue(self, place: Place | None) -> str | None:
        """The text that stands for a place."""
        if place is None:
            return None
        text = f"{place.side}:{place.number}"
        seal = hmac.digest(self._key, text.encode(), hashlib.sha256).hex()[:16]
        return base64.urlsafe_b64encode(f"{text}:{seal}".encode()).decode().rstrip("=")

    def read(self, cursor: str) -> Place:
        """The place that a cursor stands for; refused unless it was issued for this workspace."""
        try:
            side, number, _ = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().split(":")
            place = Place(side, int(number))
        except ValueError:
            place = None
        if place is None or self.issue(place) != cursor:
            wrong = Violation("query", "cursor", SAID["cursor"], "unknown", cursor)
            raise Refused("invalid", "cursor", violations=(wrong,))
        return place


class Feed(NamedTuple):
    """The events of a window that a filter lets through."""

    usage: Usage
    window: Window
    where: Mapping[str, str | tuple[str, ...]]

    def page(self, place: Place | None, limit: int) -> tuple[list[Call], Place | None, Place | None]:
        """The events of a page, and the places of the pages before and after it, if there are any."""
        newer = place is not None and place.side == "newer"
        found = self._events(limit + 1, place)
        if newer and len(found) < limit:
            return self.page(None, limit)
        events = found[-limit:] if newer else found[:limit]
        number = place.number if place else 0
        after = Place("older", events[-1].number if events else number)
        before = Place("newer", events[0].number if events else number - 1)
        # One event more than the page holds tells whether there are more.
        more = bool(self._events(1, after)) if newer else len(found) > limit
        less = len(found) > limit if newer else bool(place and self._events(1, before))
        return events, after if more else None, before if less else None

    def _events(self, limit: int, place: Place | None) -> list[Call]:
        edge = {"before" if place.side == "older" else "after": place.number} if place else {}
        return self.usage.calls(self.window, where=self.where, limit=limit, **edge)


@lru_cache(maxsize=PAGES)
def _page(
    scope: Scope, window: Window, only: tuple[str | None, str | None], place: Place | None, limit: int
) -> tuple[list[dict[str, Any]], Place | None, Place | None]:
    members = _members(scope)
    events, older, newer = Feed(scope.usage, window, _filter(members, *only)).page(place, limit)
    workspace, now = scope.workspace, scope.usage.now
    shown = [_event(one, members[one.dimensions["key"]], workspace, _status(one, now)) for one in events]
    return shown, older, newer


def _members(scope: Scope) -> dict[str, Person]:
    """The people of a workspace, by their keys."""
    account = scope.usage.account
    return {key.id: account.people[key.facts["owner"]] for key in account.keys if key.id in scope.inside}


def _filter(members: Mapping[str, Person], action: str | None, user: str | None) -> dict[str, Any]:
    keys = tuple(key for key, person in members.items() if user is None or person.id == user.lower())
    if not keys:
        raise Refused("unknown_resource", facts={"name": "user_id", "value": user})
    return {"key": keys} if action is None else {"key": keys, "action": action}


def _status(event: Call, now: int) -> str | None:
    """The present status of a run; None for other events."""
    if event.dimensions["action"] != "workflow_run":
        return None
    pending, running = (window.start for window in _unfinished(now))
    present = "pending" if event.at >= pending else "running"
    return present if event.at >= running else event.dimensions["status"]


def _address(person: Person, workspace: str, kind: str, at: int) -> str | None:
    """The address that an event came from: a server's for the API, else one that a person has for days."""
    if kind == "scheduled":
        return None
    if kind == "api":
        return f"198.51.100.{uuid.UUID(workspace).int % HOSTS + 1}"
    # Each person's lease begins at a time of its own, so that addresses do not all change at once.
    lease = (at + uuid.UUID(person.id).int % LEASE_SECONDS) // LEASE_SECONDS
    return f"203.0.113.{uuid.uuid5(uuid.UUID(person.id), str(lease)).int % HOSTS + 1}"


@lru_cache(maxsize=EVENTS)
def _event(event: Call, person: Person, workspace: str, status: str | None) -> dict[str, Any]:
    facts, measures = event.dimensions, event.measures
    action, name, locale = facts["action"], facts["subject"], facts["locale"]
    resource = str(uuid.uuid5(uuid.UUID(workspace), name))
    run: dict[str, Any] = {"status": status, "locale": locale if locale in LANGUAGES else None}
    run |= {count: measures[count] for count in ("lines", "characters", "credits")}
    return {
        "id": f"evt_{event.bits('event'):016x}",
        "timestamp": instant_text(event.at),
        "user": {"id": person.id, "name": person.name},
        "action": action,
        "kind": facts["kind"],
        "resource": {"type": RESOURCES[action], "id": resource, "name": name},
        "metadata": run if status else None,
        "ip": _address(person, workspace, facts["kind"], event.at),
    }
