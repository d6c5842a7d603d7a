"""Which replies rules are learned from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from metermock.learn.learning import learned
from metermock.learn.witness import Witness, Witnesses, is_plain, sound
from tests.learn import api


def nested(depth: int) -> Any:
    """Lists inside each other."""
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, 10**400, float("inf"), nested(1000)])
def test_what_arithmetic_cannot_take_is_told_and_passed_over(tmp_path: Path, value: Any) -> None:
    """The other replies teach what they teach."""
    contract = api.contract(tmp_path)
    first, *others = api.witnesses()
    odd = replace(first.exchange, body={**first.exchange.body, "used": value})

    found = sound(contract, [Witness(first.account, odd), *others])

    assert found.all == tuple(others)
    assert found.left_out[0].startswith(
        "getUsage: 1 of its replies lie deep inside each other, or have numbers"
    )


def test_usual_bodies_are_plain() -> None:
    """The widest integers of rules, and what lies in some lists, are no reason."""
    assert is_plain({"a": [2**63 - 1, -(2**63), 1.7e308, True, None, "9" * 400], "b": nested(50)})


def test_a_text_with_a_nul_is_learned_from(tmp_path: Path) -> None:
    """A rule that would name it cannot be read, and is no candidate."""
    contract = api.contract(tmp_path)
    found = api.witnesses()
    for each in found:
        each.exchange.body["period"] += "\0"

    (result,), _ = learned(contract.operations, Witnesses(tuple(found)), lambda _: None)

    assert not any("\0" in each.candidate.rule for each in result.rules)
