from __future__ import annotations

from typing import Any

import pytest

from tests.contracts.zkscore.conftest import Ask, Scene

WHOLE = {"timeframe": "30d", "granularity": "day"}


def without(body: dict[str, Any], *names: str) -> dict[str, Any]:
    """All fields but those."""
    return {name: value for name, value in body.items() if name not in names}


def test_the_keys_together_are_the_account(ask: Ask, corner: Scene) -> None:
    """ZK-11: the usages of the keys add up to the account's, and each is its row of the breakdown."""
    asked = {"timeframe": "all", "granularity": "month"}
    whole = ask(corner, **asked)
    rows = whole.body["breakdown"]["byKey"]
    usages = [ask(corner, keyId=row["keyId"], **asked).usage for row in rows]
    assert [usage["totalRequests"] for usage in usages] == [row["requests"] for row in rows]
    for name in ("totalRequests", "successfulRequests", "failedRequests", "dataTransferred"):
        assert sum(usage[name] for usage in usages) == whole.usage[name]


def test_a_revoked_key_has_a_history(ask: Ask, at: type[Scene]) -> None:
    """A revoked key counts until it was revoked, and not after that."""
    asked = {"keyId": "key_steady_legacy", "granularity": "month", "sortBy": "timestamp", "limit": 1000}
    rows = ask(at(), timeframe="all", **asked).rows
    used = [row["timestamp"] for row in rows if row["requests"]]
    assert (used[-1], used[0]) == ("2024-05-01T00:00:00Z", "2025-04-01T00:00:00Z")
    assert ask(at(), timeframe="90d", **asked).usage["totalRequests"] == 0


def test_a_key_without_traffic_gives_zeros(ask: Ask, at: type[Scene]) -> None:
    """A known key that was never used is answered with zeros and a full time series."""
    reply = ask(at(), keyId="key_steady_deploy")
    assert reply.status == 200
    assert set(reply.usage.values()) == {0}
    assert len(reply.rows) == 25
    assert reply.body["errors"]["byType"] == []
    row = {"keyId": "key_steady_deploy", "name": "deploy bot", "requests": 0}
    assert reply.body["breakdown"]["byKey"] == [row]
    assert reply.breaches == []


@pytest.mark.parametrize(
    ("flag", "section"), [("includeBreakdown", "breakdown"), ("includeErrors", "errors")]
)
def test_a_section_can_be_left_out(ask: Ask, corner: Scene, flag: str, section: str) -> None:
    """ZK-12: without a section, all else is the same."""
    assert ask(corner, **{flag: False}).body == without(ask(corner).body, section)


def test_latencies_can_be_left_out(ask: Ask, corner: Scene) -> None:
    """ZK-12: without latencies, every average and peak is gone, and nothing else."""
    hidden, shown = ask(corner, includeLatency=False).body, ask(corner).body
    latencies = ("averageLatency", "peakLatency")
    assert hidden["usage"] == without(shown["usage"], *latencies)
    assert hidden["timeSeries"] == [without(row, *latencies) for row in shown["timeSeries"]]
    assert 'atency": ' not in str(hidden).replace("'", '"')
    assert without(hidden, "usage", "timeSeries", "breakdown") == without(
        shown, "usage", "timeSeries", "breakdown"
    )


def test_rate_limits_are_the_accounts(ask: Ask, corner: Scene) -> None:
    """ZK-6: rate limits depend on no parameter, and are the trailing minute, hour and day."""
    wanted: list[dict[str, Any]] = [
        {"timeframe": "1h"},
        {"timeframe": "24h"},
        {"granularity": "day"},
        {"sortBy": "errors"},
        {"offset": 9},
    ]
    bodies = [ask(corner, **parameters).body for parameters in wanted]
    bodies += [ask(corner, keyId=row["keyId"]).body for row in bodies[1]["breakdown"]["byKey"]]
    limits = bodies[0]["rateLimits"]
    assert all(body["rateLimits"] == limits for body in bodies)
    assert limits["usage"]["requestsPerHour"] == bodies[0]["usage"]["totalRequests"]
    assert limits["usage"]["requestsPerDay"] == bodies[1]["usage"]["totalRequests"]


@pytest.mark.parametrize(
    ("name", "limits"),
    [
        ("empty", (60, 3_600, 10_000)),
        ("steady", (300, 18_000, 100_000)),
        ("outage", (1_000, 60_000, 1_000_000)),
        ("huge", (5_000, 300_000, 10_000_000)),
    ],
)
def test_the_tiers(ask: Ask, at: type[Scene], name: str, limits: tuple[int, int, int]) -> None:
    """Each tier has its limits, an hour's being sixty times a minute's, and the header says the minute's."""
    reply = ask(at(name))
    assert tuple(reply.body["rateLimits"]["current"].values()) == limits
    assert reply.headers["x-ratelimit-limit"] == str(limits[0])


def test_the_headers_speak_of_the_sliding_minute(ask: Ask, at: type[Scene]) -> None:
    """X-RateLimit-Remaining is what the last minute leaves, and Reset is when its oldest call leaves it."""
    reply = ask(at("huge"))
    used = reply.body["rateLimits"]["usage"]["requestsPerMinute"]
    reset = int(reply.headers["x-ratelimit-reset"])
    later = ask(at("huge", "2026-03-18T15:42:08Z"))
    assert used > 60
    assert reply.headers["x-ratelimit-remaining"] == str(5_000 - used)
    assert reset == 1_773_848_528
    assert int(later.headers["x-ratelimit-reset"]) > reset


def test_without_calls_the_minute_is_free(ask: Ask, at: type[Scene]) -> None:
    """Without a call in the last minute nothing is used, and there is nothing to wait for."""
    headers = ask(at("empty")).headers
    assert (headers["x-ratelimit-remaining"], headers["x-ratelimit-reset"]) == ("60", "1773848527")


def test_keys_without_calls_are_listed_too(ask: Ask, at: type[Scene]) -> None:
    """`byKey` has every key that existed in the window, those without calls last; a key's report has it."""
    by_key = ask(at(), timeframe="30d", granularity="day").body["breakdown"]["byKey"]
    assert {row["keyId"] for row in by_key} == {
        "key_steady_production",
        "key_steady_mobile",
        "key_steady_nightly",
        "key_steady_deploy",
    }
    assert by_key[-1] == {"keyId": "key_steady_deploy", "name": "deploy bot", "requests": 0}
    whole = ask(at(), timeframe="all", granularity="month").body["breakdown"]["byKey"]
    assert "key_steady_legacy" in {row["keyId"] for row in whole}
    one = ask(at(), keyId="key_steady_mobile").body["breakdown"]["byKey"]
    assert [row["keyId"] for row in one] == ["key_steady_mobile"]
    early = ask(at(now="2024-09-01T00:00:00Z")).body["breakdown"]["byKey"]
    assert {row["keyId"] for row in early} == {
        "key_steady_production",
        "key_steady_nightly",
        "key_steady_legacy",
    }
