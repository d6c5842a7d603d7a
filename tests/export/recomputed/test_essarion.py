from __future__ import annotations

from pathlib import Path

import pytest

from metermock import MockServers
from tests.export.recomputed.calls import INSTANTS, Calls, account_of, asker

SUMMARY = """
SELECT count(*) AS total_calls,
  count(*) FILTER (status <> 'error') AS ok_calls,
  count(*) FILTER (status = 'error') AS error_calls,
  sum(tokens_in)::BIGINT AS tokens_in,
  sum(tokens_out)::BIGINT AS tokens_out,
  (2 * sum(latency_ms)::BIGINT + count(*)) // (2 * count(*)) AS avg_latency_ms,
  count(*) FILTER (instant > $now - 86400) AS last_24h,
  count(*) FILTER (instant > $now - 7 * 86400) AS last_7d
FROM calls
"""
DAILY = """
SELECT strftime(day, '%Y-%m-%d'), count(calls.instant)
FROM generate_series($today::DATE - 29, $today::DATE, INTERVAL 1 DAY) AS days(day)
LEFT JOIN calls ON calls.instant >= epoch(day) AND calls.instant < epoch(day) + 86400
GROUP BY day ORDER BY day
"""
RECENT = """
SELECT format('call_{:010d}', number), status, latency_ms, tokens_in, tokens_out,
  strftime(make_timestamp(instant * 1000000), '%Y-%m-%dT%H:%M:%SZ'), key
FROM calls ORDER BY number DESC LIMIT 50
"""
NAMES = ("id", "status", "latency_ms", "tokens_in", "tokens_out", "created_at", "key_name")


@pytest.mark.parametrize("now", INSTANTS)
@pytest.mark.parametrize("account", ["steady", "occasional", "outage"])
def test_every_number_follows_from_the_calls(
    account: str, now: str, metermock_server: MockServers, tmp_path: Path
) -> None:
    """The sums of a life, the last thirty days and the last fifty calls are what SQL finds in the export."""
    calls = Calls("essarion", account, now, "1970-01-01", tmp_path)
    keys = {key.id: key.name for key in account_of("essarion", account).keys}

    reply = asker(metermock_server, "essarion", account, now)("/api/usage")

    assert tuple(reply["summary"].values()) == calls.row(SUMMARY, now=calls.now)
    assert [tuple(day.values()) for day in reply["daily"]] == calls.rows(DAILY, today=calls.today)
    recent = [(*row[:-1], keys[row[-1]]) for row in calls.rows(RECENT)]
    assert [tuple(each[name] for name in NAMES) for each in reply["recent"]] == recent
