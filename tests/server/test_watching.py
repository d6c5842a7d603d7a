"""`metermock serve --watch` and SIGHUP: files change under load, one server for all tests."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import Server, start_server
from tests.server.changing import DOCUMENT, FILES, OVERLAY, Client, Project, names_after, valued, wait_for

CONTRACTS = tuple(FILES)


@dataclass
class Story:
    """What was seen while all files were changed, spoilt and mended."""

    clients: dict[str, Client]
    log: list[str] = field(default_factory=list)
    """Written while the files were wrong."""
    pages: dict[str, httpx.Response] = field(default_factory=dict)
    """Pages of the mock at that time."""
    later: dict[str, httpx.Response] = field(default_factory=dict)
    """The same when all was mended."""
    spoilt: dict[str, tuple[int, int]] = field(default_factory=dict)
    """How many replies each client had when its files became wrong, and when they were mended."""


@pytest.fixture(scope="module", autouse=True)
def _hang_ups_are_heard() -> Iterator[None]:
    """What `nohup` starts ignores SIGHUP, and so would the servers of these tests."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project of which each contract has another kind of file that changes."""
    return Project(tmp_path_factory.mktemp("changing"))


@pytest.fixture(scope="module")
def server(project: Project) -> Iterator[Server]:
    """Serve it."""
    started = start_server(f"{project.folder}/", "--watch")
    yield started
    started.stop()


def pages(server: Server) -> dict[str, httpx.Response]:
    """The pages that tell what is wrong."""
    with server.client() as client:
        return {
            "text": client.get("/"),
            "browser": client.get("/?contract=world", headers={"Accept": "text/html"}),
            "accounts": client.get("/accounts.json"),
            "health": client.get("/health"),
        }


@pytest.fixture(scope="module")
def story(project: Project, server: Server) -> Story:
    """Change, spoil and mend all files while clients ask, each on one connection."""
    told = Story({name: Client(server, name) for name in CONTRACTS})
    for client in told.clients.values():
        client.start()
    wait_for(lambda: all(client.values for client in told.clients.values()), "the first replies")
    project.write(2)
    wait_for(lambda: names_after(server, "read again") >= set(CONTRACTS), "the second values")
    before = {name: len(client.values) for name, client in told.clients.items()}
    since = len(server.log)
    project.spoil()
    wait_for(lambda: sum("goes on" in line for line in server.log) == len(CONTRACTS), "the mistakes")
    told.log, told.pages = server.log[since:], pages(server)
    told.spoilt = {name: (before[name], len(client.values)) for name, client in told.clients.items()}
    project.write(3)
    wait_for(lambda: names_after(server, "mended") >= set(CONTRACTS), "the mended files")
    told.later = pages(server)
    seen = {name: len(client.values) + 1 for name, client in told.clients.items()}
    wait_for(
        lambda: all(len(told.clients[name].values) > seen[name] for name in CONTRACTS), "the last replies"
    )
    for client in told.clients.values():
        client.stop()
    return told


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_file_is_read_again_and_no_request_is_lost(story: Story, name: str) -> None:
    """On one connection each reply is 200, first with the old value, then with the new."""
    client = story.clients[name]

    assert client.error is None
    assert [value for value, _ in groupby(client.values)] == [1, 2, 3]


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_mistake_leaves_what_was_read_before(story: Story, name: str) -> None:
    """While a file is wrong, its contract answers as before."""
    begins, ends = story.spoilt[name]

    assert ends > begins
    assert set(story.clients[name].values[begins:ends]) == {2}


@pytest.mark.parametrize(
    "mistake",
    [
        "openapi/document.openapi.yaml:2:5: is not YAML: did not find expected ',' or ']'",
        "openapi/parts/reply.yaml:1:17: is not YAML: mapping values are not allowed in this context",
        "openapi/overlay.overlay.yaml:4:5: ",
        "handlers/handler.py:2: loading it failed: ZeroDivisionError: division by zero",
        "fixtures/world.yaml:5:",
    ],
)
def test_terminal_and_start_page_say_what_is_wrong(story: Story, mistake: str) -> None:
    """Each mistake has the file and the line that a start would name: in the log, and in all forms of `/`."""
    health = json.loads(story.pages["health"].content)["mistakes"]

    assert [mistake in text for text in (story.pages["text"].text, "".join(story.log))] == [True, True]
    assert sum(mistake in each for each in health) == 1


def test_the_accounts_and_the_console_say_what_is_wrong_with_their_contract(story: Story) -> None:
    """Each account of a contract tells the mistakes in its files alone; so does the page for browsers."""
    accounts: list[dict[str, Any]] = story.pages["accounts"].json()
    wrong = {account["contract"]: account["mistakes"] for account in accounts}
    page = story.pages["browser"].text

    assert {name: len(mistakes) for name, mistakes in wrong.items()} == dict.fromkeys(CONTRACTS, 1)
    assert "handlers/handler.py:2: " in wrong["handler"][0]
    assert page.count('role="alert"') == 1
    assert "fixtures/world.yaml:5:" in page


def test_what_is_mended_is_told_no_longer(story: Story) -> None:
    """When all files are right again, no page speaks of a mistake."""
    said = [reply.text for reply in story.later.values() if "mistake" in reply.text or "alert" in reply.text]

    assert said == []


COMING = {
    "openapi/further.openapi.yaml": valued(DOCUMENT, 4),
    "openapi/document.overlay.yaml": valued(OVERLAY, 5),
}


def come(project: Project, server: Server) -> None:
    """Write a further document, and an overlay beside one that there is."""
    since = len(server.log)
    for name, text in COMING.items():
        project.put(name, text)
    wait_for(lambda: names_after(server, "read again", since) >= {"document", "further"}, "the new files")


def go(project: Project, server: Server) -> None:
    """Remove them."""
    since = len(server.log)
    for name in COMING:
        (project.folder / name).unlink()
    wait_for(lambda: "document" in names_after(server, "read again", since), "the old document")
    wait_for(lambda: "further" in names_after(server, "served no longer", since), "the end of the other")


@pytest.mark.usefixtures("story")
def test_contracts_and_overlays_come_and_go(project: Project, server: Server) -> None:
    """A document that comes into being is served, an overlay is applied; both are gone with their files."""
    seen = []
    with server.client() as client:
        for change in (come, go):
            change(project, server)
            replies = [client.get(f"/{name}/value") for name in ("further", "document")]
            seen.append([reply.json().get("value") for reply in replies])

    assert seen == [[4, 5], [None, 3]]


@pytest.mark.usefixtures("story")
def test_sighup_reads_again_instead_of_ending(server: Server) -> None:
    """After SIGHUP everything was read again, and the process answers."""
    since = len(server.log)
    server.process.send_signal(signal.SIGHUP)
    wait_for(lambda: names_after(server, "read again", since) >= set(CONTRACTS), "the reading")

    with server.client() as client:
        assert client.get("/handler/value").json() == {"value": 3}


def replies(server: Server, path: str) -> list[Any]:
    """What twenty new connections get, so that each of two workers is asked."""
    found = []
    for _ in range(20):
        with server.client() as client:
            found.append(client.get(path).json())
    return found


def test_workers_read_again_together(launch: Callable[..., Server], tmp_path: Path) -> None:
    """Of several workers each reads a changed file, goes on with a mistake in it and says so; none ends."""
    project = Project(tmp_path)
    server = launch(f"{project.folder}/", "--workers", "2", "--watch")
    client = Client(server, "world")
    client.start()
    project.write(7)
    wait_for(lambda: names_after(server, "read again") >= set(CONTRACTS), "the reading")
    assert {each["value"] for each in replies(server, "/world/value")} == {7}
    project.spoil()
    wait_for(lambda: sum("goes on" in line for line in server.log) == len(CONTRACTS), "the mistakes")
    assert {each["value"] for each in replies(server, "/world/value")} == {7}
    assert {len(each["mistakes"]) for each in replies(server, "/health")} == {len(CONTRACTS)}
    project.write(8)
    wait_for(lambda: names_after(server, "mended") >= set(CONTRACTS), "the mended files")
    assert {each["value"] for each in replies(server, "/world/value")} == {8}
    assert not any("mistakes" in each for each in replies(server, "/health"))
    client.stop()

    assert client.error is None
    assert [value for value, _ in groupby(client.values)] == [1, 7, 8]
    assert server.process.poll() is None


def test_workers_read_again_at_a_signal(launch: Callable[..., Server], tmp_path: Path) -> None:
    """When several workers are told to read again, all new requests get what was read; none ends."""
    project = Project(tmp_path)
    server = launch(f"{project.folder}/", "--workers", "2")
    project.write(7)
    server.process.send_signal(signal.SIGHUP)
    wait_for(lambda: names_after(server, "read again") >= set(CONTRACTS), "the reading")

    assert {each["value"] for each in replies(server, "/world/value")} == {7}
    assert server.process.poll() is None
