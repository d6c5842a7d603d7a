"""What usage comes to: the tokens of a call, and the money that so many of a thing cost."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from metermock.ledger import dice
from metermock.server.generation.agreeing.facts import Facts, Step
from metermock.server.generation.agreeing.money_units import scale_of
from metermock.server.generation.agreeing.quotas import quotas
from metermock.server.generation.agreeing.units import COST, Unit, counted, is_part, likeliness
from metermock.server.generation.values.scene import Scene, between, mixed, salt
from metermock.server.generation.words import names

MILLION = 1_000_000
_PRICES: Mapping[str, tuple[int, int]] = {
    "token": (1, 12),
    "character": (10, 30),
    "call": (500, 9_000),
    "email": (300, 1_500),
    "message": (6_000, 60_000),
    "sms": (6_000, 60_000),
    "minute": (4_000, 40_000),
    "credit": (5_000, 20_000),
    "image": (10_000, 60_000),
    "page": (1_000, 15_000),
    "event": (20, 400),
}
"""Millionths of a unit of money that one of a thing costs, the least and the most."""
_OF_CALLS: Mapping[str, tuple[int, int]] = {"token": (250, 1_800), "character": (300, 2_500)}
"""How many of a thing a call takes."""
_PARTS: Mapping[str, int] = {"prompt": 70, "completion": 30}
_CALL: Unit = ("call",)
_SWING = (80, 125)


@functools.lru_cache(maxsize=1024)
def price_of(unit: Unit, seed: int, account: str) -> int | None:
    """Millionths of a unit of money that one of a thing costs an account; None where nobody knows."""
    span = _PRICES.get(unit[-1]) if unit else None
    return None if span is None else between(dice.key("price", seed, account, unit[-1]), *span)


@functools.lru_cache(maxsize=1024)
def of_call(unit: Unit, seed: int, account: str) -> int | None:
    """How many of a thing a call of an account takes: tokens, characters; None for what is no part of one."""
    if unit == _CALL:
        return 1
    span = _OF_CALLS.get(unit[0]) if len(unit) == 1 else None
    return None if span is None else between(dice.key("of call", seed, account, unit[0]), *span)


def compared(unit: Unit, other: Unit, seed: int, account: str) -> tuple[int, int] | None:
    """How much of a thing, money in cents, goes with how much of another; None where nobody knows."""
    if unit == COST:
        price = price_of(other, seed, account)
        return None if price is None else (price, MILLION // 100)
    own, its = of_call(unit, seed, account), of_call(other, seed, account)
    return None if own is None or its is None else (own, its)


def sizes(fields: Sequence[Facts], pinned: frozenset[str]) -> Iterator[Step]:
    """Tokens and characters are so many as the calls beside them take."""
    units = _counted(fields)
    calls = next((field for field, unit in units if unit == _CALL), None)
    limited = {field.name for group in quotas(fields) if "limit" in group for field in group.values()}
    for field, unit in units:
        is_known = unit[-1] in _OF_CALLS and unit[0] in {*_PARTS, unit[-1]} and len(unit) <= len("ab")
        if calls is not None and is_known and field.name not in pinned | limited:
            yield _sized(field, unit, calls)


def costs(fields: Sequence[Facts], pinned: frozenset[str]) -> Iterator[Step]:
    """Money is the price of what is counted beside it, where no price stands there."""
    units = _counted(fields)
    money = [field for field, unit in units if unit == COST]
    things = sorted(
        (each for each in units if each[1][-1] in _PRICES and not is_part(each[1]) and len(each[1]) == 1),
        key=lambda each: (each[1][0] not in _OF_CALLS, likeliness(each[1])),
    )
    limited = {field.name for group in quotas(fields) if "limit" in group for field in group.values()}
    if len(money) == 1 and things and money[0].name not in pinned | limited:
        yield _priced(money[0], *things[0])


def _counted(fields: Sequence[Facts]) -> list[tuple[Facts, Unit]]:
    """What is counted, without what is another price or a part of a whole price."""
    return [
        (field, unit) for field, unit in counted(fields) if unit and not names.has(field.name, names.LEFT)
    ]


def _swung(value: int, field: Facts) -> int:
    """A value a little more or less, so that not all rows have the same mean."""
    return value * between(mixed(value ^ salt(field.name)), *_SWING) // 100


def _sized(field: Facts, unit: Unit, calls: Facts) -> Step:
    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        number, each = made.get(calls.name), of_call(unit[-1:], scene.seed, scene.account)
        if not isinstance(number, int) or each is None or made.get(field.name) is None:
            return {}
        part = _PARTS.get(unit[0], 100)
        return {field.name: _swung(number * each * part // 100, field)}

    return step


def _priced(money: Facts, thing: Facts, unit: Unit) -> Step:
    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        number, price = made.get(thing.name), price_of(unit, scene.seed, scene.account)
        if not isinstance(number, int | float) or price is None or made.get(money.name) is None:
            return {}
        cents = _swung(round(number * price), money) // (MILLION // 100)
        if (scale := scale_of(money.name)) > 1:
            return {money.name: cents * scale // 100}
        return {money.name: round(cents / 100) if money.is_integer else cents / 100}

    return step
