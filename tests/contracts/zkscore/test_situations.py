from __future__ import annotations

import pytest

from tests.contracts.zkscore.conftest import Answered, Ask, Scene

CLOCKS = [
    "2025-06-01T00:00:00Z",
    "2026-03-18T15:42:07Z",
    "2027-01-01T00:00:01Z",
    "2028-02-29T23:59:30Z",
    "2029-12-31T12:00:00Z",
]


def situations(at: type[Scene], name: str) -> list[Scene]:
    """An account at every clock, in two worlds."""
    return [at(name, now, seed) for now in CLOCKS for seed in (0, 7)]


def alerts(reply: Answered) -> set[tuple[str, str]]:
    """The alerts of a reply, by cause and priority."""
    return {(alert["type"], alert["priority"]) for alert in reply.body["alerts"]}


def test_near_limit(ask: Ask, at: type[Scene]) -> None:
    """near-limit has used 80 to 100 % of its day, and is told so, at any clock and seed."""
    for scene in situations(at, "near-limit"):
        reply = ask(scene)
        used = reply.body["rateLimits"]["utilization"]["requestsPerDay"]
        assert 80 <= used < 100
        assert ("rate_limit", "high" if used >= 95 else "medium") in alerts(reply)


def test_over_limit(ask: Ask, at: type[Scene]) -> None:
    """over-limit is beyond its day, and the limit has turned calls away, at any clock and seed."""
    for scene in situations(at, "over-limit"):
        reply = ask(scene)
        statuses = {row["statusCode"]: row["count"] for row in reply.body["errors"]["byStatusCode"]}
        assert reply.body["rateLimits"]["utilization"]["requestsPerDay"] >= 100
        assert ("rate_limit", "high") in alerts(reply)
        assert statuses[429] > 500


def test_quiet_and_empty(ask: Ask, at: type[Scene]) -> None:
    """Quiet has a few calls in any 30 days, empty none."""
    for scene in situations(at, "quiet"):
        assert 2 < ask(scene, timeframe="30d", granularity="day").usage["totalRequests"] < 40
    for scene in situations(at, "empty"):
        assert ask(scene, timeframe="all").body["pagination"]["total"] == 0


def test_outage(ask: Ask, at: type[Scene]) -> None:
    """Outage has had hours in the last seven days in which many calls failed and all were slow."""
    for scene in situations(at, "outage"):
        rows = ask(scene, timeframe="7d", limit=1000).rows
        busy = [row for row in rows if row["requests"] >= 100]
        worst = max(busy, key=lambda row: row["failedRequests"] / row["requests"])
        usual = sorted(busy, key=lambda row: row["averageLatency"])[len(busy) // 2]
        assert worst["failedRequests"] > 0.3 * worst["requests"]
        assert worst["averageLatency"] > 3 * usual["averageLatency"]


def test_an_outage_of_now_alerts(ask: Ask, at: type[Scene]) -> None:
    """Within an outage, the last hour alerts to errors and to slow answers."""
    rows = ask(at("outage"), timeframe="7d", limit=1000, sortBy="errors").rows
    reply = ask(at("outage", rows[0]["timestamp"][:13] + ":59:59Z"), timeframe="1h")
    assert {("error_rate", "high"), ("latency", "low")} & alerts(reply)
    assert reply.breaches == []


def test_huge(ask: Ask, at: type[Scene]) -> None:
    """Huge makes ten million calls a month."""
    for scene in situations(at, "huge"):
        usage = ask(scene, timeframe="30d", granularity="day").usage
        assert 9_000_000 < usage["totalRequests"] < 11_000_000


def test_steady(ask: Ask, at: type[Scene]) -> None:
    """Steady is a healthy account: far from its limits, few errors, nothing to look at."""
    for scene in situations(at, "steady"):
        reply = ask(scene, timeframe="30d", granularity="day")
        assert 92 < reply.usage["successRate"] < 99.9
        assert alerts(reply) == set()
        assert reply.body["rateLimits"]["utilization"]["requestsPerDay"] < 80


@pytest.mark.parametrize("name", ["steady", "near-limit", "outage", "huge"])
def test_seeds_differ(ask: Ask, at: type[Scene], name: str) -> None:
    """Another seed is another world of the same situations."""
    assert ask(at(name, seed=0)).body != ask(at(name, seed=7)).body


def test_refusals_come_in_a_block(ask: Ask, at: type[Scene]) -> None:
    """Of each day, over-limit is let in until some hour, and turned away from then to midnight."""
    for scene in situations(at, "over-limit"):
        asked = {"timeframe": "7d", "granularity": "hour", "sortBy": "timestamp", "sortOrder": "asc"}
        rows = ask(scene, limit=1000, **asked).rows[1:-1]
        for day in {row["timestamp"][:10] for row in rows[24:-24]}:
            hours = [row for row in rows if row["timestamp"].startswith(day)]
            refused = [row["failedRequests"] > 0.5 * row["requests"] for row in hours]
            assert refused == sorted(refused)
            assert 4 <= sum(refused) <= 14


def test_near_limit_has_days_and_nights(ask: Ask, at: type[Scene]) -> None:
    """near-limit sends most in the daytime, and its days differ."""
    asked = {"timeframe": "7d", "granularity": "hour", "limit": 1000}
    hours = sorted(row["requests"] for row in ask(at("near-limit"), **asked).rows[1:-1])
    assert hours[-20] > 3 * hours[20]
    days = ask(at("near-limit"), timeframe="30d", granularity="day", sortBy="timestamp").rows[1:-1]
    counts = [row["requests"] for row in days]
    assert max(counts) > 1.05 * min(counts)
