"""The time series of the plain zkscore: aligned buckets, sorted and paged without building empty rows."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from deployments.parts import DAY, HOUR, MINUTE, add_months, half_up, instant, total, utc_midnight
from deployments.zkscore_data import Call

SIZES = {"minute": MINUTE, "hour": HOUR, "day": DAY, "week": 7 * DAY}
MONDAY = 4 * DAY


def floor(at: int, granularity: str) -> int:
    """Give the start of the bucket that holds an instant."""
    if granularity == "month":
        return utc_midnight(datetime.fromtimestamp(at, UTC).date().replace(day=1))
    shift = MONDAY if granularity == "week" else 0
    return at - (at - shift) % SIZES[granularity]


def starts(first: int, last: int, granularity: str) -> Sequence[int]:
    """Give the starts of all buckets from the one that holds `first` to the one that holds `last`."""
    if granularity != "month":
        return range(floor(first, granularity), last + 1, SIZES[granularity])
    found = [floor(first, granularity)]
    while (following := following_month(found[-1])) <= last:
        found.append(following)
    return found


def following_month(start: int) -> int:
    """Give the start of the month after."""
    return utc_midnight(add_months(datetime.fromtimestamp(start, UTC).date(), 1))


def row(start: int, calls: Sequence[Call]) -> dict[str, Any]:
    """Add one bucket up."""
    good = sum(call.ok for call in calls)
    return {
        "timestamp": instant(start),
        "requests": len(calls),
        "successfulRequests": good,
        "failedRequests": len(calls) - good,
        "averageLatency": half_up(total(calls, "latency"), len(calls), 1),
        "peakLatency": max((call.latency for call in calls), default=0),
        "dataTransferred": total(calls, "size"),
    }


FIELDS = {"requests": "requests", "errors": "failedRequests", "latency": "averageLatency"}


class Series:
    """All rows of a window; only those with calls are kept, the empty ones are written when shown."""

    def __init__(self, buckets: Sequence[int], grouped: dict[int, list[Call]]) -> None:
        self.buckets = buckets
        self.rows = {start: row(start, calls) for start, calls in grouped.items()}
        self.fields = FIELDS

    def __len__(self) -> int:
        """Count the rows, empty ones too."""
        return len(self.buckets)

    def at(self, index: int) -> dict[str, Any]:
        """Give the row of a bucket."""
        start = self.buckets[index]
        return self.rows.get(start) or row(start, ())

    def page(self, sort_by: str, sort_order: str, offset: int, limit: int) -> list[dict[str, Any]]:
        """Give one page of the sorted rows; ties go by timestamp, ascending."""
        places = range(offset, min(offset + limit, len(self)))
        down = sort_order == "desc"
        if sort_by == "timestamp":
            return [self.at(len(self) - 1 - place if down else place) for place in places]
        field = self.fields[sort_by]
        ranked = [
            index
            for index, start in enumerate(self.buckets)
            if start in self.rows and self.rows[start][field]
        ]
        members = list(ranked)
        self.rank(ranked, field, down=down)
        empty = len(self) - len(ranked)
        return [self.place(place if down else place - empty, ranked, members, down=down) for place in places]

    def rank(self, ranked: list[int], field: str, *, down: bool) -> None:
        """Sort the buckets that have a value; Python's sort keeps ties in their order."""
        ranked.sort(key=lambda index: self.rows[self.buckets[index]][field], reverse=down)

    def place(self, place: int, ranked: list[int], members: list[int], *, down: bool) -> dict[str, Any]:
        """Give the row of one place: ranked ones from 0, zeros behind them (down) or below 0."""
        if 0 <= place < len(ranked):
            return self.at(ranked[place])
        zero = place - len(ranked) if down else place + len(self) - len(ranked)
        return self.at(
            zero + bisect_right(range(len(members)), zero, key=lambda known: members[known] - known)
        )
