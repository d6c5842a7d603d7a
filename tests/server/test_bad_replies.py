"""Replies of handlers that HTTP does not allow, and what documents say that it does not."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from metermock import in_process
from tests.server.conversations import talk

if TYPE_CHECKING:  # it imports connexion, which warns
    from metermock.server.dispatcher import Dispatcher

HANDLER = """
import json
from metermock import Reply

def echo(request):
    return Reply(**json.loads(request.parameters["reply"]))

def refuse(refusal, request):
    return Reply(500 if refusal.reason == "internal" else 404, {"error": refusal.reason})
"""
REPLY = {"name": "reply", "in": "query", "schema": {"type": "string"}}
ODD = {
    "x-control": {"schema": {"type": "string"}, "example": "a\nb\n"},
    "bad name": {"schema": {"type": "string"}, "example": "a"},
}
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "a status that no client knows": ({"status": 600, "body": {}}, "the status 600"),
    "a status of nothing": ({"status": 0, "body": {}}, "the status 0"),
    "a status that only announces": ({"status": 103, "body": {}}, "the status 103"),
    "a text for a status": ({"status": "200", "body": {}}, "the status '200'"),
    "no status": ({"status": None}, "the status None"),
    "a truth for a status": ({"status": True}, "the status True"),
    "a body where there is none": ({"status": 204, "body": {"a": 1}}, "the status 204 and a body"),
    "a body that is not sent again": ({"status": 304, "body": [1]}, "the status 304 and a body"),
    "a name with a space": ({"status": 200, "headers": {"bad name": "x"}}, "'bad name'"),
    "no name": ({"status": 200, "headers": {"": "x"}}, "''"),
    "a name of other letters": ({"status": 200, "headers": {"caf\u00e9": "x"}}, "'caf\u00e9'"),
    "a NUL in a value": ({"status": 200, "headers": {"x": "a\0"}}, "header x has a control character"),
    "a line break in a value": ({"status": 200, "headers": {"x": "a\nb: c"}}, "header x has a line break"),
    "a number for a value": ({"status": 200, "headers": {"x": 5}}, "header x is 5"),
    "a length": ({"status": 200, "body": {}, "headers": {"Content-Length": "5"}}, "Content-Length itself"),
    "an encoding": ({"status": 200, "headers": {"transfer-encoding": "chunked"}}, "transfer-encoding itself"),
    "a date": ({"status": 200, "headers": {"date": "now"}}, "date itself"),
}
GOOD = [
    {"status": 200, "body": {"a": 1}},
    {"status": 204},
    {"status": 599, "body": {}},
    {"status": 200, "body": {}, "headers": {"x": "a\tb caf\u00e9", "X_1!": ""}},
]


@pytest.fixture(scope="module", name="app")
def app_fixture(runner: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory) -> Dispatcher:
    """A project whose handler gives the reply that a request wants."""
    folder = tmp_path_factory.mktemp("odd")
    responses: dict[str, Any] = {"200": {"description": "", "content": {"application/json": {"schema": {}}}}}
    paths = {
        "/echo": {"get": {"operationId": "echo", "parameters": [REPLY], "responses": responses}},
        "/made": {"get": {"operationId": "made", "responses": {"200": {"description": "", "headers": ODD}}}},
        "/early": {"get": {"operationId": "early", "responses": {"101": {"description": ""}}}},
    }
    document = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths}
    for name, text in (("openapi/odd.openapi.json", json.dumps(document)), ("handlers/odd.py", HANDLER)):
        (folder / name).parent.mkdir()
        (folder / name).write_text(text)
    app = in_process.asgi_app(str(folder))
    runner.run(app.build())
    return app


def answers(runner: asyncio.Runner, app: Dispatcher, target: str, *, at_once: bool) -> list[bytes]:
    """The replies to the same request on one connection, three times."""
    asked = f"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n".encode()
    return runner.run(talk(app, [asked] * 3, at_once=at_once)).sent


@pytest.mark.parametrize("at_once", [False, True])
@pytest.mark.parametrize(("reply", "told"), BAD.values(), ids=BAD.keys())
def test_a_reply_that_http_does_not_allow_is_an_error_of_its_handler(
    runner: asyncio.Runner,
    app: Dispatcher,
    caplog: pytest.LogCaptureFixture,
    reply: dict[str, Any],
    told: str,
    *,
    at_once: bool,
) -> None:
    """The client gets the contract's own error, the log says why in a line, and the connection stays."""
    caplog.set_level(logging.ERROR)
    sent = answers(runner, app, f"/echo?reply={quote(json.dumps(reply))}", at_once=at_once)

    assert [each.split(b"\r\n")[0] for each in sent] == [b"HTTP/1.1 500 Internal Server Error"] * 3
    assert sent[-1].endswith(b'{"error":"internal"}')
    assert {record.name for record in caplog.records} == {"metermock"}
    assert all(told in record.getMessage() and not record.exc_info for record in caplog.records)


@pytest.mark.parametrize("at_once", [False, True])
@pytest.mark.parametrize("reply", GOOD)
def test_what_http_allows_is_sent(
    runner: asyncio.Runner, app: Dispatcher, reply: dict[str, Any], *, at_once: bool
) -> None:
    """Odd is not wrong."""
    sent = answers(runner, app, f"/echo?reply={quote(json.dumps(reply))}", at_once=at_once)

    assert {int(each.split(b" ")[1]) for each in sent} == {reply["status"]}


def test_a_documented_header_that_none_can_send_is_left_out(runner: asyncio.Runner, app: Dispatcher) -> None:
    """A line break in an example, as a block of YAML ends with, is a space."""
    head = answers(runner, app, "/made", at_once=True)[0]

    assert head.startswith(b"HTTP/1.1 200")
    assert re.search(rb"\r\nx-control: a b\r\n", head)
    assert b"bad name" not in head


def test_a_status_that_only_announces_a_reply_is_none(runner: asyncio.Runner, app: Dispatcher) -> None:
    """Where a document has no other, the reply is 200."""
    assert answers(runner, app, "/early", at_once=True)[0].startswith(b"HTTP/1.1 200")
