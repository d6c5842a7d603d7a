"""Steps are taken once, in turns, and whoever looks ahead takes nothing away."""

from __future__ import annotations

from functools import partial
from itertools import islice

import pytest

from metermock.checker.checks.steps import Source, Step, in_turns
from metermock.contract import Contract
from metermock.errors import BudgetExhaustedError


def source(contract: Contract, said: list[str], *words: str) -> Source:
    """A source whose steps say a word each."""
    steps = (Step(word, partial(said.append, word)) for word in words)
    return Source(contract.operations[0], "words", words, steps)


def test_looking_ahead_loses_nothing(contract: Contract) -> None:
    """What was passed over comes in its order, what was taken ahead comes no more."""
    said: list[str] = []
    words = source(contract, said, "a", "b", "c", "d")
    ahead = list(islice(words.ahead(), 2))
    ahead[1].take()
    assert next(words.ahead()) is ahead[0]
    assert in_turns([words], workers=1)
    assert said == ["b", "a", "c", "d"]


def test_sources_take_turns(contract: Contract) -> None:
    """A long source does not keep the others waiting."""
    said: list[str] = []
    assert in_turns([source(contract, said, *"abcd"), source(contract, said, *"xy")], workers=1)
    assert said == ["a", "x", "b", "y", "c", "d"]


def test_it_ends_where_it_may_not_go_on(contract: Contract) -> None:
    """What is left then is told, and can be taken later."""
    said: list[str] = []
    words = source(contract, said, *"abcd")
    assert not in_turns([words], workers=1, go_on=lambda: len(said) < 2)
    assert said == ["a", "b"]
    assert in_turns([words], workers=1)
    assert said == ["a", "b", "c", "d"]


def test_an_error_ends_all(contract: Contract) -> None:
    """A budget that is spent for one source is spent for all."""

    def spent() -> None:
        raise BudgetExhaustedError("spent")

    said: list[str] = []
    bad = Source(contract.operations[0], "bad", (), [Step("x", spent)])
    with pytest.raises(BudgetExhaustedError, match="spent"):
        in_turns([bad, source(contract, said, *"abcd")], workers=1)
    assert said == []
