"""The most expensive requests that a search finds, each asked first of all in a process of its own.

The server is started once. Each request is answered in a fork of it, which has answered nothing before, and
costs what that process works for it: all its threads, the kernel's share included. The search draws
parameters at random, edges and examples among them, and then changes the worst requests by one parameter at
a time.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

from bench.inside import request_of, scope_of, started
from bench.ledger import all_accounts
from metermock.contract.contract import Operation
from metermock.contract.parameter import Parameter
from metermock.ledger.calendar import END, instant_text, read_instant
from metermock.server.dispatcher import Dispatcher
from metermock.server.site import Site

_CLOCKS = (
    *map(read_instant, ("2026-11-29T17:00:00Z", "2032-02-29T12:34:56Z", "2039-06-15T08:09:10Z")),
    END - 1,
)
_SEED = 11
_DRAWN = 60  # requests of each operation that has parameters
_ROUNDS, _BRED = 3, 12  # rounds of changes, and how many of the worst are changed in each
_AGAIN = 3  # times that the worst are measured again: the least of all counts
_AGAIN_OF = 40  # of the worst of all
_GOOD = 200
_SENT = 0.6  # the share of parameters that a random request has
_BOUND = 300  # milliseconds that no request may cost
_DATES = ("1970-01-01", "2000-02-29", "2024-01-01", "2039-12-31")


class Asked(NamedTuple):
    """A request to an operation at a clock."""

    contract: str
    operation: str
    account: str
    clock: int
    query: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        asked = f"?{urlencode(self.query)}" if self.query else ""
        return f"{self.contract} {self.operation}{asked}, {self.account} at {instant_text(self.clock)}"


@dataclass(frozen=True)
class Place:
    """An operation of a running contract, and who may ask it."""

    site: Site
    operation: Operation
    headers: Mapping[str, Mapping[str, str]]

    def draw(self, dice: random.Random) -> Asked:
        """A request with parameters at random."""
        account = dice.choice(list(self.headers))
        drawn = {
            each.name: dice.choice(self.values(each, account, dice))
            for each in self._parameters()
            if dice.random() < _SENT
        }
        return self.asked(account, dice.choice(_CLOCKS), drawn)

    def changed(self, asked: Asked, dice: random.Random) -> Iterator[Asked]:
        """The request with each parameter changed or left out, for each other account, at each clock."""
        query = dict(asked.query)
        for account in self.headers:
            yield self.asked(account, asked.clock, query)
        for clock in _CLOCKS:
            yield self.asked(asked.account, clock, query)
        for each in self._parameters():
            yield self.asked(
                asked.account,
                asked.clock,
                {name: text for name, text in query.items() if name != each.name},
            )
            for value in self.values(each, asked.account, dice):
                yield self.asked(asked.account, asked.clock, query | {each.name: value})

    def asked(self, account: str, clock: int, query: Mapping[str, str]) -> Asked:
        """A request, its parameters in the order of the document."""
        names = [each.name for each in self._parameters() if each.name in query]
        pairs = tuple((name, query[name]) for name in names)
        return Asked(self.site.name, self.operation.id, account, clock, pairs)

    def values(self, parameter: Parameter, account: str, dice: random.Random) -> list[str]:
        """Values of a parameter: all that its schema names, its edges, its examples, one at random."""
        schema = parameter.resolved
        found: list[Any] = list(schema.get("enum", parameter.examples.values()))
        if schema.get("type") == "boolean":
            found = [True, False]
        elif schema.get("type") == "integer":
            low, high = schema.get("minimum", 0), schema.get("maximum", 1_000_000)
            found = [low, high, dice.randint(low, high)]
        elif "date" in parameter.name:
            found += _DATES
        elif parameter.name == "keyId":
            found = [key.id for key in self.site.world.accounts[account].keys]
        elif schema.get("format") == "iana-timezone":
            found += ["Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Casablanca"]
        return [str(value).lower() if isinstance(value, bool) else str(value) for value in found] or [""]

    def _parameters(self) -> list[Parameter]:
        return [each for each in self.operation.parameters if each.location == "query"]


class Search:
    """Finds the requests that cost most."""

    def __init__(self, app: Dispatcher) -> None:
        self._app = app
        self._dice = random.Random(_SEED)
        self.costs: dict[Asked, float] = {}
        """Milliseconds of processor time of each request that was answered with 200."""
        self.refused = 0
        headers: dict[str, dict[str, Mapping[str, str]]] = {}
        for entry in all_accounts():
            if entry.get("headers") and not entry["refused"]:
                headers.setdefault(entry["contract"], {}).setdefault(entry["account"], entry["headers"])
        self.places = {
            (name, operation.id): Place(site, operation, headers[name])
            for name, site in ((name, app.mounts[name].site) for name in headers)
            for operation in site.contract.operations
        }

    def run(self) -> None:
        """Draw at random, then change the worst."""
        for place in self.places.values():
            for account in place.headers:
                self.measure(place.asked(account, END - 1, {}))
            for _ in range(_DRAWN if place.operation.parameters else 0):
                self.measure(place.draw(self._dice))
        for _ in range(_ROUNDS):
            for asked in self.worst(_BRED):
                for other in self.places[asked[:2]].changed(asked, self._dice):
                    self.measure(other)
        for asked in dict.fromkeys([*self.worst(_AGAIN_OF), *self.worst_of_each()]):
            for _ in range(_AGAIN):
                self.costs[asked] = min(self.costs[asked], self._cost(asked) or self.costs[asked])

    def worst(self, number: int) -> list[Asked]:
        """The requests that cost most, the worst first."""
        return sorted(self.costs, key=self.costs.__getitem__, reverse=True)[:number]

    def worst_of_each(self) -> list[Asked]:
        """The request of each operation that costs most, the worst first."""
        found: dict[tuple[str, str], Asked] = {}
        for asked in self.worst(len(self.costs)):
            found.setdefault((asked.contract, asked.operation), asked)
        return list(found.values())

    def measure(self, asked: Asked) -> None:
        """Ask a request that was not asked before."""
        if asked in self.costs:
            return
        cost = self._cost(asked)
        if cost is None:
            self.refused += 1
        else:
            self.costs[asked] = cost

    def _cost(self, asked: Asked) -> float | None:
        """Milliseconds in a fork of this process; None where the reply is no 200."""
        reader, writer = os.pipe()
        child = os.fork()
        if not child:
            os.close(reader)
            try:
                os.write(writer, json.dumps(asyncio.run(self._answer(asked))).encode())
            finally:
                os._exit(0)
        os.close(writer)
        with os.fdopen(reader, "rb") as text:
            status, cost = json.loads(text.read())
        os.waitpid(child, 0)
        return cost if status == _GOOD else None

    async def _answer(self, asked: Asked) -> tuple[int, float]:
        place = self.places[asked[:2]]
        path = f"/{asked.contract}{place.operation.path}?{urlencode(asked.query)}"
        place.site.clock.instant = asked.clock
        statuses = []

        async def send(message: Any) -> None:
            statuses.append(message.get("status"))

        scope = scope_of(request_of(path, place.headers[asked.account]))
        begun = time.process_time()
        await self._app(scope, None, send)  # type: ignore[arg-type]  # a GET has nothing to receive
        return statuses[0], 1e3 * (time.process_time() - begun)


def report(names: Sequence[str] = ()) -> Iterator[str]:
    """The most expensive request of each operation as a Markdown table; of some contracts only, if named."""
    search = Search(asyncio.run(started()))
    search.places = {key: place for key, place in search.places.items() if not names or key[0] in names}
    # The forks share what is there, and collect nothing of it.
    gc.collect()
    gc.freeze()
    search.run()
    yield f"{len(search.costs)} requests were answered, {search.refused} refused."
    yield ""
    yield "| the worst first request of each operation | processor time |"
    yield "|---|---|"
    for asked in search.worst_of_each():
        yield f"| `{asked}` | {search.costs[asked]:.0f} ms |"
    yield ""
    over = sum(cost > _BOUND for cost in search.costs.values())
    yield f"{over} cost more than {_BOUND} ms."
