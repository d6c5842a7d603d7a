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
from metermock.server.connection.wire_head import wire_bytes
from metermock.server.dispatcher import Dispatcher
from metermock.server.handling import Reply
from metermock.server.heads import name_of
from metermock.server.memory import target_of
from metermock.server.request import HttpRequest

_WARM, _BATCH, _ROUNDS = 6000, 400, 12
_NAMES = (
    "what is known by path and headers",
    "what the handler sees",
    "parameters",
    "handler and ledger",
    "headers and JSON",
    "tag, date, length",
    "whether it came before",
    "as it goes over the wire",
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


def _whole(app: Dispatcher, scopes: list[Scope], watch: _Stopwatch) -> None:
    watch.start()
    for scope in scopes:
        sent = app.at_once(scope)
        if sent is None or wire_bytes(sent) is None:
            raise ValueError("these requests are to be answered at once")
    watch.stop("whole")


def _stepwise(app: Dispatcher, scopes: list[Scope], endpoint: Any, watch: _Stopwatch) -> None:
    site = endpoint.site
    watch.start()
    calls = [_known(app, scope) for scope in scopes]
    watch.stop(_NAMES[0])
    requests = [site.request(http, endpoint.operation) for http in calls]
    watch.stop(_NAMES[1])
    for http in calls:
        http.parameters.update(endpoint.read(http)[0])
    watch.stop(_NAMES[2])
    bodies = [endpoint.handler(request) for request in requests]
    watch.stop(_NAMES[3])
    answers = [site.render(Reply(200, body), request) for body, request in zip(bodies, requests, strict=True)]
    watch.stop(_NAMES[4])
    replies = [site.finish(http, answer) for http, answer in zip(calls, answers, strict=True)]
    watch.stop(_NAMES[5])
    for http in calls:
        app.memory.keep(target_of(http.scope), http, sight=("step", http.query_string))
    watch.stop(_NAMES[6])
    for reply in replies:
        wire_bytes(reply)
    watch.stop(_NAMES[7])


def _known(app: Dispatcher, scope: Scope) -> HttpRequest:
    head = app.heads.find(name_of(scope))
    if head is None or app.memory.find(target_of(scope), scope) is not None:
        raise ValueError("path and headers of these requests are to be known, and nothing else")
    return head.known.with_query_of(scope)


async def _measured(requests: list[bytes]) -> _Stopwatch:
    random.Random(2).shuffle(requests)
    scopes = [scope_of(raw) for raw in requests[: _WARM + 2 * _BATCH * _ROUNDS]]
    assert len(scopes) == _WARM + 2 * _BATCH * _ROUNDS, "too few distinct requests"
    app = await started()
    for scope in scopes[:_WARM]:
        await app(scope, None, _send)  # type: ignore[arg-type]  # see above
    head: Any = app.heads.find(name_of(scopes[0]))
    endpoint = head.respond.func.__self__
    watch = _Stopwatch()
    for first in range(_WARM, len(scopes), 2 * _BATCH):
        _whole(app, scopes[first : first + _BATCH], watch)
        _stepwise(app, scopes[first + _BATCH : first + 2 * _BATCH], endpoint, watch)
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
    yield _row("the rest, and what the steps lack of the processor's caches", rest)
    yield _row("**all, without HTTP**", whole)


def _row(name: str, figures: list[float]) -> str:
    return f"| {name} | {' | '.join(f'{figure:.1f}' for figure in figures)} |"
