"""The handlers of the contract that a test's folder is named after, asked as the server asks them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from metermock import Request, read_instant
from metermock.project import Service
from tests.contracts.answered import Answered, answer, load

CLOCKS = (
    "2025-06-30T23:59:59Z",
    "2025-12-29T00:00:00Z",  # a Monday
    "2026-03-01T00:30:00Z",
    "2026-03-08T12:00:00Z",
    "2026-03-15T23:59:59Z",  # a Sunday
    "2026-03-18T15:42:07Z",
    "2026-11-01T09:30:00Z",
    "2026-12-31T23:59:59Z",
    "2027-01-01T00:00:00Z",
    "2028-02-29T23:59:30Z",
)


def ask_contract(
    service: Service,
    operation_id: str,
    account: str,
    now: str,
    *,
    settings: Mapping[str, Any],
    sent: Mapping[str, str],
) -> Answered:
    """What an operation answers an account at a clock, and what the contract says about that."""
    operation, world, instant = service.contract.operation(operation_id), service.world, read_instant(now)
    parameters, violations = operation.read(sent.items(), {})
    owner, usage = world.accounts[account], world.usage(account, instant)
    known = {**world.settings, **settings}
    request = Request(operation_id, parameters, owner, owner.keys[0], usage, instant, known, world, {})
    return Answered(answer(service, request, violations), operation)


@pytest.fixture(name="service")
def service_fixture(request: pytest.FixtureRequest) -> Callable[..., Service]:
    """Loads the folder's contract with a seed."""
    contract = request.path.parent.name
    return lambda seed=0: load(contract, seed)


@pytest.fixture(name="ask")
def ask_fixture(service: Callable[..., Service]) -> Callable[..., Answered]:
    """Asks an operation of the folder's contract; parameters are given by name, as text."""

    def ask(
        operation_id: str,
        account: str = "steady",
        now: str = "2026-03-18T15:42:07Z",
        seed: int = 0,
        settings: Mapping[str, Any] | None = None,
        **sent: str,
    ) -> Answered:
        return ask_contract(service(seed), operation_id, account, now, settings=settings or {}, sent=sent)

    return ask


@pytest.fixture(name="clocks")
def clocks_fixture() -> tuple[str, ...]:
    """Instants with DST changes, leap days, and ends and beginnings of weeks, months and years."""
    return CLOCKS
