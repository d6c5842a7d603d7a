"""A plain onceonly: the current month's counters of one account."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass
from typing import Any, NamedTuple

from deployments.deployment import Deployment
from deployments.parts import (
    Ask,
    Credential,
    History,
    Parameter,
    RefusedError,
    Reply,
    dice,
    month_of,
    past,
    this_month,
)

LIMITS = {
    "free": {"make": 1000, "ai": 3000},
    "starter": {"make": 20000, "ai": 100000},
    "pro": {"make": 200000, "ai": 1000000},
    "agency": {"make": 2000000, "ai": 10000000},
}
KINDS = ("make", "ai")


@dataclass(frozen=True)
class Plan:
    """An account: its plan, calls of its last weeks, calls of this month, seconds between new ones.

    `duplicates` is the share of make requests that take a credit.
    """

    plan: str
    count: int = 0
    month: int = 0
    tempo: float = 0.0
    duplicates: float = 0.45


PLANS = {
    "steady": Plan("starter", 4000, 300, 20.0),
    "busy": Plan("pro", 20000, 1000, 1.3),
    "agency": Plan("agency", 6000, 500, 5.0),
    "quiet": Plan("free", 30, 9),
    "empty": Plan("free"),
    "at-limit": Plan("free", 1500, 11000, 6.0),
    "over-limit": Plan("starter", 500, 46000, 15.0, 0.9),
}


def _send(account: str) -> dict[str, str]:
    return {"Authorization": f"Bearer once_live_{account.replace('-', '_')}_9b27d41f"}


ACCOUNTS = (
    *(
        Credential(name, _send(name), f"{plan.plan} plan, {plan.count + plan.month} calls")
        for name, plan in PLANS.items()
    ),
    Credential("disabled", _send("disabled"), "a disabled key", 403),
    Credential("unknown", {"Authorization": "Bearer once_live_nobody"}, "a key that was never issued", 403),
    Credential("malformed", {"Authorization": "Bearer sk_123"}, "no key of ours", 403),
    Credential("basic", {"Authorization": "Basic b25jZTo="}, "another scheme", 401),
    Credential("none", {}, "no credentials", 401),
)


class Call(NamedTuple):
    """A call: kind make or ai; `charged` when it took a credit, `polling` when it attached for free."""

    at: int
    kind: str
    what: str


class Meter:
    """Decides call by call, with the month's counters so far."""

    def __init__(self, plan: Plan) -> None:
        self.limits = LIMITS[plan.plan]
        self.free = plan.plan == "free"
        self.duplicates = plan.duplicates
        self.month = 0
        self.used = {"make": 0, "ai": 0}

    def __call__(self, rng: random.Random, at: int, _number: int) -> Call:
        """Draw one call, and let it pass or block it."""
        month = int(month_of(at).timestamp())
        if month != self.month:
            self.month, self.used = month, {"make": 0, "ai": 0}
        kind = rng.choices(KINDS, (55, 45))[0]
        chance = rng.random()
        if kind == "make":
            what = "charged" if chance < self.duplicates else "passed"
        else:
            what = "charged" if chance < 0.7 else "polling" if chance < 0.95 else "passed"
        full = self.free and self.used[kind] >= self.limits[kind]
        if full and (kind == "make" or what == "charged"):
            what = "blocked"
        self.used[kind] += what == "charged"
        return Call(at, kind, what)


class Onceonly(Deployment):
    """GET /v1/usage and GET /v1/usage/all."""

    contract = "onceonly"
    accounts = ACCOUNTS
    operations = {"/v1/usage": "one", "/v1/usage/all": "everything"}  # noqa: RUF012 -- typed by the base
    parameters = {"/v1/usage": (Parameter("kind", "enum", "make", KINDS),)}  # noqa: RUF012 -- typed by the base

    def prepare(self, now: int) -> None:
        """Write the accounts' history."""
        self.histories: dict[str, History[Call]] = {}
        for name, plan in PLANS.items():
            history = History(dice(self.seed, name), Meter(plan))
            instants = past(history.rng, now, 75, plan.count, plan.tempo)
            history.fill(instants + this_month(history.rng, now, plan.month), now, plan.tempo)
            self.histories[name] = history

    def grow(self, now: int) -> None:
        """Let the calls arrive that came since."""
        for history in self.histories.values():
            history.grow(now)

    def recognise(self, ask: Ask) -> None:
        """Look the key up."""
        token = self.bearer(ask)
        for name in PLANS:
            if self.matches(name, token):
                ask.account = name
                return
        raise RefusedError("forbidden", "Invalid API key")

    def matches(self, account: str, token: str) -> bool:
        """Tell whether the token is the account's key."""
        return _send(account)["Authorization"] == f"Bearer {token}"

    def refusal(self, ask: Ask, refused: RefusedError) -> Reply:  # noqa: ARG002 -- the base asks for it
        """Write a refusal."""
        if refused.reason == "invalid":
            rows = [
                {"loc": ["query", name], "msg": text, "type": "value_error"} for name, text in refused.details
            ]
            return Reply(422, {"detail": rows})
        if refused.reason == "method_not_allowed":
            return Reply(405, {"detail": "Method Not Allowed"}, {"Allow": "GET, HEAD"})
        status = {"missing": 401, "forbidden": 403, "not_found": 404}[refused.reason]
        return Reply(status, {"detail": "Not Found" if status == 404 else refused.message})

    def since(self, ask: Ask) -> int:
        """Give the first instant that counts."""
        return int(month_of(ask.now).timestamp())

    def calls(self, ask: Ask, kind: str) -> list[Call]:
        """Give the month's calls of a kind."""
        calls = self.histories[str(ask.account)].between(self.since(ask), self.horizon(ask) + 1)
        return [call for call in calls if call.kind == kind]

    def month(self, ask: Ask) -> str:
        """Give the current UTC month."""
        return month_of(ask.now).strftime("%Y-%m")

    def plan(self, ask: Ask) -> str:
        """Give the account's plan."""
        return PLANS[str(ask.account)].plan

    def limit(self, plan: str, kind: str) -> Any:
        """Give the plan's limit."""
        return LIMITS[plan][kind]

    def section(self, ask: Ask, kind: str) -> dict[str, Any]:
        """Count one kind."""
        calls = self.calls(ask, kind)
        counts = {
            what: sum(call.what == what for call in calls) for what in ("charged", "polling", "blocked")
        }
        return {
            "usage": counts["charged"],
            "limit": self.limit(self.plan(ask), kind),
            "requests_total_month": len(calls),
            "blocked_total_month": counts["blocked"],
            "charged_total_month": counts["charged"] if kind == "ai" else 0,
            "polling_total_month": counts["polling"] if kind == "ai" else 0,
        }

    def one(self, ask: Ask) -> dict[str, Any]:
        """Serve GET /v1/usage."""
        section = self.section(ask, ask.parameters["kind"])
        del section["charged_total_month"], section["polling_total_month"]
        return {"plan": self.plan(ask), "month": self.month(ask), **section}

    def everything(self, ask: Ask) -> dict[str, Any]:
        """Serve GET /v1/usage/all."""
        sections = {kind: self.section(ask, kind) for kind in KINDS}
        return {"plan": self.plan(ask), "month": self.month(ask), **sections}

    def extra_headers(self, ask: Ask, body: Any) -> dict[str, str]:
        """Give the three headers of /all."""
        if ask.path != "/v1/usage/all":
            return {}
        return {
            "X-Request-Id": self.request_id(),
            "X-OnceOnly-Plan": body["plan"],
            "X-OnceOnly-Month": body["month"],
        }

    def request_id(self) -> str:
        """Give every reply its own id."""
        return str(uuid.uuid4())
