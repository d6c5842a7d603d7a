"""What one of many costs or takes, where both numbers stand beside it: `average_cost_per_message`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from metermock.contract.json_types import is_number
from metermock.server.generation.agreeing.facts import Facts, Step, looking_at, numbers_of
from metermock.server.generation.agreeing.money_units import scale_of
from metermock.server.generation.agreeing.quotas import OVER
from metermock.server.generation.agreeing.units import COST, counted, unit_of
from metermock.server.generation.words import names
from metermock.server.generation.words.grains import UNITS

_MEANS = frozenset({"avg", "average", "mean"})
_NEVER = (
    names.LIMITS | OVER | {"max", "maximum", "min", "minimum", "list", "target", "previous", "additional"}
)
_PRICES = frozenset({"price", "fee", "rate"})
_TIMES = UNITS.keys() | {"second", "seconds", "sec", "s"}
_SMALL = 0.01


def averages(fields: Sequence[Facts]) -> Iterator[Step]:
    """`cost_per_call` is `cost` of `calls`, and `avg_tokens_per_request` tokens of requests.

    What is paid for each of those above a limit, or of a plan, is a price and follows from nothing.
    """
    told = [(each, split) for each in numbers_of(fields) if (split := _split(each.name)) is not None]
    if not told:
        return
    units = [*counted(fields)]
    has_limit = any(names.has(each.name, names.LIMITS | OVER) for each in numbers_of(fields))
    for mean, (whole, each) in told:
        if has_limit and names.has(mean.name, _PRICES):
            continue
        wholes = [field for field, unit in units if unit and unit == unit_of(whole)]
        counts = [field for field, unit in units if unit and unit != COST and unit == unit_of(each)]
        if len(wholes) == len(counts) == 1 and wholes[0] is not counts[0]:
            yield looking_at(_divided(mean, wholes[0], counts[0]), mean, wholes[0], counts[0])


def _split(name: str) -> tuple[str, str] | None:
    """The name of what is shared out, and of what among; None for a number that is no such mean."""
    words = names.words_of(name)
    if "per" not in words or not _NEVER.isdisjoint(words):
        return None
    at = words.index("per")
    whole = [word for word in words[:at] if word not in _MEANS]
    each = words[at + 1 :]
    if not whole or not each or not _TIMES.isdisjoint(each):
        return None
    return "_".join("cost" if word in _PRICES else word for word in whole), "_".join(each)


def _divided(mean: Facts, whole: Facts, count: Facts) -> Step:
    of_money = unit_of(whole.name) == COST
    factor = scale_of(mean.name) / scale_of(whole.name) if of_money else 1

    def step(made: dict[str, Any], _scene: Any) -> Mapping[str, Any]:
        total, number = made.get(whole.name), made.get(count.name)
        if made.get(mean.name) is None or not is_number(total) or not is_number(number):
            return {}
        value = total * factor / number if number else 0
        if mean.is_integer:
            return {mean.name: round(value)}
        return {mean.name: round(value, 4 if value >= _SMALL else 8)}

    return step
