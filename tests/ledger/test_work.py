"""What a reply at a new second costs, in calls of functions and in bytes, which no busy machine changes."""

from __future__ import annotations

import gc
import sys
import tracemalloc
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from metermock import Request, Window
from metermock.handler_module import load_handlers
from metermock.project import open_project


class Heavy(NamedTuple):
    """A reply that asks much of the ledger, and the function calls that it stays below."""

    contract: str
    operation: str
    query: dict[str, str]
    calls: int


HEAVIEST = (
    Heavy("essarion", "getAccountUsage", {}, 1_500),
    Heavy("glyphnet", "getOrganizationUsage", {"period": "month"}, 1_000),
    Heavy("onceonly", "getAllMonthlyUsage", {}, 1_000),
    Heavy("onepin", "getUsageSummary", {"range": "90d", "activity_view": "monthly"}, 3_000),
    Heavy("onepin", "getUsageByLanguage", {"range": "90d"}, 3_000),
    Heavy("onepin", "listUsageActivity", {"range": "90d", "limit": "100"}, 3_000),
    Heavy("zkscore", "getDeveloperUsage", {"timeframe": "all", "granularity": "hour"}, 5_000),
    Heavy(
        "zkscore", "getDeveloperUsage", {"granularity": "minute", "timeframe": "7d", "limit": "1000"}, 5_000
    ),
)
BYTES = 1 << 19
WARM = 4


@pytest.fixture(params=HEAVIEST, ids=lambda heavy: "-".join((heavy.operation, *heavy.query.values())))
def reply(request: pytest.FixtureRequest) -> Callable[[], Any]:
    """Makes the next second's reply for a steady account that was asked in the seconds before."""
    contract, name, query, _ = request.param
    project = open_project()
    operations = project.load_contract(contract).operations
    world = project.load_world(contract)
    handlers = load_handlers(
        project.folder / "handlers" / f"{contract}.py", [operation.id for operation in operations]
    )
    operation = next(operation for operation in operations if operation.id == name)
    parameters, _ = operation.read(list(query.items()), {})
    account, seconds = world.accounts["steady"], iter(range(world.clock, world.clock + 90))

    def ask() -> Any:
        now = next(seconds)
        return handlers.operations[name](
            Request(
                operation=name,
                parameters=parameters,
                account=account,
                key=account.keys[0],
                usage=world.usage("steady", now),
                now=now,
                settings=world.settings,
                world=world,
                headers={},
                identity=("steady",),
            )
        )

    for _ in range(WARM):
        ask()
    return ask


def calls_of(act: Callable[[], Any]) -> int:
    """Count the calls of functions while something is done."""
    calls = 0

    def count(_frame: object, event: str, _arg: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    before = sys.getprofile()
    # What other tests have left is collected at no time of theirs: its callbacks would count here.
    gc.collect()
    gc.disable()
    sys.setprofile(count)
    try:
        act()
    finally:
        sys.setprofile(before)
        gc.enable()
    return calls


def test_a_reply_makes_few_calls(reply: Callable[[], Any], request: pytest.FixtureRequest) -> None:
    """A reply does not work out again what it has in common with the reply a second before."""
    assert calls_of(reply) < request.node.callspec.params["reply"].calls


def test_a_reply_touches_little_memory(reply: Callable[[], Any]) -> None:
    """A reply makes no array as long as the account's life again: its arrays are small."""
    tracemalloc.start()
    reply()
    memory = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert memory < BYTES


@pytest.mark.parametrize(
    ("contract", "account", "most"), [("glyphnet", "outage", 150_000), ("zkscore", "over-limit", 150_000)]
)
def test_a_first_answer_looks_at_each_day_once(contract: str, account: str, most: int) -> None:
    """Where an incident begins, and how many calls a limit lets in, is worked out once for a day."""
    world = open_project().load_world(contract)
    window = Window(world.clock - 90 * 86_400, world.clock)

    assert calls_of(lambda: world.usage(account, world.clock).total(window)) < most
