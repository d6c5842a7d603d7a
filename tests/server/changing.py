"""A project whose files change while it is served, and clients that ask all the time."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.conftest import PATIENCE, Server

DOCUMENT = """\
openapi: 3.1.0
info: {title: Changing, version: "1"}
paths:
  /value:
    get:
      operationId: getValue
      responses:
        "200":
          description: The value
          content:
            application/json:
              schema: {type: object, required: [value], properties: {value: {type: integer}}}
              example: {value: 0}
"""
REFERENCE = DOCUMENT.partition('        "200":\n')[0] + '        "200": {$ref: parts/reply.yaml}\n'
PART = """\
description: The value
content:
  application/json:
    schema: {type: object, required: [value], properties: {value: {type: integer}}}
    example: {value: 0}
"""
OVERLAY = """\
overlay: 1.1.0
info: {title: Another value, version: "1"}
actions:
  - target: $.paths['/value'].get.responses['200'].content['application/json'].example
    update: {value: 0}
"""
HANDLER = """\
value = 0


def get_value(request):
    return {"value": value}
"""
TOLD = HANDLER.replace('"value": value', '"value": request.settings["value"]')
WORLD = """\
clock: "2026-03-18T15:42:07Z"
settings: {value: 0}
calls: {dimensions: {}, measures: {}}
accounts:
  steady: {about: "a shop", since: "2026-01-01T00:00:00Z", traffic: []}
credentials: []
"""
FILES = {
    "document": {"openapi/document.openapi.yaml": DOCUMENT},
    "reference": {"openapi/parts/reply.yaml": PART, "openapi/reference.openapi.yaml": REFERENCE},
    "overlay": {"openapi/overlay.overlay.yaml": OVERLAY, "openapi/overlay.openapi.yaml": DOCUMENT},
    "handler": {"handlers/handler.py": HANDLER, "openapi/handler.openapi.yaml": DOCUMENT},
    "world": {
        "fixtures/world.yaml": WORLD,
        "handlers/world.py": TOLD,
        "openapi/world.openapi.yaml": DOCUMENT,
    },
}
"""The files of each contract: in the first, 0 stands for the value that its reply gives."""
WRONG = {
    "document": ("openapi: 3.1.0", "openapi: [3.1.0"),
    "reference": ("description: The value", "description: The: value"),
    "overlay": ("target: $.paths", "target: paths"),
    "handler": ("value = 0", "import json\nvalue = 0 / 0"),
    "world": ("traffic: []", "trafic: []"),
}
"""A mistake for the first file of each contract."""


class Project:
    """A project in a folder, with a contract for each kind of file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write(1)
        for files in FILES.values():
            for name, text in list(files.items())[1:]:
                self.put(name, text)

    def put(self, name: str, text: str) -> None:
        """Write a file."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def write(self, value: int) -> None:
        """Have every contract give this value."""
        for files in FILES.values():
            name, text = next(iter(files.items()))
            self.put(name, valued(text, value))

    def spoil(self) -> None:
        """Make a mistake in a file of every contract."""
        for contract, files in FILES.items():
            name, text = next(iter(files.items()))
            self.put(name, text.replace(*WRONG[contract]))


def valued(text: str, value: int) -> str:
    """A file with this value in the place of the 0."""
    return text.replace("value: 0", f"value: {value}").replace("value = 0", f"value = {value}")


class Client(threading.Thread):
    """Asks one contract again and again, on one connection."""

    def __init__(self, server: Server, contract: str) -> None:
        super().__init__(daemon=True)
        self.contract = contract
        self.connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=PATIENCE)
        self.connection.connect()
        # A connection that was closed is an error, and not made anew.
        self.connection.auto_open = 0
        self.values: list[Any] = []
        self.error: Exception | None = None
        self.goes_on = True

    def run(self) -> None:
        """Ask until it is told to stop, or a request is lost."""
        try:
            while self.goes_on:
                self.connection.request("GET", f"/{self.contract}/value")
                reply = self.connection.getresponse()
                body = reply.read()
                self.values.append(json.loads(body)["value"] if reply.status == 200 else body)
                time.sleep(0.002)
        except Exception as error:  # noqa: BLE001 - the test tells which
            self.error = error

    def stop(self) -> None:
        """End."""
        self.goes_on = False
        self.join(PATIENCE)
        self.connection.close()


def wait_for(condition: Callable[[], bool], what: str) -> None:
    """Wait until something is so; AssertionError if it does not come."""
    ends = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < ends, f"{what} did not come"
        time.sleep(0.02)


def names_after(server: Server, beginning: str, since: int = 0) -> set[str]:
    """The names in the lines of the log that begin so."""
    lines = [line for line in server.log[since:] if line.startswith(f"metermock: {beginning}: ")]
    return {name for line in lines for name in line.strip().rpartition(": ")[2].split(", ")}
