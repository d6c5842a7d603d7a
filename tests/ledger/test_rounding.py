"""Rounding."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest

from metermock.ledger.rounding import half_up, percent


@pytest.mark.parametrize(
    ("part", "whole", "digits", "rounded"),
    [
        (1, 8, 2, 0.13),
        (3, 8, 2, 0.38),
        (-1, 8, 2, -0.13),
        (5, 2, 0, 3.0),
        (1005, 1000, 2, 1.01),
        (2675, 1000, 2, 2.68),
        (7, 0, 2, 0.0),
    ],
)
def test_halves_go_up(part: int, whole: int, digits: int, rounded: float) -> None:
    """A half goes away from zero, also where a binary fraction lies below it; nothing of nothing is 0."""
    assert half_up(part, whole, digits) == rounded


def test_rounding_is_that_of_decimals() -> None:
    """For many ratios, also beyond 53 bits, the result is the exact quotient rounded half-up."""
    with localcontext() as context:
        context.prec = 60
        for number in range(1, 2_000):
            part, whole = number * 7_919**4, number**3 + 1
            exact = (Decimal(part) / Decimal(whole)).quantize(Decimal("0.001"), ROUND_HALF_UP)
            assert half_up(part, whole, 3) == float(exact)


def test_percent_is_of_a_hundred() -> None:
    """Two of three are 66.67 percent."""
    assert percent(2, 3) == 66.67
