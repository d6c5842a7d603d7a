"""Small deployments of small documents: a function answers every method."""

from __future__ import annotations

import argparse
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from metermock.checker.command import add_check_command, run_check
from tests.checker.report_schema import described


@dataclass(frozen=True)
class Asked:
    """A request: `path` is decoded, `raw` as it was sent; of HEAD `method` is GET, and `sent` is HEAD.

    Names of headers are lower-case.
    """

    method: str
    path: str
    raw: str
    query: dict[str, list[str]]
    body: bytes
    sent: str
    headers: dict[str, str]


@dataclass
class Small:
    """A server on a free port, with all that it was asked."""

    url: str
    asked: list[Asked] = field(default_factory=list)


Answer = Callable[[Asked], "tuple[int, Any] | tuple[int, Any, dict[str, str]]"]
"""A status, and a JSON value, or text for `text/csv`, or None for no body; headers; status 0 for no reply."""


@contextmanager
def small(answer: Answer) -> Iterator[Small]:
    """Serve until the context ends; HEAD is GET without the body."""
    served = Small("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            query = parse_qs(parts.query, keep_blank_values=True)
            method = "GET" if self.command == "HEAD" else self.command
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(method, unquote(parts.path), parts.path, query, body, self.command, headers)
            served.asked.append(asked)
            status, value, *more = answer(asked)
            if not status:
                self.close_connection = True
                return
            text = (
                b""
                if value is None
                else value.encode()
                if isinstance(value, str)
                else json.dumps(value).encode()
            )
            self.send_response(status)
            if value is not None and not (more and "content-type" in more[0]):
                kind = "text/csv" if isinstance(value, str) else "application/json"
                self.send_header("content-type", kind)
            for name, text_ in more[0].items() if more else ():
                self.send_header(name, text_)
            if status != 204:
                self.send_header("content-length", str(len(text)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(text)

        do_GET = do_HEAD = do_QUERY = handle_any  # noqa: N815 - names of the base
        do_POST = do_PUT = do_DELETE = do_PATCH = handle_any  # noqa: N815 - names of the base

        def log_message(self, *_: object) -> None:
            """Say nothing."""

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


def check(folder: Path, document: Any, url: str, *words: str) -> tuple[int, Any]:
    """The exit code of a check without random requests, and its JSON report."""
    path, report = folder / "api.json", folder / "report.json"
    path.write_text(json.dumps(document))
    parser = argparse.ArgumentParser()
    add_check_command(parser.add_subparsers())
    flags = ["--contract", str(path), "--no-fuzz", "--report", f"json={report}"]
    code = run_check(parser.parse_args(["check", url, *flags, *words]))
    return code, described(json.loads(report.read_text()))


def operation(
    *, status: str = "200", schema: Any = None, media: str = "application/json", **parts: Any
) -> Any:
    """An operation with one reply of a schema, and 404."""
    content = {} if schema is None else {"content": {media: {"schema": schema}}}
    responses = {status: {"description": "good", **content}, "404": {"description": "none"}}
    return {"responses": responses, **parts}


def document(**paths: Any) -> Any:
    """A document without security; keys are paths with `_` for a slash, or whole paths in a `paths` map."""
    return {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths["paths"]}
