from __future__ import annotations

import logging
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from metermock.server.access_log import KeysConcealed
from tests.conftest import Server

ACME = str(Path(__file__).parent / "project")


@pytest.mark.parametrize("options", [(), ("--workers", "2")], ids=["one process", "two workers"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_mock_ends_when_it_is_told_to(
    launch: Callable[..., Server], options: tuple[str, ...], number: signal.Signals
) -> None:
    """A server that a signal stops exits with 0 and without a trace."""
    server = launch(ACME, *options)
    server.process.send_signal(number)
    code = server.process.wait(30)
    server.stop()

    assert (code, server.log) == (0, [])


def test_workers_answer_alike(launch: Callable[..., Server]) -> None:
    """All workers answer the same request with the same bytes."""
    server = launch(ACME, "--workers", "2")
    bodies = set()
    for _ in range(10):
        with server.client(Authorization="Bearer acme_live_steady") as client:
            bodies.add(client.get("/acme/v1/usage").content)
    server.stop()

    assert len(bodies) == 1


def test_the_access_log_has_a_line_per_request(launch: Callable[..., Server]) -> None:
    """`--access-log` writes a line for each request to stderr."""
    server = launch(ACME, "--access-log")
    with server.client() as client:
        client.get("/acme/v1/status?x=1")
    server.stop()

    assert '"GET /acme/v1/status?x=1 HTTP/1.1" 200' in server.log[-1]


def test_workers_end_with_their_parent(launch: Callable[..., Server]) -> None:
    """Workers whose parent was killed end too, and free the port."""
    server = launch(ACME, "--workers", "2")
    server.process.kill()
    address = urlsplit(server.url)
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex((address.hostname, address.port)):
                break
        time.sleep(0.05)
    else:
        pytest.fail("the port still answers after 15 s")
    server.stop()


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/v1/usage?api_key=secret&days=7", "/v1/usage?api_key=***&days=7"),
        ("/v1/usage?days=7&api%5Fkey=secret", "/v1/usage?days=7&api%5Fkey=***"),
        ("/v1/usage?days=7&my_api_key=7", "/v1/usage?days=7&my_api_key=7"),
    ],
)
def test_the_access_log_conceals_keys(path: str, shown: str) -> None:
    """A key in a query is not logged, however its name is written."""
    record = logging.LogRecord("uvicorn.access", logging.INFO, "", 1, "%s %d", (path, 200), None)

    assert KeysConcealed({"api_key"}).filter(record)
    assert record.getMessage() == f"{shown} 200"


def test_no_collection_walks_all_that_is_kept_of_replies() -> None:
    """Two hundred thousand objects are kept without a full collection, which would hold up every client."""
    text = (
        "import gc; from metermock.server.app import collect_seldom; collect_seldom(); "
        "before = gc.get_stats()[2]['collections']; kept = [[each] for each in range(200_000)]; "
        "print(gc.get_stats()[2]['collections'] - before)"
    )
    done = subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "0\n"
