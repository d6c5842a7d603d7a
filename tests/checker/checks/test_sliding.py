"""A difference between two seconds has to show twice: what slides with the clock may come back by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest

from metermock.checker.checks.builtin import Builtin
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
from metermock.contract import Operation, load_contract

TINY = Path(__file__).parents[1] / "tiny.openapi.yaml"
RELATION = """\
      x-relations:
        - id: T-4
          level: must
          message: more days hold no fewer calls
          requests:
            few: {days: 1}
            many: {days: 31}
          rule: few.body.total <= many.body.total
"""
SLIDING = [(1, 9), (2, 8), (3, 9), (4, 9), (5, 9)]
"""Second and total: the second reply differs for a second, and what was asked for first does not."""
STAYING = [(1, 9), (2, 8), (3, 9), (4, 9), (5, 8), (6, 9)]
ONCE = [(1, 9), (2, 8), (3, 7), (4, 6), (5, 5), (6, 6), (7, 5), (8, 5)]
BETWEEN = [(1, 9), (2, 8), (3, 9), (4, 9), (5, 8), (6, 7), (7, 7), (8, 6), (9, 7)]
AT_ONCE = [(1, 9), (1, 8), (1, 9)]
MOVING = [(1, 9), (2, 8), (3, 7), (4, 6), (5, 5), (6, 5), (7, 5), (8, 5)]


@dataclass
class Scripted(Session):
    """Answers from a list, whatever is asked."""

    script: Iterator[tuple[int, int]] = field(default_factory=lambda: iter(()))

    def send(self, operation: Operation, request: Request, _: Expectation = ALLOWED) -> Reply:
        """The next reply: a second of a minute, and a total."""
        second, total = next(self.script)
        moment = datetime(2026, 3, 18, 15, 42, second, tzinfo=UTC)
        headers = {"Content-Type": "application/json", "Date": format_datetime(moment, usegmt=True)}
        body = f'{{"total": {total}, "rows": [{{"calls": {total}}}]}}'.encode()
        return reply_of(operation, request, httpx.Response(200, headers=headers, content=body), 0.0)


@pytest.fixture(scope="module")
def operation(tmp_path_factory: pytest.TempPathFactory) -> Operation:
    """The operation of the tiny contract, with a relation."""
    path = tmp_path_factory.mktemp("related") / TINY.name
    tiny = TINY.read_text(encoding="utf-8")
    path.write_text(tiny.replace("components:\n", f"{RELATION}components:\n", 1), encoding="utf-8")
    return load_contract(path).operation("getUsage")


def compare(session: Session, operation: Operation) -> None:
    """Hold two requests against each other that must be answered alike."""
    one, other = (session.make(operation, values, None) for values in ({}, {"days": 7}))
    Builtin(session).equal(operation, "default", one, other, "with days=7 spelled out")


def relate(session: Session, operation: Operation) -> None:
    """Run the relation."""
    (relation,) = operation.relations
    Relations(session, {}).run(relation, {}, None)


@pytest.mark.parametrize("work", [compare, relate])
@pytest.mark.parametrize(
    ("script", "broken"),
    [(SLIDING, False), (MOVING, False), (ONCE, False), (STAYING, True), (AT_ONCE, True), (BETWEEN, True)],
    ids=[
        "comes back",
        "moves on",
        "moves, then once",
        "twice",
        "under one clock",
        "twice, moving in between",
    ],
)
def test_a_difference_across_seconds_is_a_breach_only_if_it_shows_twice(
    operation: Operation,
    work: Callable[[Session, Operation], None],
    script: list[tuple[int, int]],
    *,
    broken: bool,
) -> None:
    """What differs between two seconds, while the first request is answered as before, is asked once more."""
    target = Target("tiny", operation.contract, "http://127.0.0.1:9")
    options = Options(trust_env=False)
    with Client(target, options) as client:
        names = CheckIds.of(operation.contract.document)
        session = Scripted(client, Collector(target, options), names, script=iter(script))
        work(session, operation)
        verdict = session.collector.verdict(requests=len(script), seconds=0.0)
    assert [(rule.ran, rule.failed) for rule in verdict.rules] == [(1, int(broken))]
