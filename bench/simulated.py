"""Checks right deployments in virtual time, in this process; prints an outcome in JSON for each.

`python -m bench.simulated CONTRACT SEEDS CASE…`: seeds `0:20`, a case `delay,tempo,date,replicas,lag,apart`.
"""

from __future__ import annotations

import inspect
import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

from bench import virtual_time

virtual_time.install()

import httpx  # noqa: E402 -- it lives by the clock that was installed

from bench.live import Case, Outcome, outcome_of  # noqa: E402 -- the same
from bench.production import Live, Manner  # noqa: E402 -- the same
from bench.targets import target_of  # noqa: E402 -- the same
from deployments.faults import deploy  # noqa: E402 -- the same
from metermock.checker.check import Check  # noqa: E402 -- the same
from metermock.checker.deployment.client import Client  # noqa: E402 -- the same
from metermock.checker.deployment.options import Options  # noqa: E402 -- the same
from metermock.checker.deployment.request import Request  # noqa: E402 -- the same
from metermock.checker.deployment.target import Target  # noqa: E402 -- the same

FIRST, LAST = (datetime(2026, month, 1, tzinfo=UTC).timestamp() for month in (1, 12))
"""Between these the clock of a run starts, at any moment."""
_LEAST, _MEAN = 0.001, 0.002
"""Seconds that each request takes at least, and that it takes more on the way there and back, on average."""
_UNEVEN = (0.8, 1.3)
"""The share of its delay that a reply takes."""
_URL = "http://simulated.invalid"
_world = virtual_time.world


Answer = Callable[[httpx.Request], httpx.Response]
"""How a request gets its response, while time passes."""


class SimulatedClient(Client):
    """A client whose requests something in this process answers."""

    def __init__(self, target: Target, options: Options, answer: Answer) -> None:
        self._answer = answer
        super().__init__(target, options)

    def _http(self) -> httpx.Client:
        return httpx.Client(transport=_Nowhere())

    def _sent(self, wire: httpx.Request) -> httpx.Response:
        # No report is written: what replies say is not hidden in any.
        return self._answer(wire)

    def after_head(self, request: Request) -> int | None:  # noqa: ARG002 -- as the client's own
        """No body: none is simulated after HEAD."""
        self.count()
        return 0


class Journey:
    """The way of requests to a plain deployment and back, each of its own length."""

    def __init__(self, live: Live, dice: random.Random) -> None:
        self._live = live
        self._dice = dice

    def __call__(self, wire: httpx.Request) -> httpx.Response:
        """Give the response to a request, once it would be there."""
        path, _, query = wire.url.raw_path.partition(b"?")
        headers = [(name.lower(), value) for name, value in wire.headers.raw]
        scope = {"method": wire.method, "raw_path": path, "query_string": query, "headers": headers}
        self._travel()
        reply, content, date = self._live.answer(scope)
        self._travel()
        lines = self._live.lines(reply, content, date)
        return httpx.Response(
            reply.status, headers=lines, content=b"" if wire.method == "HEAD" else content, request=wire
        )

    def _travel(self) -> None:
        half = self._live.manner.delay * self._dice.uniform(*_UNEVEN) + _LEAST
        _world.wait(half / 2 + self._dice.expovariate(2 / _MEAN))


class _Nowhere(httpx.BaseTransport):
    """No connection: nothing that a check sends leaves this process."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(f"{request.url} is in this process", request=request)


def checked(contract: str, case: Case, seed: int) -> Outcome:
    """Check a right deployment once, without random requests; all that is drawn is drawn by the seed."""
    dice = random.Random(f"{contract} {case} {seed}")
    random.seed(dice.random())
    _world.epoch = dice.uniform(FIRST, LAST) - _world.now
    manner = Manner(*case, renewed=dice.random())
    live = Live(deploy(contract, seed=seed, clock=time.time), manner)
    options = Options(fuzz=False, trust_env=False, seed=seed)
    target = target_of(contract, _URL)
    client = SimulatedClient(target, options, Journey(live, dice))
    with client:
        return outcome_of(contract, case, seed, Check(target, options, client, lambda _phase: None).run())


def live_by_the_clock() -> None:
    """Let what asks for the date get that of the simulated clock."""
    for name, module in list(sys.modules.items()):
        has_date = name.startswith("metermock.") and getattr(module, "datetime", None) is datetime
        if has_date and "datetime.now(" in _source(name):
            module.datetime = _Datetime  # type: ignore[attr-defined]


@cache
def _source(name: str) -> str:
    return inspect.getsource(sys.modules[name])


class _Datetime(datetime):
    """`datetime` whose present is the simulated one."""

    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
        return datetime.fromtimestamp(time.time(), tz)


def _cases(words: list[str]) -> Iterator[Case]:
    for word in words:
        delay, tempo, date, *whole = word.split(",")
        yield Case(float(delay), float(tempo), date, *map(int, whole))


def main() -> None:
    """Check each case with each seed."""
    contract, seeds, *words = sys.argv[1:]
    first, last = map(int, seeds.split(":"))
    live_by_the_clock()
    for case in _cases(words):
        for seed in range(first, last):
            spent = time.process_time()
            outcome = checked(contract, case, seed)
            took = round(time.process_time() - spent, 2)
            print(json.dumps(outcome._replace(processor=took)._asdict()), flush=True)


if __name__ == "__main__":
    main()
