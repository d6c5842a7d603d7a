"""The plain onepin keeps its contract."""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from deployments.faults import deploy
from deployments.onepin_data import WORKSPACES
from deployments.wire import listening
from tests.deployments.client import NOW, Client

ZONES = ["UTC", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati", "Australia/Lord_Howe"]
EVERY = ["steady", "busy", "still", "quiet", "empty", "over-limit", "unlimited", "no-quota"]


@pytest.fixture(scope="module")
def onepin() -> Iterator[Client]:
    """A deployment whose clock stands still."""
    with listening(deploy("onepin", clock=lambda: NOW)) as url:
        yield Client(url, "onepin", "/api/v1/usage/")


@pytest.mark.parametrize("zone", ZONES)
def test_period_is_local_days(onepin: Client, zone: str) -> None:
    """ON-2, ON-3: the period runs from local midnight to local midnight, one daily row each day."""
    data = onepin.read(f"summary?range=60d&timezone={zone}")["data"]
    start, end = (
        datetime.fromisoformat(data["period"][name]).astimezone(ZoneInfo(zone)) for name in ("start", "end")
    )
    assert (start.hour, start.minute, end.hour, end.minute) == (0, 0, 0, 0)
    assert (end.date() - start.date()).days == len(data["daily"]) == 60
    assert data["daily"][0]["date"] == start.date().isoformat()
    assert data["daily"][-1]["date"] == datetime.fromtimestamp(NOW, ZoneInfo(zone)).date().isoformat()


@pytest.mark.parametrize("account", EVERY)
def test_totals_agree(onepin: Client, account: str) -> None:
    """ON-4, ON-5, ON-7: totals are the sums of the daily rows; states add up; null exactly without lines."""
    data = onepin.read("summary?range=90d", account)["data"]
    sums = {name: sum(row[name] for row in data["daily"]) for name in ("characters", "lines", "runs")}
    states = data["runs"]
    assert sums == {name: data[name]["total"] for name in sums}
    assert states["total"] == sum(count for name, count in states.items() if name != "total")
    assert (data["lines"]["avg_chars_per_line"] is None) == (data["lines"]["total"] == 0)


@pytest.mark.parametrize("account", EVERY)
def test_credits(onepin: Client, account: str) -> None:
    """ON-6: the percentage follows used and quota, stops at 100, and is null without a quota."""
    credit = onepin.read("summary", account)["data"]["credits"]
    if not credit["quota"]:
        assert credit["percent"] is None
    else:
        assert abs(credit["percent"] - min(100, 100 * credit["used"] / credit["quota"])) <= 0.005 + 1e-9
    assert (credit["percent"] == 100) == (account == "over-limit")


@pytest.mark.parametrize("view", ["daily", "weekly", "monthly"])
@pytest.mark.parametrize("account", ["steady", "quiet", "empty"])
def test_chart(onepin: Client, view: str, account: str) -> None:
    """ON-8, ON-9: 7 or 12 buckets tile the window; the peak is the first of the highest."""
    chart = onepin.read(f"summary?activity_view={view}&timezone=America/New_York", account)["data"][
        "activity"
    ]
    buckets, lines = chart["buckets"], [bucket["lines"] for bucket in chart["buckets"]]
    assert len(buckets) == (7 if view == "daily" else 12)
    assert all(one["end"] == two["start"] for one, two in pairwise(buckets))
    assert chart["total"] == sum(lines)
    assert abs(chart["avg"] - sum(lines) / len(lines)) <= 0.05 + 1e-9
    first = buckets[lines.index(max(lines))]
    assert (chart["peak"] or {}).get("start") == (first["start"] if sum(lines) else None)


def test_weeks_and_months_begin_right(onepin: Client) -> None:
    """ON-8: weeks begin on Monday, months on the 1st."""
    weeks = onepin.read("summary?activity_view=weekly")["data"]["activity"]["buckets"]
    months = onepin.read("summary?activity_view=monthly")["data"]["activity"]["buckets"]
    assert {datetime.fromisoformat(week["label"]).weekday() for week in weeks} == {0}
    assert [month["label"] for month in months][-2:] == ["2026-02", "2026-03"]


def test_views_agree(onepin: Client) -> None:
    """ON-10, ON-11, ON-12: the view changes the chart alone, the range its rows alone."""
    month, quarter = (onepin.read(f"summary?range={one}")["data"] for one in ("30d", "90d"))
    weekly = onepin.read("summary?activity_view=weekly")["data"]
    assert {**weekly, "activity": 0, "activity_view": 0} == {**month, "activity": 0, "activity_view": 0}
    assert (month["activity"], month["credits"]) == (quarter["activity"], quarter["credits"])
    assert quarter["daily"][-30:] == month["daily"]
    bars = [
        [bar[name] for name in ("credits", "characters", "lines", "runs")]
        for bar in month["activity"]["buckets"]
    ]
    assert bars == [
        [row[name] for name in ("credits", "characters", "lines", "runs")] for row in month["daily"][-7:]
    ]


def test_languages(onepin: Client) -> None:
    """ON-15, ON-16: languages come by credits, add up, and agree with the summary."""
    data = onepin.read("by-language?range=60d")["data"]
    credit = [row["credits"] for row in data["languages"]]
    daily = onepin.read("summary?range=60d")["data"]["daily"]
    assert credit == sorted(credit, reverse=True)
    assert (
        sum(credit) + data["untagged_credits"]
        == data["total_credits"]
        == sum(row["credits"] for row in daily)
    )
    assert onepin.read("by-language?activity_view=daily")["data"]["range"] is None


@pytest.mark.parametrize("limit", [100, 37, 5])
def test_pages(onepin: Client, limit: int) -> None:
    """ON-17: the pages put together are the list, newest first; prev is null on the first alone."""
    ids, stamps, prevs, cursor = [], [], [], ""
    while cursor is not None:
        page = onepin.read(
            f"activity?limit={limit}&type=voice_generated&range=90d{cursor and f'&cursor={cursor}'}", "still"
        )
        ids += [item["id"] for item in page["data"]]
        stamps += [item["timestamp"] for item in page["data"]]
        prevs.append(page["pagination"]["prev"])
        cursor = page["pagination"]["next"]
    assert len(ids) == len(set(ids)) > 5
    assert stamps == sorted(stamps, reverse=True)
    assert [prev is None for prev in prevs] == [True, *[False] * (len(prevs) - 1)]


def test_refusals(onepin: Client) -> None:
    """ON-19 and the errors: each wrong thing has its own status, workspaces before parameters."""
    wrong = (
        "summary?range=7d",
        "summary?timezone=utc",
        "activity?limit=0",
        "activity?cursor=x",
        "activity?user_id=x",
    )
    assert onepin.statuses(*wrong) == {422}
    assert onepin.send("summary?range=7d", "other-workspace").status == 403
    assert onepin.send("summary?range=7d", "none").status == 401
    assert onepin.send("summary", X_Workspace_Id=WORKSPACES["steady"]).status == 200
    assert onepin.send("activity?user_id=11111111-1111-4111-8111-111111111111").status == 404
    assert onepin.send("summary", method="DELETE").headers["allow"] == "GET, HEAD"
