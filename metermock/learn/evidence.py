"""The replies that a rule was learned from, and what stands in some of them at the places that it reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from metermock import json_pointer
from metermock.checker.deployment.concealment import Concealment
from metermock.contract import Exchange
from metermock.learn.candidate import Candidate
from metermock.learn.learning import Learned
from metermock.learn.shapes import MISSING
from metermock.learn.trial import Compiled, environment

EVIDENCE = 3
"""Replies that are shown for a rule."""
MOST = 200
"""Replies that these are chosen of."""
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Sample:
    """Some replies to an operation, and of how many accounts they are."""

    replies: tuple[Exchange, ...]
    accounts: int


def of_operation(learned: Learned) -> Sample:
    """All replies that an operation was learned from."""
    return Sample(learned.replies, learned.accounts)


def applied(learned: Learned, rule: Candidate) -> Sample:
    """The replies that a rule says something of: those where its `when` holds."""
    if not rule.when:
        return of_operation(learned)
    compiled = Compiled(rule)
    its = [
        (exchange, name)
        for exchange, name in zip(learned.replies, learned.names, strict=True)
        if (seen := environment(exchange)) is not None and compiled.applies(seen)
    ]
    return Sample(tuple(exchange for exchange, _ in its), len({name for _, name in its}))


def evidence(learned: Learned, rule: Candidate, hidden: Concealment) -> list[dict[str, str]]:
    """What stands at the places of a rule in some unlike replies to which it applies, secrets concealed."""
    shown: list[dict[str, str]] = []
    for exchange in applied(learned, rule).replies:
        values = {
            pointer: hidden.conceal(told, carried=pointer.startswith("headers/"))
            for pointer in sorted(rule.pointers)
            if (told := value_in_words(exchange, pointer)) is not None
        }
        if values and values not in shown:
            shown.append(values)
        if len(shown) == MOST:
            break
    # The first replies are of one account: a few from end to end are less alike.
    step = max(len(shown) - 1, 1) / (EVIDENCE - 1)
    return [shown[round(index * step)] for index in range(EVIDENCE)] if len(shown) > EVIDENCE else shown


def value_in_words(exchange: Exchange, pointer: str) -> str | None:
    """The value at a place in a few words; of rows, those of the first; None where nothing stands there."""
    if pointer.startswith("headers/"):
        return exchange.headers.get(pointer.partition("/")[2])
    value: Any = exchange.body
    for step in json_pointer.path_of(pointer):
        if step == "*" and isinstance(value, list):
            value = value[0] if value else MISSING
        elif isinstance(value, dict):
            value = value.get(step, MISSING)
    if value is MISSING:
        return None
    if isinstance(value, list):
        return f"{len(value)} rows"
    text = "an object" if isinstance(value, dict) else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
