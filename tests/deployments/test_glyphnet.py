"""The plain glyphnet keeps its contract."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from deployments.faults import deploy
from deployments.wire import listening
from tests.deployments.client import NOW, Client

EVERY = ["steady", "busy", "still", "quiet", "empty", "over-limit", "enterprise"]
BOUNDS = {
    "?period=day": ("2026-03-18", "2026-03-18", 1),
    "?period=week": ("2026-03-16", "2026-03-22", 3),
    "?period=month": ("2026-03-01", "2026-03-31", 18),
    "?start_date=2026-03-10": ("2026-03-10", "2026-03-18", 9),
    "?end_date=2026-02-20": ("2026-02-01", "2026-02-20", 20),
    "?period=day&start_date=2026-02-27&end_date=2026-03-02": ("2026-02-27", "2026-03-02", 4),
    "?start_date=2026-03-10T23:00:00-05:00&end_date=2026-03-12T01:00:00%2B09:00": (
        "2026-03-11",
        "2026-03-11",
        1,
    ),
    "?start_date=2027-01-01&end_date=2027-01-02": ("2027-01-01", "2027-01-02", 0),
    "?start_date=2024-02-29&end_date=2024-02-29": ("2024-02-29", "2024-02-29", 1),
}


@pytest.fixture(scope="module", params=[(), ("counts-itself",)], ids=["free-reads", "counted-reads"])
def glyphnet(request: pytest.FixtureRequest) -> Iterator[Client]:
    """A deployment whose clock stands still, whose reads count or not."""
    with listening(deploy("glyphnet", variants=request.param, clock=lambda: NOW)) as url:
        yield Client(url, "glyphnet", "/v1/usage")


@pytest.mark.parametrize("place", BOUNDS)
def test_bounds(glyphnet: Client, place: str) -> None:
    """GL-4, GL-6, GL-13: periods and ranges begin and end where they should, rows go up to today."""
    body, (start, end, rows) = glyphnet.read(place), BOUNDS[place]
    assert body["period"] == {"start": f"{start}T00:00:00Z", "end": f"{end}T23:59:59Z"}
    expected = [(date.fromisoformat(start) + timedelta(days=day)).isoformat() for day in range(rows)]
    assert [row["date"] for row in body["daily"]] == expected


@pytest.mark.parametrize("account", EVERY)
def test_numbers_agree(glyphnet: Client, account: str) -> None:
    """GL-1 to GL-4: what is left, the percentage, the breakdown and the days follow from the usage."""
    body = glyphnet.read("", account)
    used, limit = body["current_usage"], body["monthly_limit"]
    assert body["remaining"] == max(0, limit - used)
    assert body["percentage_used"] == pytest.approx(100 * used / limit, abs=0.0051)
    assert sum(body["breakdown"].values()) == sum(row["requests"] for row in body["daily"]) == used
    assert (used > limit) == (account == "over-limit")


@pytest.mark.parametrize("account", EVERY)
def test_rows(glyphnet: Client, account: str) -> None:
    """GL-8: no claims without requests, no confidence without claims."""
    rows = glyphnet.read("?start_date=2026-01-01", account)["daily"]
    assert all(0 <= row["avg_confidence"] <= 1 for row in rows)
    assert all(row["verified_claims"] == 0 for row in rows if not row["requests"])
    assert all(row["avg_confidence"] == 0 for row in rows if not row["verified_claims"])


def test_range_is_its_days(glyphnet: Client) -> None:
    """GL-9, GL-10: a range is the sum of its days asked for one by one."""
    whole = glyphnet.read("?start_date=2026-03-02&end_date=2026-03-06")
    days = [glyphnet.read(f"?start_date={row['date']}&end_date={row['date']}") for row in whole["daily"]]
    assert [row for day in days for row in day["daily"]] == whole["daily"]
    assert sum(day["current_usage"] for day in days) == whole["current_usage"]
    assert [row for row in glyphnet.read()["daily"] if row in whole["daily"]] == whole["daily"]


@pytest.mark.parametrize("account", EVERY)
def test_rate_limit(glyphnet: Client, account: str) -> None:
    """GL-5, GL-7: headers and body tell the same limit and minute."""
    answer = glyphnet.send("", account)
    limit, minute = answer.body["rate_limit"].values()
    assert int(answer.headers["x-ratelimit-limit"]) == limit
    assert int(answer.headers["x-ratelimit-remaining"]) + minute in {limit, limit - 1}
    assert 0 <= minute <= limit


def test_refusals(glyphnet: Client) -> None:
    """GL-12: bad dates and periods 400, bad keys 401, a key without scope 403 with its scopes."""
    bad = (
        "?period=year",
        "?start_date=2026-02-30",
        "?start_date=20260301",
        "?start_date=2026-W10-1",
        "?end_date=",
    )
    worse = (
        "?start_date=2026-03-02&end_date=2026-03-01",
        "?start_date=2030-01-01",
        "?period=x&end_date=2026-01-01",
    )
    assert glyphnet.statuses(*bad, *worse) == {400}
    assert glyphnet.send("?period=x", "none").body["error"] == "missing_api_key"
    assert glyphnet.send("?period=x", "unknown").body["error"] == "invalid_api_key"
    assert glyphnet.send("?period=x", "no-scope").body["details"]["required_scope"] == "usage:read"
