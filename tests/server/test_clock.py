from __future__ import annotations

import asyncio
import logging
import time
import uuid
import warnings
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
import pytest

from metermock.errors import UsageError
from metermock.ledger.calendar import END
from metermock.project import open_project
from metermock.server.running.serve import YEAR, live_warning
from metermock.server.settings import Settings
from tests.conftest import Server

with warnings.catch_warnings():
    # jsonschema's warnings about what connexion imports of it.
    warnings.simplefilter("ignore")
    from metermock.server.assemble import assemble

ACME = str(Path(__file__).parent / "project")
KEY = {"Authorization": "Bearer acme_live_steady"}


def date_of(reply: httpx.Response) -> str:
    """The instant that a reply is from."""
    return parsedate_to_datetime(reply.headers["date"]).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize(
    "path", ["/acme/v1/usage", "/acme/v1/usage?days=0", "/acme/nowhere", "/", "/acme/docs"]
)
def test_the_clock_stands_where_the_world_says(acme: Server, path: str) -> None:
    """The `Date` of every reply is the mock's clock, on errors and pages too."""
    with acme.client(**KEY) as client:
        assert date_of(client.get(path)) == "2026-03-18T15:42:07Z"


def test_now_sets_the_clock(serve: Callable[..., Server], acme: Server) -> None:
    """Another instant gives another reply."""
    with serve(ACME, "--now", "2025-02-01T00:00:00Z").client(**KEY) as client:
        then = client.get("/acme/v1/usage?days=90")
    with acme.client(**KEY) as client:
        now = client.get("/acme/v1/usage?days=90")

    assert date_of(then) == "2025-02-01T00:00:00Z"
    assert then.json()["calls"] != now.json()["calls"]


def test_live_lets_the_clock_run(serve: Callable[..., Server]) -> None:
    """With `--live` the date is the machine's, and no two replies have the same id."""
    with serve(ACME, "--live").client(**KEY) as client:
        replies = [client.get("/acme/v1/usage") for _ in range(2)]

    assert abs(parsedate_to_datetime(replies[0].headers["date"]).timestamp() - time.time()) < 60
    assert replies[0].headers["x-request-id"] != replies[1].headers["x-request-id"]


def test_a_seed_makes_another_world(serve: Callable[..., Server], acme: Server) -> None:
    """Another seed gives other numbers for the same credentials."""
    with serve(ACME, "--seed", "7").client(**KEY) as client:
        other = client.get("/acme/v1/usage")
    with acme.client(**KEY) as client:
        reply = client.get("/acme/v1/usage")

    assert (other.status_code, other.json()["account"]) == (200, "steady")
    assert other.json()["calls"] != reply.json()["calls"]


def test_a_request_id_is_a_function_of_the_request(serve: Callable[..., Server], acme: Server) -> None:
    """While the clock is frozen, a request has the same id in any process and under any path."""
    with acme.client(**KEY) as client:
        ids = {client.get(path).headers["x-request-id"] for path in ("/acme/v1/usage", "/v1/usage")}
        ids.add(client.head("/acme/v1/usage").headers["x-request-id"])
    with serve(ACME, "--strict").client(**KEY) as client:
        ids.add(client.get("/acme/v1/usage").headers["x-request-id"])

    assert len(ids) == 1
    assert uuid.UUID(ids.pop()).version == 4


def test_another_request_has_another_id(serve: Callable[..., Server], acme: Server) -> None:
    """Another path, query, credential or instant gives another id."""
    with acme.client(**KEY) as client:
        replies = [
            client.get(path) for path in ("/acme/v1/usage", "/acme/v1/usage?days=7", "/acme/v1/status")
        ]
        replies.append(client.get("/acme/v1/usage", headers={"Authorization": "Bearer acme_live_empty"}))
    with serve(ACME, "--now", "2025-02-01T00:00:00Z").client(**KEY) as client:
        replies.append(client.get("/acme/v1/usage"))

    assert len({reply.headers["x-request-id"] for reply in replies}) == 5


def test_a_running_clock_that_ends_soon_is_told() -> None:
    """With `--live`, the last year of the ledger gives a warning, and after its end nothing is served."""
    assert live_warning(END - 2 * YEAR) is None
    assert "2039-12-31T23:59:59Z" in str(live_warning(END - YEAR))
    with pytest.raises(UsageError, match=r"--live: it is 2040-01-01T00:00:00Z, and the ledger ends"):
        live_warning(END)


@pytest.mark.parametrize("strict", [False, True])
def test_a_clock_that_runs_out_is_told_in_each_reply_and_once_in_the_log(
    runner: asyncio.Runner, caplog: pytest.LogCaptureFixture, *, strict: bool
) -> None:
    """What needs a usage is a 500 that names the end, and how to go on; the rest is answered as before."""
    settings = Settings(ACME, ("acme",), root=True, now=END, strict=strict)
    transport = httpx.ASGITransport(assemble([open_project(ACME).load("acme", seed=0)], settings))

    async def asked() -> list[httpx.Response]:
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:4010") as client:
            paths = ("/acme/v1/usage", "/acme/v1/usage?days=0")
            replies = [await client.get(path, headers=KEY) for path in paths]
            return [*replies, await client.get("/acme/v1/usage"), await client.get("/health")]

    with caplog.at_level(logging.WARNING, "metermock"):
        replies = runner.run(asked())

    assert [reply.status_code for reply in replies] == [500, 500, 401, 200]
    for reply in replies[:2]:
        assert "the ledger ends with 2039-12-31T23:59:59Z" in reply.json()["detail"]
        assert "--now" in reply.json()["detail"]
    (line,) = caplog.messages
    assert "acme: the clock 2040-01-01T00:00:00Z is too late" in line
