from __future__ import annotations

import pytest

from metermock import read_instant
from tests.contracts.zkscore.conftest import Ask, Refuse

TOO_MANY = 429
LONG = "9" * 10_000
BAD = {
    "keyId": ["", "key_steady_mobile\0"],
    "timeframe": ["", "2h", "24H", "1 h", "24h ", "ALL", "null", LONG, "1h\0", "\u0661h"],
    "granularity": ["", "second", "Hour", "hours", LONG, "hour\0", "%"],
    "includeBreakdown": ["", "True", "1", "yes", "null", LONG, "true\0"],
    "includeErrors": ["", "FALSE", "0", "no", LONG, "\0"],
    "includeLatency": ["", "tru", "2", "[]", LONG],
    "sortBy": ["", "request", "Requests", "dataTransferred", LONG, "errors\0"],
    "sortOrder": ["", "DESC", "descending", "-1", LONG],
    "limit": [
        "",
        "0",
        "1001",
        "-1",
        "ten",
        "1.0",
        "1e2",
        "+5",
        " 5",
        "1_0",
        "0x10",
        "\u0665",
        "NaN",
        LONG,
        "5\0",
    ],
    "offset": ["", "-1", "one", "1.5", "9223372036854775808", "1e1", "nan", LONG, "0\0"],
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in BAD.items() for value in values]
)
def test_a_bad_parameter_is_refused(ask: Ask, name: str, value: str) -> None:
    """ZK-13: a value that the contract does not allow is a BAD_REQUEST in the envelope, and says which."""
    refused = ask(query=[(name, value)])
    assert refused.status == 400
    assert refused.body["error"] == "BAD_REQUEST"
    assert name in refused.body["message"]
    assert len(refused.body["message"]) < 500
    assert refused.breaches == []


@pytest.mark.parametrize(
    ("name", "value"), [("limit", "1"), ("limit", "1000"), ("offset", "0"), ("timeframe", "all")]
)
def test_the_last_of_a_repeated_parameter_counts(ask: Ask, name: str, value: str) -> None:
    """A parameter that is sent twice has its last value, be the first one good or bad."""
    good = ask(query=[(name, "bad"), (name, value)])
    assert (good.status, good.breaches) == (200, [])
    assert str(good.exchange.parameters[name]) == value
    assert ask(query=[(name, value), (name, "bad")]).status == 400


@pytest.mark.parametrize("key", ["key_00000000", "key_quiet", "KEY_STEADY_MOBILE", LONG, "☃"])
def test_an_unknown_key_is_not_found(ask: Ask, key: str) -> None:
    """A keyId that the account does not have, another account's included, is NOT_FOUND in the envelope."""
    refused = ask(query=[("keyId", key)])
    assert (refused.status, refused.body["error"], refused.breaches) == (404, "NOT_FOUND", [])
    assert key not in refused.body["message"]


def test_a_bad_parameter_comes_before_an_unknown_key(ask: Ask) -> None:
    """With both, the parameter is what is refused."""
    assert ask(keyId="key_00000000", timeframe="2h").status == 400


@pytest.mark.parametrize(
    ("reason", "why", "status", "code"),
    [
        ("unauthenticated", "missing", 401, "UNAUTHORIZED"),
        ("unauthenticated", "malformed", 401, "UNAUTHORIZED"),
        ("unauthenticated", "unknown", 401, "UNAUTHORIZED"),
        ("unauthenticated", "revoked", 401, "UNAUTHORIZED"),
        ("forbidden", "scope", 403, "FORBIDDEN"),
        ("rate_limited", "", 429, "RATE_LIMIT_EXCEEDED"),
    ],
)
def test_every_refusal_is_documented(refuse: Refuse, reason: str, why: str, status: int, code: str) -> None:
    """Each refusal is valid against its schema, and carries the Free tier's rate limit and no usage."""
    refused = refuse(reason, why, retry_after=20)
    assert (refused.status, refused.body["error"], refused.breaches) == (status, code, [])
    assert set(refused.body) == {"success", "error", "message", "timestamp"}
    assert refused.headers["x-ratelimit-limit"] == "60"
    assert refused.headers["x-ratelimit-remaining"] == ("0" if status == TOO_MANY else "60")
    assert (refused.headers.get("retry-after") == "20") == (status == 429)


def test_the_reset_is_when_the_wait_ends(refuse: Refuse) -> None:
    """A 429's X-RateLimit-Reset is as many seconds after its timestamp as Retry-After tells to wait."""
    refused = refuse("rate_limited", "", retry_after=20)
    now = read_instant(refused.body["timestamp"])
    assert int(refused.headers["x-ratelimit-reset"]) == now + int(refused.headers["retry-after"])


@pytest.mark.parametrize(
    ("reason", "status"), [("not_found", 404), ("method_not_allowed", 405), ("internal", 500)]
)
def test_what_the_contract_does_not_document_has_its_envelope(
    refuse: Refuse, reason: str, status: int
) -> None:
    """A wrong path, a wrong method and a failure of the mock have the contract's envelope too."""
    refused = refuse(reason)
    assert refused.status == status
    assert refused.body["success"] is False
    assert refused.body["timestamp"] == "2026-03-18T15:42:07Z"
