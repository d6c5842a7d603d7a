"""DeepL: what a key and its account used in the billing period, and an administrator's report over days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from metermock import (
    Account,
    Key,
    Plan,
    Refusal,
    Refused,
    Reply,
    Request,
    Usage,
    Window,
    add_months,
    day_edges,
    half_up,
    instant_text,
    local_date,
    midnight,
    zone,
)

UTC = zone("UTC")
DAY = 86_400
MINUTE_MS = 60_000
MOST_DAYS = 366
TRANSLATION = ("text_translation", "document_translation")
WRITTEN = (*TRANSLATION, "text_improvement")
# The products of a bill, with the services that count into each.
PRODUCTS = {"write": ("text_improvement",), "translate": TRANSLATION, "speechToText": ("speech_to_text",)}
STATUSES = {
    "invalid": 400,
    "unauthenticated": 403,
    "forbidden": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "rate_limited": 429,
}
MESSAGES = {
    "unauthenticated": "Forbidden",
    "forbidden": "Forbidden",
    "not_found": "Not found",
    "method_not_allowed": "Method not allowed",
    "rate_limited": "Too many requests",
}


def get_usage(request: Request) -> dict[str, Any]:
    """The characters of the billing period; for API Pro also its products, the key's part and speech."""
    account, usage, plan, key = _known(request)
    start, end = _period(account, request.now)
    window, limit = Window(start, end), int(account.facts.get("limit", plan.facts["limit"]))
    if not plan.facts["pro"]:
        # A free account is refused beyond its limit, so that nothing is counted there.
        used = usage.total(window)["characters"]
        return {"character_count": min(used, limit), "character_limit": limit}
    products = [_product(usage, window, name, key) for name in PRODUCTS]
    minutes = next(each["account_unit_count"] for each in products if each["billing_unit"] == "minutes")
    return {
        "character_count": sum(each["character_count"] for each in products),
        "character_limit": limit,
        "products": products,
        "api_key_character_count": sum(each["api_key_character_count"] for each in products),
        "api_key_character_limit": int(key.facts.get("limit", limit)),
        "speech_to_text_milliseconds_count": 0,
        "speech_to_text_milliseconds_limit": 0,
        "speech_to_text_minutes_count": minutes,
        "speech_to_text_minutes_limit": plan.facts["minutes"],
        "start_time": instant_text(start),
        "end_time": instant_text(end),
    }


def admin_get_analytics(request: Request) -> dict[str, Any]:
    """What all keys used from one day to another, whole or by key or by key and day."""
    account, usage, _, _ = _known(request)
    first, last = (date.fromisoformat(request.parameters[name]) for name in ("start_date", "end_date"))
    days = (last - first).days + 1
    if days < 1:
        raise Refused("invalid", "Bad request. Reason: The start date is after the end date")
    if days > MOST_DAYS:
        raise Refused("invalid", f"Bad request. Reason: Date range cannot exceed {MOST_DAYS} days")
    window = Window(midnight(first, UTC), midnight(last, UTC) + DAY)
    report: dict[str, Any] = {
        "total_usage": _breakdown(usage.groups(window, "service")),
        "start_date": f"{first}T00:00:00",
        "end_date": f"{last}T00:00:00",
    }
    by = request.parameters.get("group_by")
    if by == "key":
        rows = [row for key in account.keys for row in _key_rows(usage, window, key)]
        report |= {"group_by": by, "key_usages": rows}
    elif by == "key_and_day":
        edges = day_edges(last, days, UTC)
        rows = [row for key in account.keys for row in _key_rows(usage, edges, key, dated=True)]
        rows.sort(key=lambda row: row["usage_date"])
        report |= {"group_by": by, "key_and_day_usages": rows}
    return {"usage_report": report}


def refuse(refusal: Refusal, _request: Request) -> Reply:
    """The documented error: a message."""
    wrong = next((each.message for each in refusal.violations), refusal.why)
    message = MESSAGES.get(refusal.reason, wrong or "Internal server error")
    return Reply(STATUSES.get(refusal.reason, 500), {"message": message}, refusal.headers)


def always(request: Request) -> dict[str, str]:
    """The id of the request, for bug reports."""
    return {"X-Trace-ID": request.id.replace("-", "")}


def _known(request: Request) -> tuple[Account, Usage, Plan, Key]:
    account, usage, key = request.account, request.usage, request.key
    if account is None or usage is None or account.plan is None or key is None:
        raise Refused("unauthenticated", "missing")
    return account, usage, account.plan, key


def _period(account: Account, now: int) -> tuple[int, int]:
    """The month of the bill that holds now: it begins on the account's own day, at its own second."""
    second = int(account.facts["bills_at"])
    began = local_date(account.since, UTC)
    today = local_date(now - second, UTC)
    months = (today.year - began.year) * 12 + today.month - began.month - (today.day < began.day)
    return (
        midnight(add_months(began, months), UTC) + second,
        midnight(add_months(began, months + 1), UTC) + second,
    )


def _product(usage: Usage, window: Window, name: str, key: Key) -> dict[str, Any]:
    """A product's units: characters, or minutes of speech that has been begun."""
    mine, everybody = (
        usage.total(window, where={"service": list(PRODUCTS[name]), **only}) for only in ({"key": key.id}, {})
    )
    spoken = name == "speechToText"
    units = [
        -(-part["milliseconds"] // MINUTE_MS) if spoken else part["characters"] for part in (mine, everybody)
    ]
    return {
        "product_type": name,
        "billing_unit": "minutes" if spoken else "characters",
        "api_key_unit_count": units[0],
        "account_unit_count": units[1],
        "api_key_character_count": mine["characters"],
        "character_count": everybody["characters"],
    }


def _key_rows(usage: Usage, edges: Sequence[int], key: Key, *, dated: bool = False) -> list[dict[str, Any]]:
    """The rows of a key, one for each interval between two edges in which it was used."""
    columns = {
        service: usage.series(edges, where={"key": key.id, "service": service})
        for services in PRODUCTS.values()
        for service in services
    }
    return [
        {"api_key": key.facts["shown"], "api_key_label": key.name}
        | ({"usage_date": instant_text(start)} if dated else {})
        | {"usage": _breakdown({service: _row(column, index) for service, column in columns.items()})}
        for index, start in enumerate(edges[:-1])
        if any(column["calls"][index] for column in columns.values())
    ]


def _row(columns: Mapping[str, list[int]], index: int) -> dict[str, int]:
    return {name: column[index] for name, column in columns.items()}


def _breakdown(services: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    none = {"characters": 0, "milliseconds": 0}
    written = {name: services.get(name, none)["characters"] for name in WRITTEN}
    return {
        "total_characters": sum(written.values()),
        **{f"{name}_characters": characters for name, characters in written.items()},
        "speech_to_text_minutes": half_up(services.get("speech_to_text", none)["milliseconds"], MINUTE_MS, 2),
    }
