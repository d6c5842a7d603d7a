"""Whether a deployment can be tested, and the reason where it cannot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from metermock.checker.checks.lifeline import Lifeline
from metermock.checker.checks.preflight import Preflight
from metermock.checker.checks.preflight import preflight as run_preflight
from metermock.checker.checks.session import Session
from metermock.checker.deployment.client import Client
from metermock.checker.deployment.options import Options
from metermock.checker.findings.check_ids import CheckIds
from metermock.checker.findings.collector import Collector
from metermock.contract import Contract, Operation
from metermock.errors import CannotTestError

GOOD = b'{"total": 3, "rows": [{"calls": 1}, {"calls": 2}]}'
PAGE = b"<!doctype html><title> Sign in - Corp Proxy </title>"


def preflight(client: Client, operations: tuple[Operation, ...]) -> Preflight:
    """The preflight of a client's target."""
    collector = Collector(client.target, Options())
    return run_preflight(Session(client, collector, CheckIds()), operations)


def test_a_good_deployment_can_be_tested(
    serve: Callable[..., Any], client_of: Callable[..., Any], contract: Contract
) -> None:
    """Each account gets a good reply of each operation, and there is no reason not to go on."""
    found = preflight(client_of(serve().url), contract.operations)
    assert list(found.replies) == [("getUsage", "busy")]
    assert (found.dead, found.refused, found.reason) == ({}, (), "")


def test_an_account_that_shows_more_is_known(
    serve: Callable[..., Any], client_of: Callable[..., Any], contract: Contract
) -> None:
    """Numbers that are not zero count; one that was not asked shows nothing."""
    used, unused = (
        preflight(client_of(serve(lambda _, body=body: (200, {}, body)).url), contract.operations)
        for body in (GOOD, b'{"total": 0, "rows": [{"calls": 0}]}')
    )
    assert (used.shown("busy"), unused.shown("busy"), used.shown("other")) == (3, 0, 0)


def test_json_that_does_not_end_as_json_can_be_tested(
    serve: Callable[..., Any], client_of: Callable[..., Any], contract: Contract
) -> None:
    """It is the API's own, so the check finds the breach and does not give up."""
    client = client_of(serve(lambda _: (200, {}, GOOD + b"{}")).url)
    assert preflight(client, contract.operations).dead == {}


@pytest.mark.parametrize(
    ("status", "headers", "body", "why"),
    [
        (401, {}, b'{"error": "no"}', r"the credential of 'busy' is refused \(401\)"),
        (403, {}, b'{"error": "no"}', r"is refused \(403\)"),
        (
            200,
            {"Content-Type": "text/html"},
            PAGE,
            "a web page “Sign in - Corp Proxy”: a proxy or a login page",
        ),
        (
            302,
            {"Location": "https://sso.example/login"},
            b"",
            "302 and sends us to https://sso.example/login",
        ),
        (503, {}, b"busy", "answers 503"),
        (500, {}, b"{}", "answers 500"),
        (404, {}, b"{}", "/usage answers 404; is the base URL right"),
        (200, {}, b"oops", "not JSON"),
    ],
)
def test_what_cannot_be_tested_says_why(  # noqa: PLR0917 - a table
    serve: Callable[..., Any],
    client_of: Callable[..., Any],
    contract: Contract,
    status: int,
    headers: dict[str, str],
    body: bytes,
    why: str,
) -> None:
    """A deployment that gives no good reply is no pass: the reason is told, and the exit code is 3."""
    client = client_of(serve(lambda _: (status, headers, body)).url)
    with pytest.raises(CannotTestError, match=why) as caught:
        preflight(client, contract.operations)
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://127.0.0.1:9", "cannot be reached: .*refused"),
        ("http://nowhere.invalid", "cannot be reached: .*(resolution|not known|No address)"),
    ],
)
def test_who_is_not_there_cannot_be_tested(
    client_of: Callable[..., Any], contract: Contract, url: str, why: str
) -> None:
    """A port that nobody listens on and a name that does not resolve are told as such."""
    with pytest.raises(CannotTestError, match=why):
        preflight(client_of(url), contract.operations)


def test_plain_http_behind_https_is_told(
    serve: Callable[..., Any], client_of: Callable[..., Any], contract: Contract
) -> None:
    """A TLS handshake that fails is told as such."""
    client = client_of(serve().url.replace("http:", "https:"))
    with pytest.raises(CannotTestError, match="SSL"):
        preflight(client, contract.operations)


def test_html_as_the_type_of_json_can_be_tested(
    serve: Callable[..., Any], client_of: Callable[..., Any], contract: Contract
) -> None:
    """A wrong Content-Type on a right body is a finding for later, no proxy."""
    client = client_of(serve(lambda _: (200, {"Content-Type": "text/html"}, GOOD)).url)
    found = preflight(client, contract.operations)
    assert not found.reason


def test_a_deployment_that_goes_away_ends_the_check(
    serve: Callable[..., Any], client_of: Callable[..., Any], contract: Contract
) -> None:
    """A 503 to a request that was good before ends the check; one to another request does not."""
    server = serve(lambda seen: (503, {}, b"") if seen.number > 3 or "31" in seen.target else (200, {}, GOOD))
    client = client_of(server.url, retries=0)
    operation = contract.operation("getUsage")
    good = client.make(operation)
    lifeline = Lifeline(client, operation, good)
    odd = client.send(operation, good.with_query([("days", "31")]))
    lifeline.demand(operation, odd)
    client.send(operation, good)
    with pytest.raises(CannotTestError, match=r"after 4 requests .* any more: it answers 503"):
        lifeline.demand(operation, odd)
