from __future__ import annotations

from typing import Any

import pytest

from tests.contracts.zkscore.conftest import Ask, Scene

FIELDS = {
    "requests": "requests",
    "errors": "failedRequests",
    "latency": "averageLatency",
    "timestamp": "timestamp",
}


@pytest.mark.parametrize("limit", [1, 7, 25, 1000])
def test_pages_put_together_are_the_list(ask: Ask, at: type[Scene], limit: int) -> None:
    """ZK-7: whatever the limit, the pages are the same list."""
    whole, more = ask(at(), limit=1000), True
    rows: list[Any] = []
    while more:
        page = ask(at(), limit=limit, offset=len(rows))
        rows, more = rows + page.rows, page.body["pagination"]["hasMore"]
        assert page.body["pagination"]["total"] == 25
    assert rows == whole.rows


@pytest.mark.parametrize(
    ("limit", "offset", "size"),
    [
        (25, 0, 25),
        (24, 0, 24),
        (10, 15, 10),
        (10, 14, 10),
        (10, 24, 1),
        (10, 25, 0),
        (9, 10_000, 0),
        (1, 2**63 - 1, 0),
    ],
)
def test_the_ends_of_the_list(ask: Ask, at: type[Scene], limit: int, offset: int, size: int) -> None:
    """ZK-7: the last page is as short as it must be, and hasMore is true exactly before it."""
    reply = ask(at(), limit=limit, offset=offset)
    more = offset + limit < 25
    assert len(reply.rows) == size
    assert reply.body["pagination"] == {"total": 25, "limit": limit, "offset": offset, "hasMore": more}
    assert reply.breaches == []


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("name", ["steady", "quiet", "outage"])
def test_the_order_follows_the_field(ask: Ask, at: type[Scene], name: str, field: str) -> None:
    """ZK-8: rows go by the field asked for, in the direction asked for, ties by timestamp."""
    asked = {"timeframe": "7d", "limit": 1000, "sortBy": field}
    rising, falling = (ask(at(name), sortOrder=order, **asked).rows for order in ("asc", "desc"))
    stamped = sorted(rising, key=lambda row: row["timestamp"])
    assert rising == sorted(stamped, key=lambda row: row[FIELDS[field]])
    assert falling == sorted(stamped, key=lambda row: row[FIELDS[field]], reverse=True)


@pytest.mark.parametrize("field", FIELDS)
def test_sorting_changes_nothing_else(ask: Ask, corner: Scene, field: str) -> None:
    """ZK-8: the rows are the same ones, and all other sections too."""
    asked = {"timeframe": "7d", "granularity": "day"}
    plain, *others = (
        ask(corner, **asked, **more).body
        for more in ({}, {"sortBy": field}, {"sortBy": field, "sortOrder": "asc"})
    )
    for body in others:
        assert sorted(map(str, body["timeSeries"])) == sorted(map(str, plain["timeSeries"]))
        assert body | {"timeSeries": 0} == plain | {"timeSeries": 0}


def test_order_by_latency_without_latencies(ask: Ask, at: type[Scene]) -> None:
    """ZK-12: rows sorted by a latency that is not sent are in the same order."""
    shown = ask(at(), sortBy="latency")
    hidden = ask(at(), sortBy="latency", includeLatency=False)
    assert [row["timestamp"] for row in hidden.rows] == [row["timestamp"] for row in shown.rows]
    assert all("averageLatency" not in row and "peakLatency" not in row for row in hidden.rows)
