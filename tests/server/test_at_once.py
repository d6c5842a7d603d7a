"""Requests that are answered at once, beside the same ones on the usual way through uvicorn and connexion."""

from __future__ import annotations

import asyncio
import logging
import tracemalloc
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from uvicorn.server import ServerState

from metermock import in_process
from metermock.server.connection.pipelining import PIECE
from metermock.server.connection.protocol import BoundedProtocol
from metermock.server.heads import Heads, name_of
from metermock.server.memory import Memory
from metermock.server.running.process import config_of
from tests.server.conversations import Written
from tests.server.test_memory import ACME, HOST, KEY, asked

if TYPE_CHECKING:  # it imports connexion, which warns
    from metermock.server.dispatcher import Dispatcher

USUAL = b"host: localhost:4010\r\nauthorization: Bearer acme_live_steady\r\n"
SIGNED_IN = b"cookie: acme_session=acme_session_steady\r\n"
Talk = Callable[..., tuple[list[bytes], BoundedProtocol]]


def request(target: str, more: bytes = b"", *, line: str = "GET {} HTTP/1.1", body: bytes = b"") -> bytes:
    """A request with the usual credential."""
    return line.format(target).encode() + b"\r\n" + USUAL + more + b"\r\n" + body


ORDINARY = {
    "another query each time": [request(f"/v1/usage?days={days}") for days in range(1, 9)],
    "the same again": [request("/v1/usage?days=7")] * 5,
    "with its prefix": [request(f"/acme/v1/usage?days={days}") for days in range(1, 5)],
    "a path with a value": [request(f"/v1/sites/main/usage?days={days}", SIGNED_IN) for days in range(1, 5)],
    "an encoded path": [request(f"/v1/sites/%6dain/usage?days={days}", SIGNED_IN) for days in range(1, 5)],
    "an encoded slash": [request(f"/v1/sites/ma%2Fin/usage?days={days}", SIGNED_IN) for days in range(1, 5)],
    "values that are refused": [request(f"/v1/usage?days={days}") for days in (0, 1, -1, 7, 500, 0)],
    "a browser": [
        request(f"/v1/usage?days={days}", b"Origin: http://a.test\r\nAccept-Encoding: gzip, br\r\n")
        for days in range(1, 5)
    ],
    "a coding for everything": [
        request(f"/v1/usage?days={days}", b"accept-encoding: gzip, identity;q=0\r\n") for days in range(1, 5)
    ],
    "what the client has already": [
        request(f"/v1/usage?days={days}", b"if-none-match: *\r\n") for days in range(1, 5)
    ],
    "a handler that fails": [request(f"/v1/usage?fault=raise&days={days}") for days in range(1, 5)],
    "odd texts in a query": [
        request(f"/v1/usage?{query}")
        for query in ("note=a+b", "note=%ff", "note=%00", "?", "note", "&&=", "")
    ],
    "kept open in words": [
        request(f"/v1/usage?days={days}", b"Connection: keep-alive\r\n") for days in range(1, 5)
    ],
}
"""Requests of which the last is answered at once."""
ODD = {
    "preferences in a header": [request(f"/v1/usage?days={n}", b"Prefer: code=429\r\n") for n in range(1, 5)],
    "preferences in the path": [request(f"/~code=429/v1/usage?days={n}") for n in range(1, 5)],
    "another seed": [request(f"/v1/usage?days={n}", b"X-Metermock: seed=7\r\n") for n in range(1, 5)],
    "HEAD": [request(f"/v1/usage?days={n}", line="HEAD {} HTTP/1.1") for n in range(1, 5)],
    "OPTIONS": [request(f"/v1/usage?days={n}", line="OPTIONS {} HTTP/1.1") for n in range(1, 5)],
    "an unknown method": [request("/v1/usage?days=1", line="QUERY {} HTTP/1.1")] * 3,
    "a body with GET": [
        request(f"/v1/usage?days={n}", b"Content-Length: 3\r\n", body=b"abc") for n in range(1, 5)
    ],
    "a body in chunks": [
        request(f"/v1/usage?days={n}", b"Transfer-Encoding: chunked\r\n", body=b"3\r\nabc\r\n0\r\n\r\n")
        for n in range(1, 5)
    ],
    "Expect": [request(f"/v1/usage?days={n}", b"Expect: 100-continue\r\n") for n in range(1, 5)],
    "an absolute target": [request(f"http://localhost:4010/v1/usage?days={n}") for n in range(1, 5)],
    "no credential": [b"GET /v1/usage?days=%d HTTP/1.1\r\nhost: a\r\n\r\n" % n for n in range(1, 5)],
    "an unknown credential": [
        b"GET /v1/usage?days=%d HTTP/1.1\r\nhost: a\r\nauthorization: Bearer no\r\n\r\n" % n
        for n in range(1, 5)
    ],
    "an unknown path": [request(f"/v1/nowhere?days={n}") for n in range(1, 5)],
    "HTTP/1.0": [request("/v1/usage?days=1", line="GET {} HTTP/1.0")],
    "the end of the connection": [request("/v1/usage?days=1", b"Connection: close\r\n")],
    "two hosts": [request("/v1/usage?days=1", b"host: b\r\n")],
    "a page of the mock's own": [request("/_metermock/health")] * 3,
}
"""Requests that go the usual way."""


OPTIONS: dict[str, dict[str, Any]] = {
    name: {name: True} if name else {} for name in ("", "strict", "live", "rate_limits")
}


async def started(app: Dispatcher) -> Dispatcher:
    """Build an application."""
    await app.build()
    return app


@pytest.fixture(scope="module", name="talk")
def talk_fixture() -> Iterator[Talk]:
    """Sends requests on one connection to an application that knows nothing yet; with `at_once`, or not."""
    with asyncio.Runner() as runner:
        apps = {
            option: runner.run(started(in_process.asgi_app(ACME, **options)))
            for option, options in OPTIONS.items()
        }

        async def talk(
            requests: list[bytes], app: Dispatcher, *, at_once: bool, together: bool, turn: float
        ) -> Any:
            app.memory, app.heads = Memory(), Heads()
            config = config_of(app, access_log=True)
            config.load()
            protocol, transport = BoundedProtocol(config, ServerState(), {}), Written()
            protocol.longest_at_once = turn
            protocol.connection_made(transport)
            if not at_once:
                # It finds nothing, so that the application does not try either.
                protocol.at_once = lambda _scope: None
            found = []
            for each in [b"".join(requests)] if together else requests:
                protocol.data_received(each)
                while protocol.tasks:
                    await asyncio.wait(protocol.tasks)
                    await asyncio.sleep(0)  # a task leaves the set a turn of the loop after its end
                found.append(b"".join(transport.chunks))
                transport.chunks.clear()
            protocol.connection_lost(None)
            return found, protocol

        yield lambda requests, option="", *, at_once, together=False, turn=1e9: runner.run(
            talk(requests, apps[option], at_once=at_once, together=together, turn=turn)
        )


@pytest.mark.parametrize("option", ["", "strict"])
@pytest.mark.parametrize("name", [*ORDINARY, *ODD])
def test_both_ways_send_the_same(
    talk: Talk, caplog: pytest.LogCaptureFixture, name: str, option: str
) -> None:
    """Whatever is asked, the reply and the line of the access log are those of the usual way."""
    requests = {**ORDINARY, **ODD}[name]
    caplog.set_level(logging.INFO)
    logged = []
    replies = []
    for at_once in (True, False):
        caplog.clear()
        replies.append(talk(requests, option, at_once=at_once)[0])
        logged.append([record.getMessage() for record in caplog.records])

    assert replies[0] == replies[1]
    assert logged[0] == logged[1]
    assert all(replies[1])


@pytest.mark.parametrize("name", ORDINARY)
def test_many_requests_in_one_piece_get_the_same_in_their_order(talk: Talk, name: str) -> None:
    """A client may send the next request before it has the reply."""
    ways = [talk(ORDINARY[name], at_once=at_once, together=True)[0] for at_once in (True, False)]

    assert ways[0] == ways[1]
    assert ways[0][0].count(b"HTTP/1.1 ") == len(ORDINARY[name])


@pytest.mark.parametrize("name", [*ORDINARY, *ODD])
def test_only_what_is_ordinary_is_answered_at_once(talk: Talk, name: str) -> None:
    """All that is unusual goes the usual way."""
    _, protocol = talk({**ORDINARY, **ODD}[name], at_once=True)

    assert (protocol.quick > 0) == (name in ORDINARY)


@pytest.mark.parametrize("option", ["live", "rate_limits"])
def test_nothing_is_answered_at_once_where_the_next_reply_may_be_another(talk: Talk, option: str) -> None:
    """A running clock and counted reads want each request to be read anew."""
    _, protocol = talk(ORDINARY["another query each time"], option, at_once=True)

    assert not protocol.quick


def test_many_requests_in_one_piece_leave_others_their_turn(talk: Talk) -> None:
    """What comes after a connection's time goes the usual way, between the requests of other connections."""
    requests = [request("/v1/usage?days=7")] * 3 + [request(f"/v1/usage?days={1 + n % 9}") for n in range(40)]
    usual, _ = talk(requests, at_once=False, together=True)
    known = [request(f"/v1/usage?days={days}") for days in (1, 2, 3)]

    late, protocol = talk([*known, b"".join(requests)], at_once=True, turn=0.0)

    assert late[-1] == usual[0]
    assert protocol.quick == 1


def test_the_turn_of_a_connection_goes_over_all_that_came_together(talk: Talk) -> None:
    """It begins anew with what comes next, and not with each piece that is parsed."""
    known = request("/v1/usage?days=7")
    count = 3 * PIECE // len(known)

    _, protocol = talk([known] * 3 + [known * count], at_once=True)

    assert protocol.quick == count


def test_a_connection_that_was_answered_at_once_is_closed_when_nothing_more_comes(talk: Talk) -> None:
    """The time for which an idle connection is kept begins with the reply."""
    _, protocol = talk([request("/v1/usage?days=7")] * 3, at_once=True)

    assert protocol.quick
    assert protocol.timeout_keep_alive_task is None, "it was waiting, and ended with the connection"


def test_heads_are_bounded() -> None:
    """Clients with a header of their own in each request make the heads no more than their bound."""
    app = in_process.asgi_app(ACME)
    heads = app.heads = Heads(20_000)

    async def ask_all() -> None:
        await app.build()
        for number in range(100):
            for days in (1, 2):
                query = f"days={days}&note={number}"
                scope = asked("GET", "/v1/usage", query, (HOST, KEY, (b"traceparent", b"%d" % number)))
                await app(scope, nothing, nothing)
        assert heads.find(name_of(asked("GET", "/v1/usage", "", (HOST, KEY, (b"traceparent", b"99")))))

    async def nothing(*_: Any) -> Any:
        """Nobody listens."""

    asyncio.run(ask_all())

    assert 10_000 < heads.kept.used <= 20_000


def test_many_short_headers_take_no_more_memory_than_the_bound() -> None:
    """What is counted is what is held: a header of two bytes takes some two hundred."""
    app = in_process.asgi_app(ACME)
    app.heads = Heads(1_000_000)

    async def nothing(*_: Any) -> Any:
        """Nobody listens."""

    async def ask_all() -> tuple[int, int]:
        await app.build()
        for number in range(30):
            short = [(b"%c" % (97 + each % 26), b"%d" % number) for each in range(1_000)]
            for days in (2 * number, 2 * number + 1):
                scope = asked("GET", "/v1/usage", f"days={days}", (HOST, KEY, *short))
                await app(scope, nothing, nothing)
        counted, before = app.heads.kept.used, tracemalloc.get_traced_memory()[0]
        app.heads.kept.clear()
        return counted, before - tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        counted, held = asyncio.run(ask_all())
    finally:
        tracemalloc.stop()

    assert counted > 500_000
    assert held < 1.2 * counted
