"""What single templates take for a law, and what for a habit."""

from __future__ import annotations

from typing import Any
from unittest.mock import sentinel
from uuid import UUID

import pytest

from metermock.learn.shapes import Shape
from metermock.learn.templates.forms import Forms
from metermock.learn.templates.orders import STEPS
from metermock.learn.terms import Scope, Term


def rules_of(values: list[Any]) -> list[str]:
    """The rules about how these texts are written."""
    term = Term("body.id", "id", tuple(values), frozenset({"string"}), (), frozenset({"/id"}))
    scope = Scope(sentinel.operation, (), (), (term,), (), Shape((), ()))
    return [each.rule for each in Forms(scope).candidates()]


def test_an_id_with_a_prefix_has_a_form() -> None:
    """What stands behind the prefix is an alphabet and a length."""
    ids = [f"req_{number * 7919:012x}" for number in range(1, 20)]

    assert rules_of(ids) == ["body.id.matches('^req_[0-9a-f]{12}$')"]


@pytest.mark.parametrize(
    "ids",
    [
        [str(UUID(int=number * 2**90)) for number in range(1, 20)],
        [f"call_{number:07}" for number in range(1, 20)],
        [f"req_{'a' * number}" for number in range(8, 28)],
    ],
    ids=["uuid", "counter", "lengths"],
)
def test_a_habit_is_no_form(ids: list[str]) -> None:
    """Another server of the same API may use other ids, a counter grows, and lengths may differ."""
    assert rules_of(ids) == []


def test_days_are_not_counted_in_seconds() -> None:
    """A day has 23 hours where the clocks go forward, so only minutes and hours follow by seconds."""
    assert max(STEPS) == 3600
