from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from metermock import MockServers
from tests.export.recomputed.calls import INSTANTS, Calls, account_of, asker, seconds

FIGURES = ("credits", "characters", "lines", "runs")
SUMS = ", ".join(f"coalesce(sum({name}), 0)::BIGINT AS {name}" for name in FIGURES)
BETWEEN = (
    f"SELECT {SUMS} FROM calls WHERE instant >= $start AND instant < $end AND key IN (SELECT unnest($keys))"  # noqa: S608
)
# A run is pending for 5 seconds and then running for 90; from then on it has ended as its status says.
RUNS = """
SELECT
  coalesce(sum(runs), 0)::BIGINT,
  coalesce(sum(runs) FILTER (instant <= $now - 95 AND status = 'completed'), 0)::BIGINT,
  coalesce(sum(runs) FILTER (instant <= $now - 95 AND status = 'failed'), 0)::BIGINT,
  coalesce(sum(runs) FILTER (instant <= $now - 95 AND status = 'cancelled'), 0)::BIGINT,
  coalesce(sum(runs) FILTER (instant > $now - 95 AND instant <= $now - 5), 0)::BIGINT,
  coalesce(sum(runs) FILTER (instant > $now - 5), 0)::BIGINT,
  coalesce(sum(audio_ms) FILTER (instant <= $now - 95), 0)::BIGINT
FROM calls WHERE instant >= $start AND key IN (SELECT unnest($keys))
"""
LANGUAGES = """
WITH spoken AS (
  SELECT locale, sum(credits)::BIGINT AS credits, sum(characters)::BIGINT AS characters,
    sum(lines)::BIGINT AS lines
  FROM calls WHERE instant >= $start AND key IN (SELECT unnest($keys)) GROUP BY locale
),
whole AS (SELECT sum(credits)::BIGINT AS credits FROM spoken)
SELECT locale, ((2000 * spoken.credits + whole.credits) // (2 * whole.credits)) / 1000,
  spoken.credits, characters, lines
FROM spoken, whole WHERE locale NOT IN ('none', 'untagged') AND spoken.credits > 0
ORDER BY spoken.credits DESC, locale
"""
RATIO = "SELECT CASE WHEN $whole > 0 THEN ratio($part::BIGINT, $whole::BIGINT, $scale) END"


def ratio(calls: Calls, part: int, whole: int, digits: int) -> Any:
    """A ratio rounded half up, in whole numbers; None where there is none."""
    return calls.row(RATIO, part=part, whole=whole, scale=10**digits)[0]


@pytest.mark.parametrize("now", INSTANTS)
@pytest.mark.parametrize("account", ["steady", "near-limit", "outage"])
def test_every_number_of_a_summary_follows_from_the_calls(
    account: str, now: str, metermock_server: MockServers, tmp_path: Path
) -> None:
    """Credits, characters, lines, runs, audio, chart and days are what SQL sums in the exported calls."""
    stated = account_of("onepin", account)
    data = asker(metermock_server, "onepin", account, now)("/api/v1/usage/summary?range=60d")["data"]
    start = seconds(data["period"]["start"][:10])
    calls = Calls("onepin", account, now, data["period"]["start"][:10], tmp_path)
    holder = stated.keys[0].facts
    inside = [key.id for key in stated.keys if key.facts["workspace"] == holder["workspace"]]
    own = [key.id for key in stated.keys if key.facts["owner"] == holder["owner"]]

    def between(since: str, until: str, keys: list[str]) -> dict[str, int]:
        row = calls.row(BETWEEN, start=seconds(since[:10]), end=seconds(until[:10]), keys=keys)
        return dict(zip(FIGURES, row, strict=True))

    total = between(data["period"]["start"], data["period"]["end"], inside)
    *runs, audio = calls.row(RUNS, start=start, now=calls.now, keys=inside)
    used = between(f"{now[:7]}-01", data["period"]["end"], own)["credits"]
    quota = stated.plan.facts.get("credits") if stated.plan else None
    assert tuple(data["runs"].values()) == tuple(runs)
    assert data["audio"] == {"total_ms": audio}
    assert data["characters"] == {"total": total["characters"]}
    average = ratio(calls, total["characters"], total["lines"], 2)
    assert data["lines"] == {"total": total["lines"], "avg_chars_per_line": average}
    percent = quota and min(100.0, ratio(calls, 100 * used, quota, 2))
    assert data["credits"] == {"used": used, "quota": quota, "percent": percent}
    ends = [day["date"] for day in data["daily"][1:]] + [data["period"]["end"]]
    for day, end in zip(data["daily"], ends, strict=True):
        assert {name: day[name] for name in FIGURES} == between(day["date"], end, inside)
    chart = data["activity"]
    for bucket in chart["buckets"]:
        assert {name: bucket[name] for name in FIGURES} == between(bucket["start"], bucket["end"], inside)
    lines = [bucket["lines"] for bucket in chart["buckets"]]
    assert (chart["total"], chart["avg"]) == (sum(lines), ratio(calls, sum(lines), len(lines), 1))
    assert (chart["peak"] or {"value": 0})["value"] == max(lines)


@pytest.mark.parametrize("now", INSTANTS)
@pytest.mark.parametrize("account", ["steady", "near-limit", "outage"])
def test_every_number_of_the_languages_follows_from_the_calls(
    account: str, now: str, metermock_server: MockServers, tmp_path: Path
) -> None:
    """The credits of each language, their shares and their sum are what SQL finds in the exported calls."""
    keys = account_of("onepin", account).keys
    inside = [key.id for key in keys if key.facts["workspace"] == keys[0].facts["workspace"]]
    data = asker(metermock_server, "onepin", account, now)("/api/v1/usage/by-language")["data"]
    first = data["period"]["start"][:10]
    calls = Calls("onepin", account, now, first, tmp_path)

    rows = calls.rows(LANGUAGES, start=seconds(first), keys=inside)
    names = ("locale_code", "share", "credits", "characters", "lines")
    assert [tuple(each[name] for name in names) for each in data["languages"]] == rows
    total = calls.row(BETWEEN, start=seconds(first), end=calls.now + 1, keys=inside)[0]
    assert data["total_credits"] == total
    assert data["untagged_credits"] == total - sum(row[2] for row in rows)
