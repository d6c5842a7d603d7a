"""essarion: lifetime figures, 30 UTC days and the 50 most recent calls, all from one snapshot."""

from __future__ import annotations

from base64 import b32encode
from functools import lru_cache
from typing import Any

from metermock import (
    Call,
    Refusal,
    Refused,
    Reply,
    Request,
    Usage,
    Window,
    day_edges,
    half_up,
    instant_text,
    local_date,
    zone,
)

DAYS = 30
RECENT = 50
QUERY = 200
REMEMBERED = 512  # calls whose entry is kept: a second later nearly the same ones are the most recent
HOURS_24, DAYS_7 = 86_400, 7 * 86_400
ULID = 26
CROCKFORD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")

PROBLEMS = {
    "unauthenticated": (401, "unauthorized", "The session is not valid."),
    "forbidden": (401, "unauthorized", "The session is not valid."),
    "invalid": (400, "invalid_request", "The request is invalid."),
    "not_found": (404, "not_found", "There is nothing at this address."),
    "method_not_allowed": (405, "method_not_allowed", "This address can only be read."),
    "rate_limited": (429, "rate_limited", "Too many requests. Try again later."),
}
FAILURE = (500, "internal_error", "Something went wrong.")
SESSIONS = {"missing": "Sign in to read usage.", "expired": "The session has expired."}


def get_account_usage(request: Request) -> dict[str, Any]:
    """The account's usage as the roll-up last saw it."""
    account = request.account
    if account is None:
        raise Refused("unauthenticated", "missing")
    rolled_up = request.now - request.lag - int(request.settings.get("lag_seconds", 0))
    usage = request.world.usage(account.name, rolled_up)
    life = Window(account.since, request.now + 1)
    names = {key.id: key.name for key in account.keys}
    return {
        "summary": _summary(usage, life, request.now),
        "daily": _daily(usage, request.now),
        "recent": [_recent(call, names[call.dimensions["key"]]) for call in usage.calls(life, limit=RECENT)],
    }


def refuse(refusal: Refusal, _request: Request) -> Reply:
    """The documented error: a code and a sentence."""
    status, code, message = PROBLEMS.get(refusal.reason, FAILURE)
    if refusal.reason == "unauthenticated":
        message = SESSIONS.get(refusal.why, message)
    return Reply(status, {"error": {"code": code, "message": message}}, refusal.headers)


def _summary(usage: Usage, life: Window, now: int) -> dict[str, int]:
    total = usage.total(life)
    errors = usage.total(life, where={"status": "error"})["calls"]
    return {
        "total_calls": total["calls"],
        "ok_calls": total["calls"] - errors,
        "error_calls": errors,
        "tokens_in": total["tokens_in"],
        "tokens_out": total["tokens_out"],
        "avg_latency_ms": int(half_up(total["latency_ms"], total["calls"], 0)),
        "last_24h": usage.total(Window.trailing(now, HOURS_24))["calls"],
        "last_7d": usage.total(Window.trailing(now, DAYS_7))["calls"],
    }


def _daily(usage: Usage, now: int) -> list[dict[str, Any]]:
    utc = zone("UTC")
    edges = day_edges(local_date(now, utc), DAYS, utc)
    counts = usage.series(edges)["calls"]
    return [
        {"day": instant_text(start)[:10], "calls": calls} for start, calls in zip(edges, counts, strict=False)
    ]


@lru_cache(maxsize=REMEMBERED)
def _recent(call: Call, key: str) -> dict[str, Any]:
    return {
        # One width for all, so that ids sort like their numbers.
        "id": f"call_{call.number:010d}",
        "query": call.texts["query"][:QUERY],
        "status": call.dimensions["status"],
        "latency_ms": call.measures["latency_ms"],
        "tokens_in": call.measures["tokens_in"],
        "tokens_out": call.measures["tokens_out"],
        "created_at": instant_text(call.at),
        "request_id": "req_" + _ulid(call),
        "key_name": key,
    }


def _ulid(call: Call) -> str:
    """48 bits of milliseconds and 80 bits of the call's own, five bits to a character."""
    own = call.bits("run") << 16 | call.number & 0xFFFF
    number = call.at * 1_000 << 80 | own
    return b32encode(number.to_bytes(20)).decode().translate(CROCKFORD)[-ULID:]
