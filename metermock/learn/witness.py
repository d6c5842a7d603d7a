"""Good replies that rules are learned from."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from metermock.contract import Contract, Exchange, Operation
from metermock.contract.media import is_json

GOOD = range(200, 300)
DEEPEST = 100
"""Lists and objects inside each other, below which a reply is looked at."""
_WIDEST = 2**63
"""Beyond it rules have no integer."""


@dataclass(frozen=True, slots=True, eq=False)
class Witness:
    """A good reply, with the name of the account that asked; empty where nobody or an unknown one did."""

    account: str
    exchange: Exchange


@dataclass(frozen=True, slots=True)
class Witnesses:
    """The witnesses of a contract; `left_out` says in lines what could not be used, and why."""

    all: tuple[Witness, ...]
    left_out: tuple[str, ...] = ()
    is_recorded: bool = False
    """Whether they are of recordings; else only methods that change nothing were asked."""

    def of(self, operation: Operation) -> list[Witness]:
        """Those of one operation, of its most frequent good status."""
        found = [each for each in self.all if each.exchange.operation == operation.id]
        statuses = [each.exchange.status for each in found]
        usual = max(set(statuses), key=lambda status: (statuses.count(status), -status), default=0)
        return [each for each in found if each.exchange.status == usual]

    @property
    def accounts(self) -> int:
        """How many accounts they are of."""
        return len({each.account for each in self.all})


def sound(
    contract: Contract, found: Iterable[Witness], left_out: Iterable[str] = (), *, is_recorded: bool = False
) -> Witnesses:
    """The witnesses whose form is as documented; nothing is learned from a reply that breaks its schema."""
    operations = {operation.id: operation for operation in contract.operations}
    kept: list[Witness] = []
    broken: dict[str, int] = {}
    odd: dict[str, int] = {}
    for each in found:
        exchange = each.exchange
        if not is_usable(exchange):
            continue
        if not is_plain(exchange.body):
            odd[exchange.operation] = odd.get(exchange.operation, 0) + 1
        elif any(one.level == "must" for one in operations[exchange.operation].judge(exchange).breaches):
            broken[exchange.operation] = broken.get(exchange.operation, 0) + 1
        else:
            kept.append(each)
    lines = [
        f"{name}: {count} of its replies break the contract; nothing was learned from these"
        for name, count in broken.items()
    ]
    lines += [
        f"{name}: {count} of its replies lie deep inside each other, or have numbers beyond 64 bits; "
        "nothing was learned from these"
        for name, count in odd.items()
    ]
    return Witnesses(tuple(kept), (*left_out, *lines), is_recorded)


def is_usable(exchange: Exchange) -> bool:
    """Whether it is a success with JSON in it."""
    is_value = isinstance(exchange.body, dict | list)
    return exchange.status in GOOD and is_value and is_json(exchange.headers.get("content-type", ""))


def is_plain(body: Any) -> bool:
    """Whether arithmetic and rules can take every number of a body, and recursion its depth."""
    left = [(body, 0)]
    while left:
        value, depth = left.pop()
        if isinstance(value, dict | list):
            if depth == DEEPEST:
                return False
            left += [(each, depth + 1) for each in (value.values() if isinstance(value, dict) else value)]
        elif isinstance(value, float):
            if not math.isfinite(value):
                return False
        elif isinstance(value, int) and not -_WIDEST <= value < _WIDEST:
            return False
    return True
