"""The users, workspaces, keys and events of the plain onepin."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import NamedTuple

from deployments.parts import DAY, Credential, History, dice, past, some_uuid, this_month
from deployments.tokens import mint

SECRET = "onepin-plain-deployment-clerk-secret"
FOREVER = 4102444800
TYPES = (
    "workflow_run",
    "voice_generated",
    "template_applied",
    "member_invited",
    "api_key_created",
    "settings_changed",
)
LANGUAGES = {
    "en-US": "English",
    "de-DE": "German",
    "ja-JP": "Japanese",
    "pt-BR": "Portuguese",
    "ar-EG": "Arabic",
}


@dataclass(frozen=True)
class Space:
    """A workspace: members (the first owns its key), quota, days of history, events, pace of new ones."""

    members: tuple[str, ...]
    quota: int | None
    days: int = 1
    count: int = 0
    month: int = 0
    tempo: float = 0.0


SPACES = {
    "steady": Space(("ada", "bo", "cy"), 40000, 430, 6000, 0, 20.0),
    "steady-side": Space(("ada",), 40000, 200, 600),
    "busy": Space(("dee", "eli", "fay", "gus"), 500000, 430, 12000, 0, 1.3),
    "still": Space(("hal", "ivy"), 30000, 430, 5000),
    "quiet": Space(("jo",), 1000),
    "empty": Space(("kit",), 1000),
    "over-limit": Space(("lou",), 250, 60, 900, 150, 40.0),
    "unlimited": Space(("mae",), None, 300, 2500, 20, 15.0),
    "no-quota": Space(("ned",), 0, 100, 60),
}
PEOPLE = {
    name: (some_uuid(dice("person", name)), name.title())
    for name in sorted({name for space in SPACES.values() for name in space.members})
}
WORKSPACES = {name: f"ws_{some_uuid(dice('space', name))[:8]}" for name in SPACES}


def key(name: str) -> str:
    """Give a workspace's live key."""
    return f"op_live_{dice('key', name).getrandbits(160):032x}"[:40]


def bearer(token: str, **headers: str) -> dict[str, str]:
    """Make the headers of a bearer token."""
    return {
        "Authorization": f"Bearer {token}",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }


def signed(name: str, expires: int = FOREVER, secret: str = SECRET) -> str:
    """Make a Clerk token of a workspace's owner."""
    return mint(
        {"sub": f"user_{SPACES[name].members[0]}", "org": name, "iat": 1577836800, "exp": expires}, secret
    )


ELSEWHERE = {"X_Workspace_Id": WORKSPACES["still"]}
ACCOUNTS = (
    Credential("steady", bearer(key("steady")), "three members, a second workspace; an event every 20 s"),
    Credential("busy", bearer(key("busy")), "an event every second or so"),
    Credential("still", bearer(key("still")), "nothing new arrives"),
    Credential("quiet", bearer(key("quiet")), "a few events, equal in size"),
    Credential("empty", bearer(key("empty")), "no events"),
    Credential("over-limit", bearer(key("over-limit")), "beyond its quota"),
    Credential("unlimited", bearer(key("unlimited")), "no quota"),
    Credential("no-quota", bearer(key("no-quota")), "a quota of zero"),
    Credential("steady-session", bearer(signed("steady")), "a Clerk token", owner="steady"),
    Credential(
        "own-workspace",
        bearer(key("steady"), X_Workspace_Id=WORKSPACES["steady"]),
        "its own workspace, named",
        owner="steady",
    ),
    Credential("other-workspace", bearer(key("steady"), **ELSEWHERE), "another workspace", 403),
    Credential("session-elsewhere", bearer(signed("steady"), **ELSEWHERE), "another workspace", 403),
    Credential("expired", bearer(signed("steady", 1609459200)), "a token of 2020", 401),
    Credential("forged", bearer(signed("steady", secret="another")), "signed with another secret", 401),
    Credential("test-key", bearer("op_test_" + "a" * 32), "reserved", 401),
    Credential("public-key", bearer("op_pub_" + "a" * 32), "reserved", 401),
    Credential("unknown", bearer("op_live_" + "z" * 32), "a key that was never issued", 401),
    Credential("none", {}, "no credentials", 401),
)


class Event(NamedTuple):
    """Something that happened in a workspace; runs carry measures, the rest carries zeros."""

    at: int
    number: int
    id: str
    action: str
    user: str | None
    locale: str | None
    lines: int
    characters: int
    credits: int
    ms: int
    ending: str
    waits: int
    takes: int

    @property
    def run(self) -> bool:
        """Whether it is a run."""
        return self.action == TYPES[0]

    def status(self, now: int) -> str:
        """Give a run's present status."""
        if now < self.at + self.waits:
            return "pending"
        return "running" if now < self.at + self.waits + self.takes else self.ending


class Maker:
    """Draws the events of one workspace."""

    def __init__(self, name: str) -> None:
        self.members = SPACES[name].members
        self.alike = name == "quiet"

    def __call__(self, rng: random.Random, at: int, number: int) -> Event:
        """Draw one event."""
        action = TYPES[0] if self.alike or rng.random() < 0.9 else rng.choice(TYPES[1:])
        run = action == TYPES[0]
        lines = (6 if self.alike else rng.randrange(1, 40)) * run
        characters = (
            300
            if self.alike and run
            else sum(rng.randrange(8, 70) for _ in range(min(lines, 5))) * lines // 5
        )
        locale = tuple(LANGUAGES)[number % 3] if self.alike else rng.choice((*LANGUAGES, "en-US", None))
        return Event(
            at,
            number,
            some_uuid(rng),
            action,
            rng.choice(self.members) if run or rng.random() < 0.8 else None,
            locale if run else None,
            lines,
            characters,
            characters // 100,
            characters * 61,
            rng.choices(("completed", "failed", "cancelled"), (90, 7, 3))[0],
            rng.randrange(2, 9),
            rng.randrange(5, 60),
        )


def write(seed: int, now: int) -> dict[str, History[Event]]:
    """Write every workspace's past."""
    histories = {}
    for name, space in SPACES.items():
        history = History(dice(seed, name), Maker(name))
        instants = past(history.rng, now, space.days, space.count, space.tempo)
        instants += this_month(history.rng, now, space.month)
        if space.count == 60:
            instants = [at for at in instants if at < now - 2 * DAY]
        if name == "quiet":
            instants = [now - days * (DAY + 977) for days in (2, 4, 11, 19, 26, 33, 47, 61, 80)]
        history.fill(instants, now, space.tempo)
        histories[name] = history
    return histories
