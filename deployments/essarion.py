"""A plain essarion: lifetime numbers, thirty days and the fifty latest calls of one account."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from deployments.deployment import Deployment
from deployments.parts import (
    DAY,
    Ask,
    Credential,
    History,
    RefusedError,
    Reply,
    days_to,
    dice,
    half_up,
    instant,
    past,
    total,
    utc_day,
    utc_midnight,
)
from deployments.tokens import claims_of, mint

SECRET = "essarion-plain-deployment-session-secret"
FOREVER = 4102444800
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
QUERIES = (
    "Compare GDPR and CCPA on data subject deletion rights.",
    "Summarize this morning's FOMC release.",
    "Was kostet der Umzug eines Büros von Köln nach Łódź?",
    "Which of these papers disagree about 🧬 gene drives, and why? " * 5,
    "列出本季度的主要风险。" * 30,
)


def session(user: str, expires: int = FOREVER, secret: str = SECRET) -> dict[str, str]:
    """Make the cookie header of a session."""
    return {"Cookie": f"essarion_session={mint({'sub': user, 'iat': 1577836800, 'exp': expires}, secret)}"}


ACCOUNTS = (
    Credential("steady", session("steady"), "a call every half minute; some share their second"),
    Credential("busy", session("busy"), "a call every second or two"),
    Credential("moderate", session("moderate"), "some twenty calls a day, none new: recent shows two days"),
    Credential("job", session("job"), "a call every half hour: recent shows little more than a day"),
    Credential("quiet", session("quiet"), "twelve calls in its life, none new"),
    Credential("fifty", session("fifty"), "exactly fifty calls, none new"),
    Credential("old", session("old"), "five hundred calls, the last one long ago"),
    Credential("empty", session("empty"), "no calls"),
    Credential("expired", session("steady", 1609459200), "a session of 2020", 401),
    Credential("forged", session("steady", secret="another"), "signed with another secret", 401),
    Credential("unknown", session("nobody"), "a user who is gone", 401),
    Credential("developer-key", {"Authorization": "Bearer esk_live_4f9a0c2e7b"}, "another plane's key", 401),
    Credential("none", {}, "no credentials", 401),
)
# name: (days of history, calls, seconds between new calls)
TRAFFIC = {
    "steady": (200, 6000, 30.0),
    "busy": (400, 20000, 1.5),
    "moderate": (60, 1300, 0.0),
    "job": (30, 1440, 0.0),
    "quiet": (120, 12, 0.0),
    "fifty": (40, 50, 0.0),
    "old": (300, 500, 0.0),
    "empty": (1, 0, 0.0),
}


class Call(NamedTuple):
    """A call, at its completion."""

    at: int
    number: int
    query: str
    ok: bool
    latency: int
    tokens_in: int
    tokens_out: int
    key: str | None
    bits: int


def make(rng: random.Random, at: int, number: int) -> Call:
    """Draw one call."""
    ok = rng.random() > 0.06
    return Call(
        at,
        1000000 + number,
        rng.choice(QUERIES),
        ok,
        int(rng.lognormvariate(9.0, 0.7)),
        rng.randrange(20, 900),
        rng.randrange(40, 4000) if ok else rng.randrange(30),
        rng.choice(("prod-backend", "prod-backend", "nightly", None)),
        rng.getrandbits(80),
    )


def ulid(at: int, bits: int) -> str:
    """Write a ULID of an instant."""
    value = (at * 1000 << 80) | bits
    return "".join(CROCKFORD[value >> (5 * place) & 31] for place in range(25, -1, -1))


class Essarion(Deployment):
    """GET /api/usage."""

    contract = "essarion"
    accounts = ACCOUNTS
    operations = {"/api/usage": "usage"}  # noqa: RUF012 -- typed by the base

    def prepare(self, now: int) -> None:
        """Write the accounts' history."""
        self.histories: dict[str, History[Call]] = {}
        for name, (days, count, tempo) in TRAFFIC.items():
            history = History(dice(self.seed, name), make)
            instants = past(history.rng, now, days, count, tempo)
            if name in {"quiet", "fifty"}:
                instants = [now - 5 - history.rng.randrange(days * DAY) // 7 * 7 for _ in range(count)]
                instants[-1] = instants[-2]
            if name == "job":
                instants = [now - now % 1800 - back * 1800 for back in range(count)]
            if name == "old":
                instants = [at for at in instants if at < now - 100 * DAY]
            history.fill(instants, now, tempo)
            self.histories[name] = history

    def grow(self, now: int) -> None:
        """Let the calls arrive that came since."""
        for history in self.histories.values():
            history.grow(now)

    def recognise(self, ask: Ask) -> None:
        """Read the session; a developer's key beside it does not matter."""
        try:
            claims = self.claims(self.cookie(ask), ask.now)
        except ValueError as error:
            raise RefusedError("unauthenticated", "Sign in first.") from error
        if claims.get("sub") not in self.histories:
            raise RefusedError("unauthenticated", "Sign in first.")
        ask.account = claims["sub"]

    def cookie(self, ask: Ask) -> str:
        """Find the session's cookie, whatever stands beside it."""
        pairs = [pair.strip().partition("=") for sent in ask.every("cookie") for pair in sent.split(";")]
        return next((value for name, _, value in reversed(pairs) if name == "essarion_session"), "")

    def claims(self, token: str, now: int) -> dict[str, Any]:
        """Read the claims of a valid session."""
        claims = claims_of(token, SECRET)
        if claims.get("exp", 0) <= now:
            raise ValueError("expired")
        return claims

    def refusal(self, ask: Ask, refused: RefusedError) -> Reply:  # noqa: ARG002 -- the base asks for it
        """Write a refusal."""
        status = {"not_found": 404, "method_not_allowed": 405}.get(refused.reason, 401)
        code = refused.reason if status in {404, 405} else "unauthorized"
        headers = {"Allow": "GET, HEAD"} if status == 405 else {}
        return Reply(status, {"error": {"code": code, "message": refused.message}}, headers)

    def horizon(self, ask: Ask) -> int:
        """Give the last second whose calls are shown."""
        return super().horizon(ask) - 30 * ("lag" in self.variants)

    def history(self, ask: Ask) -> History[Call]:
        """Give the account's history."""
        return self.histories[str(ask.account)]

    def usage(self, ask: Ask) -> dict[str, Any]:
        """Serve GET /api/usage; all three parts come from one snapshot."""
        calls = self.history(ask).between(0, self.horizon(ask) + 1)
        return {
            "summary": self.summary(ask, calls),
            "daily": self.daily(ask, calls),
            "recent": self.recent(calls),
        }

    def summary(self, ask: Ask, calls: list[Call]) -> dict[str, Any]:
        """Add the calls up."""
        good = sum(call.ok for call in calls)
        return {
            "total_calls": len(calls),
            "ok_calls": good,
            "error_calls": len(calls) - good,
            "tokens_in": total(calls, "tokens_in"),
            "tokens_out": total(calls, "tokens_out"),
            "avg_latency_ms": self.mean(calls),
            "last_24h": self.trailing(calls, ask.now, DAY),
            "last_7d": self.trailing(calls, ask.now, 7 * DAY),
        }

    def mean(self, calls: Sequence[Call]) -> Any:
        """Give the mean latency in whole milliseconds, errors included."""
        return int(half_up(total(calls, "latency"), len(calls), 0))

    def trailing(self, calls: list[Call], now: int, seconds: int) -> int:
        """Count the calls of (now - seconds, now]."""
        return sum(now - seconds < call.at <= now for call in calls)

    def days(self, now: int) -> list[date]:
        """Give the thirty days that end today."""
        return days_to(utc_day(now), 30)

    def day_of(self, at: int) -> date:
        """Give the day that a call belongs to."""
        return utc_day(at)

    def daily(self, ask: Ask, calls: list[Call]) -> list[dict[str, Any]]:
        """Count the calls of each day."""
        days = self.days(ask.now)
        counts = dict.fromkeys(days, 0)
        oldest = utc_midnight(days[0]) - DAY
        for call in calls:
            if call.at >= oldest and (day := self.day_of(call.at)) in counts:
                counts[day] += 1
        return [{"day": day.isoformat(), "calls": count} for day, count in counts.items()]

    def latest(self, calls: list[Call]) -> list[Call]:
        """Give the fifty latest calls, newest first."""
        return sorted(calls, key=lambda call: (call.at, call.number), reverse=True)[:50]

    def recent(self, calls: list[Call]) -> Any:
        """List the latest calls."""
        return [self.row(call) for call in self.latest(calls)]

    def row(self, call: Call) -> dict[str, Any]:
        """Show one call."""
        return {
            "id": f"call_{call.number}",
            "query": self.cut(call.query),
            "status": "ok" if call.ok else "error",
            "latency_ms": call.latency,
            "tokens_in": call.tokens_in,
            "tokens_out": call.tokens_out,
            "created_at": instant(call.at),
            "request_id": f"req_{ulid(call.at, call.bits)}",
            "key_name": call.key or "session",
        }

    def cut(self, query: str) -> str:
        """Cut a query at 200 code points."""
        return query[:200]
