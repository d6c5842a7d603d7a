from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from onepin import AsyncOnePinClient, OnePinClient
from onepin.core.api_error import ApiError
from onepin.errors import UnprocessableEntityError
from onepin.types import (
    ApiListResponseUsageActivityOut,
    ApiResponseUsageByLanguageOut,
    ApiResponseUsageSummaryOut,
)

from tests.conftest import Server

STEADY = "op_live_steady00000000000000000000000000"
NOBODY = "7d1f3b0a-52c8-4e96-b7aa-0c6e2f9d1845"
ONCE = {"max_retries": 0}


@contextmanager
def connected(server: Server, token: str) -> Iterator[Any]:
    """The usage methods of the vendor's client; its connections are closed in the end."""
    with httpx.Client(trust_env=False) as http:
        yield OnePinClient(token=token, base_url=f"{server.url}/onepin", httpx_client=http).usage


@pytest.fixture(name="usage")
def usage_fixture(mock: Server) -> Iterator[Any]:
    """The usage methods of the vendor's client, at the mock."""
    with connected(mock, STEADY) as usage:
        yield usage


def test_the_summary_is_typed(usage: Any) -> None:
    """The vendor's client reads a summary into its own types, audio included."""
    reply = usage.usage_summary(range="60d", activity_view="weekly", timezone="America/New_York")
    assert isinstance(reply, ApiResponseUsageSummaryOut)
    assert (len(reply.data.daily or []), len(reply.data.activity.buckets or [])) == (60, 12)
    assert reply.data.audio.total_ms > 0
    assert reply.data.period.end == datetime(2026, 3, 19, 4, tzinfo=UTC)


def test_the_languages_are_typed(usage: Any) -> None:
    """The vendor's client reads the usage by language into its own types."""
    reply = usage.usage_by_language(activity_view="monthly")
    assert isinstance(reply, ApiResponseUsageByLanguageOut)
    assert (reply.data.range, reply.data.activity_view) == (None, "monthly")
    assert sum(row.credits for row in reply.data.languages or []) > 0


def test_the_activity_is_typed_and_read_page_by_page(usage: Any) -> None:
    """The vendor's client walks the pages of its own cursor."""
    first = usage.usage_activity(limit=7, type="workflow_run")
    second = usage.usage_activity(limit=7, type="workflow_run", cursor=first.pagination.next)
    assert isinstance(first, ApiListResponseUsageActivityOut)
    assert {event.action for event in first.data + second.data} == {"workflow_run"}
    assert len({event.id for event in first.data + second.data}) == 14
    assert usage.usage_activity(limit=14, type="workflow_run").data == first.data + second.data


def test_the_asynchronous_client_reads_the_same(usage: Any, mock: Server) -> None:
    """The asynchronous client gets what the other one gets, from all three operations."""

    async def read() -> tuple[Any, Any, Any]:
        async with httpx.AsyncClient(trust_env=False) as http:
            usage = AsyncOnePinClient(token=STEADY, base_url=f"{mock.url}/onepin", httpx_client=http).usage
            return await asyncio.gather(
                usage.usage_summary(), usage.usage_by_language(), usage.usage_activity()
            )

    summary, languages, activity = asyncio.run(read())
    assert summary.data == usage.usage_summary().data
    assert languages.data == usage.usage_by_language().data
    assert activity.data == usage.usage_activity().data


@pytest.mark.parametrize(
    ("call", "status", "code"),
    [
        (lambda usage: usage.usage_summary(workspace_id=NOBODY), 403, "forbidden"),
        (lambda usage: usage.usage_activity(user_id=NOBODY), 404, "not_found"),
    ],
)
def test_refusals_are_the_clients_errors(
    usage: Any, call: Callable[[Any], Any], status: int, code: str
) -> None:
    """What the mock refuses is the vendor client's ApiError, with the documented status and code."""
    with pytest.raises(ApiError) as raised:
        call(usage)
    assert (raised.value.status_code, raised.value.body["error"]["code"]) == (status, code)


@pytest.mark.parametrize(
    "token", ["op_live_unknown0000000000000000000000000", "op_test_steady00000000000000000000000000"]
)
def test_an_unknown_or_reserved_key(mock: Server, token: str) -> None:
    """A key that was never issued, or is reserved, is the client's ApiError with 401."""
    with connected(mock, token) as usage, pytest.raises(ApiError) as raised:
        usage.usage_summary()
    assert (raised.value.status_code, raised.value.body["error"]["code"]) == (401, "unauthorized")


@pytest.mark.parametrize("wrong", [{"timezone": "Mars/Olympus"}, {"range": "7d"}, {"activity_view": "year"}])
def test_validation_errors_have_their_own_type(usage: Any, wrong: dict[str, str]) -> None:
    """A parameter that is refused is the client's UnprocessableEntityError, and names the field."""
    with pytest.raises(UnprocessableEntityError) as raised:
        usage.usage_summary(**wrong)
    assert [detail["field"] for detail in raised.value.body["error"]["details"]] == list(wrong)


def test_too_many_reads(serve: Callable[..., Server]) -> None:
    """Where limits are enforced, the 61st read within a minute is 429 and says when to come back."""
    server = serve("--strict", "--rate-limits", "documented")
    with connected(server, "op_live_quiet000000000000000000000000000") as usage:
        for _ in range(60):
            usage.usage_by_language(request_options=ONCE)
        with pytest.raises(ApiError) as raised:
            usage.usage_by_language(request_options=ONCE)
    assert (raised.value.status_code, raised.value.body["error"]["code"]) == (429, "rate_limited")
    assert 0 < int((raised.value.headers or {})["retry-after"]) <= 60


@pytest.mark.parametrize(
    ("token", "wanted", "kind", "status"),
    [
        ("op_live_unknown0000000000000000000000000", {}, ApiError, 401),
        (STEADY, {"workspace_id": NOBODY}, ApiError, 403),
        (STEADY, {"user_id": NOBODY}, ApiError, 404),
        (STEADY, {"timezone": "Mars/Olympus"}, UnprocessableEntityError, 422),
    ],
)
def test_the_asynchronous_clients_errors(
    mock: Server, token: str, wanted: dict[str, str], kind: type[ApiError], status: int
) -> None:
    """The asynchronous client raises the same errors."""

    async def read() -> None:
        async with httpx.AsyncClient(trust_env=False) as http:
            client = AsyncOnePinClient(token=token, base_url=f"{mock.url}/onepin", httpx_client=http)
            await client.usage.usage_activity(**wanted)

    with pytest.raises(kind) as raised:
        asyncio.run(read())
    assert raised.value.status_code == status
