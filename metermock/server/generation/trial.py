"""Tries the replies of a document at start, to say which of its rules they do not keep everywhere."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from metermock.contract import ABSENT, Operation, Parameter
from metermock.contract.samples import Samples
from metermock.errors import Refusal
from metermock.ledger.account import Account
from metermock.project import Service
from metermock.server.generation.handlers import completed
from metermock.server.handling import Request

logger = logging.getLogger("metermock")

_MOST = 40
"""Requests to one operation."""
_LONGEST = 10.0
"""Seconds of work for one contract."""
_REASONS = ("unauthenticated", "forbidden", "invalid", "unknown_resource", "rate_limited")


def tell(
    services: Iterable[Service],
    now: int | None,
    *,
    dynamic: bool,
    stands: Callable[[Service], bool] = bool,
) -> None:
    """Log for each contract which rules its made replies break; nothing where they keep all.

    Nothing either of a contract that no longer `stands` as it was read.

    It works no more than half of the time, since clients are answered beside it.
    """
    for service in services:
        try:
            found = broken(service, service.world.clock if now is None else now, dynamic=dynamic)
        except Exception as error:  # a trial never ends a server
            logger.debug("%s: the trial of its rules failed", service.name, exc_info=error)
            continue
        if found and stands(service):
            service.handlers.told.update(
                (operation, rule) for rule, names in found.items() for operation in names
            )
            logger.warning("%s", sentence(service, found))


def sentence(service: Service, found: dict[str, set[str]]) -> str:
    """Which rules are broken, and by replies of which operations."""
    known = {rule.id for operation in service.contract.operations for rule in operation.rules}
    listed = "; ".join(f"{rule} ({', '.join(sorted(names))})" for rule, names in sorted(found.items()))
    return (
        f"{service.name}: made replies do not keep {len(found)} of its {len(known)} rules for every request: "
        f"{listed}. /health counts such replies; handlers keep what the document alone cannot."
    )


def broken(service: Service, now: int, *, dynamic: bool) -> dict[str, set[str]]:
    """The rules that made replies break, each with its operations."""
    # Replies of its own: what is counted and told here is nothing that a client got.
    own = replace(service.handlers, unkept={}, told=set())
    tried = completed(replace(service, handlers=own), dynamic=dynamic, tells=False)
    left = _LONGEST
    for operation in service.contract.operations:
        if not operation.rules or operation.id in service.handlers.operations:
            continue
        for request in islice(requests(service, operation, now), _MOST):
            start = time.perf_counter()
            tried.handlers.operations[operation.id](request)
            took = time.perf_counter() - start
            left -= took
            if left < 0:
                break
            time.sleep(took)
        refuse = tried.handlers.refuse
        if refuse is not None and tried.handlers.makes_errors:
            for asked in islice(requests(service, operation, now), 1):
                for reason in _REASONS:
                    refuse(Refusal(reason), asked)
    found: dict[str, set[str]] = {}
    for name, rule in tried.handlers.told:
        found.setdefault(rule, set()).add(name)
    return found


def requests(service: Service, operation: Operation, now: int) -> Iterator[Request]:
    """Requests to an operation: one of each account, and one for each value of a parameter.

    None where no good value of a required one is found: without it nobody is answered.
    """
    values = {each.key or each.name: _values(operation, each) for each in operation.parameters}
    if not all(values.values()):
        return
    usual = {name: several[0] for name, several in values.items()}
    accounts: list[Account | None] = [*service.world.accounts.values()] or [None]
    for account in accounts:
        yield _request(service, operation, usual, account, now)
    for name, several in values.items():
        for value in several[1:]:
            yield _request(service, operation, {**usual, name: value}, accounts[0], now)


def _values(operation: Operation, parameter: Parameter) -> list[Any]:
    """Values of a parameter: its default or its first value where it is required, then those of its enum."""
    known = list(parameter.resolved.get("enum", ()))
    known = known or ([False, True] if "boolean" in parameter.types else [*parameter.examples.values()])
    usual = parameter.default
    if usual is not ABSENT:
        return [usual, *(value for value in known if value != usual)]
    if not parameter.required:
        return [_LEFT_OUT, *known]
    accepts = operation.validator(parameter).is_valid
    samples = Samples(operation.contract.schemas).proposed(parameter.schema)
    return known or [*islice(filter(accepts, samples), 1)]


_LEFT_OUT = object()


def _request(
    service: Service, operation: Operation, values: dict[str, Any], account: Account | None, now: int
) -> Request:
    parameters = {name: value for name, value in values.items() if value is not _LEFT_OUT}
    settings = service.world.settings
    return Request(operation.id, parameters, account, None, None, now, settings, service.world, {})
