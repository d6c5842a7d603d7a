"""Reads a world from its file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from metermock.errors import WorldError
from metermock.ledger import dice
from metermock.ledger.account import Account, Key, Plan
from metermock.ledger.calendar import read_instant
from metermock.ledger.checks import check
from metermock.ledger.credential import Credential, Keyring, RefusedAs, mint
from metermock.ledger.traffic.holidays import read_holidays
from metermock.ledger.traffic.recipe import read_recipe
from metermock.ledger.traffic.shape import read_shape
from metermock.ledger.traffic.traffic import TrafficReader
from metermock.ledger.world import World
from metermock.source import Source, read_source
from metermock.timezones import zone


def load_world(path: Path | str, *, seed: int = 0) -> World:
    """The world that a file describes, with the traffic of a seed.

    Raises WorldError, with the line of what is wrong.
    """
    return world_of(read_source(path, error=WorldError), Path(path).stem, seed=seed)


def world_of(source: Source, name: str, *, seed: int = 0) -> World:
    """The world that a source describes. Raises WorldError, with the line of what is wrong."""
    check(source)
    document = source.document
    recipe = read_recipe(document["calls"])
    shapes = {label: read_shape(label, part) for label, part in document.get("shapes", {}).items()}
    holidays = {label: read_holidays(dates) for label, dates in document.get("holidays", {}).items()}
    plans = {label: _plan(label, part) for label, part in document.get("plans", {}).items()}
    accounts, traffic = {}, {}
    for label, part in document["accounts"].items():
        accounts[label] = _account(name, label, part, plans)
        days = holidays[part["holidays"]] if "holidays" in part else frozenset()
        purpose = dice.key("account", name, seed, label)
        reader = TrafficReader(accounts[label], recipe, shapes, purpose, days)
        traffic[label] = reader.read(part)
    secret = document.get("jwt", {}).get("secret")
    credentials = _credentials(document, accounts)
    return World(
        path=Path(source.path),
        name=name,
        seed=seed,
        clock=read_instant(document["clock"]),
        settings=document.get("settings", {}),
        plans=plans,
        accounts=accounts,
        credentials=credentials,
        recipe=recipe,
        traffic=traffic,
        keyring=Keyring(credentials, secret),
        history_days=document.get("history_days"),
        others=document.get("others"),
    )


def _plan(name: str, part: Mapping[str, Any]) -> Plan:
    return Plan(name, part.get("label", name), part.get("reads_per_minute"), part.get("facts", {}))


def _account(world: str, name: str, part: Mapping[str, Any], plans: Mapping[str, Plan]) -> Account:
    since = read_instant(part["since"])
    return Account(
        name=name,
        about=part["about"],
        plan=plans[part["plan"]] if "plan" in part else None,
        zone=zone(part.get("zone", "UTC")),
        since=since,
        keys=tuple(_key(one, since) for one in part.get("keys", ())),
        head_count=part.get("people", 0),
        facts=part.get("facts", {}),
        world=world,
    )


def _key(part: Mapping[str, Any], since: int) -> Key:
    created = read_instant(part["created"]) if "created" in part else since
    revoked = read_instant(part["revoked"]) if "revoked" in part else None
    return Key(part["id"], part["name"], created, revoked, part.get("facts", {}))


def _credentials(document: Mapping[str, Any], accounts: Mapping[str, Account]) -> tuple[Credential, ...]:
    signing = document.get("jwt", {})
    return tuple(_credential(part, accounts, signing) for part in document["credentials"])


def _credential(
    part: Mapping[str, Any], accounts: Mapping[str, Account], signing: Mapping[str, str]
) -> Credential:
    claims: dict[str, Any] = {}
    if "jwt" in part:
        claims = ({"iss": signing["issuer"]} if "issuer" in signing else {}) | part["jwt"]
    account = accounts.get(part.get("account", ""))
    refused = part.get("refused")
    return Credential(
        name=part.get("name", part.get("account")),
        account=account.name if account else None,
        scheme=part["scheme"],
        value=mint(claims, signing["secret"]) if claims else part["value"],
        key=part.get("key"),
        headers=part.get("headers", {}),
        refused=RefusedAs(refused["status"], refused["why"]) if refused else None,
        about=part.get("about", account.about if account else ""),
        claims=claims,
    )
