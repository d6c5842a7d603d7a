"""What it costs to be above a limit: nothing for who is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from metermock.contract.json_types import is_number
from metermock.server.generation.agreeing.facts import Facts, Step, numbers_of
from metermock.server.generation.agreeing.money_units import scale_of
from metermock.server.generation.agreeing.quotas import MONEY, OVER, quotas
from metermock.server.generation.agreeing.units import COST, unit_of_group
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import names

_PRICES = frozenset({"price", "rate", "per", "unit"})
_OWN = OVER | {"over"}


def overages(fields: Sequence[Facts]) -> Iterator[Step]:
    """`overage_cost` is the price of what is above the limit: nought where nothing is."""
    numbers = numbers_of(fields)
    above = [each for each in numbers if names.has(each.name, OVER) and names.has(each.name, MONEY)]
    costs = [each for each in above if not names.has(each.name, _PRICES)]
    groups = [group for group in quotas(fields) if {"limit", "used"} <= group.keys()]
    if len(groups) > 1:
        groups = [group for group in groups if "over" in group]
    if not costs or len(groups) != 1:
        return
    prices = [each for each in numbers if names.has(each.name, _PRICES) and names.has(each.name, MONEY)]
    own = [each for each in prices if names.has(each.name, _OWN)] or prices
    for cost in costs:
        yield _priced(cost, groups[0], own[0] if len(own) == 1 else None, is_only=len(costs) == 1)


def _priced(cost: Facts, group: Mapping[str, Facts], price: Facts | None, *, is_only: bool) -> Step:
    limit, used = group["limit"].name, group["used"].name
    is_money = unit_of_group(group, "") == COST

    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        most, some, value = made.get(limit), made.get(used), made.get(cost.name)
        if value is None or not is_number(some) or not (most is None or is_number(most)):
            return {}
        over = some - most if most is not None and most >= 0 else 0
        if over <= 0:
            return {cost.name: 0}
        if not is_only:
            # Of a cost beside a fee nobody knows which of them the price makes.
            return {}
        each = made.get(price.name) if price is not None else 1 if is_money else None
        if price is None or each is None or not is_number(each):
            return {cost.name: round(over, 2)} if is_money else {}
        factor = scale_of(cost.name) / scale_of(price.name)
        told = round(over * each * factor, 2)
        return {cost.name: int(told) if cost.is_integer else told}

    return step
