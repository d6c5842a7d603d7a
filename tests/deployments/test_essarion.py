"""The plain essarion keeps its contract."""

from collections.abc import Iterator

import pytest

from deployments.faults import deploy
from deployments.wire import listening
from tests.deployments.client import NOW, Client

EVERY = ["steady", "busy", "moderate", "quiet", "fifty", "old", "empty"]


@pytest.fixture(scope="module", params=[(), ("lag",)], ids=["prompt", "lagging"])
def essarion(request: pytest.FixtureRequest) -> Iterator[Client]:
    """A deployment whose clock stands still, with and without the lag that the contract allows."""
    with listening(deploy("essarion", variants=request.param, clock=lambda: NOW)) as url:
        yield Client(url, "essarion", "/api/usage")


@pytest.mark.parametrize("account", EVERY)
def test_summary(essarion: Client, account: str) -> None:
    """ES-1, ES-2, ES-4: ok and errors are the total; the windows lie inside one another."""
    body = essarion.read("", account)
    summary = body["summary"]
    assert summary["ok_calls"] + summary["error_calls"] == summary["total_calls"]
    assert summary["last_24h"] <= summary["last_7d"] <= summary["total_calls"]
    assert sum(row["calls"] for row in body["daily"]) <= summary["total_calls"]


@pytest.mark.parametrize("account", EVERY)
def test_days(essarion: Client, account: str) -> None:
    """ES-3, ES-5: thirty days end today, and bound the trailing windows."""
    body = essarion.read("", account)
    days, calls, summary = (
        [row["day"] for row in body["daily"]],
        [row["calls"] for row in body["daily"]],
        body["summary"],
    )
    assert (days[0], days[-1], len(set(days))) == ("2026-02-17", "2026-03-18", 30)
    assert days == sorted(days)
    assert calls[-1] <= summary["last_24h"] <= calls[-1] + calls[-2]
    assert sum(calls[-7:]) <= summary["last_7d"] <= sum(calls[-8:])


@pytest.mark.parametrize("account", EVERY)
def test_recent(essarion: Client, account: str) -> None:
    """ES-6, ES-12: up to fifty rows, by instant and number, newest first, queries cut."""
    body = essarion.read("", account)
    order = [(row["created_at"], int(row["id"][5:])) for row in body["recent"]]
    assert len(order) == len(set(order)) == min(50, body["summary"]["total_calls"])
    assert order == sorted(order, reverse=True)
    assert all(
        len(row["query"]) <= 200 and row["created_at"] <= "2026-03-18T15:42:07Z" for row in body["recent"]
    )


@pytest.mark.parametrize("account", ["quiet", "fifty", "empty"])
def test_few_calls(essarion: Client, account: str) -> None:
    """ES-7: where all calls are shown, they give the summary."""
    body = essarion.read("", account)
    summary, rows = body["summary"], body["recent"]
    assert sum(row["tokens_out"] for row in rows) == summary["tokens_out"]
    assert sum(row["status"] == "error" for row in rows) == summary["error_calls"]
    mean = sum(row["latency_ms"] for row in rows) / (len(rows) or 1)
    assert abs(summary["avg_latency_ms"] - mean) <= 0.5


@pytest.mark.parametrize("account", EVERY)
def test_recent_and_daily(essarion: Client, account: str) -> None:
    """ES-8: daily holds what recent shows, and exactly that behind the oldest row's day."""
    body = essarion.read("", account)
    stamps = [row["created_at"][:10] for row in body["recent"]]
    shown = {row["day"]: (stamps.count(row["day"]), row["calls"]) for row in body["daily"]}
    assert all(rows <= calls for rows, calls in shown.values())
    assert all(rows == calls for day, (rows, calls) in shown.items() if stamps and day > min(stamps))


def test_refusals(essarion: Client) -> None:
    """ES-10: no, expired and forged sessions and developer keys are refused; a key beside one is not."""
    refused = [
        essarion.send("", account) for account in ("none", "expired", "forged", "unknown", "developer-key")
    ]
    assert {(answer.status, answer.body["error"]["code"]) for answer in refused} == {(401, "unauthorized")}
    assert essarion.send("", Authorization="Bearer esk_live_4f9a0c2e7b").status == 200
