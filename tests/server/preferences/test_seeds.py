"""Other seeds in a request."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from metermock.server.seeds import MOST, Seeds
from tests.conftest import Server
from tests.server.preferences.asking import (
    CONTRACTS,
    DOCUMENT,
    EVERY,
    GAUGE,
    USAGE,
    Ask,
    asked,
    by_header,
    by_prefer,
)


@EVERY
@CONTRACTS
def test_a_seed_gives_what_a_server_of_that_seed_gives(
    mock: Server, serve: Callable[..., Server], ask: Ask, path: str
) -> None:
    """`seed` gives the bytes of `metermock serve --seed`, and the server's own seed its usual ones."""
    other = by_header(serve("--seed", "7"), path, "account=steady")
    reply = ask(mock, path, "account=steady, seed=7")

    assert reply.headers["preference-applied"] == "seed=7, account=steady"
    assert reply.content == other.content
    assert reply.content != ask(mock, path, "account=steady").content
    assert ask(mock, path, "account=steady, seed=0").content == ask(mock, path, "account=steady").content


def test_a_seed_works_with_a_credential_that_is_sent(
    mock: Server, accounts: Callable[..., dict[str, dict[str, Any]]]
) -> None:
    """A credential opens its account in the world of another seed too."""
    for contract in USAGE:
        headers = accounts(contract)["steady"]["headers"]
        reply = asked(mock, "GET", USAGE[contract], {**headers, "Prefer": "seed=7"})

        assert reply.json() == by_header(mock, USAGE[contract], "account=steady, seed=7").json()


def test_a_seed_makes_other_replies_of_a_document(serve: Callable[..., Server]) -> None:
    """Replies that are made from schemas follow the seed, errors too."""
    made = serve(DOCUMENT, "--strict")
    one, same, other = (
        by_prefer(made, GAUGE, f"account=steady, dynamic, seed={seed}").json()["used"] for seed in (1, 1, 2)
    )

    assert one == same != other
    assert by_prefer(made, GAUGE, "account=steady, code=404, seed=3").status_code == 404


@pytest.mark.parametrize("wanted", ["seed=-1", "seed=a", "seed=1000000000", "seed"])
def test_an_unreadable_seed_is_refused(mock: Server, wanted: str) -> None:
    """A seed is a whole number."""
    reply = by_prefer(mock, USAGE["onepin"], wanted)

    assert reply.status_code == 400
    assert "seed takes a whole number from 0 to 999999999" in reply.json()["detail"]


def site(seed: int) -> Any:
    """What stands for a site of a seed."""
    return SimpleNamespace(world=SimpleNamespace(seed=seed))


def test_a_world_is_loaded_once() -> None:
    """Requests that come together wait for the same world, and the server's own is never loaded."""
    made: list[int] = []

    def make(seed: int) -> Any:
        made.append(seed)
        return site(seed)

    async def together() -> list[Any]:
        seeds = Seeds(site(0), make)
        return await asyncio.gather(*(seeds.of(seed) for seed in (1, 1, 0, 1)))

    assert [each.world.seed for each in asyncio.run(together())] == [1, 1, 0, 1]
    assert made == [1]


def test_few_worlds_are_kept() -> None:
    """The seed that was unused longest is forgotten when there are too many."""
    made: list[int] = []

    def make(seed: int) -> Any:
        made.append(seed)
        return site(seed)

    async def many() -> Seeds:
        seeds = Seeds(site(0), make)
        for seed in (*range(1, MOST + 1), 1, MOST + 1, 1, 2):
            await seeds.of(seed)
        return seeds

    seeds = asyncio.run(many())

    assert len(seeds.kept) == MOST
    assert made == [*range(1, MOST + 2), 2]


def test_a_world_that_cannot_be_loaded_is_tried_again() -> None:
    """A failure is told to those that wait, and not kept."""
    made: list[int] = []

    def make(seed: int) -> Any:
        made.append(seed)
        if len(made) == 1:
            raise OSError("gone")
        return site(seed)

    async def twice() -> Any:
        seeds = Seeds(site(0), make)
        with pytest.raises(OSError, match="gone"):
            await seeds.of(1)
        return await seeds.of(1)

    assert asyncio.run(twice()).world.seed == 1
