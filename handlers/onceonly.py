"""onceonly: the counters of the current UTC month, of one kind or of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from metermock import (
    Refusal,
    Refused,
    Reply,
    Request,
    Usage,
    Violation,
    Window,
    local_date,
    midnight,
    month_start,
    zone,
)

COUNTED = {"make": "duplicate", "ai": "acquired"}
"""The outcome of a kind that uses up its limit."""

BLOCKED = {"make": {"kind": "make"}, "ai": {"kind": "ai", "outcome": "acquired"}}
"""What a free account at its limit may no longer do; attaching to running work stays free."""

SAID = {"kind": ("Input should be 'make' or 'ai'", "enum")}
"""What is wrong with a parameter, and of what type that is, in the words of the vendor's framework."""

DETAILS = {
    "missing": (401, "Missing Authorization Bearer token"),
    "unauthenticated": (403, "Invalid API key"),
    "forbidden": (403, "Invalid API key"),
    "not_found": (404, "Not Found"),
    "method_not_allowed": (405, "Method Not Allowed"),
    "rate_limited": (429, {"error": "rate_limited"}),
}
FAILURE = (500, "Internal Server Error")


def get_monthly_usage(request: Request) -> dict[str, Any]:
    """One kind's counters."""
    month = _month(request)
    counters = _counters(month, request.parameters["kind"])
    del counters["charged_total_month"], counters["polling_total_month"]
    return {"plan": month.plan, "month": month.name, **counters}


def get_all_monthly_usage(request: Request) -> Reply:
    """Both kinds' counters, with the plan and the month in the headers too."""
    month = _month(request)
    body = {"plan": month.plan, "month": month.name, **{kind: _counters(month, kind) for kind in COUNTED}}
    headers = {
        "X-Request-Id": request.id,
        "X-OnceOnly-Plan": month.plan,
        "X-OnceOnly-Month": month.name,
    }
    return Reply(200, body, headers)


def refuse(refusal: Refusal, _request: Request) -> Reply:
    """The documented error: a `detail`, in one of its three shapes."""
    if refusal.reason == "invalid":
        return Reply(422, {"detail": [_problem(wrong) for wrong in refusal.violations]})
    missing = refusal.reason == "unauthenticated" and refusal.why == "missing"
    status, detail = DETAILS.get("missing" if missing else refusal.reason, FAILURE)
    return Reply(status, {"detail": detail}, refusal.headers)


def _problem(wrong: Violation) -> dict[str, Any]:
    said, kind = SAID.get(wrong.name, (wrong.message, wrong.kind))
    return {"loc": [wrong.location, wrong.name], "msg": said, "type": kind}


class Month(NamedTuple):
    """The current month of an account; `name` as in `2026-03`, `window` up to now."""

    plan: str
    limits: Mapping[str, Any]
    name: str
    window: Window
    usage: Usage


def _month(request: Request) -> Month:
    account, usage = request.account, request.usage
    if account is None or account.plan is None or usage is None:
        raise Refused("unauthenticated", "missing")
    utc = zone("UTC")
    first = month_start(local_date(request.now, utc))
    window = Window(midnight(first, utc), request.now + 1)
    return Month(account.plan.name, account.plan.facts, first.isoformat()[:7], window, usage)


def _counters(month: Month, kind: str) -> dict[str, int]:
    used, blocked = _used_and_blocked(month, kind)
    attached = {"kind": kind, "outcome": "attached", "answer": "served"}
    return {
        "usage": used,
        "limit": month.limits[kind],
        "requests_total_month": _calls(month.usage, month.window, {"kind": kind}),
        "blocked_total_month": blocked,
        "charged_total_month": used if kind == "ai" else 0,
        "polling_total_month": _calls(month.usage, month.window, attached),
    }


def _used_and_blocked(month: Month, kind: str) -> tuple[int, int]:
    """How many were counted, and how many were blocked at the limit; only some plans block."""
    usage, window, limit = month.usage, month.window, month.limits[kind]
    counted = {"kind": kind, "outcome": COUNTED[kind], "answer": "served"}
    reached = usage.nth(window, limit, where=counted) if month.limits["blocks"] else None
    if reached is None:
        return _calls(usage, window, counted), 0
    # Instants are whole seconds: what the second that reaches the limit counts beyond it was blocked.
    beyond = _calls(usage, Window(window.start, reached + 1), counted) - limit
    return limit, beyond + _calls(usage, Window(reached + 1, window.end), BLOCKED[kind])


def _calls(usage: Usage, window: Window, where: Mapping[str, str]) -> int:
    return usage.total(window, where=where)["calls"]
