"""Money in parts of its unit: `cost_cents`, `amountMinor`, `spend_micros` are of one amount with `cost`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from metermock.contract.json_types import is_number
from metermock.server.generation.agreeing.facts import Facts, Step, numbers_of
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import names

_SCALES: Mapping[str, int] = {
    **dict.fromkeys(("cents", "minor", "pence"), 100),
    **dict.fromkeys(("micros",), 1_000_000),
}
WORDS = frozenset(_SCALES)
"""Words of amounts in parts of a unit of money."""
_CURRENCIES = {
    "usd": "usd",
    "dollars": "usd",
    "eur": "eur",
    "euros": "eur",
    "gbp": "gbp",
    "pence": "gbp",
}
_FILLERS = frozenset({"in", "unit", "units"}) | _CURRENCIES.keys()
_MONEY = frozenset(
    {"cost", "spend", "spent", "spending", "budget", "charge", "charges", "amount", "costs", "price"}
    | {"balance", "fee", "fees", "total", "subtotal", "tax", "discount", "revenue", "due", "paid", "credit"}
    | {"estimate", "value"}
)


def scale_of(name: str) -> int:
    """How many of what a number of this name counts make one unit of money."""
    return next((_SCALES[word] for word in reversed(names.words_of(name)) if word in _SCALES), 1)


def without_unit(name: str) -> tuple[str, ...]:
    """The words of an amount without those of its unit and of its currency."""
    return tuple(word for word in names.words_of(name) if word not in WORDS | _FILLERS)


def is_one_currency(*several: str) -> bool:
    """Whether amounts of these names may be of one currency: `amount_usd` and `amount_eur_cents` are not."""
    words = [word for name in several for word in names.words_of(name)]
    return len({_CURRENCIES[word] for word in words if word in _CURRENCIES}) <= 1


def in_two_units(fields: Sequence[Facts], pinned: frozenset[str]) -> Iterator[Step]:
    """`cost: 2.5` beside `costCents: 250`; the one that stands says what the other is."""
    amounts = [each for each in numbers_of(fields) if names.has(each.name, _MONEY)]
    wholes = [each for each in amounts if _is_whole(each)]
    for small in amounts:
        scale = scale_of(small.name)
        same = [each for each in wholes if without_unit(each.name) == without_unit(small.name)]
        # Beside two currencies, nothing says of which of them the cents are.
        if scale > 1 and same and is_one_currency(small.name, *(each.name for each in same)):
            large = same[0]
            is_known = small.name in pinned and large.name not in pinned
            yield _told(small, large, 1 / scale) if is_known else _told(large, small, scale)


def _is_whole(field: Facts) -> bool:
    """Whether an amount is in whole units, with digits for their parts: an integer may be of cents, too."""
    return scale_of(field.name) == 1 and not field.is_integer


def _told(known: Facts, other: Facts, factor: float) -> Step:
    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        value = made.get(known.name)
        if not is_number(value) or made.get(other.name) is None:
            return {}
        exact = round(value * factor, 6)
        return {other.name: round(exact) if other.is_integer else exact}

    return step
