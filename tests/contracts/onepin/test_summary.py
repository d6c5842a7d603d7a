from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from metermock import instant_text, midnight, read_instant, zone
from tests.contracts.onepin.conftest import Ask, Scene

METRICS = ("credits", "characters", "lines", "runs")
RANGES = ("30d", "60d", "90d")
VIEWS = ("daily", "weekly", "monthly")


def without_chart(data: dict[str, Any]) -> dict[str, Any]:
    """A summary but for what the view changes."""
    return {name: value for name, value in data.items() if name not in {"activity", "activity_view"}}


def test_every_summary_keeps_every_rule(summary: Ask, scene: Scene) -> None:
    """A summary of any account, at any clock, in any zone keeps the contract, for every range and view."""
    asked = [summary(scene, range=span, activity_view=view) for span, view in zip(RANGES, VIEWS, strict=True)]
    assert [answered.breaches for answered in asked] == [[], [], []]


def test_the_view_changes_the_chart_only(summary: Ask, scene: Scene) -> None:
    """ON-10: two summaries that differ in activity_view differ in the chart alone."""
    days, weeks, months = (summary(scene, activity_view=view).data for view in VIEWS)
    assert without_chart(days) == without_chart(weeks) == without_chart(months)


def test_the_range_leaves_chart_and_credits_alone(summary: Ask, scene: Scene) -> None:
    """ON-11: a longer range has the same chart and credits, and ends with the rows of the shorter one."""
    short, middle, long = (summary(scene, range=span, activity_view="monthly").data for span in RANGES)
    assert short["activity"] == middle["activity"] == long["activity"]
    assert short["credits"] == middle["credits"] == long["credits"]
    assert short["daily"] == middle["daily"][-30:]
    assert middle["daily"] == long["daily"][-60:]


@pytest.mark.parametrize("view", ["weekly", "monthly"])
def test_long_buckets_are_sums_of_their_days(summary: Ask, scene: Scene, view: str) -> None:
    """ON-14: a week or month inside the range has the sum of its days' rows."""
    data = summary(scene, activity_view=view, range="90d").data
    local = zone(scene.timezone)
    inside = [bucket for bucket in data["activity"]["buckets"] if bucket["start"] >= data["period"]["start"]]
    for bucket, following in pairwise(inside):
        rows = [
            row
            for row in data["daily"]
            if bucket["start"]
            <= instant_text(midnight(date.fromisoformat(row["date"]), local))
            < following["start"]
        ]
        assert {name: sum(row[name] for row in rows) for name in METRICS} == {
            name: bucket[name] for name in METRICS
        }
    assert len(inside) >= 2


@pytest.mark.parametrize("now", ["2026-03-08T12:00:00Z", "2028-02-29T23:59:30Z"])
def test_zones_with_equal_offsets_agree(summary: Ask, at: type[Scene], now: str) -> None:
    """ON-13: Abidjan keeps UTC, so it has UTC's numbers; the credits have no zone at all."""
    utc, abidjan, apia = (
        summary(at(now=now, timezone=name)).data for name in ("UTC", "Africa/Abidjan", "Pacific/Apia")
    )
    assert abidjan | {"timezone": "UTC"} == utc
    assert apia["credits"] == utc["credits"]
    assert apia["daily"] != utc["daily"]


@pytest.mark.parametrize(("now", "hours"), [("2026-03-08T12:00:00Z", 23), ("2026-11-01T09:30:00Z", 25)])
def test_days_are_as_long_as_the_zone_makes_them(summary: Ask, at: type[Scene], now: str, hours: int) -> None:
    """ON-2, ON-8: today has 23 hours when New York's clocks go forward, 25 when they go back."""
    today = summary(at(now=now, timezone="America/New_York")).data["activity"]["buckets"][-1]
    assert read_instant(today["end"]) - read_instant(today["start"]) == hours * 3_600


def test_the_chart_at_the_end_of_a_leap_day(summary: Ask, at: type[Scene]) -> None:
    """ON-3, ON-8: on the 29th of February the range ends with that day, in any zone that has it."""
    scene = at(now="2028-02-29T23:59:30Z")
    data = summary(scene, activity_view="monthly").data
    assert data["daily"][-1]["date"] == "2028-02-29"
    assert data["activity"]["buckets"][-1]["label"] == "2028-02"
    assert data["period"]["end"] == "2028-03-01T00:00:00Z"


def test_a_later_clock_only_adds(summary: Ask, at: type[Scene]) -> None:
    """The rows of days that are over do not change when the clock moves on."""
    now, later = summary(at(now="2026-03-08T12:00:00Z")).data, summary(at(now="2026-03-09T12:00:00Z")).data
    assert later["daily"][:-2] == now["daily"][1:-1]
    assert later["daily"][-2]["runs"] >= now["daily"][-1]["runs"]


def test_days_add_up_over_any_cut(summary: Ask, at: type[Scene]) -> None:
    """The months of 2026-01 and 2026-02 in the chart are what their days were at their ends."""
    chart = summary(at(now="2026-03-18T15:42:07Z"), activity_view="monthly").data["activity"]["buckets"]
    rows = summary(at(now="2026-02-28T23:59:59Z"), range="60d").data["daily"]
    february = [row for row in rows if row["date"].startswith("2026-02")]
    assert chart[-2]["label"] == "2026-02"
    assert [sum(row[name] for row in february) for name in METRICS] == [chart[-2][name] for name in METRICS]


def test_credits_are_the_owners_over_all_workspaces(summary: Ask, at: type[Scene]) -> None:
    """One owner's two workspaces show the same credits; a colleague's key shows the colleague's."""
    names = ("steady", "steady-client", "steady-session", "steady-colleague")
    own, client, session, colleague = (summary(at(credential=name)).data for name in names)
    assert own["credits"] == client["credits"] == session["credits"] != colleague["credits"]
    assert own["daily"] == session["daily"] == colleague["daily"] != client["daily"]


def test_a_session_reads_any_workspace_of_its_owner(summary: Ask, at: type[Scene]) -> None:
    """A session that names the owner's other workspace sees what that workspace's key sees."""
    other = "52b8e9d7-1f60-4a83-b6c5-e07d94a3c218"
    named = summary(at(credential="steady-session"), other).data
    assert named == summary(at(credential="steady-client")).data


def test_runs_move_from_pending_to_their_end(summary: Ask, at: type[Scene]) -> None:
    """ON-5: a run is pending, then running, then ended; two minutes on, none of them is young any more."""
    now = summary(at(credential="huge", now="2026-03-18T18:00:00Z")).data["runs"]
    assert now["pending"] > 0
    assert now["running"] > now["pending"]
    assert now["total"] == sum(count for name, count in now.items() if name != "total")


def test_every_zone_has_its_days(summary: Ask, at: type[Scene]) -> None:
    """ON-3: a link name is accepted, and echoed as it was sent."""
    calcutta, kolkata = (summary(at(timezone=f"Asia/{city}")).data for city in ("Calcutta", "Kolkata"))
    assert calcutta["timezone"] == "Asia/Calcutta"
    assert calcutta | {"timezone": "Asia/Kolkata"} == kolkata
    assert date.fromisoformat(kolkata["daily"][-1]["date"]) - date.fromisoformat(
        kolkata["daily"][0]["date"]
    ) == timedelta(29)
