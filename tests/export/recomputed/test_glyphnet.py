from __future__ import annotations

from pathlib import Path

import pytest

from metermock import MockServers
from tests.export.recomputed.calls import INSTANTS, Calls, account_of, asker, seconds

DAY = 86_400

TOTALS = """
SELECT count(*), count(*) FILTER (endpoint = 'verify'), count(*) FILTER (endpoint = 'harm_detect')
FROM calls WHERE instant >= $start AND instant < $end
"""
# In whole numbers: thousandths of a sum over claims, rounded half up.
DAILY = """
SELECT strftime(day, '%Y-%m-%d'), count(calls.instant), coalesce(sum(claims), 0)::BIGINT,
  CASE WHEN coalesce(sum(claims), 0) = 0 THEN 0.0
  ELSE ((2 * sum(confidence)::BIGINT + sum(claims)::BIGINT) // (2 * sum(claims)::BIGINT)) / 1000 END
FROM generate_series($first::DATE, $last::DATE, INTERVAL 1 DAY) AS days(day)
LEFT JOIN calls ON calls.instant >= epoch(day) AND calls.instant < epoch(day) + 86400
GROUP BY day ORDER BY day
"""
PERCENT = "SELECT ((2 * 10000 * $used::BIGINT + $limit) // (2 * $limit)) / 100"
MINUTE = "SELECT count(*) FROM calls WHERE instant > $now - 60"


@pytest.mark.parametrize("now", INSTANTS)
@pytest.mark.parametrize("account", ["steady", "over-limit", "outage"])
@pytest.mark.parametrize("period", ["day", "week", "month"])
def test_every_number_follows_from_the_calls(
    account: str, now: str, period: str, metermock_server: MockServers, tmp_path: Path
) -> None:
    """The usage of a period is what SQL counts and averages in the exported calls."""
    reply = asker(metermock_server, "glyphnet", account, now)(f"/v1/usage?period={period}")
    first, last = reply["period"]["start"][:10], reply["period"]["end"][:10]
    calls = Calls("glyphnet", account, now, first, tmp_path)
    plan = account_of("glyphnet", account).plan
    assert plan is not None

    used, verify, harm = calls.row(TOTALS, start=seconds(first), end=seconds(last) + DAY)
    limit = plan.facts["month"]
    days = calls.rows(DAILY, first=first, last=min(last, calls.today))
    names = ("date", "requests", "verified_claims", "avg_confidence")
    minute = {"requests_per_minute": plan.facts["minute"]}
    minute["current_minute_usage"] = calls.row(MINUTE, now=calls.now)[0]
    assert {name: reply[name] for name in reply if name not in {"organization", "period"}} == {
        "current_usage": used,
        "monthly_limit": limit,
        "remaining": max(0, limit - used),
        "percentage_used": calls.row(PERCENT, used=used, limit=limit)[0],
        "rate_limit": minute,
        "breakdown": {"verify": verify, "harm_detect": harm},
        "daily": [dict(zip(names, row, strict=True)) for row in days],
    }
