"""Thousands of mutants of good requests, over connections that are kept."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from deployments.mutants import REFUSED, Client, Seed, mutants
from metermock.project import open_project
from tests.conftest import Server

TIMES = 5_000


def seeds_of(name: str, accounts: dict[str, dict[str, Any]]) -> list[Seed]:
    """Good requests to each operation of a contract, by each account."""
    contract = open_project().load_contract(name)
    found = []
    for operation in contract.operations:
        values = {
            parameter.name: [str(value) for value in parameter.resolved.get("enum", ["1", "7", "x"])]
            for parameter in operation.parameters
            if parameter.location == "query"
        }
        found += [
            Seed(f"/{name}{operation.path}", account["headers"], values) for account in accounts.values()
        ]
    return found


@pytest.mark.mutants
@pytest.mark.timeout(300)
@pytest.mark.parametrize("options", [(), ("--strict",)], ids=["plain", "strict"])
@pytest.mark.parametrize("name", open_project().contracts)
def test_no_mutant_is_left_without_an_answer(
    launch: Callable[..., Server],
    accounts: Callable[..., dict[str, dict[str, Any]]],
    name: str,
    options: tuple[str, ...],
) -> None:
    """Every mutant gets a reply that is no fault of the server, and the log stays empty."""
    server = launch(name, *options)
    address = urlsplit(server.url)
    client = Client(str(address.hostname), int(address.port or 0))
    statuses: Counter[int] = Counter()
    made = mutants(seeds_of(name, accounts(name)), random.Random(name))  # noqa: S311 - the same ones in each run
    for _, mutant in zip(range(TIMES // (1 + len(options))), made, strict=False):
        status = client.ask(mutant)
        assert status < 500 or status in REFUSED, mutant
        statuses[status] += 1
    client.close()
    server.stop()

    assert server.log == []
    assert statuses[200] > sum(statuses.values()) / 20, statuses
