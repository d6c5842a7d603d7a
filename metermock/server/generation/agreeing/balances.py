"""Balances: what came in without what went out, of an account and of each of its transactions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from metermock.contract.json_types import is_number
from metermock.server.generation.agreeing.facts import Facts, Step, as_figure, numbers_of
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import names

_IN = frozenset({"granted", "credited", "purchased", "deposited", "bought", "allocated", "awarded"})
_OUT = frozenset({"spent", "used", "consumed", "debited", "withdrawn", "redeemed"})
_LOST = frozenset({"expired", "voided", "forfeited"})
_RESTS = frozenset({"balance"})
_SOON = frozenset({"expiring"})
_OTHERS = frozenset({"average", "avg", "daily", "today", "rate", "last", "min", "max", "limit", "pending"})
_FILLERS = frozenset({"total", "current", "credit", "credits", "amount", "so", "far", "soon", "units"})
_GIVEN = frozenset({"bonus", "gifted", "promotional", "promo"})
_FLOWS = frozenset(
    {"refunded", "refund", "refunds", "adjusted", "adjustment", "adjustments", "transferred", "deducted"}
)
"""What else moves a balance, in a direction that nobody knows."""
_BEFORE = frozenset({"before", "previous", "opening", "starting", "old"})
_AFTER = frozenset({"after", "new", "closing", "ending", "running"})
_CAME = frozenset({"credits", "deposits", "credited", "charges"})
_WENT = frozenset({"debits", "withdrawals", "debited", "payments"})
"""What raises a balance and what lowers it; of a statement, which says what is owed, charges and payments."""
_OWED = frozenset({"charges", "payments"})
_AMOUNTS = ("amount", "delta", "change", "credits", "value", "quantity")
_KINDS = ("type", "kind", "direction", "transaction_type", "entry_type", "operation")
_DEBITS = frozenset(
    {"debit", "usage", "spend", "charge", "consumption", "deduction", "withdrawal", "expiry", "expiration"}
    | {"expired", "payment", "out", "fee", "burn", "redemption"}
)


def balances(fields: Sequence[Facts]) -> Iterator[Step]:
    """`balance` is what was granted without what is spent and expired, and moves with each transaction."""
    yield from _of_account(fields)
    yield from _of_transaction(fields)


def _of_account(fields: Sequence[Facts]) -> Iterator[Step]:
    numbers = [each for each in numbers_of(fields) if not names.has(each.name, _OTHERS)]
    found = [
        [each for each in numbers if _is_called(each.name, words)]
        for words in (_IN, _OUT, _LOST, _RESTS, _SOON)
    ]
    granted, spent, lost, rests, soon = found
    if any(_is_called(each.name, _FLOWS) for each in numbers):
        return
    if len(granted) == len(spent) == len(rests) == 1 and len(lost) < 2 and len(soon) < 2:  # noqa: PLR2004 - at most one
        given = [each for each in numbers if _is_called(each.name, _GIVEN)]
        yield _left((granted[0], *given), spent[0], rests[0], lost)
        if soon:
            yield _bounded(soon[0], rests[0])


def _is_called(name: str, words: frozenset[str]) -> bool:
    said = frozenset(names.words_of(name))
    return bool(said & words) and said <= words | _FILLERS


def _left(granted: Sequence[Facts], spent: Facts, rest: Facts, lost: Sequence[Facts]) -> Step:
    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        given, gone = [made.get(each.name) for each in granted], made.get(spent.name)
        known = [each for each in given if is_number(each)]
        if len(known) < len(given) or not is_number(gone) or made.get(rest.name) is None:
            return {}
        left = sum(known) - gone
        changes: dict[str, Any] = {}
        for each in lost:
            own = made.get(each.name)
            if is_number(own):
                # Some hundredths of what is not spent have expired.
                part = max(left, 0) * (int(own) % 16) / 100
                changes[each.name] = int(part) if each.is_integer else round(part, 2)
                left -= changes[each.name]
        told = int(left) if rest.is_integer else round(left, 2)
        return {**changes, rest.name: told if rest.accepts(told) else max(told, 0)}

    return step


def _bounded(soon: Facts, rest: Facts) -> Step:
    """No more expires soon than there is."""

    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        own, left = made.get(soon.name), made.get(rest.name)
        if not is_number(own) or not is_number(left) or own <= max(left, 0):
            return {}
        part = max(left, 0) * (10 + int(own) % 40) / 100
        return {soon.name: int(part) if soon.is_integer else round(part, 2)}

    return step


def moves_of(fields: Sequence[Facts]) -> tuple[list[Facts], list[Facts], list[Facts], list[Facts]]:
    """The balances before and after something moved them, and what raised and what lowered them."""
    moving = [each for each in numbers_of(fields) if names.has(each.name, _RESTS)]
    before, after = ([each for each in moving if names.has(each.name, words)] for words in (_BEFORE, _AFTER))
    others = [*_amounts(fields).values()]
    came, went = ([each for each in others if _is_called(each.name, words)] for words in (_CAME, _WENT))
    return before, after, came, went


def _amounts(fields: Sequence[Facts]) -> dict[str, Facts]:
    """The numbers that are no balances, by their plain names."""
    return {names.plain(each.name): each for each in numbers_of(fields) if not names.has(each.name, _RESTS)}


def _of_transaction(fields: Sequence[Facts]) -> Iterator[Step]:
    before, after, came, went = moves_of(fields)
    amounts = _amounts(fields)
    amount = next((amounts[name] for name in _AMOUNTS if name in amounts), None)
    is_statement = [names.has(each.name, _OWED) for each in (*came, *went)]
    if len(before) == len(after) == len(came) == len(went) == 1 and is_statement[0] is is_statement[1]:
        yield _summed(before[0], after[0], came[0], went[0])
        return
    if len(before) == len(after) == 1 and amount is not None:
        plain = {names.plain(each.name): each.name for each in fields}
        kind = next((plain[name] for name in _KINDS if name in plain), "")
        yield _moved(before[0], after[0], amount, kind)


def _summed(before: Facts, after: Facts, came: Facts, went: Facts) -> Step:
    """The balance of a span moves with all that came and all that went."""

    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        old, new, more, less = (made.get(each.name) for each in (before, after, came, went))
        if not (is_number(old) and is_number(new) and is_number(more) and is_number(less)):
            return {}
        told = old + more - less
        # As with one transaction, so that it stays above nought.
        return (
            {after.name: as_figure(after, told)}
            if told >= 0
            else {before.name: as_figure(before, new + less - more)}
        )

    return step


def _moved(before: Facts, after: Facts, amount: Facts, kind: str) -> Step:
    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        old, new, moved = (made.get(each.name) for each in (before, after, amount))
        if not is_number(old) or not is_number(new) or not is_number(moved):
            return {}
        said = made.get(kind)
        is_debit = isinstance(said, str) and names.has(said, _DEBITS)
        # Of one that takes away, the balance before is known by the one after, so that it stays above nought.
        if moved < 0 or is_debit:
            return {before.name: as_figure(before, new + abs(moved))}
        return {after.name: as_figure(after, old + moved)}

    return step
