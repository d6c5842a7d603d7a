"""onepin's handlers, asked as the server asks them, and a sample of the scenes that they must hold in."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from itertools import product
from typing import Any, NamedTuple

import pytest

from metermock import Refusal, Request
from metermock.contract import Contract, Exchange
from metermock.ledger.calendar import read_instant
from metermock.project import Service
from tests.contracts import answered

ACCOUNTS = ("steady", "quiet", "empty", "near-limit", "over-limit", "climbing", "unlimited", "outage", "huge")
CLOCKS = ("2026-03-08T12:00:00Z", "2026-11-01T09:30:00Z", "2026-03-01T00:30:00Z", "2028-02-29T23:59:30Z")
ZONES = (
    "UTC",
    "America/New_York",
    "Europe/Berlin",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/Sao_Paulo",
    "Africa/Abidjan",
)


class Scene(NamedTuple):
    """Who asks, when, in which world, and where the days begin."""

    credential: str = "steady"
    now: str = "2026-03-18T15:42:07Z"
    seed: int = 0
    timezone: str = "UTC"


def scenes() -> list[Scene]:
    """Every account at every clock, and every zone in both worlds, without every combination of them."""
    dice = random.Random(20)  # noqa: S311 - picks what to try
    pairs = [(name, now, dice.choice((0, 7)), dice.choice(ZONES)) for name, now in product(ACCOUNTS, CLOCKS)]
    zoned = [("steady", dice.choice(CLOCKS), seed, zone) for seed, zone in product((0, 7), ZONES)]
    return [Scene(*values) for values in dict.fromkeys(pairs + zoned)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Runs a test that takes a scene in every scene of the sample, one that takes a spot in every fourth."""
    for name, step in (("scene", 1), ("spot", 4)):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, scenes()[::step], ids=lambda scene: "-".join(map(str, scene)))


def service(seed: int) -> Service:
    """The contract, its handlers and one of its worlds."""
    return answered.load("onepin", seed)


class Answered(answered.Answered):
    """A request as it was read, and its reply."""

    @property
    def data(self) -> Any:
        """What the reply says."""
        return self.exchange.body["data"]


Ask = Callable[..., Answered]
Send = Callable[..., Exchange]


def send(
    scene: Scene, operation_id: str, parameters: Mapping[str, Any], workspace: str | None = None
) -> Exchange:
    """What an operation answers to these parameters in a scene."""
    here = service(scene.seed)
    credential = next(one for one in here.world.credentials if one.name == scene.credential)
    assert credential.account
    account = here.world.accounts[credential.account]
    headers = {} if workspace is None else {"x-workspace-id": workspace}
    query = [(name, str(value)) for name, value in parameters.items()]
    read, violations = here.contract.operation(operation_id).read(query, headers)
    now = read_instant(scene.now)
    key = account.key(credential.key) if credential.key else None
    usage = here.world.usage(account.name, now)
    request = Request(operation_id, read, account, key, usage, now, here.world.settings, here.world, headers)
    return answered.answer(here, request, violations)


def ask(operation_id: str, scene: Scene, workspace: str | None = None, **parameters: object) -> Answered:
    """What an operation answers in a scene, and what the contract says about that."""
    exchange = send(scene, operation_id, {"timezone": scene.timezone} | parameters, workspace)
    return Answered(exchange, service(scene.seed).contract.operation(operation_id))


@pytest.fixture(name="summary")
def summary_fixture() -> Ask:
    """Asks for the summary."""
    return lambda scene, workspace=None, **parameters: ask("getUsageSummary", scene, workspace, **parameters)


@pytest.fixture(name="languages")
def languages_fixture() -> Ask:
    """Asks for the usage by language."""
    return lambda scene, workspace=None, **parameters: ask(
        "getUsageByLanguage", scene, workspace, **parameters
    )


@pytest.fixture(name="events")
def events_fixture() -> Ask:
    """Asks for a page of the activity."""
    return lambda scene, workspace=None, **parameters: ask(
        "listUsageActivity", scene, workspace, **parameters
    )


@pytest.fixture(name="at")
def at_fixture() -> type[Scene]:
    """Makes a scene."""
    return Scene


@pytest.fixture(name="refuse")
def refuse_fixture() -> Ask:
    """Shows how a refusal looks, and what the contract says about that."""

    def show(operation_id: str, reason: str, facts: Mapping[str, Any] | None = None) -> Answered:
        here, now = service(0), read_instant(Scene().now)
        request = Request(operation_id, {}, None, None, None, now, here.world.settings, here.world, {})
        exchange = answered.refuse(here, request, Refusal(reason, facts=facts or {}))
        return Answered(exchange, here.contract.operation(operation_id))

    return show


@pytest.fixture(name="contract")
def contract_fixture() -> Contract:
    """The document of onepin."""
    return service(0).contract


@pytest.fixture(name="send")
def send_fixture() -> Send:
    """Sends parameters exactly as they are given."""
    return send
