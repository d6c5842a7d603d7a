"""Faults of the plain onceonly."""

from __future__ import annotations

from typing import Any

from deployments.onceonly import LIMITS, Call, Onceonly
from deployments.parts import DAY, HOUR, Ask, RefusedError, Reply, month_of
from deployments.register import fault

OO = "onceonly"
MONTH_BEGINS = "2026-12-01T00:00:05+00:00"


def sections(body: Any) -> list[Any]:
    """Give the sections of either body."""
    return [body["make"], body["ai"]] if "make" in body else [body]


@fault(OO, "agreement", "OO-1", "one", sometimes=True)
def polling_in_usage(plain: Onceonly, ask: Ask) -> dict[str, Any]:
    """/v1/usage?kind=ai counts attached requests as usage, /all does not."""
    body, kind = Onceonly.one(plain, ask), ask.parameters["kind"]
    return {**body, "usage": body["usage"] + sum(call.what == "polling" for call in plain.calls(ask, kind))}


@fault(OO, "agreement", "OO-1", "one", sometimes=True)
def usage_capped(plain: Onceonly, ask: Ask) -> dict[str, Any]:
    """/v1/usage stops at the limit, /all goes on."""
    body = Onceonly.one(plain, ask)
    return {**body, "usage": min(body["usage"], body["limit"])}


@fault(OO, "agreement", "OO-1", "one", sometimes=True)
def agency_is_pro(plain: Onceonly, ask: Ask) -> dict[str, Any]:
    """/v1/usage calls the agency plan pro."""
    body = Onceonly.one(plain, ask)
    return {**body, "plan": "pro" if body["plan"] == "agency" else body["plan"]}


@fault(OO, "agreement", "OO-1", "one", sometimes=True)
def ai_limit_of_make(plain: Onceonly, ask: Ask) -> dict[str, Any]:
    """/v1/usage?kind=ai shows the limit of make."""
    body = Onceonly.one(plain, ask)
    return {**body, "limit": LIMITS[body["plan"]]["make"]}


@fault(OO, "agreement", "OO-1", "one", sometimes=True)
def blocked_of_both(plain: Onceonly, ask: Ask) -> dict[str, Any]:
    """/v1/usage counts the blocked requests of both kinds."""
    blocked = sum(call.what == "blocked" for kind in ("make", "ai") for call in plain.calls(ask, kind))
    return {**Onceonly.one(plain, ask), "blocked_total_month": blocked}


@fault(OO, "headers", "OO-2", "request_id")
def constant_request_id(_plain: Onceonly) -> str:
    """X-Request-Id is always the same."""
    return "5f1d3c1e-6d0f-4a53-9d3c-0c6f3d4f8a11"


@fault(OO, "headers", "OO-2", "finish")
def no_request_id(_plain: Onceonly, _ask: Ask, reply: Reply) -> None:
    """X-Request-Id is missing."""
    reply.headers.pop("X-Request-Id", None)


@fault(OO, "headers", "OO-2", "finish", sometimes=True)
def header_plan_free(_plain: Onceonly, _ask: Ask, reply: Reply) -> None:
    """X-OnceOnly-Plan is free for everybody."""
    if "X-OnceOnly-Plan" in reply.headers:
        reply.headers["X-OnceOnly-Plan"] = "free"


@fault(OO, "headers", "OO-2", "finish")
def header_month_as_date(_plain: Onceonly, _ask: Ask, reply: Reply) -> None:
    """X-OnceOnly-Month names a day."""
    if "X-OnceOnly-Month" in reply.headers:
        reply.headers["X-OnceOnly-Month"] += "-01"


@fault(OO, "headers", "OO-2", "finish", sometimes=True)
def quiet_header_month(_plain: Onceonly, _ask: Ask, reply: Reply) -> None:
    """X-OnceOnly-Month is missing where make has had no request this month."""
    if reply.status == 200 and "make" in reply.body and not reply.body["make"]["requests_total_month"]:
        reply.headers.pop("X-OnceOnly-Month", None)


@fault(OO, "windows", "OO-8", "since", shows=MONTH_BEGINS)
def rolling_month(_plain: Onceonly, ask: Ask) -> int:
    """Counters cover the last thirty days."""
    return ask.now - 30 * DAY


@fault(OO, "windows", "OO-8", "since", shows=MONTH_BEGINS)
def lifetime_counters(_plain: Onceonly, _ask: Ask) -> int:
    """Counters never begin anew."""
    return 0


@fault(OO, "zones", "OO-8", "since", shows=MONTH_BEGINS)
def local_month(_plain: Onceonly, ask: Ask) -> int:
    """The month begins at midnight in Los Angeles."""
    return int(month_of(ask.now - 8 * HOUR).timestamp()) + 8 * HOUR


@fault(OO, "windows", "OO-3", "month")
def last_month(_plain: Onceonly, ask: Ask) -> str:
    """Month names the last closed month."""
    return month_of(int(month_of(ask.now).timestamp()) - 1).strftime("%Y-%m")


@fault(OO, "shape", "OO-3", "month")
def short_year(_plain: Onceonly, ask: Ask) -> str:
    """Month is written as YY-MM."""
    return month_of(ask.now).strftime("%y-%m")


@fault(OO, "arithmetic", "OO-4", "limit", sometimes=True)
def limits_swapped(_plain: Onceonly, plan: str, kind: str) -> int:
    """The starter plan's two limits are swapped."""
    other = {"make": "ai", "ai": "make"}[kind]
    return LIMITS[plan][other if plan == "starter" else kind]


@fault(OO, "arithmetic", "OO-4", "limit", sometimes=True)
def limit_of_pro(_plain: Onceonly, plan: str, kind: str) -> int:
    """The pro plan's limits are a tenth short."""
    return LIMITS[plan][kind] * 9 // 10 if plan == "pro" else LIMITS[plan][kind]


@fault(OO, "shape", "OO-4", "limit", sometimes=True)
def unlimited_agency(_plain: Onceonly, plan: str, kind: str) -> int | None:
    """The agency plan's limits are null."""
    return None if plan == "agency" else LIMITS[plan][kind]


@fault(OO, "shape", "OO-4", sometimes=True)
def plan_with_capital(_plain: Onceonly, _ask: Ask, body: Any) -> None:
    """The starter plan is written Starter."""
    if body["plan"] == "starter":
        body["plan"] = "Starter"


@fault(OO, "arithmetic", "OO-5", "section", sometimes=True)
def total_without_polling(plain: Onceonly, ask: Ask, kind: str) -> dict[str, Any]:
    """requests_total leaves attached requests out."""
    section = Onceonly.section(plain, ask, kind)
    rest = section["polling_total_month"] + sum(call.what == "passed" for call in plain.calls(ask, kind))
    return {**section, "requests_total_month": section["requests_total_month"] - rest}


@fault(OO, "arithmetic", "OO-5", "section", sometimes=True)
def total_without_blocked(plain: Onceonly, ask: Ask, kind: str) -> dict[str, Any]:
    """requests_total leaves blocked requests out."""
    section = Onceonly.section(plain, ask, kind)
    return {
        **section,
        "requests_total_month": section["requests_total_month"] - section["blocked_total_month"],
    }


@fault(OO, "arithmetic", "OO-6", "section", sometimes=True)
def make_is_charged(plain: Onceonly, ask: Ask, kind: str) -> dict[str, Any]:
    """charged_total_month counts make's credits too."""
    section = Onceonly.section(plain, ask, kind)
    return {**section, "charged_total_month": section["usage"]}


@fault(OO, "arithmetic", "OO-6", "section", sometimes=True)
def attempts_are_charged(plain: Onceonly, ask: Ask, kind: str) -> dict[str, Any]:
    """Every ai attempt that ended in nothing is charged, but not used."""
    section = Onceonly.section(plain, ask, kind)
    lost = sum(call.what == "passed" for call in plain.calls(ask, kind)) if kind == "ai" else 0
    return {**section, "charged_total_month": section["charged_total_month"] + lost}


@fault(OO, "arithmetic", "OO-6", "section", sometimes=True)
def paid_plans_block(plain: Onceonly, ask: Ask, kind: str) -> dict[str, Any]:
    """What paid plans use beyond their limit is counted as blocked."""
    section = Onceonly.section(plain, ask, kind)
    beyond = max(0, section["usage"] - section["limit"])
    return {**section, "blocked_total_month": section["blocked_total_month"] + beyond}


@fault(OO, "shape", "OO-5", sometimes=True)
def zero_as_null(_plain: Onceonly, _ask: Ask, body: Any) -> None:
    """blocked_total_month is null instead of 0."""
    for section in sections(body):
        section["blocked_total_month"] = section["blocked_total_month"] or None


@fault(OO, "shape", "schema", sometimes=True)
def usage_missing(_plain: Onceonly, _ask: Ask, body: Any) -> None:
    """Usage is left out where it is 0."""
    for section in sections(body):
        if section["usage"] == 0:
            del section["usage"]


@fault(OO, "agreement", "OO-1", "calls", sometimes=True)
def nightly_totals(plain: Onceonly, ask: Ask, kind: str) -> list[Call]:
    """/all shows yesterday's state, /v1/usage is live."""
    calls = Onceonly.calls(plain, ask, kind)
    midnight = ask.now - ask.now % DAY
    return [call for call in calls if call.at < midnight] if ask.path.endswith("/all") else calls


@fault(OO, "credentials", "OO-7", "finish")
def unknown_as_401(_plain: Onceonly, _ask: Ask, reply: Reply) -> None:
    """An unknown key is 401."""
    if reply.status == 403:
        reply.status = 401


@fault(OO, "credentials", "OO-7", "recognise")
def malformed_as_401(plain: Onceonly, ask: Ask) -> None:
    """A malformed key is 401, an unknown one 403."""
    if not plain.bearer(ask).startswith("once_live_"):
        raise RefusedError("missing", "Missing Authorization Bearer token")
    Onceonly.recognise(plain, ask)


@fault(OO, "credentials", "X-5", "matches")
def key_by_its_beginning(_plain: Onceonly, account: str, token: str) -> bool:
    """A key is compared up to its last eight letters."""
    return bool(token[:-8]) and f"once_live_{account.replace('-', '_')}_" == token[:-8]


@fault(OO, "shape", "OO-7", "finish")
def detail_as_text(_plain: Onceonly, _ask: Ask, reply: Reply) -> None:
    """422 has one text as its detail."""
    if reply.status == 422:
        reply.body = {"detail": reply.body["detail"][0]["msg"]}


@fault(OO, "shape", "OO-7", "finish")
def detail_without_loc(_plain: Onceonly, _ask: Ask, reply: Reply) -> None:
    """422 does not say which parameter it means."""
    if reply.status == 422:
        for row in reply.body["detail"]:
            del row["loc"]


@fault(OO, "another account", "X", "calls", sometimes=True)
def agency_sees_busy(plain: Onceonly, ask: Ask, kind: str) -> list[Call]:
    """On /all the agency's numbers are another account's."""
    other = Ask(ask.method, ask.path, [], [], ask.now, "busy")
    mixed = ask.account == "agency" and ask.path.endswith("/all")
    return Onceonly.calls(plain, other if mixed else ask, kind)
