"""Heavy-tailed whole numbers, drawn with whole numbers."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction
from functools import lru_cache

import numpy as np

from metermock.ledger import dice
from metermock.ledger.arrays import Integers

_ONE = 1 << 16  # a factor of 1, and one standard deviation
_MOST = 1 << 30  # the largest factor: times a median of 32 bits it fits in 62
_GRID = 16  # steps per standard deviation
_LOWEST, _HIGHEST = -8, 12  # standard deviations
_PART = 1 << 12  # numbers that are drawn at once
_KNEE = 3 * _ONE // 2  # above it the tail is stretched by three quarters


def normal(purpose: int, counters: Integers) -> Integers:
    """Nearly normal numbers with a standard deviation of 65,536: sums of twelve 16-bit numbers."""
    # Part by part: larger arrays are given back to the system one by one, and to get their memory anew takes
    # longer than to reckon.
    total = np.empty(len(counters), dtype=np.int64)
    for start in range(0, len(counters), _PART):
        total[start : start + _PART] = _normal(purpose, counters[start : start + _PART])
    return total


def _normal(purpose: int, counters: Integers) -> Integers:
    # The variance of a 16-bit number is 2**32 / 12, so that of twelve is 2**32. The mean of their sum is
    # subtracted.
    total = np.full(counters.shape, -12 * (_ONE - 1) // 2, dtype=np.int64)
    for lane in range(3):
        bits = dice.draws(purpose, 3 * counters + lane)
        for shift in range(0, 64, 16):
            total += ((bits >> np.uint64(shift)) & np.uint64(_ONE - 1)).astype(np.int64)
    return total


@lru_cache(maxsize=256)
def _factors(spread: Fraction) -> Integers:
    """The spread to the power of each step of the grid; decimal's exp and ln are exact to the last digit."""
    with localcontext() as context:
        context.prec = 24
        step = (Decimal(spread.numerator) / Decimal(spread.denominator)).ln() / _GRID
        powers = [(step * power).exp() for power in range(_LOWEST * _GRID, _HIGHEST * _GRID + 1)]
        return np.array([min(_MOST, int(power * _ONE)) for power in powers], dtype=np.int64)


def around(median: Integers, spread: Fraction, deviations: Integers) -> Integers:
    """Numbers with these medians, log-normal below the knee and heavier above.

    `spread` is the 84th percentile over the median; the medians must be below 2**32.
    """
    # A table of powers and straight lines between them: floating-point powers may differ between platforms.
    stretched = deviations + np.maximum(deviations - _KNEE, 0) * 3 // 4
    inside = np.clip(stretched, _LOWEST * _ONE, _HIGHEST * _ONE - 1) - _LOWEST * _ONE
    step, rest = np.divmod(inside, _ONE // _GRID)
    factors = _factors(spread)
    factor = factors[step] + (factors[step + 1] - factors[step]) * rest // (_ONE // _GRID)
    drawn: Integers = median * factor // _ONE
    return drawn
