"""Each rule must be able to fail: good replies, changed in one thing at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from metermock import instant_text, read_instant
from tests.contracts.zkscore.conftest import Ask, Rejudge, Scene

Change = Callable[[Any], None]

MONTH = {"timeframe": "30d", "granularity": "day"}
WEEK = {"timeframe": "7d", "granularity": "hour", "limit": 1000}
RISING = {"sortBy": "timestamp", "sortOrder": "asc", "limit": 1000}


def rows(change: Callable[[list[Any]], list[Any]]) -> Change:
    """Changes the time series, and the pagination with it."""

    def apply(body: Any) -> None:
        body["timeSeries"] = change(body["timeSeries"])
        body["pagination"]["total"] = len(body["timeSeries"])

    return apply


def shifted(seconds: int) -> Change:
    """Moves every bucket."""
    return rows(
        lambda page: [
            row | {"timestamp": instant_text(read_instant(row["timestamp"]) + seconds)} for row in page
        ]
    )


def put(path: str, change: Callable[[Any], Any]) -> Change:
    """Changes one field."""
    *steps, name = path.split(".")

    def apply(body: Any) -> None:
        place = body
        for step in steps:
            place = place[int(step) if step.isdigit() else step]
        place[name] = change(place[name])

    return apply


def scaled(path: str, factor: float) -> Change:
    """Multiplies one field."""
    return put(path, lambda value: value * factor)


def reverse(body: Any) -> None:
    """Turns the time series round."""
    body["timeSeries"].reverse()


def mean_of_means(body: Any) -> None:
    """Averages the buckets' averages, as if all were equally busy."""
    used = [row["averageLatency"] for row in body["timeSeries"]]
    body["usage"]["averageLatency"] = round(sum(used) / len(used), 1)


def cached_counts_as_failed(body: Any) -> None:
    """Takes 304 for a failure."""
    cached = next(row["requests"] for row in body["breakdown"]["byStatusCode"] if row["statusCode"] == 304)
    body["usage"]["successfulRequests"] -= cached
    body["usage"]["failedRequests"] += cached


def used(page: list[Any]) -> list[Any]:
    """Leaves out what is empty."""
    return [row for row in page if row["requests"]]


def older(page: list[Any]) -> list[Any]:
    """Puts an empty day before the first."""
    first = instant_text(read_instant(page[0]["timestamp"]) - 86_400)
    return [
        page[0] | {"timestamp": first, "requests": 0, "successfulRequests": 0, "failedRequests": 0},
        *page,
    ]


LIES: dict[str, tuple[str, str, dict[str, Any], Change]] = {
    "29 days": ("ZK-15", "steady", MONTH | RISING, rows(lambda page: page[1:])),
    "31 days": ("ZK-15", "steady", MONTH | RISING, rows(older)),
    "empty buckets are missing": ("ZK-15", "quiet", MONTH, rows(used)),
    "empty buckets of all time are missing": (
        "ZK-15",
        "quiet",
        {"timeframe": "all", "granularity": "day", "limit": 1000},
        rows(used),
    ),
    "the first bucket is dropped": ("ZK-15", "steady", RISING, rows(lambda page: page[1:])),
    "the last bucket is dropped": ("ZK-15", "steady", RISING, rows(lambda page: page[:-1])),
    "weeks start on Sunday": (
        "ZK-15",
        "steady",
        {"timeframe": "90d", "granularity": "week"},
        shifted(-86_400),
    ),
    "days are New York's": ("ZK-15", "steady", MONTH, shifted(5 * 3_600)),
    "months begin on the 2nd": (
        "ZK-15",
        "steady",
        {"timeframe": "1y", "granularity": "month"},
        shifted(86_400),
    ),
    "buckets begin at now's minute": ("ZK-15", "steady", {}, shifted(42 * 60)),
    "the series lags a day": ("ZK-15", "steady", MONTH, shifted(-86_400)),
    "a bucket stands there twice": ("ZK-15", "empty", {}, rows(lambda page: [*page[:-1], page[0]])),
    "the report is an hour old": (
        "ZK-15",
        "steady",
        {},
        lambda body: body.update(timestamp="2026-03-18T14:42:07Z"),
    ),
    "hasMore": ("ZK-7", "steady", {"limit": 5}, put("pagination.hasMore", lambda more: not more)),
    "hasMore at the end": ("ZK-7", "steady", {"limit": 25}, put("pagination.hasMore", lambda more: not more)),
    "limit": ("ZK-7", "steady", {"limit": 5}, put("pagination.limit", lambda limit: limit + 1)),
    "a page lacks a row": ("ZK-7", "steady", {"limit": 5}, lambda body: body["timeSeries"].pop()),
    "the other order": ("ZK-8", "steady", {}, reverse),
    "ties the other way": ("ZK-8", "empty", {}, reverse),
    "ties the other way, rising": ("ZK-8", "empty", {"sortOrder": "asc"}, reverse),
    "sorted by requests": (
        "ZK-8",
        "steady",
        {"sortBy": "errors"},
        rows(lambda page: sorted(page, key=lambda row: -row["requests"])),
    ),
    "no order of latency": ("ZK-8", "steady", {"sortBy": "latency"}, reverse),
    "no order of time": ("ZK-8", "steady", {"sortBy": "timestamp"}, reverse),
    "failures are not in the total": (
        "ZK-1",
        "steady",
        {},
        put("usage.totalRequests", lambda total: total - 1),
    ),
    "a rate as a fraction": ("ZK-1", "steady", {}, scaled("usage.successRate", 1 / 100)),
    "an error rate as a fraction": ("ZK-1", "steady", {}, scaled("errors.errorRate", 1 / 100)),
    "errors are not the failures": ("ZK-1", "steady", {}, put("errors.totalErrors", lambda total: total + 1)),
    "no success": ("ZK-1", "steady", {}, lambda body: body.update(success=False)),
    "kilobytes": ("ZK-2", "steady", {}, put("usage.dataTransferred", lambda data: data // 1024)),
    "a mean of means": ("ZK-2", "outage", WEEK, mean_of_means),
    "the peak of a page": ("ZK-2", "steady", {"limit": 3}, put("usage.peakLatency", lambda _: 1)),
    "bytes without requests": ("ZK-2", "empty", {}, put("timeSeries.0.dataTransferred", lambda _: 7)),
    "the average data": ("ZK-3", "steady", {}, scaled("usage.averageDataPerRequest", 1 / 1024)),
    "a peak below the average": ("ZK-3", "steady", {}, put("usage.peakRequestsPerMinute", lambda _: 3)),
    "an hour of more than sixty minutes": ("ZK-3", "steady", {}, scaled("usage.peakRequestsPerHour", 9)),
    "a key is missing": ("ZK-4", "steady", {}, lambda body: body["breakdown"]["byKey"].pop(0)),
    "an endpoint is missing": ("ZK-4", "steady", {}, lambda body: body["breakdown"]["byEndpoint"].pop()),
    "304 is a failure": ("ZK-4", "steady", {}, cached_counts_as_failed),
    "an endpoint's success rate": (
        "ZK-4",
        "steady",
        {},
        scaled("breakdown.byEndpoint.0.successRate", 1 / 100),
    ),
    "percentages of all requests": ("ZK-5", "steady", {}, scaled("errors.byType.0.percentage", 1 / 25)),
    "a type is missing": ("ZK-5", "steady", {}, lambda body: body["errors"]["byType"].pop()),
    "a success among the errors": (
        "ZK-5",
        "steady",
        {},
        put("errors.byStatusCode.0.statusCode", lambda _: 200),
    ),
    "utilization as a fraction": (
        "ZK-6",
        "huge",
        {},
        scaled("rateLimits.utilization.requestsPerDay", 1 / 100),
    ),
    "the header's limit is another": (
        "ZK-6",
        "steady",
        {},
        scaled("rateLimits.current.requestsPerMinute", 2),
    ),
    "the hour of calendars": ("ZK-6", "steady", {}, put("rateLimits.usage.requestsPerHour", lambda _: 0)),
    "per hour of a working day": ("ZK-14", "steady", {}, scaled("usage.requestsPerHour", 3)),
    "per day of a month": (
        "ZK-14",
        "steady",
        MONTH,
        put("usage.requestsPerDay", lambda rate: rate * 30 / 31),
    ),
    "a counter with a point": ("X-2", "steady", {}, put("usage.totalRequests", float)),
    "a section that was not asked for": ("ZK-12", "steady", {}, lambda body: body.pop("errors")),
    "a latency is left out": ("ZK-12", "steady", {}, lambda body: body["timeSeries"][0].pop("peakLatency")),
    "another key": (
        "ZK-11",
        "steady",
        {"keyId": "key_steady_mobile"},
        put("breakdown.byKey.0.keyId", lambda _: "key_x"),
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_breaks_its_rule(ask: Ask, at: type[Scene], rejudge: Rejudge, lie: str) -> None:
    """A good reply keeps every rule, and the same reply with one thing changed breaks the rule about that."""
    rule, account, asked, change = LIES[lie]
    good = ask(at(account), **asked)
    assert good.breaches == []
    assert rule in rejudge(good, change)


def test_rounding_down_is_noticed(ask: Ask, at: type[Scene], rejudge: Rejudge) -> None:
    """A value cut off instead of rounded, or of one decimal instead of two, is worth a warning."""
    good = ask(at())
    for path, rule in (("usage.successRate", "ZK-1"), ("usage.requestsPerMinute", "ZK-14")):
        assert rule in rejudge(good, put(path, lambda value: round(value + 0.01, 2)), "should")
    assert "ZK-3" in rejudge(good, put("usage.averageDataPerRequest", lambda value: value + 0.02), "should")
    assert "ZK-16" in rejudge(good, lambda body: body["alerts"].append({"priority": "high"}), "should")


def test_an_average_of_few_latencies_is_exact(ask: Ask, at: type[Scene], rejudge: Rejudge) -> None:
    """Up to nine whole latencies are told by their average, so that a tenth too little is noticed."""
    good = ask(at("quiet"), timeframe="30d", granularity="week")
    for place in ("timeSeries", "breakdown.byEndpoint"):
        found = good.body
        for step in place.split("."):
            found = found[step]
        index = next(number for number, row in enumerate(found) if 1 < row["requests"] < 5)
        less = put(f"{place}.{index}.averageLatency", lambda value: round(value - 0.1, 1))
        assert "ZK-2" in rejudge(good, less, "should")


def test_a_deployment_may_slide_its_peaks(ask: Ask, at: type[Scene], rejudge: Rejudge) -> None:
    """A peak over sliding slots, a little above that over fixed ones, keeps every rule."""
    good = ask(at("huge"), timeframe="7d")
    higher = put("usage.peakRequestsPerMinute", lambda peak: int(peak * 1.05))
    assert rejudge(good, higher) == set()
    assert rejudge(good, put("usage.peakRequestsPerHour", lambda peak: int(peak * 1.02))) == set()


def test_rate_limits_may_have_an_alert_each(ask: Ask, at: type[Scene], rejudge: Rejudge) -> None:
    """Two windows near their limits may have one alert together or one each; none, or three, is a warning."""
    good = ask(at("empty"))
    alert = {"type": "rate_limit", "message": "m", "priority": "medium", "recommendation": "r"}

    def alerts(count: int) -> Change:
        def apply(body: Any) -> None:
            body["alerts"] = [alert] * count
            body["rateLimits"]["utilization"] = {
                "requestsPerMinute": 90.0,
                "requestsPerHour": 85.0,
                "requestsPerDay": 1.0,
            }

        return apply

    assert ["ZK-16" in rejudge(good, alerts(count), "should") for count in range(4)] == [
        True,
        False,
        False,
        True,
    ]


def test_instants_are_whole_seconds(ask: Ask, at: type[Scene], rejudge: Rejudge) -> None:
    """`Z` or a zero offset ends them, and there is no fraction of a second."""
    good = ask(at())
    for path in ("timestamp", "timeSeries.0.timestamp"):
        assert rejudge(good, put(path, lambda text: text.replace("Z", "+00:00"))) == set()
        assert "schema" in rejudge(good, put(path, lambda text: text.replace("Z", ".5Z")))


def test_a_tier_of_other_limits_is_noticed(ask: Ask, at: type[Scene], rejudge: Rejudge) -> None:
    """200 a minute belongs to no tier with 10,000, 100,000 or 1,000,000 a day: worth a warning."""
    good = ask(at("empty"))
    assert "ZK-6" in rejudge(good, put("rateLimits.current.requestsPerMinute", lambda _: 200), "should")
