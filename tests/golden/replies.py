"""Which requests are held to their bytes, in which worlds, and what is remembered of the replies."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import httpx

DIGESTS = Path(__file__).with_name("digests.json")

REQUESTS = {
    "essarion": ("/api/usage",),
    "glyphnet": (
        "/v1/usage",
        "/v1/usage?period=day",
        "/v1/usage?period=week",
        "/v1/usage?start_date=2026-01-31&end_date=2026-02-28",
        "/v1/usage?start_date=2026-02-28T22:00:00-05:00",
        "/v1/usage?start_date=2026-02-30",
    ),
    "onceonly": ("/v1/usage", "/v1/usage?kind=ai", "/v1/usage?kind=other", "/v1/usage/all"),
    "onepin": (
        "/api/v1/usage/summary",
        "/api/v1/usage/summary?range=90d&activity_view=monthly&timezone=America/New_York",
        "/api/v1/usage/summary?range=60d&activity_view=weekly&timezone=Australia/Lord_Howe",
        "/api/v1/usage/summary?timezone=Mars/Olympus",
        "/api/v1/usage/by-language",
        "/api/v1/usage/by-language?range=90d&timezone=Asia/Kathmandu",
        "/api/v1/usage/by-language?activity_view=monthly&timezone=Pacific/Apia",
        "/api/v1/usage/activity",
        "/api/v1/usage/activity?limit=100",
        "/api/v1/usage/activity?type=workflow_run&limit=7",
    ),
    "zkscore": (
        "/v1/developer/usage",
        "/v1/developer/usage?timeframe=1h&granularity=minute&limit=1000",
        "/v1/developer/usage?timeframe=7d&granularity=day&sortBy=latency&sortOrder=asc&includeErrors=false",
        "/v1/developer/usage?timeframe=1y&granularity=week&includeLatency=false",
        "/v1/developer/usage?timeframe=all&granularity=month&offset=3&limit=7&includeBreakdown=false",
        "/v1/developer/usage?limit=0",
    ),
}
FOLLOWING = {"connection", "etag", "vary"}
"""Headers that say nothing more of a reply."""
PLAIN = {"Accept-Encoding": "identity"}
"""Another zlib writes other bytes, of another length."""
SEEDS = (0, 7)
CLOCKS = (
    "default",
    "2026-03-01T00:30:00Z",
    "2026-03-08T12:00:00Z",
    "2026-11-01T09:30:00Z",
    "2028-02-29T23:59:30Z",
)

Digests = dict[str, dict[str, str]]
"""One for each account of each contract: sha256 of its replies."""


class Situation(NamedTuple):
    """What a server was started with."""

    seed: int
    clock: str

    @property
    def options(self) -> tuple[str, ...]:
        """The options of `metermock serve`."""
        now = () if self.clock == "default" else ("--now", self.clock)
        return ("--seed", str(self.seed), *now)

    def __str__(self) -> str:
        """Name it, as the file of digests does."""
        return f"seed {self.seed}, clock {self.clock}"


class Asked(NamedTuple):
    """One request, made with one credential."""

    contract: str
    account: str
    target: str
    headers: tuple[tuple[str, str], ...]


SITUATIONS = tuple(Situation(*values) for values in product(SEEDS, CLOCKS))


@cache
def requests() -> tuple[Asked, ...]:
    """Every request with every credential, those included that are refused."""
    command = [sys.executable, "-m", "metermock", "accounts", "--json"]
    listed = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)
    return tuple(
        Asked(one["contract"], one["account"], target, tuple(one["headers"].items()))
        for one in listed
        for target in REQUESTS[one["contract"]]
    )


def shuffled(seed: int) -> Sequence[Asked]:
    """The requests in some other order."""
    mixed = list(requests())
    random.Random(seed).shuffle(mixed)  # noqa: S311 - no secret
    return mixed


def digest(reply: httpx.Response) -> str:
    """Hash a whole reply: status, body, every header that the mock sends and that does not follow from it."""
    headers = sorted(
        (name.lower(), value) for name, value in reply.headers.multi_items() if name not in FOLLOWING
    )
    head = json.dumps([reply.status_code, headers]).encode()
    return sha256(head + b"\n" + reply.content).hexdigest()


def ask_each(url: str, order: Iterable[Asked]) -> Iterator[tuple[Asked, str]]:
    """Make requests one after the other, and hash what comes back."""
    with httpx.Client(trust_env=False, timeout=60, headers=PLAIN) as client:
        for asked in order:
            yield (
                asked,
                digest(client.get(f"{url}/{asked.contract}{asked.target}", headers=dict(asked.headers))),
            )


def ask(url: str, order: Sequence[Asked], *, connections: int = 1) -> Digests:
    """Make requests over so many connections at once, and add up the replies of each account."""
    with ThreadPoolExecutor(connections) as threads:
        parts = threads.map(
            lambda part: list(ask_each(url, part)), (order[n::connections] for n in range(connections))
        )
        replies = dict(pair for part in parts for pair in part)
    sums: dict[str, dict[str, Any]] = {}
    for asked in requests():
        sums.setdefault(asked.contract, {}).setdefault(asked.account, sha256()).update(
            replies[asked].encode()
        )
    return {
        name: {account: found.hexdigest() for account, found in each.items()} for name, each in sums.items()
    }


def known(situation: Situation) -> Digests:
    """What the replies always hashed to."""
    held: Digests = json.loads(DIGESTS.read_text("utf-8"))[str(situation)]
    return held
