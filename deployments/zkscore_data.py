"""The accounts, keys and calls of the plain zkscore."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import NamedTuple

from deployments.parts import Credential, History, dice, past, this_month

TIERS = {"free": (60, 10000), "starter": (300, 100000), "professional": (1000, 1000000)}
ENDPOINTS = {
    "/v1/score": "GET",
    "/v1/score/batch": "POST",
    "/v1/identity": "GET",
    "/v1/identity/link": "PUT",
    "/v1/achievements": "GET",
    "/v1/reputation": "GET",
    "/v1/webhooks": "DELETE",
}
STATUSES = {200: 860, 201: 40, 304: 30, 400: 25, 404: 20, 429: 10, 500: 10, 503: 5}
ERRORS = {
    400: ("VALIDATION_ERROR", "The request was malformed."),
    404: ("NOT_FOUND", "The resource does not exist."),
    429: ("RATE_LIMITED", "Too many requests."),
    500: ("INTERNAL_ERROR", "The service failed."),
    503: ("UNAVAILABLE", "The service was overloaded."),
}


@dataclass(frozen=True)
class Key:
    """An API key; a revoked one is refused, and its calls ended half-way."""

    id: str
    name: str
    value: str
    revoked: bool = False


@dataclass(frozen=True)
class Plan:
    """An account: its tier, keys, days of history, number of calls, seconds between new ones, trouble."""

    tier: str
    keys: tuple[Key, ...]
    days: int = 1
    count: int = 0
    tempo: float = 0.0
    trouble: bool = False


def _key(name: str, label: str, *, revoked: bool = False) -> Key:
    return Key(f"key_{name}_{label}", label, f"zk_live_{name}_{label}_7c1e09d2", revoked=revoked)


PLANS = {
    "steady": Plan(
        "starter",
        (_key("steady", "web"), _key("steady", "batch"), _key("steady", "old", revoked=True)),
        420,
        3000,
        25,
    ),
    "busy": Plan("professional", (_key("busy", "web"), _key("busy", "mobile")), 500, 5000, 1.2),
    "quiet": Plan("free", (_key("quiet", "main"),), 300, 20),
    "still": Plan("starter", (_key("still", "a"), _key("still", "b"), _key("still", "unused")), 400, 1500),
    "empty": Plan("free", (_key("empty", "main"),)),
    "at-limit": Plan("free", (_key("at-limit", "main"),), 60, 2000, 1.11),
    "trouble": Plan("professional", (_key("trouble", "main"),), 45, 1500, 40, trouble=True),
}


def _send(key: Key) -> dict[str, str]:
    return {"Authorization": f"Bearer {key.value}"}


ACCOUNTS = (
    Credential("steady", _send(PLANS["steady"].keys[0]), "three keys, one revoked; a call every half minute"),
    Credential("busy", _send(PLANS["busy"].keys[0]), "a call every second or so; older than a year"),
    Credential("quiet", _send(PLANS["quiet"].keys[0]), "a few calls in its life"),
    Credential("still", _send(PLANS["still"].keys[0]), "nothing new arrives; one key was never used"),
    Credential("empty", _send(PLANS["empty"].keys[0]), "no calls"),
    Credential("at-limit", _send(PLANS["at-limit"].keys[0]), "close to the Free tier's limit"),
    Credential("trouble", _send(PLANS["trouble"].keys[0]), "slow, with many errors"),
    Credential("revoked", _send(PLANS["steady"].keys[2]), "a revoked key", 401),
    Credential("unknown", {"Authorization": "Bearer zk_live_nobody"}, "a key that was never issued", 401),
    Credential("basic", {"Authorization": "Basic emstOg=="}, "another scheme", 401),
    Credential("none", {}, "no credentials", 401),
)


class Call(NamedTuple):
    """A call; latency in milliseconds, size in bytes."""

    at: int
    key: str
    endpoint: str
    status: int
    latency: int
    size: int

    @property
    def ok(self) -> bool:
        """Whether it succeeded: 2xx or 3xx."""
        return self.status < 400

    @property
    def method(self) -> str:
        """The endpoint's method."""
        return ENDPOINTS[self.endpoint]


class Maker:
    """Draws the calls of one account."""

    def __init__(self, plan: Plan, middle: int) -> None:
        self.plan = plan
        self.middle = middle
        self.endpoints = tuple(ENDPOINTS)
        self.weights = (50, 20, 12, 4, 8, 5, 1)

    def alive(self, key: Key, at: int) -> bool:
        """Tell whether a key was used then: revoked ones early, `batch` late, `unused` never."""
        if key.revoked:
            return at < self.middle
        return key.name != "unused" and (key.name != "batch" or at >= self.middle)

    def __call__(self, rng: random.Random, at: int, _number: int) -> Call:
        """Draw one call."""
        keys = [key for key in self.plan.keys if self.alive(key, at)]
        chances = [
            value * (8 if self.plan.trouble and status >= 400 else 1) for status, value in STATUSES.items()
        ]
        return Call(
            at,
            rng.choice(keys).id,
            rng.choices(self.endpoints, self.weights)[0],
            rng.choices(list(STATUSES), chances)[0],
            int(rng.lognormvariate(7.3 if self.plan.trouble else 5.0, 0.8)) + 3,
            rng.randrange(150, 20000),
        )


def write(seed: int, now: int) -> dict[str, History[Call]]:
    """Write every account's past."""
    histories = {}
    for name, plan in PLANS.items():
        history = History(dice(seed, name), Maker(plan, now - plan.days * 43200))
        instants = past(history.rng, now, plan.days, plan.count, plan.tempo)
        if plan.count == 20:
            instants = this_month(history.rng, now, 4) + instants[:40]
        history.fill(instants, now, plan.tempo)
        histories[name] = history
    return histories
