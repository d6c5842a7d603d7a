"""A real server process for whoever asks; several tests share one."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

ACME = str(Path(__file__).parent / "server" / "project")
COMMAND = (sys.executable, "-m", "metermock")
PATIENCE = 30.0


@dataclass(frozen=True)
class Server:
    """A mock in a process of its own."""

    url: str
    process: subprocess.Popen[str]
    log: list[str]
    """What it has written to stderr so far."""
    reader: threading.Thread

    def client(self, path: str = "", **headers: str) -> httpx.Client:
        """Make a client whose paths begin at `path`; trust no proxy of the environment."""
        return httpx.Client(base_url=self.url + path, headers=headers, trust_env=False, timeout=PATIENCE)

    def stop(self) -> int:
        """Ask it to end, and return its exit code."""
        self.process.terminate()
        code = self.process.wait(PATIENCE)
        self.reader.join(PATIENCE)
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()
        return code


def start_server(*options: str, host: str = "127.0.0.1") -> Server:
    """Start `metermock serve` on a free port and wait for the line that says it serves."""
    address = ["--host", host] if host else []
    process = subprocess.Popen(
        [*COMMAND, "serve", *address, *options, "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    log: list[str] = []
    reader = threading.Thread(target=log.extend, args=(process.stderr,), daemon=True)
    reader.start()
    line = process.stdout.readline()
    found = re.search(r"on (http://\S+)", line)
    server = Server(found[1] if found else "", process, log, reader)
    if not found:
        server.stop()
        pytest.fail(f"metermock serve {' '.join(options)} did not start: {line}{''.join(log)}")
    return server


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[..., Server]]:
    """Start servers, one for each set of options, that live until the tests are over."""
    started: dict[tuple[str, ...], Server] = {}

    def start(*options: str) -> Server:
        if options not in started:
            started[options] = start_server(*options)
        return started[options]

    yield start
    for server in started.values():
        server.stop()


@pytest.fixture
def launch() -> Iterator[Callable[..., Server]]:
    """Start servers that one test may do anything to."""
    started: list[Server] = []

    def start(*options: str) -> Server:
        started.append(start_server(*options))
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture(scope="session")
def mock(serve: Callable[..., Server]) -> Server:
    """Serve the bundled contracts; every reply is checked on its way out."""
    return serve("--strict")


@pytest.fixture(scope="session")
def acme(serve: Callable[..., Server]) -> Server:
    """Serve the tests' own project, which is nobody's contract."""
    return serve(ACME)


@pytest.fixture(scope="session")
def accounts() -> Callable[..., dict[str, dict[str, Any]]]:
    """List the accounts of a contract by name, as `metermock accounts --json` does."""
    known: dict[tuple[str, ...], dict[str, dict[str, Any]]] = {}

    def ask(*what: str) -> dict[str, dict[str, Any]]:
        if what not in known:
            command = [*COMMAND, "accounts", *what, "--json"]
            output = subprocess.run(command, capture_output=True, check=True, timeout=PATIENCE).stdout
            known[what] = {account["account"]: account for account in json.loads(output)}
        return known[what]

    return ask
