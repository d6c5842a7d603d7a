"""An account is taken to stand still after many reads over some seconds, and never again once it moved."""

from __future__ import annotations

import httpx
import pytest

from metermock.checker.checks.stillness import REPEATS, SPAN, Stillness
from metermock.checker.deployment.reply import Reply, reply_of
from metermock.checker.deployment.request import Request
from metermock.contract import Contract

READS = REPEATS + 1


def read(contract: Contract, account: str = "a", days: str = "1") -> Reply:
    """A reply to a request of an account."""
    request = Request("getUsage", "GET", "http://h/usage", query=(("days", days),), account=account)
    return reply_of(contract.operation("getUsage"), request, httpx.Response(200, content=b"{}"), 0.0)


@pytest.mark.parametrize(
    ("digests", "seconds", "still"),
    [
        ([7] * READS, SPAN, True),
        ([7] * READS, SPAN - 1, False),
        ([7] * (READS - 1), SPAN, False),
        ([7] * READS + [8] + [7] * 50, SPAN, False),
    ],
    ids=["long enough", "too short", "too few", "moved once"],
)
def test_it_takes_many_reads_and_some_seconds(
    contract: Contract, digests: list[int], seconds: float, *, still: bool
) -> None:
    """Few equal replies, or many within a second, say little about an account with a call a minute."""
    clock = [100.0]
    stillness = Stillness(lambda: clock[0])
    for digest in digests:
        stillness.note(read(contract), digest)
    clock[0] += seconds
    assert stillness.stands_still("a") is still


def test_accounts_and_requests_are_apart(contract: Contract) -> None:
    """Another request may be answered otherwise, and another account says nothing about this one."""
    clock = [0.0]
    stillness = Stillness(lambda: clock[0])
    for number in range(READS):
        stillness.note(read(contract, days="1"), 1)
        stillness.note(read(contract, days="2"), 2)
        stillness.note(read(contract, account="b"), number)
    clock[0] += SPAN
    assert stillness.stands_still("a")
    assert not stillness.stands_still("b")
    assert not stillness.stands_still("c")
