"""When the client waits and asks again: limits, and gateways."""

from __future__ import annotations

import time
from collections.abc import Callable
from email.utils import formatdate
from typing import Any

import pytest

from metermock.checker.deployment.throttle import retry_after
from metermock.contract import Contract
from metermock.errors import BudgetExhaustedError

GOOD = b'{"total": 3, "rows": [{"calls": 1}, {"calls": 2}]}'


def test_429_is_waited_out(
    serve: Callable[..., Any], client_of: Callable[..., Any], contract: Contract
) -> None:
    """A 429 is asked again after its Retry-After, so the caller gets the good reply."""
    server = serve(lambda seen: (429, {"Retry-After": "1"}, b"{}") if seen.number == 1 else (200, {}, GOOD))
    client = client_of(server.url)
    operation = contract.operation("getUsage")
    started = time.monotonic()
    assert client.send(operation, client.make(operation)).status == 200
    assert time.monotonic() - started > 0.9


def test_an_impatient_caller_sees_the_429(
    serve: Callable[..., Any], client_of: Callable[..., Any], contract: Contract
) -> None:
    """With `patient=False` the 429 itself is the answer, and only one request goes out."""
    server = serve(lambda _: (429, {"Retry-After": "50"}, b"{}"))
    client = client_of(server.url)
    operation = contract.operation("getUsage")
    assert client.send(operation, client.make(operation), patient=False).status == 429
    assert len(server.seen) == 1


def test_retry_after_is_seconds_or_a_date() -> None:
    """A date counts from the reply's own clock; what cannot be read means a second."""
    now = 1_800_000_000
    dated = {"retry-after": formatdate(now + 30, usegmt=True), "date": formatdate(now, usegmt=True)}
    assert retry_after({"retry-after": "7"}) == 7
    assert retry_after(dated) == 30
    assert retry_after({"retry-after": formatdate(0, usegmt=True)}) == 0
    assert retry_after({"retry-after": "soon"}) == retry_after({}) == 1


@pytest.mark.parametrize(("retries", "sent"), [(0, 1), (2, 3)])
def test_a_gateway_is_asked_again(
    serve: Callable[..., Any], client_of: Callable[..., Any], contract: Contract, retries: int, sent: int
) -> None:
    """A 503 is believed after as many repetitions as the options have."""
    server = serve(lambda _: (503, {}, b"{}"))
    client = client_of(server.url, retries=retries)
    operation = contract.operation("getUsage")
    assert client.send(operation, client.make(operation)).status == 503
    assert len(server.seen) == sent


@pytest.mark.parametrize(
    "reply",
    [
        (502, "text/html", b"<html>", 2),
        (504, "text/plain", b"", 2),
        (200, "text/html", b"<html>", 2),
        (522, "text/html", b"<html>", 2),
        (522, "text/plain", b"error code: 522", 2),
        (599, "text/plain", b"error code: 599", 1),
        (500, "text/html", b"<html>", 1),
        (404, "text/html", b"<html>", 1),
        (522, "application/json", b"{}", 1),
    ],
)
def test_what_a_gateway_sends_is_not_what_an_api_sends(
    serve: Callable[..., Any], client_of: Callable[..., Any], contract: Contract, reply: Any
) -> None:
    """Statuses of gateways and pages are asked again; a crash, a refusal and JSON stay what they are."""
    status, media, body, sent = reply
    good: tuple[int, dict[str, str], bytes] = (200, {}, GOOD)
    server = serve(lambda seen: (status, {"Content-Type": media}, body) if seen.number == 1 else good)
    client = client_of(server.url)
    operation = contract.operation("getUsage")
    last = client.send(operation, client.make(operation))
    assert (last.status, len(server.seen)) == (200 if sent == 2 else status, sent)


def test_a_gateway_is_asked_again_whatever_the_method(
    serve: Callable[..., Any], client_of: Callable[..., Any], contract: Contract
) -> None:
    """What may change data is sent only where it may, so that a gateway's reply to it is not the API's."""
    page = (502, {"Content-Type": "text/html"}, b"<html>")
    server = serve(lambda seen: page if seen.number == 1 else (200, {}, GOOD))
    client = client_of(server.url, unsafe_methods=True)
    operation = contract.operation("getUsage")
    assert client.send(operation, client.make(operation, method="POST")).status == 200
    assert len(server.seen) == 2


def test_a_gateway_says_when_to_come_back(
    serve: Callable[..., Any], client_of: Callable[..., Any], contract: Contract
) -> None:
    """A 503 is asked again after its `Retry-After`."""
    server = serve(lambda seen: (503, {"Retry-After": "1"}, b"") if seen.number == 1 else (200, {}, GOOD))
    client = client_of(server.url)
    operation = contract.operation("getUsage")
    started = time.monotonic()
    assert client.send(operation, client.make(operation)).status == 200
    assert time.monotonic() - started > 0.9


def test_a_wait_beyond_all_patience_ends_a_check(
    serve: Callable[..., Any], client_of: Callable[..., Any], contract: Contract
) -> None:
    """Without a time limit five minutes are waited in all; the reason says since when it was limited."""
    limited = (429, {"Retry-After": "301"}, b"{}")
    client = client_of(serve(lambda seen: (200, {}, GOOD) if seen.number < 3 else limited).url)
    operation = contract.operation("getUsage")
    for _ in range(2):
        client.send(operation, client.make(operation))
    with pytest.raises(BudgetExhaustedError, match=r"since request 3, .* more than 300 s"):
        client.send(operation, client.make(operation))
    with pytest.raises(BudgetExhaustedError, match="limited since request 3"):
        client.send(operation, client.make(operation))
