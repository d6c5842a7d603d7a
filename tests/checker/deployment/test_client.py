"""The client, against small servers."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from gzip import compress
from pathlib import Path
from typing import Any

import pytest

from metermock.checker.deployment.client import Client
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.reply import read_json
from metermock.checker.deployment.secret import public
from metermock.checker.deployment.target import RefusedCredential, Target
from metermock.checker.deployment.throttle import date_of, retry_after
from metermock.contract import Contract
from metermock.errors import BudgetExhaustedError, NoReplyError, UsageError

PEM = Path(__file__).with_name("localhost.pem")
GOOD = b'{"total": 3, "rows": [{"calls": 1}, {"calls": 2}]}'


def test_the_reply_is_an_exchange_with_defaults(
    serve: Callable[..., Any], client_of: Callable[..., Any], contract: Contract
) -> None:
    """An answer holds the parsed body, lower-case headers, and the parameters with their defaults."""
    client = client_of(serve().url)
    operation = contract.operation("getUsage")
    answer = client.send(operation, client.make(operation, account=client.target.accounts[0]))
    assert (answer.status, answer.body["total"]) == (200, 3)
    assert answer.exchange.parameters == {"days": 7}
    assert answer.exchange.headers["content-type"] == "application/json"
    assert not operation.judge(answer.exchange).breaches


def test_raw_queries_go_out_byte_for_byte(
    serve: Callable[..., Any], client_of: Callable[..., Any], contract: Contract
) -> None:
    """Broken percent-encoding, bytes that are no UTF-8 and odd characters are sent as they are written."""
    server = serve()
    client = client_of(server.url)
    operation = contract.operation("getUsage")
    for raw in ("days=%FF", "days=%zz&&=", "days=1&days=%31", "q='|^%20+"):
        client.send(operation, replace(client.make(operation), raw_query=raw))
        assert server.seen[-1].target == f"/usage?{raw}"


@pytest.mark.parametrize(
    ("scheme", "sent"),
    [
        ("bearer", ("authorization", "Bearer me:pw")),
        ("basic", ("authorization", "Basic bWU6cHc=")),
        ("header", ("x-api-key", "me:pw")),
        ("cookie", ("cookie", "session=me:pw")),
    ],
)
def test_a_credential_goes_where_its_scheme_says(
    serve: Callable[..., Any],
    client_of: Callable[..., Any],
    target: Target,
    scheme: str,
    sent: tuple[str, str],
) -> None:
    """Bearer, basic, header and cookie schemes each put the secret in their place."""
    server = serve()
    client = client_of(server.url)
    operation = target.contract.operation("getUsage")
    secret = replace(target.accounts[0].credential["bearer"], value="me:pw")
    account = replace(target.accounts[0], credential={scheme: secret})
    client.send(operation, client.make(operation, account=account))
    assert sent in server.seen[0].headers.items()


@pytest.mark.parametrize(
    "date", ["Mon, 01 Jan 99999999999999999999 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 -2300"]
)
def test_a_date_outside_the_calendar_is_no_clock(date: str) -> None:
    """Our own clock stands in for it, and what cannot be waited for means a second."""
    assert date_of({"date": date}).year > 2000
    assert retry_after({"retry-after": date}) == 1


def test_connection_errors_are_tried_again(
    serve: Callable[..., Any], client_of: Callable[..., Any], contract: Contract
) -> None:
    """A connection that closes without a reply is asked again; every attempt is counted."""
    server = serve(lambda seen: (0, {}, b"") if seen.number < 3 else (200, {}, GOOD))
    client = client_of(server.url)
    operation = contract.operation("getUsage")
    assert client.send(operation, client.make(operation)).status == 200
    assert client.requests == 3


def test_no_reply_says_why(client_of: Callable[..., Any], contract: Contract) -> None:
    """Where nobody listens the error names the URL and the reason."""
    client = client_of("http://127.0.0.1:9")
    operation = contract.operation("getUsage")
    with pytest.raises(NoReplyError, match=r"127\.0\.0\.1:9/usage: .*refused") as caught:
        client.send(operation, client.make(operation))
    assert caught.value.exit_code == 3


def test_a_slow_reply_times_out(
    serve: Callable[..., Any], client_of: Callable[..., Any], contract: Contract
) -> None:
    """A reply that takes longer than the timeout is no reply, and is not asked for again."""

    def slow(_: object) -> tuple[int, dict[str, str], bytes]:
        time.sleep(0.4)
        return 200, {}, GOOD

    server = serve(slow)
    client = client_of(server.url, timeout=0.1)
    operation = contract.operation("getUsage")
    with pytest.raises(NoReplyError, match="no reply in time"):
        client.send(operation, client.make(operation))
    assert len(server.seen) == 1


def test_certificates_are_verified_unless_told(
    tls: Any, client_of: Callable[..., Any], contract: Contract
) -> None:
    """An unknown certificate is refused at once; --ca-file and --insecure each let it pass."""
    operation = contract.operation("getUsage")
    strict = client_of(tls.url)
    with pytest.raises(NoReplyError, match=r"TLS: .*CERTIFICATE_VERIFY_FAILED.*--ca-file"):
        strict.send(operation, strict.make(operation))
    assert strict.requests == 1
    for options in ({"ca_file": PEM}, {"insecure": True}):
        client = client_of(tls.url, **options)
        assert client.send(operation, client.make(operation)).status == 200


def test_a_ca_file_has_to_be_one(client_of: Callable[..., Any]) -> None:
    """A file that holds no certificate is a mistake in the options."""
    with pytest.raises(UsageError, match="cannot be used as a CA file"):
        client_of("https://127.0.0.1:9", ca_file=Path(__file__))


def test_the_usual_variables_name_the_proxy(
    serve: Callable[..., Any], target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With HTTP_PROXY a request goes to the proxy, which sees the whole URL, byte for byte."""
    proxy = serve()
    monkeypatch.setenv("http_proxy", proxy.url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    operation = target.contract.operation("getUsage")
    with Client(replace(target, url="http://api.invalid"), Options()) as client:
        client.send(operation, replace(client.make(operation), raw_query="days=%FF"))
    assert proxy.seen[0].target == "http://api.invalid/usage?days=%FF"


def test_the_request_budget_ends_a_check(
    serve: Callable[..., Any], client_of: Callable[..., Any], contract: Contract
) -> None:
    """The request beyond the budget is not sent."""
    server = serve()
    client = client_of(server.url, max_requests=2)
    operation = contract.operation("getUsage")
    for _ in range(2):
        client.send(operation, client.make(operation))
    with pytest.raises(BudgetExhaustedError, match="after 2 requests"):
        client.send(operation, client.make(operation))
    assert len(server.seen) == 2


def test_the_time_budget_ends_a_check(
    serve: Callable[..., Any], client_of: Callable[..., Any], contract: Contract
) -> None:
    """A wait that the time budget does not allow ends the check at once."""
    client = client_of(serve(lambda _: (429, {"Retry-After": "30"}, b"{}")).url, max_time=2.0)
    operation = contract.operation("getUsage")
    started = time.monotonic()
    with pytest.raises(BudgetExhaustedError, match="max-time"):
        client.send(operation, client.make(operation))
    assert time.monotonic() - started < 20


def test_the_rate_limit_spreads_requests_of_all_threads(
    serve: Callable[..., Any], client_of: Callable[..., Any], contract: Contract
) -> None:
    """Eleven requests at 50 a second take a fifth of a second, however many threads ask."""
    client = client_of(serve().url, rate=50.0)
    operation = contract.operation("getUsage")
    started = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: client.send(operation, client.make(operation)), range(11)))
    assert time.monotonic() - started > 0.19


def test_redirects_and_cookies_lead_nowhere(
    serve: Callable[..., Any], client_of: Callable[..., Any], contract: Contract
) -> None:
    """A redirect is an answer, and a cookie that a reply sets is not sent back."""
    server = serve(lambda _: (302, {"Location": "/login", "Set-Cookie": "session=theirs"}, b""))
    client = client_of(server.url)
    operation = contract.operation("getUsage")
    assert [client.send(operation, client.make(operation)).status for _ in range(2)] == [302, 302]
    assert [seen.target for seen in server.seen] == ["/usage", "/usage"]
    assert "cookie" not in server.seen[1].headers


def test_compressed_replies_are_read(
    serve: Callable[..., Any], client_of: Callable[..., Any], contract: Contract
) -> None:
    """A gzip reply is judged by what it holds."""
    client = client_of(serve(lambda _: (200, {"Content-Encoding": "gzip"}, compress(GOOD))).url)
    operation = contract.operation("getUsage")
    assert client.send(operation, client.make(operation)).body["total"] == 3


def test_methods_that_change_data_are_not_sent(client_of: Callable[..., Any], contract: Contract) -> None:
    """A POST needs to be allowed."""
    client = client_of("http://127.0.0.1:9")
    operation = contract.operation("getUsage")
    with pytest.raises(UsageError, match="POST"):
        client.send(operation, client.make(operation, method="POST"))
    assert client.requests == 0


@pytest.mark.parametrize(
    ("text", "value", "fault"),
    [
        (b'{"a": 25.0}', {"a": 25.0}, ""),
        (b'{"a": 1, "a": 2}', {"a": 2}, "'a' is there twice"),
        (b'{"a": NaN}', None, "NaN is no JSON number"),
        (b'{"a": 1e999}', {"a": float("inf")}, "beyond every double"),
        (b'{"a": "\xff"}', None, "not UTF-8: byte 0xff"),
        (b'{"a": "\\ud800"}', None, "surrogate"),
        (b"<html>", None, "not JSON"),
        (b"", None, "not JSON"),
    ],
)
def test_json_is_read_strictly(text: bytes, value: object, fault: str) -> None:
    """What JSON does not allow is a fault, and a double stays one."""
    read, faults = read_json(text)
    assert repr(read) == repr(value)
    assert fault in "".join(faults)
    assert bool(faults) == bool(fault)


def test_more_threads_than_connections_get_all_their_replies(
    serve: Callable[..., Any], client_of: Callable[..., Any], contract: Contract
) -> None:
    """None closes a connection that another is about to use: each request goes out once and is answered."""
    server = serve()
    client = client_of(server.url, workers=2, timeout=5.0)
    operation = contract.operation("getUsage")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: client.send(operation, client.make(operation)), range(1_500)))
    assert {answer.status for answer in answers} == {200}
    assert len(server.seen) == client.requests == len(answers)


@pytest.mark.parametrize("value", ["Bearer ", " Bearer x", "Bearer x\t", "Bearer k€y"])
def test_configured_spaces_are_sent_as_they_are(target: Target, value: str) -> None:
    """A header that begins or ends with a space, or is no Latin-1, goes out byte for byte, HEAD too."""
    with raw_server() as (url, heads):
        refused = RefusedCredential("odd", {}, public({"Authorization": value}))
        operation = target.contract.operation("getUsage")
        with Client(replace(target, url=url, refused=(refused,)), Options(trust_env=False)) as client:
            request = client.make(operation, account=refused)
            assert client.send(operation, request).body == {"total": 0, "rows": []}
            client.after_head(replace(request, method="HEAD"))
    line = f"\r\nAuthorization: {value}\r\n".encode()
    assert [line in head for head in heads] == [True, True]


@contextmanager
def raw_server() -> Iterator[tuple[str, list[bytes]]]:
    """A server that keeps the bytes of two requests; a parser would drop the spaces."""
    heads: list[bytes] = []
    body = b'{"total": 0, "rows": []}'
    reply = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)

    def answer(listening: socket.socket) -> None:
        for _ in range(2):
            connection, _ = listening.accept()
            with connection:
                heads.append(connection.recv(65_536))
                connection.sendall(reply if heads[-1].startswith(b"HEAD") else reply + body)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(10)
        thread = threading.Thread(target=answer, args=(listening,))
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", heads
        thread.join()
