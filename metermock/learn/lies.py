"""Lies that no audit tells: a true reply at another time or to another request, borrowed texts, amounts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from metermock.checker.audit.alterations import sampled
from metermock.checker.audit.lies import Lie, place_of
from metermock.contract import Exchange
from metermock.contract.cel import function_times as times
from metermock.json_pointer import Path, text_of
from metermock.learn import decimals

NOW, REQUEST = "now", "request"
"""The places of lies that tell a true reply at another time, or to another request."""
BORROWED = "another reply's"
_LATER = (("a day later", 1), ("weeks later", 45))


def out_of_place(truth: Exchange, replies: Sequence[Exchange]) -> Iterator[Lie]:
    """A reply as it would come later, or to another request: windows and echoes notice that."""
    for name, days in _LATER:
        yield Lie(NOW, name, replace(truth, now=f"{times.add_days(truth.now[:10], days)}{truth.now[10:]}"))
    for other in replies:
        if other.parameters != truth.parameters:
            yield Lie(REQUEST, "another's", replace(truth, parameters=other.parameters))


def borrowed(truth: Exchange, replies: Sequence[Exchange]) -> Iterator[Lie]:
    """A reply with a text of another one: texts that are equal, and tables by a text, notice that."""
    for name, text in truth.headers.items():
        other = next((each.headers[name] for each in replies if each.headers.get(name, text) != text), None)
        if other is not None:
            yield Lie(f"headers/{name}", BORROWED, replace(truth, headers={**truth.headers, name: other}))
    yield from (
        Lie(place, BORROWED, replace(truth, body=body))
        for place, body in _with_texts(truth.body, [each.body for each in replies], "")
    )


def _with_texts(value: Any, others: Sequence[Any], place: str) -> Iterator[tuple[str, Any]]:
    """A value with one text of another in the place of its own, for each text outside of lists."""
    if isinstance(value, str):
        other = next((each for each in others if isinstance(each, str) and each != value), None)
        if other is not None:
            yield place, other
    elif isinstance(value, dict):
        for name, member in value.items():
            its = [each[name] for each in others if isinstance(each, dict) and name in each]
            for inner, changed in _with_texts(member, its, place + text_of([name])):
                yield inner, {**value, name: changed}


def of_amounts(truth: Exchange) -> Iterator[Lie]:
    """A reply with another amount in a text, as good by its form: the schema notices a cut one alone."""
    for path, kind, body in _with_amounts(truth.body, ()):
        yield Lie(place_of(path), kind, replace(truth, body=body))


def _with_amounts(value: Any, path: Path) -> Iterator[tuple[Path, str, Any]]:
    if isinstance(value, str) and decimals.is_decimal(value):
        amount = Decimal(value)
        yield path, "+1", str(amount + 1)
        yield path, "doubled", str(amount * 2)
    elif isinstance(value, dict):
        for name, member in value.items():
            for inner, kind, changed in _with_amounts(member, (*path, name)):
                yield inner, kind, {**value, name: changed}
    elif isinstance(value, list):
        for index in sampled(value):
            for inner, kind, changed in _with_amounts(value[index], (*path, index)):
                yield inner, kind, [*value[:index], changed, *value[index + 1 :]]
