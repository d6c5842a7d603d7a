from __future__ import annotations

import pytest

from tests.contracts.onepin.conftest import Ask, Scene


def test_every_table_keeps_every_rule(languages: Ask, scene: Scene) -> None:
    """The languages of any account, at any clock, in any zone keep the contract, with and without a view."""
    months = {"activity_view": "monthly", "range": "60d"}
    views: list[dict[str, str]] = [{}, {"range": "90d"}, {"activity_view": "weekly"}, months]
    assert [languages(scene, **view).breaches for view in views] == [[], [], [], []]


@pytest.mark.parametrize("span", ["30d", "60d", "90d"])
def test_the_credits_are_those_of_the_days(languages: Ask, summary: Ask, spot: Scene, span: str) -> None:
    """ON-16: over a range, the languages' credits are the days' credits, and no line is counted twice."""
    table, days = languages(spot, range=span).data, summary(spot, range=span).data
    assert table["period"] == days["period"]
    assert table["total_credits"] == sum(row["credits"] for row in days["daily"])
    assert sum(row["lines"] for row in table["languages"]) <= days["lines"]["total"]


@pytest.mark.parametrize("view", ["daily", "weekly", "monthly"])
def test_with_a_view_the_window_is_the_charts(languages: Ask, summary: Ask, spot: Scene, view: str) -> None:
    """ON-16: with activity_view, the period and the credits are those of the chart's buckets."""
    table = languages(spot, activity_view=view, range="90d").data
    chart = summary(spot, activity_view=view).data["activity"]["buckets"]
    assert table["period"] == {"start": chart[0]["start"], "end": chart[-1]["end"]}
    assert table["total_credits"] == sum(bucket["credits"] for bucket in chart)


def test_a_bad_range_is_refused_beside_a_view(languages: Ask, at: type[Scene]) -> None:
    """A range that is ignored must be one all the same."""
    refused = languages(at(), activity_view="weekly", range="7d")
    assert refused.status == 422
    assert refused.body["error"]["details"][0]["field"] == "range"


def test_the_order_is_by_credits(languages: Ask, at: type[Scene]) -> None:
    """ON-15: the rows descend by credits, and what has no language is counted apart."""
    table = languages(at()).data
    credits_ = [row["credits"] for row in table["languages"]]
    assert len(credits_) > 5
    assert credits_ == sorted(credits_, reverse=True)
    assert sum(credits_) + table["untagged_credits"] == table["total_credits"]
    assert table["untagged_credits"] > 0


def test_no_traffic_has_no_languages(languages: Ask, at: type[Scene]) -> None:
    """Without traffic there are no rows, and nothing is divided by zero."""
    table = languages(at(credential="empty")).data
    assert table["languages"] == []
    assert table["total_credits"] == table["untagged_credits"] == 0
