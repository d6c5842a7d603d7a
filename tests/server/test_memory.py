"""Replies that are sent again for the same request, beside those that are made anew."""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from metermock.project import open_project
from metermock.server.headers import RequestHeaders
from metermock.server.memory import Memory, target_of
from metermock.server.request import TRIED
from metermock.server.settings import Settings

with warnings.catch_warnings():
    # jsonschema's warnings about what connexion imports of it.
    warnings.simplefilter("ignore")
    from metermock.server.assemble import assemble
    from metermock.server.dispatcher import Dispatcher

ACME = str(Path(__file__).parent / "project")
KEY = (b"authorization", b"Bearer acme_live_steady")
HOST = (b"host", b"localhost:4010")
PATHS = (
    "/acme/v1/usage",
    "/acme/v1/sites/main/usage",
    "/acme/v1/sites/%6dain/usage",
    "/acme/v1/sites/ma%2Fin/usage",
    "/acme/v1/nowhere",
    "/acme/v1/status",
    "/base/v1/usage",
    "/v1/usage",
)
QUERIES = (
    "",
    "days=7",
    "days=30",
    "days=0",
    "note=a&days=7",
    "note=a+b",
    "note=a%20b",
    "fault=raise",
    "fault=lie",
    "odd=1",
)
METHODS = ("GET", "GET", "GET", "GET", "HEAD", "OPTIONS", "POST")
HEADERS = (
    KEY,
    KEY,
    KEY,
    (b"authorization", b"bearer acme_live_empty"),
    (b"authorization", b"Bearer nobody"),
    (b"x-site-id", b"main"),
    (b"x-site-id", b"other"),
    (b"origin", b"http://localhost:5173"),
    (b"origin", b"http://localhost:3000"),
    (b"access-control-request-method", b"GET"),
    (b"accept", b"application/json"),
    (b"accept", b"text/csv"),
    (b"prefer", b"code=429"),
    (b"cookie", b"a=1"),
    (b"if-none-match", b'"x"'),
    (b"if-none-match", b"*"),
    (b"accept-encoding", b"gzip, deflate"),
    (b"accept-encoding", b"gzip, identity;q=0"),
    (b"traceparent", b"00-1"),
)
HOSTS = (HOST, HOST, (b"host", b"api.acme.example"))

Sent = list[dict[str, Any]]


def application(**options: Any) -> Dispatcher:
    """Make the application of the tests' own project."""
    project = open_project(ACME)
    settings = Settings(ACME, ("acme",), root=True, **options)
    return assemble([project.load("acme", seed=0)], settings)


def asked(
    method: str, path: str, query: str = "", headers: tuple[tuple[bytes, bytes], ...] = ()
) -> dict[str, Any]:
    """A request as uvicorn hands it to the application."""
    return {
        "type": "http",
        "method": method,
        "path": path.replace("%6d", "m").replace("%2F", "/"),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": list(headers),
        "root_path": "",
        "scheme": "http",
    }


@pytest.fixture
def answer() -> Iterator[Callable[[Dispatcher, dict[str, Any]], Sent]]:
    """Answers a request; an application begins with its first one."""
    begun: set[int] = set()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"{}", "more_body": False}

    async def begin(app: Dispatcher) -> None:
        messages = iter(({"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}))

        async def next_message() -> dict[str, Any]:
            return next(messages)

        async def ignore(_: Any) -> None:
            """Nobody listens."""

        await app({"type": "lifespan"}, next_message, ignore)

    async def ask(app: Dispatcher, scope: dict[str, Any]) -> Sent:
        if id(app) not in begun:
            begun.add(id(app))
            await begin(app)
        sent: Sent = []

        async def send(message: Any) -> None:
            sent.append(message)

        await app(dict(scope), receive, send)
        return sent

    with asyncio.Runner() as runner:
        yield lambda app, scope: runner.run(ask(app, scope))


@pytest.mark.parametrize("strict", [False, True])
def test_a_remembered_reply_is_the_one_that_would_be_made(
    answer: Callable[[Dispatcher, dict[str, Any]], Sent], *, strict: bool
) -> None:
    """Thousands of random requests, many of them alike, get what an application without memory sends."""
    remembering, forgetful = application(strict=strict), application(strict=strict)
    draw = random.Random(15)  # noqa: S311 - a test repeats itself
    found = 0
    for _ in range(3_000):
        headers = (draw.choice(HOSTS), *draw.sample(HEADERS, draw.choice((0, 1, 1, 2, 3))))
        scope = asked(draw.choice(METHODS), draw.choice(PATHS), draw.choice(QUERIES), headers)
        found += remembering.memory.find(target_of(scope), scope) is not None

        assert answer(remembering, scope) == answer(forgetful, {**scope, TRIED: True}), scope
    assert found > 300


def test_a_reply_is_remembered_from_its_second_time_on(
    answer: Callable[[Dispatcher, dict[str, Any]], Sent],
) -> None:
    """The third of three requests alike is answered from memory, whatever headers nobody reads."""
    app = application()
    first, second, third = (
        asked("GET", "/acme/v1/usage", "days=3", (HOST, KEY, (b"traceparent", b"%d" % number)))
        for number in range(3)
    )

    sent = answer(app, first), answer(app, second)

    assert app.memory.find(target_of(third), third) == tuple(sent[0]) == tuple(sent[1])
    assert answer(app, third) == sent[0]


def test_a_coded_reply_is_remembered_coded(answer: Callable[[Dispatcher, dict[str, Any]], Sent]) -> None:
    """What is kept has the bytes that are sent, so that nothing is compressed again."""
    app = application()
    scope = asked("GET", "/acme/v1/usage", "", (HOST, KEY, (b"accept-encoding", b"gzip, identity;q=0")))
    sent = [answer(app, scope) for _ in range(2)]

    kept = app.memory.find(target_of(scope), scope)
    assert kept == tuple(sent[0])
    assert json.loads(gzip.decompress(kept[1]["body"]))["account"] == "steady"


def test_one_request_of_each_of_many_clients_is_not_kept(
    answer: Callable[[Dispatcher, dict[str, Any]], Sent],
) -> None:
    """The same target asked once by each credential is not remembered: nobody has asked for it again."""
    app = application()
    for key in (b"steady", b"empty"):
        answer(app, asked("GET", "/acme/v1/usage", "days=3", (HOST, (KEY[0], b"Bearer acme_live_" + key))))

    assert len(app.memory.kept) == 0


@pytest.mark.parametrize(
    ("options", "method", "query", "why"),
    [
        ({"live": True}, "GET", "", "the clock runs"),
        ({"rate_limits": True}, "GET", "", "reads are counted"),
        ({}, "POST", "", "it may change something"),
        ({}, "GET", "fault=raise", "it is a fault, which the log tells each time"),
    ],
)
def test_what_may_change_is_made_each_time(
    answer: Callable[[Dispatcher, dict[str, Any]], Sent],
    options: dict[str, Any],
    method: str,
    query: str,
    why: str,
) -> None:
    """Nothing is remembered where the next reply may be another, or has to be logged."""
    app = application(**options)
    scope = asked(method, "/acme/v1/usage", query, (HOST, KEY))
    for _ in range(3):
        answer(app, scope)

    assert app.memory.find(target_of(scope), scope) is None, why


def test_what_is_remembered_is_bounded(answer: Callable[[Dispatcher, dict[str, Any]], Sent]) -> None:
    """Requests that are always new make the memory no larger than its bound."""
    app = application()
    app.memory = Memory(100_000)
    for number in range(300):
        scope = asked("GET", "/acme/v1/usage", f"note={'x' * 200}{number}", (HOST, KEY))
        answer(app, scope)
        answer(app, scope)

    assert 50_000 < app.memory.kept.used <= 100_000


def test_what_is_handed_out_may_be_changed(answer: Callable[[Dispatcher, dict[str, Any]], Sent]) -> None:
    """ASGI middlewares write into the messages that they pass on; the next reply has nothing of it."""
    app = application()
    scope = asked("GET", "/acme/v1/usage", "days=4", (HOST, KEY))
    first = answer(app, scope)
    whole = [{**message} for message in first]
    whole[0]["headers"] = list(first[0]["headers"])
    for _ in range(4):
        sent = answer(app, scope)
        assert sent == whole
        sent[0]["headers"].append((b"vary", b"Origin"))
        sent[0]["status"], sent[1]["body"] = 299, b""


def test_a_target_is_all_that_a_request_line_says() -> None:
    """Two spellings of one path are two targets: a handler may see the difference."""
    spelled = {
        target_of(asked("GET", path)) for path in ("/acme/v1/sites/main/usage", "/acme/v1/sites/%6dain/usage")
    }

    assert len(spelled) == 2


def test_headers_that_come_again_note_their_own_reading() -> None:
    """What they say is kept for the next request of the same client; what was read of one is no other's."""
    raw = [(b"host", b"a"), (b"x-again", b"1")]
    several = [RequestHeaders(list(raw)) for _ in range(4)]
    pairs = [each.pairs(frozenset((b"host",))) for each in several[:3]]

    assert pairs == [[(b"host", b"a")]] * 3
    assert several[2]["x-again"] == "1"
    assert [len(each.looked_for or ()) for each in several] == [1, 1, 2, 0]
    assert several[3].wishes == (None, None, None)
    assert RequestHeaders([(b"host", b"a"), (b"x-again", b"2")])["x-again"] == "2"


def test_headers_note_what_is_read_of_them() -> None:
    """Names that were looked for are noted, there or not; who goes through all has read all."""
    headers = RequestHeaders([(b"host", b"a"), (b"cookie", b"x=1"), (b"cookie", b"y=2"), (b"accept", b"b")])

    assert (headers["host"], headers.get("origin"), "prefer" in headers) == ("a", None, False)
    assert headers.values_of(b"cookie") == ["x=1", "y=2"]
    assert headers.pairs(frozenset((b"authorization",))) == []
    assert headers.looked_for == frozenset((b"host", b"origin", b"prefer", b"cookie", b"authorization"))
    assert json.loads(json.dumps(dict(headers)))["cookie"] == "x=1; y=2"
    assert headers.looked_for is None
