"""onepin: what a workspace used, by day, by language and event by event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from functools import lru_cache, partial
from typing import Any

from metermock import (
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

from .onepin_feed import (
    LANGUAGES,
    NO_CURSOR,
    RESOURCES,
    Cursors,
    Scope,
    page_of,
    unfinished,
)

DAYS = {"30d": 30, "60d": 60, "90d": 90}
UNITS = {"daily": "day", "weekly": "week", "monthly": "month"}
COUNTS = ("credits", "characters", "lines", "runs")
ENDED = ("completed", "failed", "cancelled")
REMEMBERED = 256  # parts of replies that are kept: up to 1 kB
CHARTS = 2_048  # three views in each of some 600 zones
SUMMARIES = 8_192  # the same for each of three ranges

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
    "cursor": NO_CURSOR,
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
    events, older, newer = page_of(scope, Window(first, request.now + 1), only, place, wanted["limit"])
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
    days = _days(scope.usage.now, span, view, zone(timezone))
    rest: dict[str, Any] = scope.usage.remember(
        ("summary", scope.inside, scope.own, days), lambda: _rest(scope, days), lambda _: 2_000
    )
    return {"range": span, "activity_view": view, "timezone": timezone, **rest}


@dataclass(frozen=True, slots=True, eq=False)
class Days:
    """The days of a summary; zones that have the same ones share the object, which stands for them in keys.

    A tuple of up to ninety edges would be hashed again at each look-up.
    """

    today: date
    edges: tuple[int, ...]
    """Those of the range, and of the chart's buckets."""
    chart: tuple[int, ...]
    view: str


@lru_cache(maxsize=SUMMARIES)
def _days(now: int, span: str, view: str, where: tzinfo) -> Days:
    today = local_date(now, where)
    return _same_days(today, day_edges(today, DAYS[span], where), _chart(view, today, where), view)


_same_days = lru_cache(maxsize=SUMMARIES)(Days)


def _rest(scope: Scope, days: Days) -> dict[str, Any]:
    """What does not echo the request. Parts are kept under what they depend on."""
    keep, here = scope.usage, (scope.inside, scope.own, days.today)
    rest: dict[str, Any] = keep.remember(
        ("range", here, days.edges), lambda: _range(scope, days.today, days.edges), lambda _: 12_000
    )
    activity = keep.prepare(
        ("activity", here, days.chart), lambda: _activity(scope, days.view, days.today, days.chart)
    )
    return rest | {"activity": activity}


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
    young, older = unfinished(usage.now)
    pending, running = usage.total(young, where=where)["runs"], usage.total(older, where=where)["runs"]
    ended = usage.groups(Window(start, older.start), "status", where=where)
    done = {name: ended[name]["runs"] if name in ended else 0 for name in ENDED}
    counts = {"total": pending + running + sum(done.values()), **done, "running": running, "pending": pending}
    return counts, sum(group["audio_ms"] for group in ended.values())


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
