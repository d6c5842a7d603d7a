"""Parts of a whole do not exceed it, outcomes make it, rates follow, and orders are kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import AMOUNT, COUNT, DATE, asking, asking_all, object_of, query, rows_of

ACCOUNTS = ("steady", "near-limit", "empty", "huge")


@pytest.mark.parametrize("account", ACCOUNTS)
@pytest.mark.parametrize(
    ("whole", "good", "bad"),
    [
        ("total", "successful", "failed"),
        ("calls", "successful", "failed"),
        ("requests", "successful_requests", "failed_requests"),
        ("totalCalls", "okCalls", "errorCalls"),
        ("attempts", "succeeded", "errors"),
    ],
)
def test_outcomes_make_their_whole(tmp_path: Path, account: str, whole: str, good: str, bad: str) -> None:
    """Good and bad ones are all of them, and both rates follow, also where a limit says the whole."""
    fields = {whole: COUNT, good: COUNT, bad: COUNT, "success_rate": AMOUNT, "error_rate": AMOUNT}
    for more in ({}, {"limit": COUNT}):
        body = asking(tmp_path, object_of(**fields, **more))(account)
        assert body[good] + body[bad] == body[whole]
        if body[whole]:
            assert body["success_rate"] == pytest.approx(body[good] / body[whole], abs=0.001)
            assert body["error_rate"] == pytest.approx(body[bad] / body[whole], abs=0.001)


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("cached", "total"),
        ("cached_tokens", "total_tokens"),
        ("cached_requests", "requests"),
        ("errors", "requests"),
        ("opened", "sent"),
        ("bounced", "recipients"),
        ("active_users", "total_users"),
        ("unique_visits", "visits"),
    ],
)
def test_a_part_does_not_exceed_its_whole(tmp_path: Path, part: str, whole: str) -> None:
    """In the reply and in every row, and in what is added up of them."""
    row = {part: COUNT, whole: COUNT}
    body = asking(tmp_path, object_of(**row, days=rows_of(date=DATE, **row)))()

    assert all(each[part] <= each[whole] for each in (body, *body["days"]))
    assert any(each[part] for each in body["days"])


@pytest.mark.parametrize(
    ("rate", "part", "scale"),
    [
        ("open_rate", "opened", 1),
        ("bounce_rate", "bounced", 1),
        ("click_percentage", "clicked", 100),
        ("delivery_rate", "delivered", 1),
    ],
)
def test_a_rate_is_that_of_its_part(tmp_path: Path, rate: str, part: str, scale: int) -> None:
    """Each rate has its part, from nought to one or to a hundred."""
    schema = object_of(
        sent=COUNT, delivered=COUNT, opened=COUNT, clicked=COUNT, bounced=COUNT, **{rate: AMOUNT}
    )
    body = asking(tmp_path, schema)("huge")

    assert body[rate] == pytest.approx(scale * body[part] / body["sent"], abs=0.01)
    assert body["delivered"] + body["bounced"] <= body["sent"]


def test_totals_of_many_columns_are_sums(tmp_path: Path) -> None:
    """Each total beside the days is the sum of its column."""
    columns = {"requests": COUNT, "successful": COUNT, "failed": COUNT, "cost": AMOUNT}
    totals = {f"total_{name}": schema for name, schema in columns.items()}
    body: dict[str, Any] = asking(tmp_path, object_of(**totals, days=rows_of(date=DATE, **columns)))()

    for name in columns:
        assert body[f"total_{name}"] == pytest.approx(sum(row[name] for row in body["days"]), abs=0.01)
    assert body["total_successful"] + body["total_failed"] == body["total_requests"]


def test_quantiles_are_in_order(tmp_path: Path) -> None:
    """From the least to the most, in whatever form they are named."""
    names = ("min_latency_ms", "avg_latency_ms", "p95_latency_ms", "p99_latency_ms", "max_latency_ms")
    body = asking(tmp_path, object_of(**dict.fromkeys(names, AMOUNT)))()

    assert [body[name] for name in names] == sorted(body.values())


@pytest.mark.parametrize("account", ACCOUNTS)
def test_parts_of_mails_stay_below_what_they_are_of(tmp_path: Path, account: str) -> None:
    """Unique opens are opens, and few of all mails are blocked, deferred or reported."""
    names = (
        "requests",
        "opens",
        "unique_opens",
        "clicks",
        "unique_clicks",
        "blocks",
        "deferred",
        "spam_reports",
    )
    body = asking(tmp_path, object_of(**dict.fromkeys(sorted(names), COUNT)))(account)

    assert body["unique_opens"] <= body["opens"] <= body["requests"]
    assert body["unique_clicks"] <= body["clicks"] <= body["requests"]
    assert all(body[name] <= body["requests"] * 0.07 for name in ("blocks", "deferred", "spam_reports"))
    assert any(body.values()) is (account != "empty")


@pytest.mark.parametrize("account", ACCOUNTS)
def test_tokens_are_those_of_both_ways_where_calls_have_outcomes(tmp_path: Path, account: str) -> None:
    """Calls succeed and fail, tokens do not; and what stands beside sums of rows is of these sums."""
    row = dict.fromkeys(("requests", "successful", "failed", "input_tokens", "output_tokens"), COUNT)
    totals = object_of(**row, total_tokens=COUNT, success_rate=AMOUNT)
    body = asking(tmp_path, object_of(totals=totals, data=rows_of(date=DATE, **row)))(account)

    whole = body["totals"]
    assert whole["total_tokens"] == whole["input_tokens"] + whole["output_tokens"]
    assert whole["requests"] == whole["successful"] + whole["failed"]
    assert all(whole[name] == sum(each[name] for each in body["data"]) for name in row)
    if whole["requests"]:
        assert whole["success_rate"] == pytest.approx(whole["successful"] / whole["requests"], abs=0.001)


@pytest.mark.parametrize("account", ACCOUNTS)
@pytest.mark.parametrize(
    ("whole", "good", "others"),
    [
        ("rides", "completed_rides", ["cancelled_rides"]),
        ("total_jobs", "jobs_completed", ["jobs_failed", "jobs_in_progress"]),
        ("callsTotal", "callsAnswered", ["callsMissed", "callsAbandoned"]),
        ("payments", "approved_payments", ["declined_payments", "pending_payments"]),
        ("total", "completed", ["cancelled", "pending"]),
        ("requests", "successful_requests", ["errors"]),
        ("orders", "fulfilled_orders", ["canceledOrders"]),
    ],
)
def test_things_in_their_states_make_all_of_them(
    tmp_path: Path, account: str, whole: str, good: str, others: list[str]
) -> None:
    """In whatever order they stand, most of them in the wanted state, in each row and beside a limit."""
    for order in ([whole, good, *others], [*others, good, whole]):
        row = dict.fromkeys(order, COUNT)
        for more in ({}, {f"{whole}_limit": COUNT}):
            body = asking(tmp_path, object_of(**row, **more, days=rows_of(date=DATE, **row)))(account)
            for each in (body, *body["days"]):
                assert each[good] + sum(each[name] for name in others) == each[whole]
                assert each[good] >= each[whole] // 2 or "errors" in others
            assert bool(body[whole]) is (account != "empty")


@pytest.mark.parametrize("account", ["steady", "huge"])
def test_things_in_a_state_are_the_same_in_all_operations(tmp_path: Path, account: str) -> None:
    """A day's completed rides are summed up where all rides of a span are told, and so are the others."""
    row = dict.fromkeys(("completed_rides", "cancelled_rides"), COUNT)
    span = query(**{"from": DATE, "to": DATE})
    days = object_of(days=rows_of(date=DATE, **row, rides=COUNT))
    ask = asking_all(
        tmp_path, {"/usage/daily": (days, span), "/usage": (object_of(**row, rides=COUNT), span)}, "/usage"
    )
    asked = {"from": "2026-02-02", "to": "2026-02-12"}
    total, several = ask(account, **asked), ask(account, path="/usage/daily", **asked)["days"]

    assert len(several) == 11
    for name in total:
        assert total[name] == sum(each[name] for each in several)
    assert 0 < total["cancelled_rides"] < total["completed_rides"] < total["rides"]


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("cancelled_rides", "rides"),
        ("pendingJobs", "jobs"),
        ("tasks_completed", "tasks"),
        ("missed", "calls"),
    ],
)
def test_things_in_one_state_are_some_of_all(tmp_path: Path, part: str, whole: str) -> None:
    """Where the others are not told, a state has no more than all of them."""
    for account in ("steady", "huge"):
        body = asking(tmp_path, object_of(**{part: COUNT, whole: COUNT}))(account)
        assert body[part] <= body[whole]
        assert (body[part] > body[whole] / 2) is ("completed" in part)


def test_what_is_no_state_of_what_stands_beside_it(tmp_path: Path) -> None:
    """A limit has what is completed used of it, a bare total all of its parts, and a balance none."""
    used = asking(tmp_path, object_of(tasks_limit=COUNT, tasks_completed=COUNT, tasks_remaining=COUNT))()
    assert used["tasks_completed"] + used["tasks_remaining"] == used["tasks_limit"]

    states = ("total", "shipped", "completed", "archived")
    bare = asking(tmp_path, object_of(**dict.fromkeys(states, COUNT)))()
    assert sum(bare[name] for name in states[1:]) == bare["total"]

    money = [
        asking(tmp_path, object_of(balance=AMOUNT, pending_balance=AMOUNT))(account)
        for account in ("steady", "quiet", "huge", "near-limit", "over-limit")
    ]
    assert any(each["pending_balance"] > each["balance"] * 0.07 for each in money)
