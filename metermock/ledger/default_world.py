"""The world of a contract that has none of its own: usual situations, a credential for each scheme."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from metermock.errors import WorldError
from metermock.ledger.world import World
from metermock.ledger.world_file import world_of
from metermock.source import source_of

CLOCK = "2026-03-18T15:42:07Z"
SINCE = "2024-05-06T00:00:00Z"
SITUATIONS: Mapping[str, tuple[str, int]] = {
    "steady": ("everyday use", 6_000),
    "quiet": ("seldom uses the API", 12),
    "empty": ("signed up, and has not sent anything", 0),
    "near-limit": ("close to its limit", 9_200),
    "over-limit": ("above its limit", 10_400),
    "unlimited": ("no limit, where the document can say so", 60_000),
    "huge": ("millions of calls a month", 6_000_000),
}
"""What each account is like, and how many calls it sends a month."""


def default_world(
    name: str, schemes: Mapping[str, Mapping[str, Any]], *, seed: int = 0, is_open: bool = True
) -> World:
    """The world of a contract with these security schemes; `is_open` accepts every other credential too."""
    document = described(name, schemes, is_open=is_open)
    source = source_of(f"the default world of {name}", json.dumps(document).encode(), error=WorldError)
    return world_of(source, name, seed=seed)


def described(name: str, schemes: Mapping[str, Mapping[str, Any]], *, is_open: bool = True) -> dict[str, Any]:
    """The default world, as its file would describe it."""
    credentials = [
        {"name": _name(account, scheme, schemes), "account": account, "scheme": scheme, "value": value}
        for account in SITUATIONS
        for scheme, each in schemes.items()
        if (value := _value(account, name, each))
    ]
    refused = [
        {"name": _name("unknown", scheme, schemes), "scheme": scheme, "value": value}
        | {"refused": {"status": 401, "why": "unknown"}}
        for scheme, each in schemes.items()
        if not is_open and (value := _value("nobody", name, each))
    ]
    others = {"others": "steady"} if is_open and credentials else {}
    return {
        "clock": CLOCK,
        **others,
        "calls": {"dimensions": {"outcome": {"values": {"ok": 985, "error": 15}}}, "measures": {}},
        "shapes": {
            "office": {
                "hours": [
                    1,
                    1,
                    1,
                    1,
                    1,
                    2,
                    6,
                    18,
                    40,
                    62,
                    70,
                    66,
                    44,
                    58,
                    68,
                    64,
                    54,
                    36,
                    18,
                    10,
                    6,
                    4,
                    2,
                    1,
                ],
                "weekdays": [100, 108, 112, 106, 90, 22, 14],
            }
        },
        "accounts": {
            account: {
                "about": about,
                "since": SINCE,
                "traffic": [{"month": month, "shape": "office"}] if month else [],
            }
            for account, (about, month) in SITUATIONS.items()
        },
        "credentials": [*credentials, *refused],
    }


def _name(account: str, scheme: str, schemes: Mapping[str, Any]) -> str:
    """The name of a credential: its account's, with the scheme behind all but the first."""
    return account if scheme == next(iter(schemes)) else f"{account}-{scheme}"


def _value(account: str, name: str, scheme: Mapping[str, Any]) -> str:
    """The value of a credential; empty for a scheme that has none, such as a client's certificate."""
    kind = scheme.get("type")
    if kind == "mutualTLS":
        return ""
    word = str(scheme.get("scheme", "")).lower()
    if kind == "http" and word == "basic":
        return f"{account}:{name}-secret"
    if kind == "http" and word == "digest":
        return account
    return f"{account}-{name}-key"
