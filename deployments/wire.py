"""Serves a plain deployment over HTTP, in any of the ways that a correct server may speak."""

from __future__ import annotations

import contextlib
import gzip
import json
import re
import threading
from collections.abc import Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

from deployments.deployment import Deployment
from deployments.parts import Ask, Reply

VARIANTS = {
    "key-order": "objects list their keys backwards",
    "whitespace": "JSON is indented",
    "escaped": "JSON is pure ASCII",
    "extra-headers": "headers that no contract names",
    "lower-case-headers": "header names in lower case",
    "charset": "the media type names its charset",
    "zero-offset": "instants end in +00:00",
    "gzip": "replies are compressed for clients that accept it",
    "chunked": "replies come in chunks",
    "close": "the connection is closed after each reply",
    "clock-ahead": "the deployment's clock is three seconds ahead",
    "clock-behind": "the deployment's clock is three seconds behind",
    "lag": "essarion: calls show 30 s after their completion",
    "inclusive-ends": "onepin: the last second of a window stands for its end",
    "sliding-peaks": "zkscore: peaks are taken over sliding minutes and hours",
    "counts-itself": "glyphnet: a read takes one request off X-RateLimit-Remaining",
}
_INSTANT = re.compile(r'"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)Z"')


def backwards(value: Any) -> Any:
    """Turn the order of all keys round."""
    if isinstance(value, dict):
        return {key: backwards(value[key]) for key in reversed(value)}
    return [backwards(item) for item in value] if isinstance(value, list) else value


def render(body: Any, variants: frozenset[str]) -> bytes:
    """Write a body as JSON; text is sent as it is."""
    if isinstance(body, str):
        return body.encode()
    text = json.dumps(
        backwards(body) if "key-order" in variants else body,
        ensure_ascii="escaped" in variants,
        indent=2 if "whitespace" in variants else None,
        separators=None if "whitespace" in variants else (",", ":"),
    )
    return (_INSTANT.sub(r'"\1+00:00"', text) if "zero-offset" in variants else text).encode()


class Handler(BaseHTTPRequestHandler):
    """Turns HTTP into an Ask and a Reply into HTTP."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def __getattr__(self, name: str) -> Any:
        """Answer every method there is: the deployment knows which it takes."""
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    def answer(self) -> None:
        """Answer whatever method came."""
        self.rfile.read(int(self.headers.get("content-length") or 0))
        deployment = cast("PlainServer", self.server).deployment
        url = urlsplit(self.path)
        query = parse_qsl(url.query, keep_blank_values=True)
        headers = [(name.lower(), value) for name, value in self.headers.items()]
        ask = Ask(self.command, url.path, query, headers, deployment.now())
        self.send(ask, deployment.answer(ask), deployment.variants)

    def send(self, ask: Ask, reply: Reply, variants: frozenset[str]) -> None:
        """Write the reply in the variants' way."""
        content = render(reply.body, variants)
        headers = {"Date": formatdate(ask.now, usegmt=True), "Content-Type": "application/json"}
        if "charset" in variants:
            headers["Content-Type"] += "; charset=utf-8"
        if "extra-headers" in variants:
            headers |= {"X-Served-By": "node-7", "Cache-Control": "no-store", "Via": "1.1 edge"}
        if "gzip" in variants and "gzip" in (ask.header("accept-encoding") or ""):
            content = gzip.compress(content)
            headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        chunked = "chunked" in variants and self.request_version == "HTTP/1.1"
        headers |= {"Transfer-Encoding": "chunked"} if chunked else {"Content-Length": str(len(content))}
        headers |= reply.headers
        if "close" in variants or reply.body_on_head:
            headers["Connection"] = "close"
        self.head(reply.status, headers, lower="lower-case-headers" in variants)
        if ask.method != "HEAD" or reply.body_on_head:
            self.body(content, chunked=chunked)

    def head(self, status: int, headers: dict[str, str], *, lower: bool) -> None:
        """Write the status and the headers; an empty value stands for a header left out."""
        self.send_response_only(status)
        for name, value in headers.items():
            if value:
                self.send_header(name.lower() if lower else name, value)
        self.end_headers()

    def body(self, content: bytes, *, chunked: bool) -> None:
        """Write the body, whole or in chunks."""
        if not chunked:
            self.wfile.write(content)
            return
        for begin in range(0, len(content), 1000):
            piece = content[begin : begin + 1000]
            self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class named it
        """Say nothing."""


class PlainServer(ThreadingHTTPServer):
    """One deployment on one loopback port."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, deployment: Deployment, port: int = 0) -> None:
        self.deployment = deployment
        super().__init__(("127.0.0.1", port), Handler)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextlib.contextmanager
def listening(deployment: Deployment) -> Iterator[str]:
    """Serve a deployment in a thread; gives its base URL."""
    server = PlainServer(deployment)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.url
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
