from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Server

USAGE = "/acme/v1/usage"
SITE = "/acme/v1/sites/main/usage"
Headers = list[tuple[str, str]]


def ask(acme: Server, path: str, *headers: tuple[str, str]) -> tuple[int, dict[str, Any]]:
    """Send headers as they are, repeated ones too."""
    with acme.client() as client:
        reply = client.get(path, headers=list(headers))
    body: dict[str, Any] = reply.json()
    return reply.status_code, body


@pytest.mark.parametrize(
    "header",
    [
        ("Authorization", "Bearer acme_live_steady"),
        ("Authorization", "bEARER   acme_live_steady"),
        ("X-API-Key", "acme_site_steady"),
        ("x-api-key", "acme_site_steady"),
    ],
)
def test_a_good_credential_opens_its_account(acme: Server, header: tuple[str, str]) -> None:
    """Any alternative of an operation's security is accepted; the word Bearer may have any case."""
    status, body = ask(acme, USAGE, header)

    assert (status, body["account"]) == (200, "steady")


@pytest.mark.parametrize(
    ("headers", "status", "why"),
    [
        ([], 401, "missing"),
        ([("Authorization", "")], 401, "missing"),
        ([("Authorization", "Bearer")], 401, "missing"),
        ([("Authorization", "Basic YWJjOmRlZg==")], 401, "missing"),
        ([("Authorization", "acme_live_steady")], 401, "missing"),
        ([("X-API-Key", "")], 401, "missing"),
        ([("Cookie", "acme_session=acme_session_steady")], 401, "missing"),
        ([("Authorization", "Bearer acme_live_steady x")], 401, "malformed"),
        ([("Authorization", "Bearer acme_live_steady"), ("Authorization", "Bearer x")], 401, "malformed"),
        ([("Authorization", "Bearer x"), ("Authorization", "Bearer acme_live_steady")], 401, "malformed"),
        ([("X-API-Key", "acme_site_steady"), ("X-API-Key", "acme_site_steady")], 401, "malformed"),
        ([("Authorization", "Bearer acme_live_unknown")], 401, "unknown"),
        ([("Authorization", "Bearer ACME_LIVE_STEADY")], 401, "unknown"),
        ([("Authorization", "Bearer acme_site_steady")], 401, "unknown"),
        ([("Authorization", "Bearer acme_live_revoked")], 401, "revoked"),
        ([("Authorization", "Bearer acme_test_steady")], 403, "reserved"),
    ],
)
def test_a_bad_credential_is_refused_for_its_reason(
    acme: Server, headers: Headers, status: int, why: str
) -> None:
    """Missing, malformed, unknown and withdrawn credentials get different errors, and no data."""
    refused, body = ask(acme, USAGE, *headers)

    assert (refused, body["why"]) == (status, why)
    assert "calls" not in body


def test_the_refusal_that_says_most_is_given(acme: Server) -> None:
    """Of several bad credentials, the error is that of the one that the world knows."""
    headers = [("Authorization", "Bearer acme_test_steady"), ("X-API-Key", "nobody")]

    assert ask(acme, USAGE, *headers) == (403, {"error": "forbidden", "why": "reserved"})


def test_one_good_credential_is_enough(acme: Server) -> None:
    """Alternatives are tried until one fits."""
    status, body = ask(acme, USAGE, ("Authorization", "Bearer nobody"), ("X-API-Key", "acme_site_steady"))

    assert (status, body["account"]) == (200, "steady")


@pytest.mark.parametrize(
    "header",
    [
        "acme_session=acme_session_steady",
        'acme_session="acme_session_steady"',
        'a"b={x; acme_session=acme_session_steady; c',
        'theme="d;ark"; acme_session=acme_session_steady',
        ";; =; acme_session = acme_session_steady ;",
    ],
)
def test_a_session_cookie_is_found_among_any_others(acme: Server, header: str) -> None:
    """A malformed cookie does not hide the session beside it."""
    assert ask(acme, SITE, ("Cookie", header))[0] == 200


def test_a_session_that_is_sent_twice_is_refused(acme: Server) -> None:
    """Two sessions in one request are refused."""
    header = "acme_session=acme_session_steady; acme_session=other"

    assert ask(acme, SITE, ("Cookie", header)) == (401, {"error": "unauthenticated", "why": "malformed"})


def test_an_operation_without_security_needs_no_credential(acme: Server) -> None:
    """`security: []` opens an operation to anybody."""
    assert ask(acme, "/acme/v1/status") == (200, {"up": True})


def test_credentials_come_before_parameters_and_after_routing(acme: Server) -> None:
    """Errors have an order: wrong path, wrong key, wrong site, wrong parameter."""
    key = ("Authorization", "Bearer acme_live_steady")
    other = ("X-Site-Id", "other")

    statuses = [ask(acme, "/acme/v1/usages")[0], ask(acme, f"{USAGE}?days=0")[0]]
    statuses += [ask(acme, f"{USAGE}?days=0", key, other)[0], ask(acme, f"{USAGE}?days=0", key)[0]]
    assert statuses == [404, 401, 403, 400]
