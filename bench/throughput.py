"""Requests per second of the mock beside a Starlette + orjson route, in turn, on distinct requests."""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bench.load import Load, bodies, load
from bench.server import running

_WARM = 5000
_ROUNDS = 25
_PER_ROUND = 400
_SERVE = ["metermock", "serve", "--port", "{port}"]
_BASELINE = ["uvicorn", "bench.baseline:app", "--port", "{port}", "--log-level", "warning", "--no-access-log"]
_ZONES_IN = Path(__file__).parent / "zones.txt"


class Comparison(NamedTuple):
    """The mock beside the baseline on one kind of request; ratios per round, ascending."""

    name: str
    body_bytes: int
    mock_cpu_us: float
    baseline_cpu_us: float
    ratios: list[float]
    """The mock's throughput divided by the baseline's in the same round."""
    cpu_ratios: list[float]
    """The same by processor time, which other work on the machine disturbs less."""


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


def compare(name: str, requests: list[bytes]) -> Comparison:
    """Measure one kind of request in short rounds that alternate between the two servers."""
    random.Random(1).shuffle(requests)
    assert len(requests) >= _WARM + _ROUNDS * _PER_ROUND, "too few distinct requests"
    warm, rest = requests[:_WARM], requests[_WARM:]
    rounds = [rest[n * _PER_ROUND : (n + 1) * _PER_ROUND] for n in range(_ROUNDS)]
    with running(_SERVE) as mock, tempfile.TemporaryDirectory() as folder:
        samples = bodies(mock, warm[:200])
        kept = Path(folder) / "bodies.json"
        kept.write_text("[" + ",".join(body.decode() for body in samples) + "]", encoding="utf-8")
        environment = {"BENCH_BODIES": str(kept)}
        with running(_BASELINE, environment) as baseline:
            load(mock, warm)
            load(baseline, warm)
            pairs = [(load(mock, batch), load(baseline, batch)) for batch in rounds]
    return _summary(name, statistics.mean(map(len, samples)), pairs)


def _summary(name: str, size: float, pairs: list[tuple[Load, Load]]) -> Comparison:
    mock = statistics.median(mock.cpu_microseconds for mock, _ in pairs)
    baseline = statistics.median(baseline.cpu_microseconds for _, baseline in pairs)
    ratios = sorted(mock.per_second / baseline.per_second for mock, baseline in pairs)
    cpu = sorted(baseline.cpu_microseconds / mock.cpu_microseconds for mock, baseline in pairs)
    # A tenth at each end is the machine's other work.
    cut = len(pairs) // 10
    return Comparison(name, round(size), mock, baseline, ratios[cut : -cut or None], cpu[cut : -cut or None])


def _spread(values: list[float]) -> str:
    return f"**{statistics.median(values):.2f}** ({values[0]:.2f}-{values[-1]:.2f})"


def report() -> Iterator[str]:
    """The comparison as a Markdown table."""
    yield "| request | body | throughput, mock / baseline | the same by processor time | µs per request |"
    yield "|---|---|---|---|---|"
    for name, make in KINDS.items():
        found = compare(name, make())
        yield (
            f"| {found.name} | {found.body_bytes:,} B | {_spread(found.ratios)} | {_spread(found.cpu_ratios)}"
            f" | {found.mock_cpu_us:.0f} / {found.baseline_cpu_us:.0f} |"
        )
