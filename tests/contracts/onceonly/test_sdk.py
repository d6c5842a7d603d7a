from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from onceonly import OnceOnly
from onceonly.exceptions import RateLimitError, UnauthorizedError, ValidationError

KEY = "once_live_steady7Qm2Vx9Kp4"


def connect(server: Any, key: str = KEY) -> OnceOnly:
    """Return the vendor's client, pointed at a running server."""
    return OnceOnly(key, base_url=f"{server.url}/onceonly/v1", max_retries_429=0)


@pytest.fixture(name="client")
def client_fixture(mock: Any) -> Iterator[OnceOnly]:
    """Connects the vendor's client with a good key."""
    with closing(connect(mock)) as client:
        yield client


def test_the_sdk_reads_usage(client: OnceOnly) -> None:
    """The vendor's client reads either kind, and both together."""
    make, ai, whole = client.usage(), client.usage("ai"), client.usage_all()
    assert (make["plan"], make["month"], make["limit"]) == ("starter", "2026-03", 20_000)
    assert ai["usage"] == whole["ai"]["usage"] == whole["ai"]["charged_total_month"] > 0
    assert make["usage"] == whole["make"]["usage"] > 0


def test_the_async_sdk_reads_the_same(client: OnceOnly) -> None:
    """The vendor's client reads the same numbers asynchronously."""

    async def read() -> tuple[Any, Any]:
        try:
            return await client.usage_async("ai"), await client.usage_all_async()
        finally:
            await client.aclose()

    assert asyncio.run(read()) == (client.usage("ai"), client.usage_all())


@pytest.mark.parametrize("key", ["once_live_neverIssued0Aa0Bb", "once_live_legacy1Pz5Cx8Gd", "live-steady"])
def test_the_sdk_knows_a_bad_key(mock: Any, key: str) -> None:
    """A key that is not valid is the client's UnauthorizedError, with the vendor's words."""
    with closing(connect(mock, key)) as client, pytest.raises(UnauthorizedError) as caught:
        client.usage_all()
    assert str(caught.value) == "Invalid API key"


def test_the_sdk_knows_a_missing_token(client: OnceOnly) -> None:
    """Without a bearer token the client's error says so."""
    client._sync_client.headers["Authorization"] = "Basic none"
    with pytest.raises(UnauthorizedError) as caught:
        client.usage()
    assert str(caught.value) == "Missing Authorization Bearer token"


def test_the_sdk_knows_a_bad_kind(client: OnceOnly) -> None:
    """Another kind is the client's ValidationError."""
    with pytest.raises(ValidationError) as caught:
        client.usage("tokens")
    assert "kind" in str(caught.value)


def test_the_sdk_knows_a_rate_limit(serve: Any) -> None:
    """One read too many within a minute is the client's RateLimitError, and says how long to wait."""
    with closing(connect(serve("--rate-limits", "documented"), "once_live_quiet5Hd1Jb8Rs3")) as client:
        for _ in range(60):
            client.usage()
        with pytest.raises(RateLimitError) as caught:
            client.usage()
    assert str(caught.value) == "rate_limited"
    assert caught.value.retry_after_sec is not None
    assert 0 < caught.value.retry_after_sec <= 60
