"""Requests that take long, beside requests that do not."""

from __future__ import annotations

import asyncio
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from metermock import in_process
from tests.conftest import Server

with warnings.catch_warnings():
    # jsonschema's warnings about what connexion imports of it.
    warnings.simplefilter("ignore")
    from metermock.server.endpoint import LONG_WORK

PATH = "/zkscore/v1/developer/usage"
HEAVY = [
    {"timeframe": "all", "granularity": "minute", "sortBy": by, "sortOrder": order, "limit": "5"}
    for by in ("latency", "requests", "errors")
    for order in ("asc", "desc")
]


CLIENTS = 8
TURNS = 100
"""Turns of the event loop: so many and more has a request that nothing holds up."""


def test_the_heaviest_requests_disturb_nobody(accounts: Callable[..., dict[str, dict[str, Any]]]) -> None:
    """While eight clients wait for the heaviest replies, `/health` and another account are answered."""
    known, held = accounts("zkscore"), threading.Event()
    steady, quiet = (known[name]["headers"] for name in ("steady", "quiet"))

    async def talk() -> tuple[list[int], int, set[int]]:
        transport = httpx.ASGITransport(in_process.asgi_app("zkscore"))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            first = await client.get(PATH, headers=quiet)
            LONG_WORK.submit(held.wait)
            heavy = [
                asyncio.create_task(
                    client.get(PATH, params=HEAVY[0] | {"offset": f"{number}"}, headers=steady)
                )
                for number in range(CLIENTS)
            ]
            for _ in range(TURNS):
                await asyncio.sleep(0)
            others = [await client.get("/health"), await client.get(PATH, headers=quiet), first]
            waiting = sum(not each.done() for each in heavy)
            held.set()
            replies = await asyncio.gather(*heavy)
        return [each.status_code for each in others], waiting, {each.status_code for each in replies}

    try:
        assert asyncio.run(talk()) == ([200] * 3, CLIENTS, {200})
    finally:
        held.set()


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
