"""Requests that take long, beside requests that do not."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Server

PATH = "/zkscore/v1/developer/usage"
HEAVY = [
    {"timeframe": "all", "granularity": "minute", "sortBy": by, "sortOrder": order, "limit": "5"}
    for by in ("latency", "requests", "errors")
    for order in ("asc", "desc")
]
CLIENTS, LONGEST = 8, 0.05


@pytest.fixture
def keys(accounts: Callable[..., dict[str, dict[str, Any]]]) -> dict[str, dict[str, str]]:
    """The headers of two accounts."""
    known = accounts("zkscore")
    return {name: known[name]["headers"] for name in ("steady", "quiet")}


def test_the_heaviest_requests_disturb_nobody(
    launch: Callable[..., Server], keys: dict[str, dict[str, str]]
) -> None:
    """While eight clients ask for the heaviest replies, `/health` and another account are answered at once.

    Half of the replies have to come in 50 ms; single ones wait longer on a busy machine.
    """
    server, over = launch("zkscore", "--now", "2039-12-31T23:59:59Z"), threading.Event()
    statuses: set[int] = set()

    def ask(number: int) -> None:
        with server.client(**keys["steady"]) as client:
            for turn in range(len(HEAVY)):
                query = HEAVY[(number + turn) % len(HEAVY)] | {"offset": str(1_000 * number + turn)}
                statuses.add(client.get(PATH, params=query).status_code)
        over.set()

    with server.client(**keys["quiet"]) as client:
        client.get(PATH)
        clients = [threading.Thread(target=ask, args=(number,)) for number in range(CLIENTS)]
        for each in clients:
            each.start()
        taken = []
        while not over.is_set():
            begun = time.perf_counter()
            assert client.get("/health").status_code == client.get(PATH).status_code == 200
            taken.append(time.perf_counter() - begun)
        for each in clients:
            each.join()
    assert statuses == {200}
    assert len(taken) > 5
    assert sorted(taken)[len(taken) // 2] < LONGEST


def test_rankings_in_turn_keep_their_tables(
    launch: Callable[..., Server], accounts: Callable[..., dict[str, dict[str, Any]]]
) -> None:
    """The rankings of four whole lives, asked in turn, take a tenth of the work when they are asked again."""
    server, known = launch("zkscore", "--now", "2039-12-31T23:59:59Z"), accounts("zkscore")
    work = []
    for turn in range(3):
        begun = worked(server.process.pid)
        for name in ("huge", "steady", "outage", "near-limit"):
            with server.client(**known[name]["headers"]) as client:
                for query in HEAVY:
                    # Another page each time: the reply itself is not known.
                    assert client.get(PATH, params=query | {"offset": str(turn)}).status_code == 200
        work.append(worked(server.process.pid) - begun)

    assert 10 * work[-1] < work[0]


def worked(process: int) -> int:
    """Nanoseconds of processor time that all threads of a process have used."""
    tasks = Path(f"/proc/{process}/task").glob("*/schedstat")
    return sum(int(task.read_text(encoding="ascii").split()[0]) for task in tasks)
