"""Data that is behind the clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Server
from tests.server.preferences.asking import (
    CONTRACTS,
    DOCUMENT,
    EVERY,
    GAUGE,
    USAGE,
    Ask,
    by_header,
    by_prefer,
)

TOTALS: dict[str, Callable[[Any], int]] = {
    "essarion": lambda body: body["summary"]["total_calls"],
    "glyphnet": lambda body: body["current_usage"],
    "onceonly": lambda body: body["requests_total_month"],
    "onepin": lambda body: body["data"]["runs"]["total"],
    "zkscore": lambda body: body["usage"]["totalRequests"],
}


@EVERY
@pytest.mark.parametrize("contract", USAGE)
def test_what_is_late_is_not_counted_yet(mock: Server, ask: Ask, contract: str) -> None:
    """`lag` leaves the last seconds out of the numbers, while the clock and its days stay."""
    path, total = USAGE[contract], TOTALS[contract]
    late = ask(mock, path, "account=huge, lag=3600")
    timely = ask(mock, path, "account=huge")

    assert (late.status_code, late.headers["date"]) == (200, timely.headers["date"])
    assert late.headers["preference-applied"] == "account=huge, lag=3600"
    assert 0 < total(late.json()) < total(timely.json())


@pytest.mark.parametrize("lag", [1, 60, 86_400])
@CONTRACTS
def test_late_data_keeps_the_contract(mock: Server, path: str, lag: int) -> None:
    """Numbers that are behind the clock agree with each other: with `--strict` no reply is refused."""
    for account in ("steady", "empty", "huge"):
        assert by_prefer(mock, path, f"account={account}, lag={lag}").status_code == 200


@CONTRACTS
def test_late_data_leaves_no_trace(mock: Server, path: str) -> None:
    """What was counted late is not taken for what is settled: the next reply without a lag is complete."""
    wanted = 'account=outage, now="2026-02-11T18:30:00Z"'
    late = by_prefer(mock, path, f"{wanted}, lag=7200")
    timely = by_prefer(mock, path, wanted)
    again = by_prefer(mock, path, f"{wanted}, lag=7200")

    assert [reply.status_code for reply in (late, timely, again)] == [200] * 3
    assert late.content == again.content != timely.content


def test_made_instants_are_behind_the_clock(serve: Callable[..., Server]) -> None:
    """A reply that is made from a schema is that of an earlier clock, but for its `Date`."""
    made = serve(DOCUMENT, "--strict")
    late = by_header(made, GAUGE, "account=steady, dynamic, lag=86400")
    before = by_header(made, GAUGE, "account=steady, dynamic, now=2026-03-17T15:42:07Z")

    assert late.content == before.content
    assert late.headers["date"] != before.headers["date"]


def test_an_unreadable_lag_is_refused(mock: Server) -> None:
    """A lag is a number of seconds."""
    assert "lag takes seconds" in by_prefer(mock, USAGE["onepin"], "lag=1h").json()["detail"]
