"""A simulated deployment: each reply shows a total, by a course of numbers, with or without a gateway."""

from __future__ import annotations

import random
import threading
from bisect import bisect
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from metermock.checker.checks.comparisons import Comparisons
from metermock.checker.checks.expectation import ALLOWED, Expectation
from metermock.checker.checks.relations import Relations
from metermock.checker.checks.session import Session
from metermock.checker.deployment.client import Client
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.reply import Reply, reply_of
from metermock.checker.deployment.request import Request
from metermock.checker.deployment.target import Target
from metermock.checker.findings.check_ids import CheckIds
from metermock.checker.findings.collector import Collector
from metermock.contract import Operation

HOUR, LATENCY = 3600.0, 0.02
Total = Callable[[int, bool], int]
"""The total that a reply shows: by the number of its request, and whether that asks for many days."""


class Unhurried(threading.Event):
    """Waits for nobody; the seconds that it was to wait are kept."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        """Note how long, and go on."""
        self.waits.append(timeout or 0.0)
        return False


@dataclass
class Gateway:
    """Gives out each of two replies about a count that rises again, for some seconds."""

    seed: int
    rate: float
    seconds: float
    lag: float = 0.0
    """How far the second of two replicas behind it is behind the first, in seconds."""
    waited: Unhurried = field(default_factory=Unhurried)
    calls: list[float] = field(default_factory=lambda: [0.0])

    def __post_init__(self) -> None:
        self.turns = random.Random(self.seed)  # noqa: S311 - repeatable

    def now(self, read: int) -> float:
        """The instant of a read."""
        return self.seconds + sum(self.waited.waits) + read * LATENCY

    def fresh(self, read: int) -> int:
        """The count at a read that no cache has the reply for."""
        return self.counted(self.now(read))

    def counted(self, now: float) -> int:
        """The count as one of the replicas has it; others ask too, so that none knows whose turn it is."""
        return bisect(self.calls, now - self.lag * self.turns.randrange(2))

    def total(self) -> Total:
        """The course of what it gives out: of each request, the count at another instant."""
        dice, kept = random.Random(self.seed), dict[bool, tuple[float, int]]()  # noqa: S311 - repeatable
        began = {False: dice.random() * self.seconds, True: dice.random() * self.seconds}
        calls = self.calls
        while calls[-1] < HOUR:
            calls.append(calls[-1] + dice.expovariate(self.rate))

        def read(read: int, other: bool) -> int:  # noqa: FBT001 - a course
            now = self.now(read)
            until, total = kept.get(other, (began[other] + self.seconds, self.counted(began[other])))
            if now >= until:
                until, total = now + self.seconds, self.counted(now)
            kept[other] = until, total
            return total

        return read


@dataclass
class Simulated(Session):
    """Answers as a course of numbers says."""

    total: Total = lambda _read, _other: 0
    reads: int = 0
    ended: Unhurried = field(default_factory=Unhurried)
    headers: dict[str, str] = field(default_factory=dict)
    behind: Gateway | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self.past_caches.ask = self.asked_past_caches  # type: ignore[method-assign]

    def asked_past_caches(self, operation: Operation, request: Request) -> Reply:
        """The next reply of what stands behind a cache, if anything does."""
        if self.behind is None:
            return self.send(operation, request)
        return self.answered(operation, request, self.behind.fresh(self.reads))

    def send(self, operation: Operation, request: Request, _: Expectation = ALLOWED) -> Reply:
        """The next reply."""
        return self.answered(
            operation,
            request,
            self.total(self.reads, request.query in {(("days", "7"),), (("days", "31"),)}),
        )

    def answered(self, operation: Operation, request: Request, total: int) -> Reply:
        """A reply with this total."""
        self.reads += 1
        body = f'{{"total": {total}, "rows": [{{"calls": {total}}}]}}'.encode()
        headers = {"Content-Type": "application/json", **self.headers}
        reply = reply_of(operation, request, httpx.Response(200, headers=headers, content=body), 0.0)
        self.stillness.note(reply, total)
        return reply


def simulated(
    operation: Operation,
    total: Total,
    work: Callable[[Session, Operation], None],
    gateway: Gateway | None = None,
    *,
    silent: bool = False,
) -> tuple[int, int, int, Simulated]:
    """How often the rule ran, broke, and said nothing; and the session."""
    target, options = Target("tiny", operation.contract, "http://127.0.0.1:9"), Options(trust_env=False)
    with Client(target, options) as client:
        names = CheckIds.of(operation.contract.document)
        session = Simulated(client, Collector(target, options), names, total=total)
        if gateway is not None:
            session.ended, session.behind = gateway.waited, gateway
            session.headers = {} if silent else {"X-Cache": "Hit from a gateway"}
        work(session, operation)
        (rule,) = session.collector.verdict(requests=session.reads, seconds=0.0).rules
    return rule.ran, rule.failed, rule.inapplicable, session


def compare(session: Session, operation: Operation) -> None:
    """Hold two requests against each other that must be answered alike."""
    one, other = (session.make(operation, values, None) for values in ({}, {"days": 7}))
    Comparisons(session).equal(operation, "default", one, other, "with days=7 spelled out")


def relate(session: Session, operation: Operation) -> None:
    """Run the relation."""
    (relation,) = operation.relations
    Relations(session, {}).run(relation, {}, None)


def walk(seed: int, rate: float) -> Total:
    """A window that slides: it gains and loses calls between two reads."""
    dice, total = random.Random(seed), 100  # noqa: S311 - repeatable on purpose

    def read(_read: int, _other: bool) -> int:  # noqa: FBT001 - a course
        nonlocal total
        total += (dice.random() < rate) - (dice.random() < rate)
        return total

    return read
