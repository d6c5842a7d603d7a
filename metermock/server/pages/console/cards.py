"""The accounts of a contract as cards: what each is like, what it has used, and how to be answered as it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from metermock.errors import Refused
from metermock.ledger.credential import Credential
from metermock.server.grant import Grant
from metermock.server.pages.accounts import describe, without_credential
from metermock.server.pages.console.charts import Chart
from metermock.server.pages.console.figures import Meter
from metermock.server.pages.console.samples import Samples
from metermock.server.site import Site


@dataclass(frozen=True, slots=True)
class Way:
    """A credential, ready to be sent."""

    name: str
    about: str
    shown: str
    """What carries it: a header, or the value where it is sent in the query."""
    curl: str
    has_cookie: bool
    status: int | None = None
    """What it is refused with."""


@dataclass(slots=True)
class Card:
    """An account, with the credentials that open it."""

    name: str
    about: str
    plan: str = ""
    zone: str = ""
    meters: list[Meter] = field(default_factory=list)
    chart: Chart | None = None
    ways: list[Way] = field(default_factory=list)


def cards_of(site: Site, samples: Samples, url: str, now: int) -> tuple[list[Card], list[Way]]:
    """Return accounts, and the credentials that are refused; the contract's paths begin at `url`."""
    if not site.world.credentials:
        card = Card("anybody", "No operation asks for a credential.")
        card.meters, card.chart = samples.figures(None, now)
        card.ways.append(way_of(without_credential(site.contract, url)))
        return [card], []
    cards: dict[str, Card] = {}
    refused: list[Way] = []
    for credential in site.world.credentials:
        way = way_of(describe(site.contract, site.world, credential, url))
        if credential.refused is not None or credential.account is None:
            refused.append(way)
            continue
        if credential.account not in cards:
            cards[credential.account] = card_of(site, samples, credential, now)
        cards[credential.account].ways.append(way)
    return list(cards.values()), refused


def card_of(site: Site, samples: Samples, credential: Credential, now: int) -> Card:
    """Return the card of the account that a credential opens."""
    account = site.world.accounts[credential.account or ""]
    card = Card(account.name, account.about, account.plan.label if account.plan else "", str(account.zone))
    card.meters, card.chart = samples.figures(granted(site, credential.name, now), now)
    return card


def granted(site: Site, name: str, now: int) -> Grant | None:
    """Return the grant of an account or credential by its name; None where it is refused."""
    try:
        return site.grants.stand_in(name, now)
    except (KeyError, Refused):
        return None


def way_of(described: Mapping[str, Any]) -> Way:
    """Return a credential as a card shows it."""
    headers = [f"{name}: {value}" for name, value in described["headers"].items()]
    refused = described["refused"]
    return Way(
        described["account"],
        described["about"],
        "\n".join(headers) or next(iter(described["credential"].values()), ""),
        described["curl"],
        "Cookie" in described["headers"],
        refused and refused["status"],
    )
