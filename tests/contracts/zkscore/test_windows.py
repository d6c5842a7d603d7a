from __future__ import annotations

from itertools import pairwise

import pytest

from metermock import read_instant
from tests.contracts.zkscore.conftest import Ask, Scene

TIMEFRAMES = {"1h": 3_600, "24h": 86_400, "7d": 604_800, "30d": 2_592_000, "90d": 7_776_000, "1y": 31_536_000}
COUNTED = ("requests", "successfulRequests", "failedRequests", "dataTransferred")
WHOLE = {"limit": 1000, "sortBy": "timestamp", "sortOrder": "asc"}


def test_a_window_of_whole_buckets(ask: Ask, corner: Scene) -> None:
    """ZK-15: a window holds a row for each of its buckets and one more, at any clock, with any traffic."""
    for timeframe, seconds in TIMEFRAMES.items():
        for granularity, step in {"minute": 60, "hour": 3_600, "day": 86_400}.items():
            page = ask(
                corner, timeframe=timeframe, granularity=granularity, sortBy="timestamp", limit=1
            ).body["pagination"]
            assert page["total"] == seconds // step + 1 or (timeframe, granularity) == ("1h", "day")


@pytest.mark.parametrize(("now", "rows"), [("12:00:00", 25), ("12:00:01", 25), ("11:59:59", 25)])
def test_the_open_start_keeps_its_bucket(ask: Ask, at: type[Scene], now: str, rows: int) -> None:
    """ZK-15: the bucket of the open start is there, even where not a second of it is in the window."""
    reply = ask(at(now=f"2026-03-18T{now}Z"), **WHOLE)
    assert len(reply.rows) == rows
    assert reply.rows[0]["timestamp"] == f"2026-03-17T{now[:2]}:00:00Z"
    assert reply.rows[-1]["timestamp"] == f"2026-03-18T{now[:2]}:00:00Z"


def test_a_bucket_of_nothing_but_the_open_start_is_empty(ask: Ask, at: type[Scene]) -> None:
    """ZK-15: at the last second of an hour, the first bucket of the day before has no second left."""
    rows = ask(at("huge", "2026-03-18T11:59:59Z"), **WHOLE).rows
    assert rows[0] == {
        "timestamp": "2026-03-17T11:00:00Z",
        **dict.fromkeys(COUNTED, 0),
        "averageLatency": 0,
        "peakLatency": 0,
    }
    assert rows[1]["requests"] > 0


@pytest.mark.parametrize(
    ("timeframe", "granularity", "first"),
    [
        ("7d", "week", "2026-03-09T00:00:00Z"),
        ("30d", "week", "2026-02-16T00:00:00Z"),
        ("30d", "month", "2026-02-01T00:00:00Z"),
        ("1y", "month", "2025-03-01T00:00:00Z"),
        ("1h", "month", "2026-03-01T00:00:00Z"),
        ("all", "month", "2024-05-01T00:00:00Z"),
    ],
)
def test_weeks_and_months(ask: Ask, at: type[Scene], timeframe: str, granularity: str, first: str) -> None:
    """ZK-15: weeks start on Mondays and months on the first, and the window's ends lie in their buckets."""
    reply = ask(at(), timeframe=timeframe, granularity=granularity, **WHOLE)
    stamps = [row["timestamp"] for row in reply.rows]
    last = {"week": "2026-03-16T00:00:00Z", "month": "2026-03-01T00:00:00Z"}[granularity]
    assert (stamps[0], stamps[-1]) == (first, last)
    assert stamps == sorted(set(stamps))


def test_buckets_are_consecutive_through_a_leap_february(ask: Ask, at: type[Scene]) -> None:
    """ZK-15: no day is missing or twice, the leap day included."""
    stamps = [
        row["timestamp"]
        for row in ask(at(now="2028-03-05T08:00:00Z"), timeframe="30d", granularity="day", **WHOLE).rows
    ]
    assert all(read_instant(later) - read_instant(earlier) == 86_400 for earlier, later in pairwise(stamps))
    assert "2028-02-29T00:00:00Z" in stamps


@pytest.mark.parametrize(
    ("fine", "coarse", "timeframe"),
    [
        ("minute", "hour", "1h"),
        ("hour", "day", "7d"),
        ("day", "week", "90d"),
        ("day", "month", "90d"),
        ("day", "month", "1y"),
    ],
)
def test_a_coarse_row_is_the_sum_of_its_fine_rows(
    ask: Ask, corner: Scene, fine: str, coarse: str, timeframe: str
) -> None:
    """ZK-10: whatever the granularity, the same calls are counted in the same place."""
    low, high = (ask(corner, timeframe=timeframe, granularity=name, **WHOLE) for name in (fine, coarse))
    starts = [row["timestamp"] for row in high.rows]
    for row, end in zip(high.rows, [*starts[1:], "9999"], strict=True):
        inside = [
            each
            for each in low.rows
            if max(row["timestamp"], low.rows[0]["timestamp"]) <= each["timestamp"] < end
        ]
        assert [sum(each[name] for each in inside) for name in COUNTED] == [row[name] for name in COUNTED]
    assert low.usage == high.usage


def test_a_longer_window_holds_no_less(ask: Ask, corner: Scene) -> None:
    """ZK-9: totals, errors, bytes and peaks grow with the window."""
    names = (
        "totalRequests",
        "failedRequests",
        "dataTransferred",
        "peakRequestsPerMinute",
        "peakRequestsPerHour",
        "peakLatency",
    )
    usages = [
        ask(corner, timeframe=timeframe, granularity="month").usage for timeframe in (*TIMEFRAMES, "all")
    ]
    assert all(shorter[name] <= longer[name] for shorter, longer in pairwise(usages) for name in names)


def test_averages_follow_from_the_windows_length(ask: Ask, corner: Scene) -> None:
    """ZK-14: the averages are the total over the window's minutes, hours and days, to half a hundredth."""
    for timeframe, seconds in TIMEFRAMES.items():
        usage = ask(corner, timeframe=timeframe, granularity="month").usage
        for name, unit in (("requestsPerMinute", 60), ("requestsPerHour", 3_600), ("requestsPerDay", 86_400)):
            assert abs(usage[name] - usage["totalRequests"] * unit / seconds) < 0.0050001


def test_all_time_younger_than_an_hour_counts_as_one(ask: Ask, at: type[Scene]) -> None:
    """ZK-14: a window of `all` that is shorter than the unit is divided by one unit, not by a part of it."""
    first = ask(
        at("near-limit"), timeframe="all", granularity="minute", sortBy="timestamp", sortOrder="asc", limit=1
    ).rows[0]
    start = first["timestamp"][:-3] + "59Z"
    usage = ask(at("near-limit", start), timeframe="all").usage
    assert (
        usage["requestsPerMinute"]
        == usage["requestsPerHour"]
        == usage["requestsPerDay"]
        == usage["totalRequests"]
        > 0
    )


def test_all_time_starts_with_the_accounts_first_call(ask: Ask, corner: Scene) -> None:
    """ZK-15: `all` has no rows before the first call, with any key, and none at all without one."""
    asked = {"timeframe": "all", "granularity": "month", **WHOLE}
    whole = ask(corner, **asked)
    keys = [row["keyId"] for row in whole.body["breakdown"]["byKey"]]
    assert bool(whole.rows) == (whole.usage["totalRequests"] > 0)
    assert all(row["requests"] > 0 for row in whole.rows[:1])
    assert all(len(ask(corner, keyId=key, **asked).rows) == len(whole.rows) for key in keys)


def test_intervals_add_up(ask: Ask, at: type[Scene]) -> None:
    """The hours of a day, each asked for as the last one, are the day."""
    days = ask(at(now="2026-03-18T11:59:59Z"), **WHOLE)
    hours = [
        ask(at(now=f"2026-03-{17 + hour // 24}T{hour % 24:02}:59:59Z"), timeframe="1h").usage
        for hour in range(12, 36)
    ]
    assert sum(hour["totalRequests"] for hour in hours) == days.usage["totalRequests"] > 0
    assert sum(hour["dataTransferred"] for hour in hours) == days.usage["dataTransferred"]
    assert max(hour["peakLatency"] for hour in hours) == days.usage["peakLatency"]


def test_a_million_minutes(ask: Ask, at: type[Scene]) -> None:
    """The huge account by minute over all time is sorted and paged like any other."""
    asked = {"timeframe": "all", "granularity": "minute", "limit": 500}
    pages = [ask(at("huge"), offset=offset, **asked) for offset in (0, 500)]
    assert not pages[0].breaches
    rows = pages[0].rows + pages[1].rows
    assert pages[0].body["pagination"]["total"] > 1_000_000
    assert rows == sorted(rows, key=lambda row: (-row["requests"], row["timestamp"]))
    assert len({row["timestamp"] for row in rows}) == 1_000
