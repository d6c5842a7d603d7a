"""The same seed, clock and request give the same bytes: on any day, from any process, on any Python.

Where replies are meant to change, `.venv/bin/python -m tests.golden.write` writes down the new digests.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.conftest import Server
from tests.golden.replies import DIGESTS, SITUATIONS, Situation, ask, known, requests, shuffled

USUAL = Situation(0, "default")


@pytest.mark.parametrize("situation", SITUATIONS, ids=str)
def test_replies_are_what_they_were(launch: Callable[..., Server], situation: Situation) -> None:
    """Every account gets the bytes that it always got, whatever was asked before."""
    server = launch(*situation.options)
    assert ask(server.url, shuffled(situation.seed)) == known(situation)


def test_strict_server_in_use(mock: Server) -> None:
    """A server that has answered other things, and checks its replies, sends the same bytes."""
    assert ask(mock.url, requests()[::-1]) == known(USUAL)


def test_several_workers(launch: Callable[..., Server]) -> None:
    """Two workers that share eight connections send the same bytes."""
    server = launch("--workers", "2")
    assert ask(server.url, shuffled(1), connections=8) == known(USUAL)


def test_each_account_is_held() -> None:
    """The file has every account of every contract in every situation, and they differ between the seeds."""
    held = json.loads(DIGESTS.read_text("utf-8"))
    accounts = {(asked.contract, asked.account) for asked in requests()}
    assert list(held) == [str(situation) for situation in SITUATIONS]
    for contracts in held.values():
        assert {(name, account) for name, each in contracts.items() for account in each} == accounts
    for name in held[str(USUAL)]:
        assert known(USUAL)[name]["steady"] != known(Situation(7, "default"))[name]["steady"]
