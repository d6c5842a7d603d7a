"""Checks any ASGI application in virtual time, in this process; prints an outcome in JSON for each check.

`python -m bench.applications MODULE:APP METERMOCK.TOML SEEDS [TARGET…] [--own-date]`: seeds `0:20`. The
module is loaded anew for each check, and what it draws from `random.Random` is drawn by the seed. Replies get
a `Date` that is renewed once a second, as uvicorn's; with `--own-date` they have what the application gives
them. In `asyncio.sleep` of the application the clock goes on; what would run in another thread runs at once.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import formatdate
from pathlib import Path
from typing import Any

# It installs the clock that all of the rest lives by.
from bench.simulated import FIRST, LAST, SimulatedClient, live_by_the_clock  # isort: skip

import anyio.to_thread
import httpx

from bench import virtual_time
from metermock.checker.check import Check
from metermock.checker.deployment.config import read_targets
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.target import Target

_LEAST, _MEAN = 0.0005, 0.001
"""Seconds that each way takes at least, and that it takes more on average."""
_world = virtual_time.world
_let_others_run = asyncio.sleep
_of_thread = threading.local()


async def _sleep(delay: float, result: object = None) -> object:
    """Let time pass; the event loop serves one request only, so that nobody else waits for it."""
    if delay > 0:
        _world.wait(delay)
        return result
    return await _let_others_run(delay, result)


async def _at_once(work: Callable[..., Any], *given: Any, **_: object) -> Any:
    return work(*given)


class Served:
    """An ASGI application as uvicorn serves it, a request at a time in each thread."""

    def __init__(self, application: Any, dice: random.Random, *, own_date: bool) -> None:
        self._application = application
        self._dice = dice
        self._own_date = own_date
        self._renewed = dice.random()
        """The part of a second at which the `Date` is renewed."""

    def __call__(self, wire: httpx.Request) -> httpx.Response:
        """Give the response to a request, once it would be there."""
        self._travel()
        if not hasattr(_of_thread, "loop"):
            _of_thread.loop = asyncio.new_event_loop()
        sent = _of_thread.loop.run_until_complete(self._sent(wire))
        lines = list(sent[0]["headers"])
        if not self._own_date:
            lines.append((b"date", formatdate(int(time.time() - self._renewed), usegmt=True).encode()))
        content = b"".join(each.get("body", b"") for each in sent[1:])
        self._travel()
        content = b"" if wire.method == "HEAD" else content
        return httpx.Response(sent[0]["status"], headers=lines, content=content, request=wire)

    async def _sent(self, wire: httpx.Request) -> list[dict[str, Any]]:
        sent: list[dict[str, Any]] = []
        asked = [{"type": "http.request", "body": wire.content, "more_body": False}]

        async def receive() -> dict[str, Any]:
            if not asked:
                await asyncio.Event().wait()
            return asked.pop()

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self._application(_scope(wire), receive, send)
        return sent

    def _travel(self) -> None:
        _world.wait(_LEAST + self._dice.expovariate(1 / _MEAN))


def _scope(wire: httpx.Request) -> dict[str, Any]:
    path, _, query = wire.url.raw_path.partition(b"?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": wire.method,
        "scheme": "http",
        "root_path": "",
        "path": wire.url.path,
        "raw_path": path,
        "query_string": query,
        "headers": [(name.lower(), value) for name, value in wire.headers.raw],
        "client": ("127.0.0.1", 1),
        "server": ("simulated.invalid", 80),
    }


@contextmanager
def _drawn_by(seed: str) -> Iterator[None]:
    """Have each `random.Random` of a module that is loaded meanwhile draw by a seed too."""
    usual = random.Random

    class Seeded(usual):  # type: ignore[misc, valid-type]
        def __init__(self, own: object = None) -> None:
            super().__init__(f"{seed} {own}")

    random.Random = Seeded  # type: ignore[misc, assignment]
    try:
        yield
    finally:
        random.Random = usual  # type: ignore[misc]


def checked(name: str, target: Target, seed: int, *, own_date: bool) -> dict[str, Any]:
    """Check an application once, without random requests; the outcome as a row of JSON."""
    dice = random.Random(f"{name} {target.name} {seed}")
    random.seed(dice.random())
    _world.epoch = dice.uniform(FIRST, LAST) - _world.now
    module, _, attribute = name.partition(":")
    sys.modules.pop(module, None)
    with _drawn_by(str(seed)):
        application = getattr(importlib.import_module(module), attribute)
    options = Options(fuzz=False, trust_env=False, seed=seed)
    began, spent = _world.now, time.process_time()
    with SimulatedClient(target, options, Served(application, dice, own_date=own_date)) as client:
        verdict = Check(target, options, client, lambda _phase: None).run()
    for each in verdict.findings:
        print(f"  {target.name} seed {seed}: {each}", file=sys.stderr, flush=True)
    return {
        "target": target.name,
        "seed": seed,
        "verdict": verdict.verdict,
        "reason": verdict.reason,
        "findings": sorted({f"{each.level} {each.rule}" for each in verdict.findings}),
        "requests": verdict.requests,
        "seconds": round(_world.now - began),
        "processor": round(time.process_time() - spent, 2),
    }


def main() -> None:
    """Check each target with each seed."""
    words = [word for word in sys.argv[1:] if word != "--own-date"]
    name, config, seeds, *names = words
    first, last = map(int, seeds.split(":"))
    asyncio.sleep = _sleep  # type: ignore[assignment]
    anyio.to_thread.run_sync = _at_once  # type: ignore[assignment]
    live_by_the_clock()
    for target in read_targets(Path(config), names):
        for seed in range(first, last):
            row = checked(name, target, seed, own_date="--own-date" in sys.argv)
            print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
