"""The plain zkscore keeps its contract."""

from collections.abc import Iterator
from itertools import pairwise

import pytest

from deployments.faults import deploy
from deployments.wire import listening
from tests.deployments.client import NOW, Client

FRAMES = ["1h", "24h", "7d", "30d", "90d", "1y", "all"]
EVERY = ["steady", "busy", "quiet", "still", "empty", "at-limit", "trouble"]
SUMS = ("requests", "successfulRequests", "failedRequests", "dataTransferred")


@pytest.fixture(scope="module", params=[(), ("sliding-peaks",)], ids=["slots", "sliding"])
def zkscore(request: pytest.FixtureRequest) -> Iterator[Client]:
    """A deployment whose clock stands still, with either kind of peaks."""
    with listening(deploy("zkscore", variants=request.param, clock=lambda: NOW)) as url:
        yield Client(url, "zkscore", "/v1/developer/usage")


@pytest.mark.parametrize("account", EVERY)
@pytest.mark.parametrize("frame", ["1h", "7d", "all"])
def test_series_sums_to_usage(zkscore: Client, account: str, frame: str) -> None:
    """ZK-1, ZK-2: the whole series adds up to usage, to its mean latency and its peak."""
    body = zkscore.read(f"?timeframe={frame}&granularity=day&limit=1000", account)
    usage, rows = body["usage"], body["timeSeries"]
    sums = [sum(row[name] for row in rows) for name in SUMS]
    assert sums == [usage[name] for name in ("totalRequests", *SUMS[1:])]
    assert usage["successfulRequests"] + usage["failedRequests"] == usage["totalRequests"]
    weighted = sum(row["averageLatency"] * row["requests"] for row in rows) / (usage["totalRequests"] or 1)
    assert abs(weighted - usage["averageLatency"]) <= 0.11
    assert max((row["peakLatency"] for row in rows), default=0) == usage["peakLatency"]


@pytest.mark.parametrize("account", EVERY)
@pytest.mark.parametrize("frame", FRAMES)
def test_peaks_and_rates(zkscore: Client, account: str, frame: str) -> None:
    """ZK-3, ZK-14: peaks hold averages; the three rates are one."""
    usage = zkscore.read(f"?timeframe={frame}", account)["usage"]
    minute, hour = usage["peakRequestsPerMinute"], usage["peakRequestsPerHour"]
    assert usage["requestsPerMinute"] <= minute + 0.01
    assert usage["requestsPerHour"] <= hour + 0.01
    assert minute <= hour <= 60 * minute
    assert abs(usage["requestsPerMinute"] * 60 - usage["requestsPerHour"]) <= 0.31
    assert abs(usage["requestsPerHour"] * 24 - usage["requestsPerDay"]) <= 0.13


@pytest.mark.parametrize("account", EVERY)
def test_parts_are_the_whole(zkscore: Client, account: str) -> None:
    """ZK-4, ZK-5: each breakdown adds up to the requests, each list of errors to the errors."""
    body = zkscore.read("?timeframe=all", account)
    whole, failed = body["usage"]["totalRequests"], body["usage"]["failedRequests"]
    parts = {name: sum(row["requests"] for row in rows) for name, rows in body["breakdown"].items()}
    errors = {
        name: sum(row["count"] for row in body["errors"][name])
        for name in ("byType", "byEndpoint", "byStatusCode")
    }
    assert set(parts.values()) == {whole}
    assert set(errors.values()) == {failed} == {body["errors"]["totalErrors"]}
    assert abs(sum(row["percentage"] for row in body["errors"]["byType"]) - 100 * bool(failed)) < 0.1


def test_keys_are_the_account(zkscore: Client) -> None:
    """ZK-11: the keys together are the account; another account's key is unknown."""
    whole = zkscore.read("?timeframe=all")
    for row in whole["breakdown"]["byKey"]:
        one = zkscore.read(f"?timeframe=all&keyId={row['keyId']}")
        assert one["usage"]["totalRequests"] == row["requests"]
        assert one["pagination"]["total"] == whole["pagination"]["total"]
    assert len(whole["breakdown"]["byKey"]) == 3
    assert zkscore.send("?keyId=key_busy_web").status == 404


@pytest.mark.parametrize("by", ["requests", "errors", "latency", "timestamp"])
@pytest.mark.parametrize("to", ["asc", "desc"])
def test_order_and_pages(zkscore: Client, by: str, to: str) -> None:
    """ZK-7, ZK-8: pages of any order put together are the sorted list, ties by time."""
    place = f"?timeframe=7d&sortBy={by}&sortOrder={to}"
    whole = zkscore.read(f"{place}&limit=1000", "trouble")["timeSeries"]
    pages = [zkscore.read(f"{place}&limit=50&offset={offset}", "trouble") for offset in (0, 50, 100, 150)]
    name = {"errors": "failedRequests", "latency": "averageLatency"}.get(by, by)
    down = -1 if to == "desc" else 1
    expected = sorted(whole, key=lambda row: row["timestamp"], reverse=by == "timestamp" and to == "desc")
    if by != "timestamp":
        expected.sort(key=lambda row: down * row[name])
    assert [row for page in pages for row in page["timeSeries"]] == whole == expected
    assert [page["pagination"]["hasMore"] for page in pages] == [True, True, True, False]


def test_windows_grow(zkscore: Client) -> None:
    """ZK-9, ZK-15: longer windows hold more, and a row for every bucket."""
    bodies = [zkscore.read(f"?timeframe={frame}", "busy") for frame in FRAMES]
    totals = [body["usage"]["totalRequests"] for body in bodies]
    assert all(one <= two for one, two in pairwise(totals))
    assert [body["pagination"]["total"] for body in bodies[:6]] == [2, 25, 169, 721, 2161, 8761]
    assert zkscore.read("?timeframe=all", "empty")["pagination"]["total"] == 0


@pytest.mark.parametrize(("fine", "coarse"), [("minute", "hour"), ("day", "week"), ("day", "month")])
def test_granularity(zkscore: Client, fine: str, coarse: str) -> None:
    """ZK-10: the granularity changes the rows alone, and a minute's rows give an hour's."""
    place = "?timeframe=30d&sortBy=timestamp&sortOrder=desc&limit=200&granularity="
    small, large = zkscore.read(place + fine, "busy"), zkscore.read(place + coarse, "busy")
    last = large["timeSeries"][0]
    inside = [row["requests"] for row in small["timeSeries"] if row["timestamp"] >= last["timestamp"]]
    assert sum(inside) == last["requests"]
    assert small["usage"] == large["usage"]


def test_sections(zkscore: Client) -> None:
    """ZK-12: a section left out changes nothing else; without latency no row has one."""
    whole, bare = (
        zkscore.read("?limit=3"),
        zkscore.read("?limit=3&includeErrors=false&includeBreakdown=false"),
    )
    assert {name: part for name, part in whole.items() if name not in {"errors", "breakdown"}} == bare
    assert b"Latency" not in zkscore.send("?includeLatency=false").content


@pytest.mark.parametrize("account", EVERY)
def test_rate_limits(zkscore: Client, account: str) -> None:
    """ZK-6: utilization follows, headers and body agree."""
    answer = zkscore.send("?timeframe=1h", account)
    limits = answer.body["rateLimits"]
    assert limits["utilization"] == {
        name: pytest.approx(100 * limits["usage"][name] / limit, abs=0.0051)
        for name, limit in limits["current"].items()
    }
    assert int(answer.headers["x-ratelimit-limit"]) == limits["current"]["requestsPerMinute"]
    assert 0 < int(answer.headers["x-ratelimit-reset"]) - NOW <= 60


def test_refusals(zkscore: Client) -> None:
    """ZK-13: bad parameters are 400, before an unknown key; bad credentials are 401 before all."""
    bad = (
        "?limit=0",
        "?limit=1001",
        "?offset=-1",
        "?limit=x",
        "?timeframe=2d",
        "?granularity=",
        "?includeErrors=1",
    )
    assert zkscore.statuses(*bad, "?keyId=nobody&limit=0") == {400}
    assert {
        zkscore.send("?limit=0", account).status for account in ("none", "basic", "revoked", "unknown")
    } == {401}
    assert zkscore.send("?limit=0").body["error"] == "BAD_REQUEST"
