"""Requests to paths with values, and replies made from a document: at once, beside the usual way."""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from uvicorn.server import ServerState

from metermock import in_process
from metermock.server.connection.protocol import BoundedProtocol
from metermock.server.heads import Heads
from metermock.server.memory import Memory
from metermock.server.running.process import config_of
from tests.server.conversations import Written
from tests.server.test_at_once import started
from tests.server.test_memory import ACME

Told = list[tuple[bytes, str]]
"""Of each request its reply, and the lines of the log."""
Talk = Callable[..., tuple[Told, int]]

TEXT = {"type": "string"}
NUMBER = {"type": "integer", "minimum": 1, "maximum": 99}
BEARER = b"authorization: Bearer any\r\n"
CREDENTIALS = (BEARER, b"authorization: Bearer other\r\n", b"x-key: k1\r\n", b"x-key: k2\r\n", b"")
MORE = (
    *(b"", b"", b"", b"accept: text/csv\r\n", b"accept: image/png\r\n", b"origin: http://a.test\r\n"),
    *(b"if-none-match: *\r\n", b"accept-encoding: gzip\r\n", b"x-region: eu\r\n", b"x-region: mars\r\n"),
    *(b"prefer: code=404\r\n", b"x-metermock: seed=7\r\n"),
)
VALUES = (
    *("me", "a", "%61", "m%65", "a%2Fb", "a%2fb", "%C3%A9", "%ff", "a%20b", "7", "%37", "100", "me%0A", "-"),
    *(".", "%2F", "%7Bid%7D", "{id}", ";id=7", ".7", "me,a", "a+b", "~", "%00", "a/b", "me%2Fparts"),
)
PATHS = (
    *("/things/{}", "/things/{}", "/things/{}/parts/{}", "/things/{}/parts", "/{}/parts", "/things/me/parts"),
    *("/numbers/{}", "/lists/{}", "/beta/{}", "/open/{}", "/asked/{}", "/nowhere/{}", "/things", "/things/"),
    *(
        "/things/{}?",
        "/beta/{}",
        "/beta/{}",
        "/versions/v{}",
        "/versions/v{}.json",
        "/labels/{}",
        "/alpha/things/{}",
    ),
)
QUERIES = (
    *("", "", "?limit=2", "?limit=x", "?odd=1", "?beta=true", "?beta=true&limit=3", "?name=a"),
    *("?limit=2&limit=3", "?key=k1", "?key=k2"),
)


def operation(id_: str, *names: str, body: Any = None, **more: Any) -> dict[str, Any]:
    """An operation whose reply says which it is, and repeats the value of its path."""
    where = {name: {"type": "string"} for name in names}
    schema = {
        "type": "object",
        "required": ["by", *names],
        "properties": {"by": {"const": id_}, **where, "count": {"type": "integer", "minimum": 0}},
    }
    content = {"application/json": {"schema": schema}, "text/csv": {"schema": TEXT}}
    listed = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": more.pop(name, TEXT),
            **more.pop(f"_{name}", {}),
        }
        for name in names
    ]
    listed += [
        {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1}},
        {"name": "x-region", "in": "header", "schema": {"enum": ["eu", "us"]}},
    ]
    responses = {
        "200": {"description": "ok", "content": content},
        "400": {"description": "bad", "content": {"application/json": {"schema": {"type": "object"}}}},
    }
    made = {"operationId": id_, "parameters": listed, "responses": responses, **more}
    return made if body is None else {**made, "requestBody": body}


def document() -> dict[str, Any]:
    """Paths that have much in common, in an order in which the general ones come first."""
    rows = {
        "type": "array",
        "minItems": 1,
        "items": {"type": "object", "properties": {"id": TEXT, "name": TEXT}},
    }
    listed = operation("listThings")
    listed["responses"]["200"]["content"] = {"application/json": {"schema": rows}}
    matrix = {"style": "matrix"}
    rules = [{"id": "T-1", "level": "must", "message": "few", "rule": "!has(body.count) || body.count < 5"}]
    paths: dict[str, Any] = {
        "/things/{id}": {
            "get": operation("getThing", "id"),
            "post": operation("setThing", "id", body={"content": {"application/json": {"schema": {}}}}),
        },
        "/things/me": {"get": operation("getMe")},
        "/things": {"get": listed},
        "/{kind}/parts": {"get": operation("getParts", "kind")},
        "/things/{id}/parts/{part}": {"get": operation("getPart", "id", "part")},
        "/things/{id}/parts": {"get": operation("getThingParts", "id", **{"x-rules": rules})},
        "/numbers/{number}": {"get": operation("getNumber", "number", number=NUMBER)},
        "/lists/{ids}": {"get": operation("getMany", "ids", ids={"type": "array", "items": TEXT})},
        "/labels/{id}": {"get": operation("getLabel", "id", _id=matrix)},
        "/beta/{id}": {"get": operation("getOld", "id")},
        "/beta/{id}?beta=true": {"get": operation("getNew", "id")},
        "/open/{id}": {"get": operation("getOpen", "id", security=[])},
        "/asked/{id}": {"get": operation("getAsked", "id", security=[{"query": []}])},
        "/versions/v{version}": {"get": operation("getVersion", "version")},
        "/versions/v{version}.json": {"get": operation("getJson", "version")},
    }
    schemes = {
        "bearer": {"type": "http", "scheme": "bearer"},
        "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "query": {"type": "apiKey", "in": "query", "name": "key"},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Paths", "version": "1"},
        "servers": [{"url": "https://api.paths.example/alpha"}],
        "security": [{"bearer": []}, {"key": []}],
        "paths": paths,
        "components": {"securitySchemes": schemes},
    }


def request(target: str, more: bytes = BEARER, host: str = "localhost:4010") -> bytes:
    """A request with a credential."""
    return f"GET {target} HTTP/1.1\r\nhost: {host}\r\n".encode() + more + b"\r\n"


def random_requests(seed: int, number: int) -> list[bytes]:
    """Requests that often come again, with other values, credentials and headers in between."""
    dice = random.Random(seed)  # noqa: S311 - a test repeats itself
    found = []
    for _ in range(number):
        path = dice.choice(PATHS)
        target = path.format(*(dice.choice(VALUES) for _ in range(path.count("{}")))) + dice.choice(QUERIES)
        prefix = dice.choice(("", "", "", "/paths", "/alpha", "/~code=404"))
        host = "api.paths.example" if prefix == "/alpha" else "localhost:4010"
        found.append(
            request(prefix + target, dice.choice((*[BEARER] * 6, *CREDENTIALS)) + dice.choice(MORE), host)
        )
    return found


@pytest.fixture(scope="module", name="talk")
def talk_fixture(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talk]:
    """Sends requests one by one to an application that knows nothing yet, at once or on the usual way.

    It tells what came, and how many requests were answered at once.
    """
    file = tmp_path_factory.mktemp("paths") / "paths.json"
    file.write_text(json.dumps(document()))
    apps: dict[tuple[str, tuple[str, ...]], Any] = {}
    with asyncio.Runner() as runner:

        async def talk(
            app: Any, requests: list[bytes], lines: list[str], *, at_once: bool
        ) -> tuple[Told, int]:
            app.memory, app.heads = Memory(), Heads()
            config = config_of(app, access_log=True)
            config.load()
            protocol, transport = BoundedProtocol(config, ServerState(), {}), Written()
            protocol.connection_made(transport)
            if not at_once:
                # It finds nothing, so that the application does not try either.
                protocol.at_once = lambda _scope: None
            told, quick = [], 0
            for each in requests:
                lines.clear()
                protocol.data_received(each)
                while protocol.tasks:
                    await asyncio.wait(protocol.tasks)
                    await asyncio.sleep(0)  # a task leaves the set a turn of the loop after its end
                told.append((b"".join(transport.chunks), "\n".join(lines)))
                transport.chunks.clear()
                quick += protocol.quick
            protocol.connection_lost(None)
            return told, quick

        def ask(
            requests: list[bytes], *options: str, target: str = str(file), at_once: bool = True
        ) -> tuple[Told, int]:
            if (target, options) not in apps:
                made = in_process.asgi_app(target, **dict.fromkeys(options, True))  # type: ignore[arg-type]
                apps[target, options] = runner.run(started(made))
            lines: list[str] = []
            handler = logging.Handler()
            handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
            loggers = [logging.getLogger(name) for name in ("uvicorn.access", "metermock")]
            levels = [logger.level for logger in loggers]
            for logger in loggers:
                logger.addHandler(handler)
                logger.setLevel(logging.INFO)
            try:
                return runner.run(talk(apps[target, options], requests, lines, at_once=at_once))
            finally:
                for logger, level in zip(loggers, levels, strict=True):
                    logger.removeHandler(handler)
                    logger.setLevel(level)

        yield ask


def both_ways(talk: Talk, requests: list[bytes], *options: str, target: str | None = None) -> int:
    """Hold both ways against each other, and return how many requests were answered at once."""
    where = {} if target is None else {"target": target}
    quick, at_once = talk(requests, *options, **where)
    usual, none = talk(requests, *options, at_once=False, **where)

    assert none == 0
    assert all(reply for reply, _ in usual)
    for sent, one, other in zip(requests, quick, usual, strict=True):
        assert one == other, sent
    return at_once


@pytest.mark.parametrize(
    "options", [(), ("strict",), ("dynamic",)], ids=lambda each: "".join(each) or "plain"
)
def test_made_replies_are_the_same_both_ways(talk: Talk, options: tuple[str, ...]) -> None:
    """Values of paths, credentials and headers in any mixture get the reply and the log of the usual way."""
    requests = random_requests(1, 400)

    assert both_ways(talk, requests, *options) > len(requests) / 4


def test_the_order_of_requests_changes_no_reply(talk: Talk) -> None:
    """What is known by one request is no other's: each has the reply that it has alone."""
    requests = random_requests(2, 150)
    usual = dict(zip(requests, talk(requests, at_once=False)[0], strict=True))

    for seed in range(3):
        order = [*requests, *requests]
        random.Random(seed).shuffle(order)  # noqa: S311 - see above
        for sent, told in zip(order, talk(order)[0], strict=True):
            assert told == usual[sent], sent


def test_a_value_that_is_a_literal_elsewhere_names_the_literal(talk: Talk) -> None:
    """However it is spelled; a segment with a slash, or with more letters, is a value."""
    spelled = ["me", "m%65", "%6d%65", "mee", "m%2Fe", "me%0A", "Me"]
    requests = [request(f"/things/{value}", b"authorization: Bearer new\r\n") for value in spelled * 2]

    told, quick = talk(requests)
    by = [json.loads(reply.partition(b"\r\n\r\n")[2])["by"] for reply, _ in told]

    assert by == [*["getMe"] * 3, *["getThing"] * 4] * 2
    assert quick == len(requests) - 2, "the first of each operation proves its credential"


def test_a_credential_is_checked_for_each_operation(talk: Talk) -> None:
    """What another operation lets in, and what was let in under another path, is not taken for checked."""
    anonymous = [request(f"/open/{value}", b"") for value in "abc"]
    refused = [request(f"/things/{value}", b"") for value in "abc"]

    told, quick = talk([*anonymous, *refused, request("/things/a", b"x-key: new\r\n"), *refused])

    assert [int(reply[9:12]) for reply, _ in told] == [200] * 3 + [401] * 3 + [200] + [401] * 3
    assert quick == len(anonymous)


@pytest.mark.parametrize("option", ["live", "rate_limits"])
def test_nothing_is_answered_at_once_where_the_next_reply_may_be_another(talk: Talk, option: str) -> None:
    """A running clock and counted reads want each request to be read anew."""
    assert talk([request(f"/things/{value}") for value in "abcabc"], option)[1] == 0


def test_the_paths_of_handlers_are_the_same_both_ways(talk: Talk) -> None:
    """A project's own handlers get the same values, and its sessions the same account."""
    signed_in = b"cookie: acme_session=acme_session_steady\r\n"
    sites = [f"/v1/sites/{site}/usage?days={days}" for site in VALUES for days in (1, 2)]
    requests = [request(site, signed_in) for site in sites]

    assert both_ways(talk, requests, target=ACME) > len(requests) / 2
