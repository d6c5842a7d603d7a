"""Ledger work per reply, the huge accounts, and how little volume matters."""

from __future__ import annotations

import asyncio
import http.client
import json
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bench import work
from bench.inside import request_of, scope_of, started
from bench.server import running
from metermock import Usage, Window, World, day_edges, local_date, yaml_reader, zone
from metermock.ledger import load_world
from metermock.project import bundled_folder

_FACTORS = (1, 10, 100, 1000)
_DAY = 86_400
_LATER, _WARM = 15, 5
_HEAVIEST = {
    "onepin": (
        "/api/v1/usage/summary?range=90d&activity_view=monthly",
        "/api/v1/usage/by-language?range=90d",
        "/api/v1/usage/activity?range=90d&limit=100",
    ),
    "essarion": ("/api/usage",),
    "zkscore": (
        "/v1/developer/usage",
        "/v1/developer/usage?timeframe=all&granularity=day&limit=1000",
        "/v1/developer/usage?timeframe=all&granularity=minute&sortBy=latency&limit=1000",
    ),
    "onceonly": ("/v1/usage", "/v1/usage/all"),
    "glyphnet": ("/v1/usage", "/v1/usage?start_date=1970-01-01T00:00:00Z"),
}
_USUAL = {
    "onepin": _HEAVIEST["onepin"],
    "essarion": _HEAVIEST["essarion"],
    "zkscore": (
        "/v1/developer/usage",
        "/v1/developer/usage?timeframe=90d&granularity=day",
        "/v1/developer/usage?timeframe=7d&granularity=minute&limit=1000",
    ),
    "onceonly": _HEAVIEST["onceonly"],
    "glyphnet": ("/v1/usage",),
}


def _queries(usage: Usage) -> None:
    """The kinds of query that replies are made of, over the last 90 days."""
    edges = day_edges(local_date(usage.now, zone("America/New_York")), 90, zone("America/New_York"))
    window = Window(edges[0], edges[-1])
    usage.series(edges)
    usage.groups(window, "locale")
    usage.peak(window, 60)
    usage.calls(window, limit=50)


def _scaled(factor: int, folder: Path) -> Path:
    """The onepin world with `factor` times the calls on the steady account."""
    document = yaml_reader.read((bundled_folder() / "fixtures" / "onepin.yaml").read_text(encoding="utf-8"))
    for entry in document["accounts"]["steady"]["traffic"]:
        if "month" in entry:
            entry["month"] *= factor
    path = folder / f"times{factor}.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def _volume() -> Iterator[str]:
    yield "| calls | first answers | later, per set of four queries | memory of the queries |"
    yield "|---|---|---|---|"
    with tempfile.TemporaryDirectory() as folder:
        for factor in _FACTORS:
            world = load_world(_scaled(factor, Path(folder)))
            tracemalloc.start()
            begun = time.perf_counter()
            usage = world.usage("steady", world.clock)
            _queries(usage)
            first = time.perf_counter() - begun
            memory = tracemalloc.get_traced_memory()[1] / 2**20
            tracemalloc.stop()
            later = statistics.median(_on_another_day(world, days) for days in range(1, 8))
            yield f"| {factor:,} times | {first * 1e3:.0f} ms | {later * 1e3:.2f} ms | {memory:.1f} MiB |"


def _on_another_day(world: World, days: int) -> float:
    return _timed(lambda: _queries(world.usage("steady", world.clock - days * _DAY)))


def _timed(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def all_accounts() -> list[dict[str, Any]]:
    """The accounts of the five contracts, with the headers of each."""
    found: list[dict[str, Any]] = json.loads(
        subprocess.check_output([sys.executable, "-m", "metermock", "accounts", "--json"])
    )
    return found


def _accounts(name: str) -> list[dict[str, Any]]:
    return [account for account in all_accounts() if account["account"] == name]


def _huge() -> Iterator[str]:
    yield "| reply for the huge account | first | later (median) |"
    yield "|---|---|---|"
    with running(["metermock", "serve", "--port", "{port}"]) as server:
        for account in _accounts("huge"):
            for path in _HEAVIEST[account["contract"]]:
                first, later = _answers(server.port, f"/{account['contract']}{path}", account["headers"])
                yield f"| `{account['contract']} {path}` | {first * 1e3:.0f} ms | {later * 1e3:.1f} ms |"
        yield ""
        yield f"Memory of the whole server at its highest: {server.memory_mib('VmHWM'):.0f} MiB."


def _answers(port: int, path: str, headers: Mapping[str, str]) -> tuple[float, float]:
    connection = http.client.HTTPConnection("127.0.0.1", port)

    def ask() -> None:
        connection.request("GET", path, headers=dict(headers))
        reply = connection.getresponse()
        reply.read()
        assert reply.status == 200, (path, reply.status)

    first = _timed(ask)
    later = statistics.median(_timed(ask) for _ in range(_LATER))
    connection.close()
    return first, later


async def _steady() -> list[tuple[str, float]]:
    """Milliseconds of processor time of the steady account's replies, at seconds never asked before."""
    app, found = await started(), []
    for account in _accounts("steady"):
        for path in _USUAL[account["contract"]]:
            name = f"{account['contract']} {path}"
            raw = request_of(f"/{account['contract']}{path}", account["headers"])
            site = app.mounts[account["contract"]].site
            clock = site.clock
            clock.instant = site.world.clock
            taken = []
            for _ in range(_LATER + _WARM):
                clock.instant -= 61
                begun = time.thread_time()
                await app(scope_of(raw), None, _nobody)  # type: ignore[arg-type]  # a GET has nothing to receive
                taken.append(time.thread_time() - begun)
            found.append((name, 1e3 * statistics.median(taken[_WARM:])))
    return found


async def _nobody(_message: Any) -> None:
    """Nobody listens."""


def report() -> Iterator[str]:
    """The ledger's figures as Markdown tables."""
    yield from work.report()
    yield ""
    yield "| whole reply for the steady account, at a new second | processor time |"
    yield "|---|---|"
    for name, milliseconds in asyncio.run(_steady()):
        yield f"| `{name}` | {milliseconds:.2f} ms |"
    yield ""
    yield from _volume()
    yield ""
    yield from _huge()
