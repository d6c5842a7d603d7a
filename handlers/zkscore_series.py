"""The window of a report of ZKScore, and its time series, page by page."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from metermock import (
    Usage,
    Window,
    add_months,
    half_up,
    instant_text,
    local_date,
    midnight,
    month_start,
    zone,
)

MINUTE, HOUR, DAY = 60, 3_600, 86_400
UTC = zone("UTC")
TIMEFRAMES = {"1h": HOUR, "24h": DAY, "7d": 7 * DAY, "30d": 30 * DAY, "90d": 90 * DAY, "1y": 365 * DAY}
STEPS = {"minute": MINUTE, "hour": HOUR, "day": DAY, "week": 7 * DAY}
MONDAY = 4 * DAY  # 1970-01-05, the first Monday that the clock knows
FAILURE = "failure"
FAILED = {"outcome": FAILURE}


class View(NamedTuple):
    """The calls of a report: those in a window, of one key or of all."""

    usage: Usage
    window: Window
    key: str | None
    latency: bool

    @property
    def where(self) -> dict[str, str]:
        """All its calls."""
        return {"key": self.key} if self.key is not None else {}

    @property
    def failed(self) -> dict[str, str]:
        """Its failed calls."""
        return self.where | FAILED


class Bucket(NamedTuple):
    """A row of the time series: the instant that names it, and the instants that it counts from and to."""

    name: int
    start: int
    end: int


def window_of(usage: Usage, timeframe: str, now: int) -> Window:
    """The window of a timeframe; `all` starts with the first call of any key, and is empty before it."""
    if timeframe in TIMEFRAMES:
        return Window.trailing(now, TIMEFRAMES[timeframe])
    first = usage.first()
    return Window(now + 1 if first is None else first, now + 1)


def latency(calls: int, together: int, longest: int) -> dict[str, float]:
    """Mean and peak, in milliseconds."""
    return {"averageLatency": half_up(together, calls, 1), "peakLatency": float(longest)}


def starts_of(first: int, last: int, granularity: str) -> Sequence[int]:
    """The starts of the buckets from the one that holds `first` to the one that holds `last`."""
    if granularity == "month":
        month, starts = month_start(local_date(first, UTC)), []
        while (start := midnight(month, UTC)) <= last:
            starts.append(start)
            month = add_months(month, 1)
        return starts
    step = STEPS[granularity]
    return range(first - (first - (MONDAY if granularity == "week" else 0)) % step, last + 1, step)


def series_of(view: View, asked: Mapping[str, Any], now: int) -> tuple[Any, dict[str, Any]]:
    """One page of the time series, and which page it is."""
    # The window begins just after an instant. The bucket of that instant is listed, even if it has no more.
    opening = view.window.start - (asked["timeframe"] != "all")
    starts = starts_of(opening, now, asked["granularity"]) if view.window.end > view.window.start else ()
    limit, offset, total = asked["limit"], asked["offset"], len(starts)
    page = {"total": total, "limit": limit, "offset": offset, "hasMore": offset + limit < total}
    part = slice(min(offset, total), min(offset + limit, total))
    rows = view.usage.prepare(
        ("rows", view[1:], asked["granularity"], asked["sortBy"], asked["sortOrder"], part.start, part.stop),
        lambda: rows_of(view, starts, asked["granularity"], order_of(view, starts, asked, part)),
    )
    return rows, page


def order_of(view: View, starts: Sequence[int], asked: Mapping[str, Any], part: slice) -> Sequence[int]:
    """The indices of the page's buckets as they are sorted; ties by time."""
    by, descending = asked["sortBy"], asked["sortOrder"] == "desc"
    if by == "timestamp" or not starts:
        return range(len(starts))[:: -1 if descending else 1][part]

    def figures(edges: Sequence[int]) -> Any:
        where = view.failed if by == "errors" else view.where
        measures = ("calls", "latency_ms") if by == "latency" else ("calls",)
        columns = view.usage.columns(edges, where=where, measures=measures)
        column = columns["calls"]
        if by == "latency":
            # As shown, rounded half-up to tenths, so that a reader can follow the order.
            calls = column.clip(1)
            column = (20 * columns["latency_ms"] + calls) // (2 * calls)
        return column

    name = (view.key, by)
    return view.usage.order(starts, view.window, figures, part, name=name, descending=descending)


def rows_of(view: View, starts: Sequence[int], granularity: str, chosen: Sequence[int]) -> list[Any]:
    """The rows of some buckets, in the order in which they are named; the window cuts the first and last."""
    start, end = view.window

    def bucket(index: int) -> Bucket:
        following = starts[index + 1] if index + 1 < len(starts) else end
        return Bucket(starts[index], max(starts[index], start), following)

    cut = {0, len(starts) - 1}
    return view.usage.prepare_each(
        (view.key, view.latency, granularity),
        [bucket(index) if index in cut else starts[index] for index in chosen],
        lambda unknown: rows_between(view, [bucket(chosen[place]) for place in unknown]),
    )


def rows_between(view: View, buckets: list[Bucket]) -> list[dict[str, Any]]:
    """The rows of some buckets, counted."""
    usage, ascending = view.usage, sorted(buckets)
    edges = array("q", (edge for bucket in ascending for edge in bucket[1:]))
    columns = usage.columns(edges, where=view.where)
    failed = usage.columns(edges, where=view.failed)["calls"]
    longest = usage.largest_column(edges, "latency_ms", where=view.where)
    wanted = (columns["calls"], failed, columns["latency_ms"], longest, columns["bytes"])
    # Every other row lies between two of the buckets, and is left out.
    picked = zip(*(column[::2].tolist() for column in wanted), strict=True)
    rows = {}
    for bucket, (calls, failures, together, peak, data) in zip(ascending, picked, strict=True):
        rows[bucket] = {
            "timestamp": instant_text(bucket.name),
            "requests": calls,
            "successfulRequests": calls - failures,
            "failedRequests": failures,
            **(latency(calls, together, peak) if view.latency else {}),
            "dataTransferred": data,
        }
    return [rows[bucket] for bucket in buckets]
