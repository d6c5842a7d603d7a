"""Heavy-tailed numbers: the factors they are made with."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest

from metermock.ledger.traffic import spread


@pytest.mark.parametrize("text", ["1", "1.2", "1.5", "1.8", "2", "3.7", "4", "40", "1000000"])
def test_factors_are_those_of_exact_powers(text: str) -> None:
    """Each factor is the spread's power rounded down, as decimal reckons it, also where that is whole."""
    with localcontext() as context:
        context.prec = 24
        step = Decimal(text).ln() / 16
        exact = [min(1 << 30, int((step * power).exp() * 65_536)) for power in range(-128, 193)]
    assert spread._factors(Fraction(text)).tolist() == exact
