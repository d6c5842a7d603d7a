"""What each step of a request costs, measured inside one process on requests that were never asked before."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from bench.inside import Scope, scope_of, started
from bench.throughput import KINDS
from metermock.server.dispatcher import Dispatcher
from metermock.server.handling import Reply
from metermock.server.preferred import written
from metermock.server.request import HttpRequest

_WARM, _BATCH, _ROUNDS = 6000, 400, 12
_NAMES = (
    "request line and headers, contract",
    "preferences, of which there are none",
    "credentials, by connexion",
    "what the handler sees",
    "parameters",
    "handler and ledger",
    "headers and JSON",
)


async def _send(_message: Scope) -> None:
    """Nobody listens."""


class _Stopwatch:
    """Collects microseconds per request of named steps."""

    def __init__(self) -> None:
        self.found: dict[str, list[float]] = defaultdict(list)
        self._begun = 0

    def start(self) -> None:
        """Begin the first step."""
        self._begun = time.thread_time_ns()

    def stop(self, name: str) -> None:
        """End a step of a whole batch, and begin the next one."""
        now = time.thread_time_ns()
        self.found[name].append((now - self._begun) / 1e3 / _BATCH)
        self._begun = time.thread_time_ns()

    def median(self, name: str) -> float:
        """The median over all batches."""
        return statistics.median(self.found[name])


async def _whole(app: Dispatcher, scopes: list[Scope], watch: _Stopwatch) -> None:
    watch.start()
    for scope in scopes:
        await app(scope, None, _send)  # type: ignore[arg-type]  # a GET has nothing to receive
    watch.stop("whole")


async def _stepwise(app: Dispatcher, scopes: list[Scope], endpoint: Any, watch: _Stopwatch) -> None:
    site = endpoint.site
    watch.start()
    calls = [HttpRequest(scope, app.clock.now()) for scope in scopes]
    for http in calls:
        app.find(http)
    watch.stop(_NAMES[0])
    for http in calls:
        if not app.preferences or http.path.startswith("/~") or written(http) is not None:
            raise ValueError("these requests are to have no preferences")
    watch.stop(_NAMES[1])
    for http in calls:
        http.grant = await endpoint.admission.grant(http)
    watch.stop(_NAMES[2])
    requests = [site.request(http, endpoint.operation) for http in calls]
    watch.stop(_NAMES[3])
    for http in calls:
        http.parameters.update(endpoint.read(http)[0])
    watch.stop(_NAMES[4])
    bodies = [endpoint.handler(request) for request in requests]
    watch.stop(_NAMES[5])
    for body, request in zip(bodies, requests, strict=True):
        site.render(Reply(200, body), request)
    watch.stop(_NAMES[6])


async def _measured(requests: list[bytes]) -> _Stopwatch:
    random.Random(2).shuffle(requests)
    scopes = [scope_of(raw) for raw in requests[: _WARM + 2 * _BATCH * _ROUNDS]]
    assert len(scopes) == _WARM + 2 * _BATCH * _ROUNDS, "too few distinct requests"
    app = await started()
    for scope in scopes[:_WARM]:
        await app(scope, None, _send)  # type: ignore[arg-type]  # see above
    http = HttpRequest(scopes[0], app.clock.now())
    mount: Any = app.find(http)
    endpoint = mount.app.app.routes.fixed["GET", http.path]
    watch = _Stopwatch()
    for first in range(_WARM, len(scopes), 2 * _BATCH):
        await _whole(app, scopes[first : first + _BATCH], watch)
        await _stepwise(app, scopes[first + _BATCH : first + 2 * _BATCH], endpoint, watch)
    return watch


def report() -> Iterator[str]:
    """The steps as a Markdown table, in microseconds of processor time."""
    watches = {name: asyncio.run(_measured(make())) for name, make in KINDS.items()}
    yield f"| µs per request | {' | '.join(watches)} |"
    yield f"|---|{'---|' * len(watches)}"
    for step in _NAMES:
        yield _row(step, [watch.median(step) for watch in watches.values()])
    known = [sum(watch.median(step) for step in _NAMES) for watch in watches.values()]
    whole = [watch.median("whole") for watch in watches.values()]
    rest = [all_ - some for all_, some in zip(whole, known, strict=True)]
    yield _row("routing, connexion's layers, sending", rest)
    yield _row("**all, without HTTP**", whole)


def _row(name: str, figures: list[float]) -> str:
    return f"| {name} | {' | '.join(f'{figure:.1f}' for figure in figures)} |"
