from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from metermock import MockServers
from tests.export.recomputed.calls import INSTANTS, Calls, account_of, asker

VIEWS = {"24h": (86_400, "hour", 3_600), "30d": (30 * 86_400, "day", 86_400)}
"""The seconds of a window, and of the buckets that it is shown in."""

ASKED = (
    "includeBreakdown=true&includeErrors=true&includeLatency=true&limit=1000&sortBy=timestamp&sortOrder=asc"
)
UNITS = {"requestsPerMinute": 60, "requestsPerHour": 3_600, "requestsPerDay": 86_400}

WINDOW = "CREATE TABLE report AS SELECT * FROM calls WHERE instant > $now - $seconds"
TOTALS = """
SELECT count(*), count(*) FILTER (outcome <> 'failure'), count(*) FILTER (outcome = 'failure'),
  ratio(100 * count(*) FILTER (outcome <> 'failure'), count(*), 100),
  ratio(sum(latency_ms), count(*), 10), max(latency_ms)::DOUBLE,
  ratio(count(*) * 60, $seconds, 100), ratio(count(*) * 3600, $seconds, 100),
  ratio(count(*) * 86400, $seconds, 100),
  (SELECT max(slot) FROM (SELECT count(*) AS slot FROM report GROUP BY ($now - instant) // 60)),
  (SELECT max(slot) FROM (SELECT count(*) AS slot FROM report GROUP BY ($now - instant) // 3600)),
  sum(bytes)::BIGINT, ratio(sum(bytes), count(*), 100)
FROM report
"""
ROWS = """
SELECT strftime(make_timestamp(instant // $step * $step * 1000000), '%Y-%m-%dT%H:%M:%SZ') AS start, count(*),
  count(*) FILTER (outcome <> 'failure'), count(*) FILTER (outcome = 'failure'),
  ratio(sum(latency_ms), count(*), 10), max(latency_ms)::DOUBLE, sum(bytes)::BIGINT
FROM report GROUP BY start ORDER BY start
"""
ENDPOINTS = """
SELECT endpoint, count(*), ratio(100 * count(*) FILTER (outcome <> 'failure'), count(*), 100),
  ratio(sum(latency_ms), count(*), 10), sum(bytes)::BIGINT
FROM report GROUP BY endpoint ORDER BY count(*) DESC, endpoint
"""
METHODS = "SELECT method, count(*) FROM report GROUP BY method ORDER BY count(*) DESC, method"
STATUSES = "SELECT status, count(*) FROM report GROUP BY status ORDER BY count(*) DESC, status::TEXT"
KEYS = "SELECT key, count(*) FROM report GROUP BY key"
ERRORS = """
SELECT error, count(*), ratio(100 * count(*), (SELECT count(*) FROM report WHERE outcome = 'failure'), 100)
FROM report WHERE outcome = 'failure' GROUP BY error ORDER BY count(*) DESC, error
"""
FAILED = "FROM report WHERE outcome = 'failure'"
RECENT = "SELECT count(*), ratio(100 * count(*), $limit, 100) FROM calls WHERE instant > $now - $seconds"


def values(rows: list[dict[str, Any]], *left_out: str) -> list[tuple[Any, ...]]:
    """The values of rows of a reply, in their order."""
    return [tuple(value for name, value in row.items() if name not in left_out) for row in rows]


@pytest.mark.parametrize("now", INSTANTS)
@pytest.mark.parametrize("account", ["steady", "near-limit", "outage"])
@pytest.mark.parametrize("timeframe", VIEWS)
def test_every_number_follows_from_the_calls(
    account: str, now: str, timeframe: str, metermock_server: MockServers, tmp_path: Path
) -> None:
    """Totals, rates, peaks, rows, groups, errors and limits are what SQL finds in the exported calls."""
    stated = account_of("zkscore", account)
    seconds, granularity, step = VIEWS[timeframe]
    calls = Calls("zkscore", account, now, calls_from(now, seconds), tmp_path)
    calls.run(WINDOW, now=calls.now, seconds=seconds)
    ask = asker(metermock_server, "zkscore", account, now)

    reply = ask(f"/v1/developer/usage?timeframe={timeframe}&granularity={granularity}&{ASKED}")

    assert tuple(reply["usage"].values()) == calls.row(TOTALS, now=calls.now, seconds=seconds)
    busy = [row for row in reply["timeSeries"] if row["requests"]]
    assert values(busy) == calls.rows(ROWS, step=step)
    groups = reply["breakdown"]
    assert values(groups["byEndpoint"]) == calls.rows(ENDPOINTS)
    assert values(groups["byMethod"]) == calls.rows(METHODS)
    assert values(groups["byStatusCode"]) == calls.rows(STATUSES)
    assert {row["keyId"]: row["requests"] for row in groups["byKey"] if row["requests"]} == dict(
        calls.rows(KEYS)
    )
    errors = reply["errors"]
    assert values(errors["byType"], "description") == calls.rows(ERRORS)
    (failed,) = calls.row(f"SELECT count(*) {FAILED}")
    assert errors["totalErrors"] == failed
    assert (
        errors["errorRate"]
        == calls.row(
            f"SELECT ratio(100 * (SELECT count(*) {FAILED}), count(*), 100) FROM report"  # noqa: S608 - a constant
        )[0]
    )
    for name, by in (("byEndpoint", "endpoint"), ("byStatusCode", "status")):
        query = f"SELECT {by}, count(*) {FAILED} GROUP BY {by} ORDER BY count(*) DESC, {by}::TEXT"
        assert values(errors[name]) == calls.rows(query)
    assert stated.plan is not None
    limits = (stated.plan.facts["minute"], 60 * stated.plan.facts["minute"], stated.plan.facts["day"])
    for (name, unit), limit in zip(UNITS.items(), limits, strict=True):
        found = calls.row(RECENT, limit=limit, now=calls.now, seconds=unit)
        shown = reply["rateLimits"]
        assert (shown["usage"][name], shown["utilization"][name]) == found


def calls_from(now: str, seconds: int) -> str:
    """The day on which a window begins that ends at an instant."""
    began = datetime.fromisoformat(now).timestamp() - max(seconds, 86_400)
    return datetime.fromtimestamp(began, UTC).date().isoformat()
