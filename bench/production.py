"""Serves one plain deployment as production does: calls arrive, replies take time, a replica is behind.

Prints its base URL when it is ready.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import uvicorn

ROOT = str(Path(__file__).resolve().parents[1])
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)

from deployments import glyphnet, zkscore_data  # noqa: E402 -- needs the root
from deployments.deployment import Deployment  # noqa: E402 -- needs the root
from deployments.faults import CONTRACTS, FAULTS, deploy  # noqa: E402 -- needs the root
from deployments.parts import MINUTE, Ask, Reply  # noqa: E402 -- needs the root
from deployments.wire import render  # noqa: E402 -- needs the root

DATES = ("exact", "cached", "stale", "absent")
"""A `Date` of the very second; uvicorn's, renewed once a second; one up to half a minute old; none."""
STALE = 30
"""Seconds for which a stale `Date` stays the same."""
APART = 3
"""Seconds between two replicas, unless told."""
_CALM = 0.5
"""The share of its limit per minute that an account uses at most: none of these calls is refused."""
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True)
class Manner:
    """How a deployment lives: `delay` and `lag` in seconds, `tempo` in calls a second of the busiest."""

    delay: float = 0.0
    tempo: float = 1.0
    date: str = "exact"
    replicas: int = 1
    lag: int = 0
    apart: int = APART
    """Seconds between two replicas."""
    renewed: float | None = None
    """The part of a second at which a cached `Date` is renewed; None where the server writes it."""

    def behind(self, turn: int, now: int) -> int:
        """Give the seconds by which the replica whose turn it is shows calls late.

        Replicas whose calls show late have the same roll-up: each copies what was added up last, one of
        them later than the other. No call shows later than `lag`.
        """
        late = self.apart * (turn % self.replicas)
        if not self.lag or self.replicas == 1:
            return self.lag or late
        return late + (now - late) % (self.lag - self.apart)

    def date_at(self, now: int, instant: float) -> str:
        """Give the `Date` of a reply made at a second; empty where the server writes it, or nobody does."""
        if self.date == "exact":
            return formatdate(now, usegmt=True)
        if self.date == "cached" and self.renewed is not None:
            return formatdate(int(instant - self.renewed), usegmt=True)
        return formatdate(now - now % STALE, usegmt=True) if self.date == "stale" else ""


class Arrivals:
    """Lets calls arrive at any moment of a second, each account's at a rate of its own."""

    def __init__(self, deployment: Deployment, tempo: float, now: float) -> None:
        self.histories = deployment.histories
        self.dice = random.Random(deployment.seed)
        usual = {name: history.tempo for name, history in self.histories.items() if history.tempo}
        self.rates = {
            name: min(tempo * min(usual.values()) / seconds, ceiling(deployment.contract, name))
            for name, seconds in usual.items()
        }
        self.next = {name: now + self.dice.expovariate(rate) for name, rate in self.rates.items()}
        for history in self.histories.values():
            history.tempo = 0.0

    def come(self, now: float) -> None:
        """Write the calls that came since."""
        for name, rate in self.rates.items():
            while self.next[name] <= now:
                self.histories[name].add(int(self.next[name]))
                self.next[name] += self.dice.expovariate(rate)


def ceiling(contract: str, account: str) -> float:
    """Give the calls a second that an account's limit lets through with ease."""
    if contract == "glyphnet":
        return _CALM * glyphnet.LIMITS[glyphnet.PLANS[account].plan][1] / MINUTE
    if contract == "zkscore":
        return _CALM * zkscore_data.TIERS[zkscore_data.PLANS[account].tier][0] / MINUTE
    return float("inf")


class Live:
    """A plain deployment as an ASGI application."""

    def __init__(self, deployment: Deployment, manner: Manner) -> None:
        self.deployment = deployment
        self.manner = manner
        self.arrivals = Arrivals(deployment, manner.tempo, time.time())
        self.turn = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request in the middle of the time that it takes."""
        while (await receive()).get("more_body"):
            pass
        await asyncio.sleep(self.manner.delay / 2)
        reply, content, date = self.answer(scope)
        await asyncio.sleep(self.manner.delay / 2)
        lines = self.lines(reply, content, date)
        await send({"type": "http.response.start", "status": reply.status, "headers": lines})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else content})

    def lines(self, reply: Reply, content: bytes, date: str) -> list[tuple[bytes, bytes]]:
        """Give the headers of a reply; an empty value stands for a header left out."""
        headers = {
            "Content-Type": "application/json",
            "Content-Length": str(len(content)),
            "Date": date,
            **reply.headers,
        }
        return [(name.lower().encode(), value.encode()) for name, value in headers.items() if value]

    def answer(self, scope: Scope) -> tuple[Reply, bytes, str]:
        """Give the reply of the replica whose turn it is, its body as bytes, and its `Date`."""
        instant = time.time()
        self.arrivals.come(instant)
        now = self.deployment.now()
        ask = Ask(
            scope["method"],
            scope["raw_path"].decode("latin-1"),
            parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True),
            [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]],
            now,
            behind=self.manner.behind(self.turn, now),
        )
        self.turn += 1
        reply = self.deployment.answer(ask)
        return reply, render(reply.body, self.deployment.variants), self.manner.date_at(ask.now, instant)


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("contract", choices=sorted(CONTRACTS))
    parser.add_argument("--fault")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds that each reply takes")
    parser.add_argument("--tempo", type=float, default=1.0, help="calls a second of the busiest account")
    parser.add_argument("--date", choices=DATES, default="exact")
    parser.add_argument("--replicas", type=int, default=1, choices=(1, 2), help="they answer in turn")
    parser.add_argument("--lag", type=int, default=0, help="seconds until a call shows, at most")
    parser.add_argument("--apart", type=int, default=APART, help="seconds between two replicas")
    chosen = parser.parse_args(given)
    if chosen.fault and (chosen.contract, chosen.fault) not in FAULTS:
        parser.error(f"{chosen.contract} has no fault {chosen.fault}")
    return chosen


def main(given: Sequence[str] | None = None) -> None:
    """Serve until interrupted."""
    chosen = arguments(given)
    manner = Manner(chosen.delay, chosen.tempo, chosen.date, chosen.replicas, chosen.lag, chosen.apart)
    application = Live(deploy(chosen.contract, chosen.fault, seed=chosen.seed), manner)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        sys.stdout.write(f"http://127.0.0.1:{listening.getsockname()[1]}\n")
        sys.stdout.flush()
        config = uvicorn.Config(
            application, lifespan="off", log_level="critical", date_header=chosen.date == "cached"
        )
        uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
