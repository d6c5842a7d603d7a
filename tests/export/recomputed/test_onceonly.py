from __future__ import annotations

from pathlib import Path

import pytest

from metermock import MockServers
from tests.export.recomputed.calls import INSTANTS, Calls, account_of, asker, seconds

COUNTED = {"make": "duplicate", "ai": "acquired"}

# Calls of the limit's last second that exceed it were blocked, and from then on all that the limit is about.
COUNTERS = """
WITH month AS (SELECT * FROM calls WHERE instant >= $since AND kind = $kind),
counted AS (
  SELECT instant, row_number() OVER (ORDER BY instant, number) AS place
  FROM month WHERE outcome = $outcome AND answer = 'served'
),
edge AS (SELECT instant FROM counted WHERE $blocks AND place = $limit)
SELECT
  (SELECT count(*) FROM counted WHERE NOT $blocks OR place <= $limit),
  (SELECT count(*) FROM month),
  (SELECT count(*) FROM counted, edge WHERE counted.instant <= edge.instant AND place > $limit)
    + (SELECT count(*) FROM month, edge WHERE month.instant > edge.instant
        AND (kind = 'make' OR outcome = $outcome)),
  (SELECT count(*) FROM month WHERE outcome = 'attached' AND answer = 'served')
"""


@pytest.mark.parametrize("now", INSTANTS)
@pytest.mark.parametrize("account", ["steady", "over-limit", "outage"])
def test_every_number_follows_from_the_calls(
    account: str, now: str, metermock_server: MockServers, tmp_path: Path
) -> None:
    """The counters of both kinds are what SQL counts in the exported calls of the month."""
    month = now[:7]
    calls = Calls("onceonly", account, now, f"{month}-01", tmp_path)
    plan = account_of("onceonly", account).plan
    assert plan is not None
    ask = asker(metermock_server, "onceonly", account, now)

    whole = ask("/v1/usage/all")
    expected = {}
    for kind, outcome in COUNTED.items():
        used, asked, blocked, attached = calls.row(
            COUNTERS,
            since=seconds(f"{month}-01"),
            kind=kind,
            outcome=outcome,
            blocks=plan.facts["blocks"],
            limit=plan.facts[kind],
        )
        one = {"usage": used, "limit": plan.facts[kind], "requests_total_month": asked}
        one["blocked_total_month"] = blocked
        assert ask(f"/v1/usage?kind={kind}") == {"plan": plan.name, "month": month, **one}
        more = {"charged_total_month": used if kind == "ai" else 0, "polling_total_month": attached}
        expected[kind] = one | more
    assert whole == {"plan": plan.name, "month": month, **expected}
