from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from metermock import Window, read_instant
from metermock.project import Service

Ask = Callable[..., Any]

ACCOUNTS = (
    "steady",
    "quiet",
    "empty",
    "near-limit",
    "over-limit",
    "over-limit-paid",
    "climbing",
    "outage",
    "huge",
)
ALL, ONE = "getAllMonthlyUsage", "getMonthlyUsage"
COUNTERS = (
    "usage",
    "requests_total_month",
    "blocked_total_month",
    "charged_total_month",
    "polling_total_month",
)


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize("account", ACCOUNTS)
def test_every_reply_keeps_every_rule(ask: Ask, clocks: tuple[str, ...], account: str, seed: int) -> None:
    """Both operations keep the contract for every account, clock, kind and seed."""
    reads: list[tuple[str, dict[str, str]]] = [
        (ALL, {}),
        (ONE, {}),
        (ONE, {"kind": "make"}),
        (ONE, {"kind": "ai"}),
    ]
    answers = [ask(operation, account, now, seed, **sent) for now in clocks for operation, sent in reads]
    assert [answer.breaches for answer in answers] == [[]] * len(answers)


@pytest.mark.parametrize("account", ACCOUNTS)
def test_one_kind_is_its_part_of_all(ask: Ask, clocks: tuple[str, ...], account: str) -> None:
    """OO-1: the usage of a kind is that kind's part of all, with the same plan and month."""
    for now in clocks:
        whole = ask(ALL, account, now).body
        for kind in ("make", "ai"):
            part = {name: whole[kind][name] for name in ("usage", "limit", *COUNTERS[1:3])}
            assert (
                ask(ONE, account, now, kind=kind).body
                == {"plan": whole["plan"], "month": whole["month"]} | part
            )


def test_a_kind_left_out_is_make(ask: Ask, clocks: tuple[str, ...]) -> None:
    """X-3: leaving `kind` out is asking for make."""
    assert [ask(ONE, now=now).body for now in clocks] == [
        ask(ONE, now=now, kind="make").body for now in clocks
    ]


@pytest.mark.parametrize("account", ["steady", "huge", "over-limit-paid"])
def test_every_counter_starts_again_on_the_1st(ask: Ask, account: str) -> None:
    """OO-8: at a month's first instant only that second counts, whatever the second before had counted."""
    before, after = (ask(ALL, account, now).body for now in ("2026-03-31T23:59:59Z", "2026-04-01T00:00:00Z"))
    assert (before["month"], after["month"]) == ("2026-03", "2026-04")
    for kind in ("make", "ai"):
        assert before[kind]["requests_total_month"] > 5_000
        assert after[kind]["requests_total_month"] < before[kind]["requests_total_month"] / 500


@pytest.mark.parametrize("account", ACCOUNTS)
def test_a_month_only_grows(ask: Ask, account: str) -> None:
    """Within a month no counter falls, from its first instant to its last."""
    instants = [
        "2026-02-01T00:00:00Z",
        *(f"2026-02-{day:02}T11:17:23Z" for day in range(1, 29)),
        "2026-02-28T23:59:59Z",
    ]
    months = [ask(ALL, account, now).body for now in instants]
    for earlier, later in pairwise(months):
        assert all(earlier[kind][name] <= later[kind][name] for kind in ("make", "ai") for name in COUNTERS)


def test_requests_are_the_calls_since_the_1st(ask: Ask, service: Callable[..., Service]) -> None:
    """The requests of both kinds are all calls from the month's first instant to now, and no others."""
    now = "2026-03-18T15:42:07Z"
    body = ask(ALL, "outage", now).body
    month = Window(read_instant("2026-03-01T00:00:00Z"), read_instant(now) + 1)
    calls = service().world.usage("outage", read_instant(now)).total(month)["calls"]
    assert body["make"]["requests_total_month"] + body["ai"]["requests_total_month"] == calls


@pytest.mark.parametrize("now", ["2026-03-01T00:09:30Z", "2026-03-01T00:13:07Z", "2026-03-05T10:00:00Z"])
def test_a_free_account_is_blocked_from_its_limit_on(
    ask: Ask, service: Callable[..., Service], now: str
) -> None:
    """Recounting the month call by call gives the same usage and the same blocked requests."""
    usage = service().world.usage("over-limit", read_instant(now))
    month = Window(read_instant("2026-03-01T00:00:00Z"), read_instant(now) + 1)
    calls = usage.calls(month, where={"kind": "make"}, limit=10_000)[::-1]
    counting = [
        call.dimensions["outcome"] == "duplicate" and call.dimensions["answer"] == "served" for call in calls
    ]
    marked = list(zip(calls, counting, strict=True))
    used = [call for call, counts in marked if counts]
    last = used[999].at if len(used) >= 1000 else usage.now
    blocked = sum(call.at > last for call in calls) + sum(call.at <= last for call in used[1000:])
    make = ask(ALL, "over-limit", now).body["make"]
    assert (make["usage"], make["blocked_total_month"]) == (min(1000, len(used)), blocked)
