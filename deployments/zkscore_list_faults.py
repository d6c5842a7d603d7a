"""Faults of the plain zkscore's time series: buckets, order, pages, sections, parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from deployments.parts import DAY, Ask, Parameter
from deployments.register import fault
from deployments.zkscore import Zkscore
from deployments.zkscore_data import Call
from deployments.zkscore_series import Series

ZK = "zkscore"


@fault(ZK, "windows", "ZK-15", "buckets", sometimes=True)
def first_row_missing(plain: Zkscore, ask: Ask) -> Sequence[int]:
    """A day by hours has 24 rows: the first one is left out."""
    found = Zkscore.buckets(plain, ask)
    return found[1:] if len(found) > 1 else found


@fault(ZK, "windows", "ZK-15", "buckets", sometimes=True)
def last_row_missing(plain: Zkscore, ask: Ask) -> Sequence[int]:
    """The bucket of now is left out."""
    return Zkscore.buckets(plain, ask)[:-1]


@fault(ZK, "windows", "ZK-15", "series", sometimes=True)
def silent_rows_dropped(plain: Zkscore, ask: Ask, calls: list[Call]) -> Series:
    """Buckets without calls are left out."""
    series = Zkscore.series(plain, ask, calls)
    series.buckets = sorted(series.rows)
    return series


@fault(ZK, "windows", "ZK-15", "buckets", sometimes=True)
def all_from_the_keys_start(plain: Zkscore, ask: Ask) -> Sequence[int]:
    """With keyId, all begins with the key's first call."""
    found = Zkscore.buckets(plain, ask)
    if ask.parameters["timeframe"] != "all" or not ask.parameters["keyId"]:
        return found
    calls = plain.calls(ask)
    first = plain.floor(calls[0].at, ask.parameters["granularity"]) if calls else 0
    return [start for start in found if start >= first]


@fault(ZK, "windows", "ZK-15", "floor", sometimes=True)
def weeks_from_sunday(plain: Zkscore, at: int, granularity: str) -> int:
    """Weeks begin on Sunday."""
    start = Zkscore.floor(plain, at, granularity)
    return Zkscore.floor(plain, at + DAY, granularity) - DAY if granularity == "week" else start


@fault(ZK, "windows", "ZK-15", "buckets", sometimes=True)
def sunday_rows(plain: Zkscore, ask: Ask) -> Sequence[int]:
    """Weekly rows are named after the Sunday before, and sorted into by Monday."""
    found = Zkscore.buckets(plain, ask)
    return [start - DAY for start in found] if ask.parameters["granularity"] == "week" else found


@fault(ZK, "zones", "ZK-10", "series", sometimes=True)
def local_days(plain: Zkscore, ask: Ask, calls: list[Call]) -> Series:
    """Daily rows are filled by the days of New York."""
    moved = (
        [call._replace(at=call.at - 5 * 3600) for call in calls]
        if ask.parameters["granularity"] == "day"
        else calls
    )
    return Zkscore.series(plain, ask, moved)


@fault(ZK, "order", "ZK-8", "page", sometimes=True)
def ties_newest_first(plain: Zkscore, series: Series, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows with equal values are listed by descending timestamp."""
    rows = Zkscore.page(plain, series, parameters | {"offset": 0, "limit": len(series)})
    field = series.fields.get(parameters["sortBy"])
    if field:
        rows.sort(key=lambda row: str(row["timestamp"]), reverse=True)
        rows.sort(key=lambda row: row[field] if parameters["sortOrder"] == "asc" else -row[field])
    return rows[parameters["offset"] :][: parameters["limit"]]


@fault(ZK, "order", "ZK-8", "page", sometimes=True)
def always_by_time(_plain: Zkscore, series: Series, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    """sortBy=requests sorts by timestamp."""
    by = "timestamp" if parameters["sortBy"] == "requests" else parameters["sortBy"]
    return series.page(by, parameters["sortOrder"], parameters["offset"], parameters["limit"])


@fault(ZK, "order", "ZK-8", "page", sometimes=True)
def ascending_ignored(_plain: Zkscore, series: Series, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    """sortOrder=asc is ignored."""
    return series.page(parameters["sortBy"], "desc", parameters["offset"], parameters["limit"])


@fault(ZK, "order", "ZK-8", "page", sometimes=True)
def latency_by_peak(_plain: Zkscore, series: Series, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    """sortBy=latency goes by the peak."""
    series.fields = {**series.fields, "latency": "peakLatency"}
    return series.page(
        parameters["sortBy"], parameters["sortOrder"], parameters["offset"], parameters["limit"]
    )


@fault(ZK, "order", "ZK-7", "page", sometimes=True)
def sorted_within_page(_plain: Zkscore, series: Series, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    """The page is cut by time, and sorted afterwards."""
    rows = series.page("timestamp", "asc", parameters["offset"], parameters["limit"])
    field = series.fields.get(parameters["sortBy"], "timestamp")
    return sorted(rows, key=lambda row: row[field], reverse=parameters["sortOrder"] == "desc")


@fault(ZK, "pages", "ZK-7", "pagination", sometimes=True)
def more_after_the_last(_plain: Zkscore, rows: int, limit: int, offset: int) -> dict[str, Any]:
    """HasMore is true where the last page ends exactly with the list."""
    return {"total": rows, "limit": limit, "offset": offset, "hasMore": offset + limit <= rows}


@fault(ZK, "pages", "ZK-7", "pagination", sometimes=True)
def endless(_plain: Zkscore, rows: int, limit: int, offset: int) -> dict[str, Any]:
    """HasMore is always true once there was a second page."""
    return {"total": rows, "limit": limit, "offset": offset, "hasMore": offset > 0 or limit < rows}


@fault(ZK, "pages", "ZK-7", "pagination", sometimes=True)
def total_of_page(_plain: Zkscore, rows: int, limit: int, offset: int) -> dict[str, Any]:
    """Total counts the page's rows."""
    shown = max(0, min(limit, rows - offset))
    return {"total": shown, "limit": limit, "offset": offset, "hasMore": offset + limit < rows}


@fault(ZK, "pages", "ZK-7", "pagination", sometimes=True)
def total_of_the_rest(_plain: Zkscore, rows: int, limit: int, offset: int) -> dict[str, Any]:
    """Total counts what lies behind the offset."""
    return {
        "total": max(0, rows - offset),
        "limit": limit,
        "offset": offset,
        "hasMore": offset + limit < rows,
    }


@fault(ZK, "pages", "ZK-7", "pagination", sometimes=True)
def echo_of_default(_plain: Zkscore, rows: int, limit: int, offset: int) -> dict[str, Any]:
    """pagination.limit never shows more than 100."""
    return {"total": rows, "limit": min(100, limit), "offset": offset, "hasMore": offset + limit < rows}


def moved(series: Series, parameters: dict[str, Any], offset: int) -> list[dict[str, Any]]:
    """Give the page at another offset."""
    return series.page(parameters["sortBy"], parameters["sortOrder"], offset, parameters["limit"])


@fault(ZK, "pages", "ZK-7", "page", sometimes=True)
def pages_overlap(_plain: Zkscore, series: Series, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    """Later pages begin a row too early."""
    return moved(series, parameters, max(0, parameters["offset"] - 1))


@fault(ZK, "pages", "ZK-7", "page", sometimes=True)
def pages_skip(_plain: Zkscore, series: Series, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    """Later pages begin a row too late."""
    return moved(series, parameters, parameters["offset"] + (parameters["offset"] > 0))


@fault(ZK, "pages", "ZK-7", "page", sometimes=True)
def offset_in_pages(_plain: Zkscore, series: Series, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    """Offset counts pages."""
    return moved(series, parameters, parameters["offset"] * parameters["limit"])


@fault(ZK, "pages", "ZK-7", "page", sometimes=True)
def nothing_beyond_500(_plain: Zkscore, series: Series, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    """A page never has more than 500 rows, whatever its limit."""
    return moved(series, parameters, parameters["offset"])[:500]


@fault(ZK, "agreement", "ZK-12", "without_latency", sometimes=True)
def latency_left_in_breakdown(_plain: Zkscore, body: dict[str, Any]) -> None:
    """includeLatency=false leaves latencies in the breakdown."""
    for row in [body["usage"], *body["timeSeries"]]:
        row.pop("averageLatency", None)
        row.pop("peakLatency", None)


@fault(ZK, "agreement", "ZK-12", "without_latency", sometimes=True)
def latency_null(_plain: Zkscore, body: dict[str, Any]) -> None:
    """includeLatency=false makes latencies null."""
    for row in [body["usage"], *body["timeSeries"], *body.get("breakdown", {}).get("byEndpoint", [])]:
        row["averageLatency"] = None


@fault(ZK, "agreement", "ZK-12", sometimes=True)
def errors_off_no_failures(_plain: Zkscore, ask: Ask, body: Any) -> None:
    """includeErrors=false takes failedRequests out of the rows."""
    if not ask.parameters["includeErrors"]:
        for row in body["timeSeries"]:
            row["failedRequests"] = 0


@fault(ZK, "agreement", "ZK-12", sometimes=True)
def breakdown_emptied(_plain: Zkscore, ask: Ask, body: Any) -> None:
    """includeBreakdown=false leaves an empty section behind."""
    if not ask.parameters["includeBreakdown"]:
        body["breakdown"] = {}


@fault(ZK, "agreement", "ZK-8", sometimes=True)
def sort_changes_usage(_plain: Zkscore, ask: Ask, body: Any) -> None:
    """sortBy=errors leaves out of usage whatever came back late."""
    if ask.parameters["sortBy"] == "errors":
        body["usage"]["peakLatency"] = max(
            (row.get("averageLatency", 0) for row in body["timeSeries"]), default=0
        )


def bounded(parameter: Parameter, text: str, name: str, least: int, most: int) -> Any:
    """Read one parameter by other bounds."""
    if parameter.name == name:
        return Parameter(name, "integer", 100, least=least, most=most).read(text)
    return parameter.read(text)


@fault(ZK, "parameters", "ZK-13", "value")
def limit_1001(_plain: Zkscore, parameter: Parameter, text: str) -> Any:
    """limit=1001 is accepted."""
    return bounded(parameter, text, "limit", 1, 1001)


@fault(ZK, "parameters", "ZK-13", "value")
def limit_0(_plain: Zkscore, parameter: Parameter, text: str) -> Any:
    """limit=0 is accepted."""
    return bounded(parameter, text, "limit", 0, 1000)


@fault(ZK, "parameters", "ZK-13", "value")
def limit_1000_refused(_plain: Zkscore, parameter: Parameter, text: str) -> Any:
    """limit=1000 is refused."""
    return bounded(parameter, text, "limit", 1, 999)


@fault(ZK, "parameters", "ZK-13", "value")
def offset_below_zero(_plain: Zkscore, parameter: Parameter, text: str) -> Any:
    """A negative offset counts as 0."""
    return (
        max(0, bounded(parameter, text, "offset", -(2**63), 2**63))
        if parameter.name == "offset"
        else parameter.read(text)
    )


@fault(ZK, "parameters", "ZK-13", "value")
def text_is_default(_plain: Zkscore, parameter: Parameter, text: str) -> Any:
    """A limit or offset that is no number counts as the default."""
    if parameter.kind == "integer" and not text.removeprefix("-").isascii():
        return parameter.read(text)
    return parameter.default if parameter.kind == "integer" and text.isalpha() else parameter.read(text)


@fault(ZK, "parameters", "common", "value")
def loose_booleans(_plain: Zkscore, parameter: Parameter, text: str) -> Any:
    """1, 0, yes, no, True and False are accepted."""
    words = {"1": "true", "0": "false", "yes": "true", "no": "false", "True": "true", "False": "false"}
    return parameter.read(words.get(text, text) if parameter.kind == "boolean" else text)


@fault(ZK, "parameters", "common", "value", sometimes=True)
def any_text_is_true(_plain: Zkscore, parameter: Parameter, text: str) -> Any:
    """A boolean is true unless it is empty."""
    return bool(text) if parameter.kind == "boolean" else parameter.read(text)


@fault(ZK, "parameters", "common", "value")
def digits_of_any_script(_plain: Zkscore, parameter: Parameter, text: str) -> Any:
    """Integers are read as Python reads them: 1_0, +5, other scripts."""
    return parameter.read(str(int(text)) if parameter.kind == "integer" else text)


@fault(ZK, "parameters", "X-3", "read", sometimes=True)
def limit_defaults_to_50(plain: Zkscore, ask: Ask) -> dict[str, Any]:
    """A limit left out is 50."""
    values = Zkscore.read(plain, ask)
    return values if "limit" in dict(ask.query) else {**values, "limit": 50}


@fault(ZK, "parameters", "X-3", "read", sometimes=True)
def order_defaults_to_asc(plain: Zkscore, ask: Ask) -> dict[str, Any]:
    """SortOrder left out is asc."""
    values = Zkscore.read(plain, ask)
    return values if "sortOrder" in dict(ask.query) else {**values, "sortOrder": "asc"}
