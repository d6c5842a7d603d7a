"""The application inside the measuring process, without HTTP around it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from metermock.project import open_project
from metermock.server.app import create_app
from metermock.server.dispatcher import Dispatcher
from metermock.server.settings import Settings

Scope = dict[str, Any]


def request_of(path: str, headers: Mapping[str, str]) -> bytes:
    """A request as it is sent."""
    lines = "".join(f"{name.lower()}: {value}\r\n" for name, value in headers.items())
    return f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{lines}\r\n".encode()


def scope_of(raw: bytes) -> Scope:
    """A request as uvicorn hands it to the application."""
    line, *heads = raw.decode().rstrip().split("\r\n")
    path, _, query = line.split(" ")[1].partition("?")
    headers = [tuple(part.encode() for part in head.split(": ", 1)) for head in heads]
    return {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": headers,
    }


async def started(**options: Any) -> Dispatcher:
    """The application of all bundled contracts, ready for requests."""
    project = open_project()
    app = create_app(Settings(str(project.folder), project.contracts, **options))

    async def receive() -> Scope:
        return {"type": "lifespan.startup"} if not begun.pop() else {"type": "lifespan.shutdown"}

    async def send(_message: Any) -> None:
        """Nobody listens."""

    begun = [True, False]
    await app({"type": "lifespan"}, receive, send)
    return app
