from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.conftest import Server

PATH = "/v1/developer/usage"
KEY = "zk_live_steady7Qm2xV9pLr4nWc8Ht"
REVOKED = "zk_live_legacy4Tn8yL2mGw6xKd3R"
WITHOUT_SCOPE = "zk_live_deploy7Vb5cQ9jHs1fZp6N"
UNKNOWN = "zk_live_unknown1Aa2Bb3Cc4Dd5Ee"
LIMITS = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset")


@pytest.fixture(name="client", scope="module")
def client_fixture(mock: Server) -> Iterator[httpx.Client]:
    """Asks the mock of zkscore, whose clock stands still."""
    with mock.client("/zkscore", Prefer='now="2026-03-18T15:42:07Z"') as client:
        yield client


def bearer(key: str) -> dict[str, str]:
    """The header that carries a key."""
    return {"Authorization": f"Bearer {key}"}


def test_the_report_comes_with_its_headers(client: httpx.Client) -> None:
    """A good request is answered with the report, the rate limit's headers, and a date that is its now."""
    reply = client.get(PATH, headers=bearer(KEY))
    assert (reply.status_code, reply.json()["success"]) == (200, True)
    assert reply.headers["date"] == "Wed, 18 Mar 2026 15:42:07 GMT"
    assert reply.headers["x-ratelimit-limit"] == "300"
    assert reply.json()["timestamp"] == "2026-03-18T15:42:07Z"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": ""}, 401),
        ({"Authorization": "Bearer"}, 401),
        ({"Authorization": KEY}, 401),
        ({"Authorization": f"Basic {KEY}"}, 401),
        ({"X-API-Key": KEY}, 401),
        (bearer(UNKNOWN), 401),
        (bearer(KEY + "x"), 401),
        (bearer(REVOKED), 401),
        (bearer(WITHOUT_SCOPE), 403),
    ],
)
def test_bad_credentials_are_refused(client: httpx.Client, headers: dict[str, str], status: int) -> None:
    """X-5, X-6: each is refused in the envelope with no usage, and comes before a bad parameter."""
    refused = [
        client.get(PATH, headers=headers, params=query) for query in ({}, {"limit": "0"}, {"keyId": "x"})
    ]
    assert [reply.status_code for reply in refused] == [status] * 3
    assert all(set(reply.json()) == {"success", "error", "message", "timestamp"} for reply in refused)
    assert all(reply.headers["x-ratelimit-limit"] == "60" for reply in refused)


def test_the_scheme_is_case_insensitive(client: httpx.Client) -> None:
    """`bearer` and `BEARER` are Bearer."""
    replies = [
        client.get(PATH, headers={"Authorization": f"{scheme} {KEY}"}) for scheme in ("bearer", "BEARER")
    ]
    assert [reply.status_code for reply in replies] == [200, 200]


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("timeframe=2h", 400, "BAD_REQUEST"),
        ("timeframe=", 400, "BAD_REQUEST"),
        ("limit=0", 400, "BAD_REQUEST"),
        ("limit=5&limit=1001", 400, "BAD_REQUEST"),
        ("offset=" + "9" * 10_000, 400, "BAD_REQUEST"),
        ("keyId=key%00", 400, "BAD_REQUEST"),
        ("sortBy=%FF", 400, "BAD_REQUEST"),
        ("keyId=key_quiet", 404, "NOT_FOUND"),
        ("keyId=key_quiet&limit=0", 400, "BAD_REQUEST"),
    ],
)
def test_bad_parameters_are_refused(client: httpx.Client, query: str, status: int, code: str) -> None:
    """ZK-13: the envelope, and the account's own rate limit in the headers."""
    refused = client.get(f"{PATH}?{query}", headers=bearer(KEY))
    assert (refused.status_code, refused.json()["error"]) == (status, code)
    assert refused.json()["success"] is False
    assert refused.headers["x-ratelimit-limit"] == "300"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/v1/nothing", 404), ("GET", PATH + "/x", 404), ("POST", PATH, 405), ("DELETE", PATH, 405)],
)
def test_routing_comes_first(client: httpx.Client, method: str, path: str, status: int) -> None:
    """A wrong path and a wrong method are refused in the envelope, without asking for credentials."""
    refused = client.request(method, path)
    assert refused.status_code == status
    assert refused.json()["success"] is False
    assert refused.headers.get("allow") == ("GET, HEAD" if status == 405 else None)
    assert all(name in refused.headers for name in LIMITS)


def test_head_is_get_without_the_body(client: httpx.Client) -> None:
    """HEAD has the headers of GET."""
    got, head = (client.request(method, PATH, headers=bearer(KEY)) for method in ("GET", "HEAD"))
    assert head.content == b""
    assert dict(head.headers) == dict(got.headers)


def test_requests_that_mean_the_same_have_the_same_bytes(client: httpx.Client) -> None:
    """X-1, X-3, X-4: defaults, order and unknown parameters change nothing."""
    queries = [
        "",
        "",
        "limit=100&offset=0&timeframe=24h",
        "timeframe=24h&offset=0&limit=100",
        "includeErrors=true&sortOrder=desc",
    ]
    bodies = {client.get(f"{PATH}?{query}", headers=bearer(KEY)).content for query in queries}
    assert len(bodies) == 1


def test_one_account_never_sees_anothers(client: httpx.Client, accounts: Any) -> None:
    """Every credential shows its own account's keys, and no other's."""
    seen: dict[str, set[str]] = {}
    for name in ("steady", "near-limit", "outage", "huge"):
        headers = accounts("zkscore")[name]["headers"]
        body = client.get(f"{PATH}?timeframe=all&granularity=month", headers=headers).json()
        seen[name] = {row["keyId"] for row in body["breakdown"]["byKey"]}
    for name, ids in seen.items():
        assert ids
        assert all(one.startswith("key_" + name.replace("-", "_")) for one in ids)
