"""The mock in the process of tests, as they use it."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from metermock import MockServers, asgi_app, serve_in_thread
from metermock.errors import PortInUseError, UsageError, WorldError
from metermock.in_process import Options

ACME = Path(__file__).parent / "project"
GUIDE = Path(__file__).parents[2] / "docs" / "python.md"
NOW = "2026-03-08T12:00:00Z"
SUMMARY = "/api/v1/usage/summary"


def get(url: str, **headers: str) -> httpx.Response:
    """A reply to a client that trusts no proxy of the environment."""
    with httpx.Client(trust_env=False, timeout=30) as client:
        return client.get(url, headers=headers)


async def get_inside(path: str, **headers: str) -> httpx.Response:
    """A reply of onepin's application to a client without a socket."""
    transport = httpx.ASGITransport(asgi_app("onepin", now=NOW))
    async with httpx.AsyncClient(transport=transport, base_url="http://mock") as client:
        return await client.get(path, headers=headers)


def test_a_mock_serves_in_a_thread_and_closes_its_port() -> None:
    """It answers as soon as it is there, at the instant that was asked for, and no longer than its block."""
    with serve_in_thread("onepin", now=NOW) as mock:
        reply = get(mock.url + SUMMARY, **mock.accounts()["steady"]["headers"])

    assert (reply.status_code, reply.headers["date"]) == (200, "Sun, 08 Mar 2026 12:00:00 GMT")
    with pytest.raises(httpx.ConnectError):
        get(mock.url)


def test_a_second_mock_is_there_in_seconds() -> None:
    """Once the engine is imported, a mock is loaded, serves and has answered in seconds of processing."""
    with serve_in_thread("onepin"):
        pass

    began = time.process_time()
    with serve_in_thread("onepin", seed=3) as mock:
        assert get(mock.url + SUMMARY, **mock.accounts()["steady"]["headers"]).status_code == 200

    assert time.process_time() - began < 4


def test_nothing_of_the_process_is_changed() -> None:
    """Logging, and how threads take turns, are as before: they are the tests' own."""
    loggers = [logging.getLogger(name) for name in ("", "metermock", "uvicorn.error", "uvicorn.access")]

    def state() -> list[Any]:
        each = [(one.level, list(one.handlers), list(one.filters), one.propagate) for one in loggers]
        return [each, sys.getswitchinterval(), os.environ.copy()]

    before, threads = state(), set(threading.enumerate())
    with serve_in_thread("onepin") as mock:
        assert state() == before
        assert get(mock.url + SUMMARY).status_code == 401
    # Other tests of this process may have mocks that still serve.
    assert [one for one in threading.enumerate() if one.name == "metermock" and one not in threads] == []


def test_an_application_answers_without_a_socket() -> None:
    """The ASGI transport of httpx gets the same bytes as a client of the mock in a thread."""
    with serve_in_thread("onepin", now=NOW) as mock:
        headers = mock.accounts()["steady"]["headers"]
        outside = get(mock.url + SUMMARY, **headers)

    inside = asyncio.run(get_inside(SUMMARY, **headers))

    assert (inside.status_code, inside.content) == (200, outside.content)


@pytest.mark.parametrize("wanted", ["fault=drop", "delay=10"])
def test_an_application_refuses_what_needs_a_connection(wanted: str) -> None:
    """A fault of the network is not silently left out where there is no network."""
    reply = asyncio.run(get_inside(SUMMARY, Prefer=f"account=steady, {wanted}"))

    assert reply.status_code == 400
    assert "use serve_in_thread" in reply.json()["detail"]


def test_the_same_choice_is_the_same_mock() -> None:
    """The fixture's servers are shared by tests that ask for the same, and apart for other options."""
    servers = MockServers()
    try:
        first = servers("onepin", seed=1)

        assert servers("onepin", seed=1) is first
        assert servers("onepin", seed=2) is not first
    finally:
        servers.stop()


def test_accounts_are_those_of_one_contract() -> None:
    """Of several contracts, the one has to be named whose accounts are meant."""
    with serve_in_thread("onepin", "onceonly") as mock:
        with pytest.raises(UsageError, match="onceonly"):
            mock.accounts()
        assert mock.accounts("onceonly")["steady"]["curl"].endswith(f"{mock.url}/onceonly/v1/usage")


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"now": "yesterday"}, UsageError, "now yesterday: not an instant"),
        ({"now": NOW, "live": True}, UsageError, "Leave one out"),
        ({"nwo": NOW}, TypeError, "no option 'nwo'"),
    ],
)
def test_a_wrong_option_is_named(options: Any, error: type[Exception], said: str) -> None:
    """A mistake in an option is told by its name, before anything is served."""
    with pytest.raises(error, match=said):
        serve_in_thread("onepin", **options)


def test_a_taken_port_is_told() -> None:
    """A port that another mock has is a PortInUseError."""
    with serve_in_thread("onepin") as mock, pytest.raises(PortInUseError):
        serve_in_thread("onepin", port=int(mock.url.rpartition(":")[2]))


def test_a_broken_world_is_told(tmp_path: Path) -> None:
    """A mistake in a file of the project is told as `metermock serve` does, with its place."""
    (tmp_path / "openapi").mkdir()
    (tmp_path / "fixtures").mkdir()
    document = (ACME / "openapi" / "acme.openapi.yaml").read_text("utf-8")
    (tmp_path / "openapi" / "acme.openapi.yaml").write_text(document, "utf-8")
    (tmp_path / "fixtures" / "acme.yaml").write_text("clock: soon\n", "utf-8")

    with pytest.raises(WorldError, match=r"acme\.yaml"):
        serve_in_thread(tmp_path)


@pytest.mark.parametrize("place", [1, 2], ids=["in a thread", "without a socket"])
def test_what_the_guide_shows_runs(place: int) -> None:
    """The code of docs/python.md runs as it stands, and prints a reply."""
    code = GUIDE.read_text("utf-8").split("```python\n")[place + 1].partition("```")[0]
    alone = {**os.environ, "no_proxy": "*"}

    done = subprocess.run(
        [sys.executable, "-c", code], env=alone, capture_output=True, text=True, check=False
    )

    assert done.stdout.startswith("{'"), done.stderr


def test_the_guide_names_every_option() -> None:
    """The table of docs/python.md has each option that there is."""
    named = set(re.findall(r"`?(\w+)=", GUIDE.read_text("utf-8").partition("## Options")[2]))

    assert named == Options.__annotations__.keys()


def test_the_fixture_serves_in_a_pytest_of_anybody(tmp_path: Path) -> None:
    """With the plugin, a test takes `metermock_server`; warnings may be errors there."""
    (tmp_path / "test_usage.py").write_text(
        GUIDE.read_text("utf-8").split("```python\n")[1].partition("```")[0] + "\n"
        "def test_mistake(metermock_server):\n"
        "    metermock_server('onepyn')\n",
        "utf-8",
    )
    words = ("-p", "metermock.checker.plugin", "-p", "no:cacheprovider", "-q", "-W", "error")
    alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "no_proxy": "*"}
    command = [sys.executable, "-m", "pytest", *words, "--rootdir", str(tmp_path), str(tmp_path)]

    done = subprocess.run(command, env=alone, capture_output=True, text=True, check=False, timeout=60)

    assert "1 failed, 1 passed" in done.stdout, done.stdout + done.stderr
    assert "Did you mean onepin?" in done.stdout
