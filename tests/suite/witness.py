"""A server of one document that does not read it: what it takes and answers was written by hand.

It shares no code with metermock, so that it is a witness of what a document means, and no echo.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.parser import BytesParser
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

NO_ACCESS, NOT_FOUND, NOT_ALLOWED = 401, 404, 405


@dataclass(frozen=True)
class Asked:
    """A request as it came in; names of headers are lower-case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The path as it was sent."""
        return self.target.partition("?")[0]

    def texts(self, place: str, name: str) -> list[str]:
        """What a place says under a name: `query limit`, `cookie session`, `form color`."""
        if place == "header":
            return [self.headers[name]] if name in self.headers else []
        return [text for key, text in self.pairs(place) if key == name]

    def pairs(self, place: str) -> list[tuple[str, str]]:
        """All names and texts of a place."""
        if place == "query":
            return parse_qsl(self.target.partition("?")[2], keep_blank_values=True)
        if place == "cookie":
            return [(name, each.value) for name, each in SimpleCookie(self.headers.get("cookie", "")).items()]
        if self.headers.get("content-type", "").startswith("multipart/form-data"):
            return self._parts()
        return parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True)

    def _parts(self) -> list[tuple[str, str]]:
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        found = []
        for part in BytesParser().parsebytes(head + self.body).walk():
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                name = part.get_param("name", header="content-disposition")
                found.append((str(name), content.decode("utf-8", "replace")))
        return found


@dataclass(frozen=True)
class Reply:
    """What is answered: a status, a body as bytes, and headers."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Route:
    """One entry of a document's `server`: a method and a path, what is taken, and the answer."""

    written: Mapping[str, Any]

    def finds(self, asked: Asked) -> dict[str, str] | None:
        """The texts of the path's names; None for another path."""
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]*)", re.escape(self.path))
        found = re.fullmatch(pattern, asked.path)
        return {name: unquote(text) for name, text in found.groupdict().items()} if found else None

    @property
    def method(self) -> str:
        """`GET`."""
        return str(self.written["ask"]).partition(" ")[0]

    @property
    def path(self) -> str:
        """`/meters/{id}`."""
        return str(self.written["ask"]).partition(" ")[2]

    def answer(self, asked: Asked, names: Mapping[str, str]) -> Reply:
        """The good answer, or the refusal of what is not taken."""
        logins = self.written.get("login")
        if logins and not any(_fits(each, asked, names) for each in logins):
            status = self.written.get("no-access", NO_ACCESS)
            return _json(status, self._refused("who are you"), {"WWW-Authenticate": "Bearer"})
        if not _fits(self.written.get("takes", {}), asked, names):
            return _json(self.written.get("refusal", 400), self._refused("not that"))
        if not self._takes_body(asked):
            return _json(self.written.get("refusal", 400), self._refused("not that body"))
        return self._good()

    def _refused(self, why: str) -> Any:
        return self.written.get("error", {"error": why})

    def _good(self) -> Reply:
        status, body = self.written.get("status", 200), self.written.get("body")
        headers = {name: str(value) for name, value in self.written.get("headers", {}).items()}
        media = self.written.get("media", "application/json")
        if body is None and "body" not in self.written:
            return Reply(status, b"", headers)
        is_written = isinstance(body, str) and not media.endswith("json")
        text = str(body) if is_written else json.dumps(body)
        return Reply(status, text.encode(), {"Content-Type": media, **headers})

    def _takes_body(self, asked: Asked) -> bool:
        wanted = self.written.get("json")
        if wanted is None:
            return True
        if not asked.body:
            return bool(self.written.get("body-may-be-left-out", False))
        try:
            value = json.loads(asked.body)
        except ValueError:
            return False
        return "json" in asked.headers.get("content-type", "") and Draft202012Validator(wanted).is_valid(
            value
        )


def _fits(wanted: Mapping[str, str], asked: Asked, names: Mapping[str, str]) -> bool:
    """Whether all texts are as `{"query limit": "[1-9]", "query! meter": ".+"}` wants them; `!` is required.

    `query-names` and `form-names` are what the name of each pair must be; `body` is the whole body.
    """
    for key, pattern in wanted.items():
        place, _, name = key.partition(" ")
        if place == "body":
            texts = [asked.body.decode("latin-1")]
        elif place in ("query-names", "form-names"):
            texts = [name for name, _ in asked.pairs(place.removesuffix("-names"))]
        elif place == "path":
            texts = [names[name]]
        else:
            texts = asked.texts(place.removesuffix("!"), name)
        if (place.endswith("!") and not texts) or not all(_matches(pattern, text) for text in texts):
            return False
    return True


def _matches(pattern: str, text: str) -> bool:
    """Whether a text is as a regular expression has it; `@date` and `@date-time` are those of RFC 3339."""
    if not pattern.startswith("@"):
        return re.fullmatch(pattern, text, re.DOTALL | re.ASCII) is not None
    form = r"\d{4}-\d\d-\d\d"
    if pattern == "@date-time":
        form += r"[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)"
    try:
        return re.fullmatch(form, text, re.ASCII) is not None and bool(datetime.fromisoformat(text.upper()))
    except ValueError:
        return False


def _json(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(status, json.dumps(body).encode(), {"Content-Type": "application/json", **(headers or {})})


@dataclass
class Witness:
    """A running server, with what it was asked and how it answered."""

    routes: Sequence[Route]
    url: str = ""
    asked: list[tuple[Asked, int]] = field(default_factory=list)

    def answer(self, asked: Asked) -> Reply:
        """Of the first route with this path and method."""
        there = []
        for route in self.routes:
            names = route.finds(asked)
            if names is not None:
                if route.method == asked.method:
                    return route.answer(asked, names)
                there.append(route.method)
        if there:
            return _json(NOT_ALLOWED, {"error": "not that method"}, {"Allow": ", ".join(there)})
        return _json(NOT_FOUND, {"error": "nothing there"})


@contextmanager
def witness(routes: Sequence[Mapping[str, Any]]) -> Iterator[Witness]:
    """Serve until the context ends; HEAD is GET without the body."""
    served = Witness([Route(each) for each in routes])

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def handle_one(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            method = "GET" if self.command == "HEAD" else self.command
            asked = Asked(method, self.path, headers, body)
            reply = served.answer(asked)
            served.asked.append((asked, reply.status))
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.status != 204:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def __getattr__(self, name: str) -> Any:
            # Any method may be documented: 3.2 has `additionalOperations`.
            if name.startswith("do_"):
                return self.handle_one
            raise AttributeError(name)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    served.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
