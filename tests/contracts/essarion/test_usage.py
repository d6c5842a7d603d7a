from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from metermock import Window, instant_text, read_instant
from metermock.project import Service

Ask = Callable[..., Any]

USAGE = "getAccountUsage"
ACCOUNTS = ("steady", "quiet", "occasional", "empty", "outage", "huge")
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@pytest.mark.parametrize(("seed", "lag"), [(0, 0), (7, 60)])
@pytest.mark.parametrize("account", ACCOUNTS)
def test_every_reply_keeps_every_rule(
    ask: Ask, clocks: tuple[str, ...], account: str, seed: int, lag: int
) -> None:
    """Every account keeps the contract at every clock, however late its roll-up is."""
    answers = [
        ask(USAGE, account, now, seed, {"lag_seconds": lag}) for now in clocks[seed % 2 :: seed % 2 + 1]
    ]
    assert [answer.breaches for answer in answers] == [[]] * len(answers)


@pytest.mark.parametrize("account", ACCOUNTS)
def test_the_days_are_the_last_thirty_of_utc(ask: Ask, clocks: tuple[str, ...], account: str) -> None:
    """ES-3: 30 UTC days, ascending, the last one today, zero days kept."""
    for now in clocks:
        today = datetime.fromisoformat(now).astimezone(UTC).date()
        days = [row["day"] for row in ask(USAGE, account, now).body["daily"]]
        assert days == [(today - timedelta(days=29 - index)).isoformat() for index in range(30)]


@pytest.mark.parametrize("account", ACCOUNTS)
def test_trailing_windows_are_open_at_their_start(
    ask: Ask, service: Callable[..., Service], clocks: tuple[str, ...], account: str
) -> None:
    """last_24h and last_7d count the calls after the instant that long ago, up to and including now."""
    for now in clocks:
        instant = read_instant(now)
        usage = service().world.usage(account, instant)
        summary = ask(USAGE, account, now).body["summary"]
        for name, seconds in (("last_24h", 86_400), ("last_7d", 604_800)):
            assert summary[name] == usage.total(Window(instant - seconds + 1, instant + 1))["calls"]


@pytest.mark.parametrize("account", ["quiet", "occasional"])
def test_the_summary_counts_every_call(ask: Ask, service: Callable[..., Service], account: str) -> None:
    """Recounting an account's life call by call gives its summary, errors included."""
    usage = service().world.usage(account, read_instant("2026-03-18T15:42:07Z"))
    calls = usage.calls(Window(usage.account.since, usage.now + 1), limit=200_000)
    summary = ask(USAGE, account).body["summary"]
    latency = sum(call.measures["latency_ms"] for call in calls)
    assert summary["total_calls"] == len(calls)
    assert summary["error_calls"] == sum(call.dimensions["status"] == "error" for call in calls)
    assert summary["tokens_out"] == sum(call.measures["tokens_out"] for call in calls)
    assert abs(summary["avg_latency_ms"] - latency / len(calls)) <= 0.5


def test_recent_is_newest_first_and_by_id_within_a_second(ask: Ask, clocks: tuple[str, ...]) -> None:
    """ES-12: with several calls a second, the order is by time and then by id, both descending."""
    ties = 0
    for now in clocks:
        rows = [(row["created_at"], row["id"]) for row in ask(USAGE, "huge", now).body["recent"]]
        assert rows == sorted(set(rows), reverse=True)
        ties += sum(one[0] == other[0] for one, other in pairwise(rows))
    assert ties > 50


@pytest.mark.parametrize("account", ["steady", "quiet", "huge"])
def test_a_request_id_is_a_ulid_of_its_instant(ask: Ask, account: str) -> None:
    """request_id is `req_` and a ULID whose time part is created_at; id is `call_` and a number."""
    for row in ask(USAGE, account).body["recent"]:
        assert re.fullmatch(rf"req_[{CROCKFORD}]{{26}}", row["request_id"])
        assert re.fullmatch(r"call_[0-9]{10}", row["id"])
        milliseconds = 0
        for character in row["request_id"][4:14]:
            milliseconds = 32 * milliseconds + CROCKFORD.index(character)
        assert instant_text(milliseconds // 1000) == row["created_at"]


def test_a_long_question_is_cut_at_200_code_points(ask: Ask, service: Callable[..., Service]) -> None:
    """A query longer than 200 code points loses its end, however many bytes it has; others are whole."""
    usage = service().world.usage("huge", read_instant("2026-03-18T15:42:07Z"))
    whole = [call.texts["query"] for call in usage.calls(Window(0, usage.now + 1), limit=50)]
    shown = [row["query"] for row in ask(USAGE, "huge").body["recent"]]
    assert shown == [query[:200] for query in whole]
    assert max(map(len, whole)) > 200
    assert any(not query.isascii() for query in shown)


def test_a_call_is_named_after_its_key_or_the_session(ask: Ask, clocks: tuple[str, ...]) -> None:
    """key_name is the name of one of the account's keys, or `session` for runs from a browser."""
    names = {row["key_name"] for now in clocks for row in ask(USAGE, "steady", now).body["recent"]}
    assert {"prod-backend", "session"} <= names <= {"prod-backend", "staging", "legacy", "session"}


@pytest.mark.parametrize("lag", [1, 30, 60])
def test_a_late_roll_up_is_an_earlier_snapshot(ask: Ask, lag: int) -> None:
    """ES-11: with a lag, totals, days and calls are those of that many seconds ago, all together."""
    late = ask(USAGE, "huge", "2026-03-08T12:01:00Z", settings={"lag_seconds": lag}).body
    earlier = ask(USAGE, "huge", instant_text(read_instant("2026-03-08T12:01:00Z") - lag)).body
    assert late["recent"] == earlier["recent"]
    assert late["daily"] == earlier["daily"]
    assert late["summary"]["total_calls"] == earlier["summary"]["total_calls"]
    assert late["summary"]["last_24h"] < earlier["summary"]["last_24h"]


def test_a_later_clock_only_adds(ask: Ask, clocks: tuple[str, ...]) -> None:
    """Lifetime figures never fall, and calls keep their rows while they are recent."""
    totals = [ask(USAGE, "outage", now).body["summary"]["total_calls"] for now in clocks]
    assert totals == sorted(totals)
    older, newer = (
        ask(USAGE, "occasional", now).body["recent"]
        for now in ("2026-03-08T12:00:00Z", "2026-03-18T12:00:00Z")
    )
    kept = [row for row in newer if row["created_at"] <= older[0]["created_at"]]
    assert kept == older[: len(kept)]
    assert 0 < len(kept) < 50
