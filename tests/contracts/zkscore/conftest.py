"""zkscore's handler, asked as the server asks it, and a sample of the scenes that it must hold in."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from itertools import product
from typing import Any, NamedTuple

import pytest

from metermock import Refusal, Request, read_instant
from metermock.project import Service
from tests.contracts import answered

ACCOUNTS = ("steady", "quiet", "empty", "near-limit", "over-limit", "outage", "huge")
CLOCKS = ("2026-03-08T12:00:00Z", "2026-11-01T09:30:00Z", "2026-03-01T00:30:00Z", "2028-02-29T23:59:30Z")
TIMEFRAMES = ("1h", "24h", "7d", "30d", "90d", "1y", "all")
GRANULARITIES = ("minute", "hour", "day", "week", "month")
OPERATION = "getDeveloperUsage"


class Scene(NamedTuple):
    """Who asks, when, and in which world."""

    account: str = "steady"
    now: str = "2026-03-18T15:42:07Z"
    seed: int = 0


class View(NamedTuple):
    """A scene, and the window and buckets that are asked for in it."""

    scene: Scene
    timeframe: str
    granularity: str


def scenes() -> list[Scene]:
    """Every account at every clock, in one of two worlds."""
    pairs = enumerate(product(ACCOUNTS, CLOCKS))
    return [Scene(name, now, (0, 7)[number // 2 % 2]) for number, (name, now) in pairs]


def corners() -> list[Scene]:
    """Every account once, and every clock and world among them."""
    worlds = ((CLOCKS[number % 4], (0, 7)[number // 2 % 2]) for number in range(len(ACCOUNTS)))
    return [Scene(name, *world) for name, world in zip(ACCOUNTS, worlds, strict=True)]


def views() -> list[View]:
    """Every window by every bucket, and every scene, without every combination of them."""
    # 35 combinations and 28 scenes meet in another way each time round.
    wanted = [*product(TIMEFRAMES, GRANULARITIES)] * 2
    return [View(scene, *pair) for scene, pair in zip(scenes() * 3, wanted, strict=False)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Runs a test that takes a scene, a corner or a view in all of the sample."""
    if "corner" in metafunc.fixturenames:
        metafunc.parametrize("corner", corners(), ids=lambda scene: "-".join(map(str, scene)))
    if "scene" in metafunc.fixturenames:
        metafunc.parametrize("scene", scenes(), ids=lambda scene: "-".join(map(str, scene)))
    if "view" in metafunc.fixturenames:
        metafunc.parametrize(
            "view",
            views(),
            ids=lambda view: "-".join(map(str, (*view.scene, view.timeframe, view.granularity))),
        )


def service(seed: int) -> Service:
    """The contract, its handlers and one of its worlds."""
    return answered.load("zkscore", seed)


class Answered(answered.Answered):
    """A request as it was read, and its reply."""

    @property
    def usage(self) -> Any:
        """The totals that the reply gives."""
        return self.exchange.body["usage"]

    @property
    def rows(self) -> Any:
        """The page of the time series that the reply gives."""
        return self.exchange.body["timeSeries"]


def request_of(scene: Scene, parameters: Any) -> Request:
    """The request of a scene's account, once it is read."""
    here, now = service(scene.seed), read_instant(scene.now)
    account, usage = here.world.accounts[scene.account], here.world.usage(scene.account, now)
    key = account.keys[0]
    return Request(OPERATION, parameters, account, key, usage, now, here.world.settings, here.world, {})


Ask = Callable[..., Answered]
Rejudge = Callable[..., set[str]]
Refuse = Callable[..., Answered]


@pytest.fixture(name="ask")
def ask_fixture() -> Ask:
    """Asks for the usage of a scene's account; parameters are given as in the query, booleans too."""

    def ask(scene: Scene | None = None, query: Any = None, **parameters: object) -> Answered:
        scene = scene or Scene()
        here = service(scene.seed)
        texts = [
            (name, value if isinstance(value, str) else str(value).lower())
            for name, value in parameters.items()
        ]
        read, violations = here.contract.operation(OPERATION).read(query or texts, {})
        request = request_of(scene, read)
        return Answered(answered.answer(here, request, violations), here.contract.operation(OPERATION))

    return ask


@pytest.fixture(name="at")
def at_fixture() -> type[Scene]:
    """Makes a scene."""
    return Scene


@pytest.fixture(name="rejudge")
def rejudge_fixture() -> Rejudge:
    """Changes a reply, and gives the rules that the change breaks."""

    def rejudge(
        found: Answered, change: Callable[[Any], None], level: str = "must", headers: Any = None
    ) -> set[str]:
        body = deepcopy(found.body)
        change(body)
        exchange = replace(found.exchange, body=body, headers={**found.headers, **(headers or {})})
        breaches = found.operation.judge(exchange).breaches
        return {breach.rule for breach in breaches if level in (breach.level, "any")}

    return rejudge


@pytest.fixture(name="refuse")
def refuse_fixture() -> Refuse:
    """Shows how a refusal looks, and what the contract says about that."""

    def show(reason: str, why: str = "", **facts: object) -> Answered:
        here, now = service(0), read_instant(Scene().now)
        request = Request(OPERATION, {}, None, None, None, now, here.world.settings, here.world, {})
        refusal = answered.refuse(here, request, Refusal(reason, why, facts=facts))
        return Answered(refusal, here.contract.operation(OPERATION))

    return show


@pytest.fixture(name="operation")
def operation_fixture() -> Any:
    """The operation as the contract describes it."""
    return service(0).contract.operation(OPERATION)
