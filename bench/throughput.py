"""What a request costs the mock beside a Starlette + orjson route, by processor time of the servers.

All servers are asked in turn, in short rounds. Other work on the machine makes a round longer, never shorter:
a figure is the lowest decile of the rounds of a server, and what is compared is two such figures of one run.
The ratios within each round say how far that can be trusted: where other work changes, they lie far apart.
"""

from __future__ import annotations

import itertools
import json
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from bench.load import bodies, load
from bench.server import Server, running

_WARM = 5000
_ROUNDS = 60
_PER_ROUND = 200
_STRICT_PER_ROUND = 50
_SERVE = ["metermock", "serve", "--port", "{port}"]
_UVICORN = ["--port", "{port}", "--log-level", "warning", "--no-access-log"]
_ZONES_IN = Path(__file__).parent / "zones.txt"


def _accounts() -> list[dict[str, object]]:
    text = subprocess.check_output([sys.executable, "-m", "metermock", "accounts", "--json"])
    found: list[dict[str, object]] = json.loads(text)
    return [account for account in found if account["refused"] is None]


def _tokens(contract: str) -> list[str]:
    names = {"steady", "outage", "near-limit", "over-limit"}
    return [
        str(account["headers"]["Authorization"])  # type: ignore[index]
        for account in _accounts()
        if account["contract"] == contract and account["account"] in names
    ]


def _request(path: str, token: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: {token}\r\n\r\n".encode()


def onepin_requests() -> list[bytes]:
    """Every range, view and zone of the summary, for four accounts: no two are alike."""
    zones = _ZONES_IN.read_text(encoding="ascii").split()
    return [
        _request(f"/onepin/api/v1/usage/summary?range={days}d&activity_view={view}&timezone={zone}", token)
        for token in _tokens("onepin")
        for days in (30, 60, 90)
        for view in ("daily", "weekly", "monthly")
        for zone in zones
    ]


def zkscore_requests() -> list[bytes]:
    """The default window and granularity, with every order and many page sizes: no two are alike."""
    return [
        _request(f"/zkscore/v1/developer/usage?limit={limit}&sortBy={field}&sortOrder={order}", token)
        for token in _tokens("zkscore")
        for limit in range(25, 1001)
        for field in ("requests", "errors", "latency", "timestamp")
        for order in ("asc", "desc")
    ]


KINDS = {"onepin summary": onepin_requests, "zkscore default": zkscore_requests}


class Row(NamedTuple):
    """A server that is asked for one kind of request, and the baseline that it is compared with."""

    name: str
    server: Server
    baseline: str
    requests: Iterator[bytes]
    per_round: int = _PER_ROUND


def _shuffled(make: Callable[[], list[bytes]]) -> list[bytes]:
    requests = make()
    random.Random(1).shuffle(requests)
    assert len(requests) >= _WARM + _ROUNDS * _PER_ROUND, "too few distinct requests"
    return requests


def _rows(stack: ExitStack) -> list[Row]:
    """Start the servers, and warm those that are asked for distinct requests."""
    onepin, zkscore = map(_shuffled, KINDS.values())
    mock = stack.enter_context(running(_SERVE))
    strict = stack.enter_context(running([*_SERVE, "--strict"]))
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    baselines = {}
    for name, requests in zip(KINDS, (onepin, zkscore), strict=True):
        kept = folder / f"{name}.json"
        samples = bodies(mock, requests[:200])
        kept.write_text("[" + ",".join(body.decode() for body in samples) + "]", encoding="utf-8")
        environment = {"BENCH_BODIES": str(kept)}
        command = ["uvicorn", "bench.baseline:app", *_UVICORN]
        baselines[name] = stack.enter_context(running(command, environment))
    bare = stack.enter_context(
        running(
            ["uvicorn", "bench.bare:app", *_UVICORN], {"BENCH_BODIES": str(folder / "onepin summary.json")}
        )
    )
    load(mock, onepin[:_WARM] + zkscore[:_WARM])
    load(strict, onepin[: _WARM // 5])
    one, two = KINDS
    return [
        Row(one, mock, one, iter(onepin[_WARM:])),
        Row(two, mock, two, iter(zkscore[_WARM:])),
        Row("the same onepin summary again", mock, one, itertools.repeat(onepin[0])),
        Row(f"{one}, `--strict`", strict, one, iter(onepin[_WARM:]), _STRICT_PER_ROUND),
        Row("the same again, `--strict`", strict, one, itertools.repeat(onepin[0])),
        Row("bare ASGI", bare, one, itertools.repeat(onepin[0])),
        Row(f"baseline, {one}", baselines[one], one, itertools.repeat(onepin[0])),
        Row(f"baseline, {two}", baselines[two], two, itertools.repeat(zkscore[0])),
    ]


def measure() -> dict[str, tuple[str, list[float]]]:
    """The baseline's name and microseconds of processor time per request, round by round, by row."""
    found: dict[str, list[float]] = {}
    with ExitStack() as stack:
        rows = _rows(stack)
        for _ in range(_ROUNDS):
            # In another order each time, so that no server always follows the same one.
            random.shuffle(rows)
            for row in rows:
                batch = list(itertools.islice(row.requests, row.per_round))
                found.setdefault(row.name, []).append(load(row.server, batch).cpu_microseconds)
        return {row.name: (f"baseline, {row.baseline}", found[row.name]) for row in rows}


def low(rounds: Sequence[float]) -> float:
    """The lowest decile of figures."""
    return sorted(rounds)[len(rounds) // 10]


def ratios(baseline: Sequence[float], rounds: Sequence[float]) -> str:
    """The ratio in each round: the lower quartile, the median and the upper one."""
    found = sorted(first / second for first, second in zip(baseline, rounds, strict=True))
    return ", ".join(f"{found[len(found) * quarter // 4]:.2f}" for quarter in (1, 2, 3))


def report() -> Iterator[str]:
    """The costs as a Markdown table; the ratio is that of the throughputs that the costs allow."""
    found = measure()
    yield "| request | µs per request: lowest decile (median) | baseline / this | in each round: quartiles |"
    yield "|---|---|---|---|"
    for name, (baseline, rounds) in sorted(found.items(), key=lambda row: low(row[1][1])):
        beside = found[baseline][1]
        figures = f"{low(rounds):.0f} ({statistics.median(rounds):.0f}) | **{low(beside) / low(rounds):.2f}**"
        yield f"| {name} | {figures} | {ratios(beside, rounds)} |"
