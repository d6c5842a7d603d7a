"""What a server holds after requests with long texts: bytes that clients could make grow."""

from __future__ import annotations

import asyncio
import gc
import json
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest

from metermock import in_process
from tests.server.conversations import talk

if TYPE_CHECKING:  # it imports connexion, which warns
    from metermock.server.dispatcher import Dispatcher

LONG = 60_000
"""Bytes of a text that is another one in each request."""
TEXT = {"type": "string"}
ROW = {"type": "object", "required": ["id", "created_at"], "properties": {"id": TEXT, "created_at": TEXT}}
WHOLE = {
    "type": "object",
    "required": ["id", "data"],
    "properties": {"id": TEXT, "data": {"type": "array", "items": ROW}},
}


def parameter(name: str, place: str, **schema: Any) -> dict[str, Any]:
    """A parameter of a document."""
    return {"name": name, "in": place, "required": place == "path", "schema": {**TEXT, **schema}}


def document() -> str:
    """A list that can be sorted and bounded, and a thing that is put."""
    answer = {"200": {"description": "", "content": {"application/json": {"schema": WHOLE}}}}
    body = {"content": {"application/json": {"schema": {"type": "object"}}}}
    asked = [
        parameter("id", "path"),
        parameter("sort", "query"),
        parameter("from", "query", format="date-time"),
    ]
    get = {"operationId": "get", "parameters": asked, "responses": answer}
    post = {"operationId": "put", "parameters": asked[:1], "requestBody": body, "responses": answer}
    paths = {"/things/{id}": {"get": get, "post": post}}
    return json.dumps({"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths})


GET = "GET /things/{} HTTP/1.1\r\nHost: a\r\n"
SHORT = "GET /things/a HTTP/1.1\r\n"
POST = "POST /things/a HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n"
REQUESTS = {
    "a path": GET + "\r\n",
    "the path of a session": GET + 'X-Metermock: sequence="200,404", session=abc\r\n\r\n',
    "a host": SHORT + "Host: {}\r\n\r\n",
    "codings": SHORT + "Host: a\r\nAccept-Encoding: {}\r\n\r\n",
    "an order": SHORT.replace("a H", "a?sort={} H") + "Host: a\r\n\r\n",
    "an instant": SHORT.replace("a H", "a?from=2026-01-01T00:00:00.{}Z H") + "Host: a\r\n\r\n",
    "a header that nobody reads": SHORT + "Host: a\r\nX-Other: {}\r\n\r\n",
    "a name in a body": POST.format(LONG + 6) + '{{"{}":1}}',
    "a text in a body": POST.format(LONG + 9) + '{{"id":"{}"}}',
}


@pytest.fixture(scope="module", name="app")
def app_fixture(runner: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory) -> Dispatcher:
    """A mock of a document alone."""
    path = tmp_path_factory.mktemp("growth") / "things.json"
    path.write_text(document())
    app = in_process.asgi_app(str(path))
    runner.run(app.build())
    return app


@pytest.mark.parametrize("kind", REQUESTS)
def test_long_texts_of_requests_are_not_held(runner: asyncio.Runner, app: Dispatcher, kind: str) -> None:
    """After the replies, little is left of what was sent: what is bounded by its number alone is short."""

    def ask(numbers: range) -> None:
        texts = [f"{number:0{LONG}}" for number in numbers]
        for text in texts:
            request = REQUESTS[kind].format(text).encode()
            sent = runner.run(talk(app, [request], at_once=True)).sent[0]
            assert sent.startswith((b"HTTP/1.1 200", b"HTTP/1.1 404")), sent[:200]

    ask(range(3))
    gc.collect()
    tracemalloc.start()
    try:
        ask(range(10, 22))
        gc.collect()
        held = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()

    assert held < 12 * LONG / 3
