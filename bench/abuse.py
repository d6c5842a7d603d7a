"""A million mutants of good requests, and a soak at 80 % of what one worker answers.

`METERMOCK_MUTANTS` and `METERMOCK_SOAK` set the number of mutants and the seconds of the soak.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from bench.server import Server, running
from deployments.mutants import REFUSED, Client, Seed, mutants
from metermock.project import open_project

_MUTANTS = int(os.environ.get("METERMOCK_MUTANTS", "1000000"))
_SOAK = float(os.environ.get("METERMOCK_SOAK", "600"))
_LOAD, _PARTS, _TRIED = 0.8, 10, 2_000


def _seeds(name: str) -> list[Seed]:
    project = open_project()
    contract, world = project.load_contract(name), project.load_world(name)
    keys = [{"Authorization": f"Bearer {each.value}"} for each in world.credentials if each.refused is None]
    return [
        Seed(
            f"/{name}{operation.path}",
            key,
            {
                parameter.name: [str(value) for value in parameter.resolved.get("enum", ["1", "7", "x"])]
                for parameter in operation.parameters
                if parameter.location == "query"
            },
        )
        for operation in contract.operations
        for key in keys
    ]


def report() -> Iterator[str]:
    """The figures as Markdown tables."""
    names = open_project().contracts
    seeds = [seed for name in names for seed in _seeds(name)]
    yield "| mutants | 5xx but 501, 505 | without a reply | memory before | after |"
    yield "|---|---|---|---|---|"
    for options in ([], ["--strict"]):
        with running(["metermock", "serve", *names, "--port", "{port}", *options]) as server:
            yield _mutated(server, seeds, _MUTANTS // 2, " ".join(options) or "plain")
    yield ""
    with running(["metermock", "serve", *names, "--port", "{port}"]) as server:
        yield from _soaked(server, seeds)


def _mutated(server: Server, seeds: list[Seed], number: int, title: str) -> str:
    """Send mutants, and say what became of them."""
    client, statuses, lost, before = Client("127.0.0.1", server.port), Counter[int](), 0, 0.0
    for count, mutant in enumerate(islice(mutants(seeds, random.Random(title)), number)):
        if count == number // 10:
            before = server.memory_mib()
        try:
            statuses[client.ask(mutant)] += 1
        except OSError:
            lost += 1
    faults = sum(times for status, times in statuses.items() if status >= 500 and status not in REFUSED)
    return f"| {number}, {title} | {faults} | {lost} | {before:.0f} MiB | {server.memory_mib():.0f} MiB |"


def _soaked(server: Server, seeds: list[Seed]) -> Iterator[str]:
    """Ask good requests at a steady rate for a long time; a row for each tenth of it."""
    client, draw = Client("127.0.0.1", server.port), random.Random(0)
    requests = [_good(draw.choice(seeds), draw) for _ in range(_TRIED)]
    for request in requests:
        client.ask(request)
    begun = time.perf_counter()
    for request in requests:
        client.ask(request)
    pause = (time.perf_counter() - begun) / len(requests) / _LOAD
    yield f"{1 / pause:.0f} requests a second for {_SOAK:.0f} s:"
    yield ""
    yield "| part | p50 | p99 | memory |"
    yield "|---|---|---|---|"
    due = time.perf_counter()
    for part in range(_PARTS):
        taken, until = [], due + _SOAK / _PARTS
        while due < until:
            time.sleep(max(0.0, due - time.perf_counter()))
            sent = time.perf_counter()
            client.ask(draw.choice(requests))
            taken.append(1e3 * (time.perf_counter() - sent))
            due += pause
        taken.sort()
        p50, p99 = taken[len(taken) // 2], taken[len(taken) * 99 // 100]
        yield f"| {part + 1} | {p50:.2f} ms | {p99:.2f} ms | {server.memory_mib():.0f} MiB |"


def _good(seed: Seed, draw: random.Random) -> bytes:
    """A good request with parameters of its own."""
    query = "&".join(
        f"{name}={draw.choice(values)}" for name, values in seed.values.items() if draw.random() < 0.5
    )
    headers = "".join(f"{name}: {value}\r\n" for name, value in seed.headers.items())
    return f"GET {seed.path}?{query} HTTP/1.1\r\nHost: x\r\n{headers}\r\n".encode()
