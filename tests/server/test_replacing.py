"""What answers when something was read again, and what is left of what answered before."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from metermock.ledger.world import World
from metermock.project import Service
from metermock.server.app import assembled
from metermock.server.current import Current
from metermock.server.lasting import lasting_of
from metermock.server.reader import Reader
from metermock.server.running.replacing import Replacing
from metermock.server.settings import Settings
from tests.server.changing import FILES, Project

ACME = Path(__file__).parent / "project"


@pytest.fixture(autouse=True)
def _collections() -> Iterator[None]:
    """A replacement sets how Python collects garbage, which other tests must not notice."""
    threshold = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*threshold)


def made(folder: Path) -> Replacing:
    """What replaces the application of a project in this process."""
    reader = Reader(Settings(folder=str(folder), contracts=(), words=(f"{folder}/",)))
    services, lasting = reader.start(), lasting_of(reader.settings)
    return Replacing(Current(assembled(services, reader.settings, lasting)), reader, lasting)


async def get(app: Current, path: str, **headers: str) -> httpx.Response:
    """A reply of what is in place now."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://mock") as client:
        return await client.get(path, headers=headers)


def test_a_mistake_in_one_contract_leaves_it_when_another_is_read(tmp_path: Path) -> None:
    """A contract with a mistake answers as before, also in the application that the others make necessary."""
    project = Project(tmp_path)
    replacing = made(project.folder)
    project.spoil()
    replacing.take(replacing.reader.again())
    name, text = next(iter(FILES["document"].items()))
    project.put(name, text.replace("value: 0", "value: 2"))
    news = replacing.take(replacing.reader.again())

    assert (news.read, news.mended) == (("document",), ("document",))
    values = {each: asyncio.run(get(replacing.current, f"/{each}/value")).json()["value"] for each in FILES}
    assert values == dict.fromkeys(FILES, 1) | {"document": 2}


def world_of(service: Service) -> weakref.ref[World]:
    """A world, which may be forgotten."""
    return weakref.ref(service.world)


def test_worlds_of_before_do_not_add_up() -> None:
    """Of four readings, each with a request, the worlds are gone; that of the start may stay, in a frame."""
    replacing, statuses, before = made(ACME), set(), []
    for _ in range(5):
        reply = asyncio.run(get(replacing.current, "/v1/usage", Authorization="Bearer acme_live_steady"))
        statuses.add(reply.status_code)
        before.append(world_of(replacing.reader.services[0]))
        replacing.take(replacing.reader.again(everything=True))
    gc.unfreeze()
    gc.collect()

    assert statuses == {200}
    assert [world() for world in before[1:]] == [None] * 4
