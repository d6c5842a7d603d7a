"""A right server of one small document, written on a socket: what frameworks do by habit is put over it."""

from __future__ import annotations

import json
import re
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

KEY = "k-1234567890"
DATE = "Mon, 02 Mar 2026 10:00:00 GMT"
ERROR = {"type": "object", "required": ["detail"], "properties": {"detail": {}}}
ROW = {
    "type": "object",
    "required": ["id", "calls"],
    "properties": {"id": {"type": "string"}, "calls": {"type": "integer"}, "note": {"type": "string"}},
}
ROWS = [{"id": "tokens", "calls": 12, "note": "a <b>"}, {"id": "calls", "calls": 3}]


def _said(schema: Any, **parts: Any) -> Any:
    return {"description": "x", "content": {"application/json": {"schema": schema}}, **parts}


def document() -> Any:
    """Lists, one row, and something without a body, behind a key."""
    total = {"X-Total": {"required": True, "schema": {"type": "integer"}}}
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 50}}
    owner = {"name": "owner", "in": "query", "schema": {"type": "string"}, "example": "ada"}
    name = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    refused = {"401": _said(ERROR), "400": _said(ERROR)}
    listed = {"200": _said({"type": "array", "items": ROW}, headers=total), **refused}
    paths = {
        "/rows": {"get": {"operationId": "list", "parameters": [limit, owner], "responses": listed}},
        "/rows/{id}": {
            "parameters": [name],
            "get": {"operationId": "one", "responses": {"200": _said(ROW), "404": _said(ERROR), **refused}},
        },
        "/ping": {"get": {"operationId": "ping", "responses": {"204": {"description": "x"}, **refused}}},
    }
    schemes = {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "security": [{"key": []}],
        "paths": paths,
        "components": {"securitySchemes": schemes},
    }


@dataclass(frozen=True)
class Asked:
    """A request; `method` is as it was sent, names of headers are lower-case."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]


@dataclass(frozen=True)
class Sent:
    """A reply, and how it is written: with which version, in chunks, over a connection that stays."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    version: str = "HTTP/1.1"
    chunked: bool = False
    closes: bool = False
    sized: bool = True

    def having(self, **headers: str) -> Sent:
        """The reply with more headers, `_` for a hyphen."""
        more = {name.replace("_", "-"): text for name, text in headers.items()}
        return replace(self, headers={**self.headers, **more})

    def saying(self, value: Any, media: str = "application/json") -> Sent:
        """The reply with another body."""
        text = value if isinstance(value, str) else json.dumps(value)
        return replace(self.having(Content_Type=media), body=text.encode())


Habit = Callable[[Asked, Sent], Sent]


def is_routed(path: str) -> bool:
    """Whether the path is one of the document's."""
    return re.fullmatch("/rows|/ping|/rows/[^/]+", path) is not None


def right(asked: Asked) -> Sent:
    """What the document says."""
    if not is_routed(asked.path):
        return Sent(404).saying({"detail": "Not Found"})
    if asked.method not in {"GET", "HEAD"}:
        return Sent(405).saying({"detail": "Method Not Allowed"}).having(Allow="GET, HEAD")
    if asked.headers.get("x-key") != KEY:
        return Sent(401).saying({"detail": "Not authenticated"})
    if asked.path == "/ping":
        return Sent(204, sized=False)
    if asked.path == "/rows":
        return _list(asked)
    found = [row for row in ROWS if row["id"] == asked.path.removeprefix("/rows/")]
    return Sent(200).saying(found[0]) if found else Sent(404).saying({"detail": "Not Found"})


def _list(asked: Asked) -> Sent:
    limits = asked.query.get("limit", ["50"])
    if not all(text.isascii() and text.isdigit() and 1 <= int(text) <= 50 for text in limits):
        return Sent(400).saying({"detail": "limit"})
    rows = ROWS if asked.query.get("owner", ["ada"])[-1] == "ada" else []
    return Sent(200).saying(rows[: int(limits[-1])]).having(X_Total=str(len(rows)))


@contextmanager
def deployment(habit: Habit) -> Iterator[str]:
    """The URL of a server with a habit, until the context ends."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while line := self.rfile.readline():
                method, target, _ = line.decode("latin-1").split(" ")
                headers = dict(self._headers())
                self.rfile.read(int(headers.get("content-length", "0")))
                parts = urlsplit(target)
                query = parse_qs(parts.query, keep_blank_values=True)
                asked = Asked(method, unquote(parts.path), query, headers)
                sent = habit(asked, right(asked).having(Date=DATE))
                self.wfile.write(written(sent, with_body=method != "HEAD"))
                asks_to_close = headers.get("connection", "").lower() == "close"
                if asks_to_close or sent.closes or sent.version == "HTTP/1.0":
                    return

        def _headers(self) -> Iterator[tuple[str, str]]:
            while line := self.rfile.readline().decode("latin-1").strip():
                name, _, text = line.partition(":")
                yield name.lower(), text.strip()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def written(sent: Sent, *, with_body: bool) -> bytes:
    """The bytes of a reply; status 0 is no reply at all."""
    if not sent.status:
        return b""
    headers = dict(sent.headers)
    body = sent.body
    if sent.chunked:
        headers["Transfer-Encoding"] = "chunked"
        parts = [body[at : at + 7] for at in range(0, len(body), 7)]
        body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in [*parts, b""])
    elif sent.sized:
        headers["Content-Length"] = str(len(body))
    if sent.closes:
        headers["Connection"] = "close"
    head = [f"{sent.version} {sent.status} X", *(f"{name}: {text}" for name, text in headers.items() if text)]
    return "\r\n".join([*head, "", ""]).encode("latin-1") + (body if with_body else b"")
