"""Random conversations, and some chosen ones, over connections without a network."""

from __future__ import annotations

import asyncio
import json
import logging
import random
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from metermock import in_process
from metermock.server.heads import Heads
from metermock.server.memory import Memory
from tests.server.conversations import Heard, Vocabulary, conversation, talk
from tests.server.test_memory import ACME

if TYPE_CHECKING:  # it imports connexion, which warns
    from metermock.server.dispatcher import Dispatcher

STEADY = ("Authorization", "Bearer acme_live_steady")
WORDS = {
    ACME: Vocabulary(
        ("/v1/usage", "/v1/sites/main/usage", "/v1/sites/other/usage", "/acme/v1/usage", "/v1/status", "/no"),
        ("days=1", "days=7", "days=0", "days=x", "note=a", "note=", "fault=raise", "fault=lie", "odd=1"),
        (STEADY, ("Cookie", "acme_session=acme_session_steady"), ("Authorization", "Bearer no")),
    ),
    "zkscore": Vocabulary(
        ("/v1/developer/usage",),
        ("timeframe=7d", "timeframe=x", "granularity=day", "limit=1", "offset=2", "sortBy=calls", "x=1"),
        (
            ("Authorization", "Bearer zk_live_steady7Qm2xV9pLr4nWc8Ht"),
            ("Authorization", "Bearer zk_live_quiet5Bd8sK1vTz6yRm3Gj"),
            ("Authorization", "Bearer zk_live_deploy7Vb5cQ9jHs1fZp6N"),
        ),
    ),
    "made.json": Vocabulary(
        ("/usage", "/rows/a", "/rows/b", "/open", "/key", "/base/usage"),
        ("beta=true", "full=1", "limit=1", "limit=2", "limit=x", "key=a", "key=b"),
        (("Authorization", "Bearer a"), ("X-Key", "a"), ("X-Team", "b")),
    ),
}
SCHEMES = {
    "token": {"type": "http", "scheme": "bearer"},
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "key"},
}


def operation(id_: str, **more: Any) -> dict[str, Any]:
    """An operation with replies that are made."""
    row = {
        "type": "object",
        "required": ["by", "n"],
        "properties": {"by": {"const": id_}, "n": {"type": "integer"}},
    }
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 9}}
    replies = {"200": {"description": "", "content": {"application/json": {"schema": row}}}}
    refused = {status: {"description": ""} for status in ("400", "401", "404")}
    return {"get": {"operationId": id_, "parameters": [limit], "responses": replies | refused, **more}}


def document() -> str:
    """Operations that a query tells apart, with paths that have values, and credentials in several places."""
    item = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]
    paths = {
        "/usage": operation("usage"),
        "/usage?beta=true": operation("beta"),
        "/rows/{id}": operation("row", parameters=item),
        "/rows/{id}?full=1": operation("full", parameters=item),
        "/open": operation("open", security=[]),
        "/key": operation("key", security=[{"query": []}]),
    }
    return json.dumps(
        {
            "openapi": "3.1.0",
            "info": {"title": "T", "version": "1"},
            "servers": [{"url": "https://api.test/base"}],
            "security": [{"token": []}, {"key": []}],
            "components": {"securitySchemes": SCHEMES},
            "paths": paths,
        }
    )


@pytest.fixture(autouse=True)
def _logs_lines(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "uvicorn.access")


@pytest.fixture(scope="module", name="acme")
def acme_fixture(runner: asyncio.Runner) -> Dispatcher:
    """The application of the tests' own project."""
    app = in_process.asgi_app(ACME)
    runner.run(app.build())
    return app


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("contract", WORDS)
def test_what_is_known_changes_nothing_for_any_client(
    runner: asyncio.Runner, tmp_path: Path, contract: str, *, strict: bool
) -> None:
    """Replies, lines of the log and connections are those of an application that remembers nothing."""
    if contract == "made.json":
        (tmp_path / contract).write_text(document())
    source = str(tmp_path / contract) if contract == "made.json" else contract
    knowing, forgetful = (in_process.asgi_app(source, strict=strict) for _ in range(2))
    forgetful.memory, forgetful.heads = Memory(0), Heads(0)

    async def compare(seed: int) -> int:
        draw = random.Random(seed)  # noqa: S311 - a test repeats itself
        pieces = conversation(draw, WORDS[contract])
        slow = {number for number in range(len(pieces)) if seed % 5 == 0 and draw.random() < 0.3}
        known, anew = [
            await talk(app, pieces, at_once=app is knowing, slow=slow.__contains__)
            for app in (knowing, forgetful)
        ]
        assert (known.sent, known.logged, known.state) == (anew.sent, anew.logged, anew.state), pieces
        return known.at_once

    async def compare_all() -> int:
        for app in (knowing, forgetful):
            await app.build()
        return sum([await compare(seed) for seed in range(60)])

    assert runner.run(compare_all()) > 20, "the way that is compared has to be taken"


def request(line: str, more: str = "", body: str = "") -> bytes:
    """A request with the usual credential."""
    return f"{line} HTTP/1.1\r\nHost: a\r\n{STEADY[0]}: {STEADY[1]}\r\n{more}\r\n{body}".encode()


def statuses(heard: Heard) -> list[int]:
    """The statuses of all replies."""
    return [int(each) for each in re.findall(rb"HTTP/1\.1 (\d+)", b"".join(heard.sent))]


@pytest.mark.parametrize("pieces", [1, 2])
def test_a_body_that_cannot_be_read_is_refused_at_once(
    runner: asyncio.Runner, tmp_path: Path, pieces: int
) -> None:
    """Its rest never comes: an application that waited for it would wait as long as its client."""
    content = {"application/json": {"schema": {"type": "object"}}}
    taking = {"operationId": "put", "requestBody": {"required": True, "content": content}, "responses": {}}
    openapi = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"/row": {"post": taking}},
    }
    (tmp_path / "row.json").write_text(json.dumps(openapi))
    app = in_process.asgi_app(str(tmp_path / "row.json"))
    head = request("POST /row", "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n")

    async def ask() -> Heard:
        await app.build()
        return await talk(app, [head, b"zz\r\n"] if pieces > 1 else [head + b"zz\r\n"], at_once=True)

    heard = runner.run(asyncio.wait_for(ask(), 5))

    assert statuses(heard) == [400]
    assert heard.sent[-1].endswith(b'"Invalid HTTP request received."}')


@pytest.mark.parametrize("bad", [b"GET\r\n\r\n", request("GET /v1/usage", "Host: b\r\n")])
@pytest.mark.parametrize("at_once", [False, True])
def test_what_is_refused_behind_others_is_told_after_their_replies(
    runner: asyncio.Runner, acme: Dispatcher, bad: bytes, *, at_once: bool
) -> None:
    """A client that sends several requests in one piece learns which of them is wrong."""
    heard = runner.run(talk(acme, [request("GET /v1/usage") * 3 + bad], at_once=at_once))

    assert statuses(heard) == [200, 200, 200, 400]
    assert heard.sent[0].count(b"connection: close") == 1


def test_fields_behind_a_body_are_no_headers(runner: asyncio.Runner, acme: Dispatcher) -> None:
    """A credential there is not a second one (RFC 9110, 6.5.1)."""
    trailer = "0\r\nAuthorization: Bearer no\r\n\r\n"
    asked = request("GET /v1/usage", "Transfer-Encoding: chunked\r\n", trailer)

    assert statuses(runner.run(talk(acme, [asked], at_once=True))) == [200]
