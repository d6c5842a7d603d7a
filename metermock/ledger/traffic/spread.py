"""Heavy-tailed whole numbers, drawn with whole numbers."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import lru_cache

import numpy as np

from metermock.ledger import dice
from metermock.ledger.arrays import Integers

_BITS = 16
_ONE = 1 << _BITS  # a factor of 1, and one standard deviation
_MOST = 1 << 30  # the largest factor: times a median of 32 bits it fits in 62
_HIGHEST_EXPONENT = 32  # whose power is above the largest factor
_SURE = 1e-3  # a float near the largest factor is off by less than a hundredth of that
_GRID = 16  # steps per standard deviation
_STEP_BITS = _BITS - 4  # a step is a sixteenth
_LOWEST, _HIGHEST = -8, 12  # standard deviations
_LOW_OF_HALVES = np.uint64(0x0000FFFF0000FFFF)
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
    # Two numbers at a time, in the halves of 64 bits, which hold such sums.
    halves = np.zeros(counters.shape, dtype=np.uint64)
    for lane in range(3):
        bits = dice.draws(purpose, 3 * counters + lane)
        halves += bits & _LOW_OF_HALVES
        bits >>= np.uint64(16)
        halves += bits & _LOW_OF_HALVES
    total: Integers = ((halves >> np.uint64(32)) + (halves & np.uint64((1 << 32) - 1))).view(np.int64)
    total -= 12 * (_ONE - 1) // 2
    return total


@lru_cache(maxsize=256)
def _factors(spread: Fraction) -> Integers:
    """The spread to the power of each step of the grid, times `_ONE` and rounded down."""
    with localcontext() as context:
        context.prec = 24
        step = (Decimal(spread.numerator) / Decimal(spread.denominator)).ln() / _GRID
        powers = range(_LOWEST * _GRID, _HIGHEST * _GRID + 1)
        return np.array([_factor(step, power) for power in powers], dtype=np.int64)


def _factor(step: Decimal, power: int) -> int:
    # A float's exp may differ by a few of its last bits between platforms. It decides where no such
    # difference changes the whole number; elsewhere decimal's does, which is exact, and slow.
    near = math.exp(min(float(step) * power, _HIGHEST_EXPONENT)) * _ONE
    if near > 2 * _MOST:
        return _MOST
    if _SURE < near % 1 < 1 - _SURE:
        return min(_MOST, int(near))
    return min(_MOST, int((step * power).exp() * _ONE))


def around(median: Integers, spread: Fraction, deviations: Integers) -> Integers:
    """Numbers with these medians, log-normal below the knee and heavier above.

    `spread` is the 84th percentile over the median; the medians must be below 2**32.
    """
    found = np.empty(len(deviations), dtype=np.int64)
    for start in range(0, len(deviations), _PART):
        part = slice(start, start + _PART)
        found[part] = _around(median[part], _factors(spread), deviations[part])
    return found


def _around(median: Integers, factors: Integers, deviations: Integers) -> Integers:
    # A table of powers and straight lines between them: floating-point powers may differ between platforms.
    # All divisors are powers of two; a shift rounds down as the division does, in a fifth of the time.
    stretched = deviations + (np.maximum(deviations - _KNEE, 0) * 3 >> 2)
    inside = np.clip(stretched, _LOWEST * _ONE, _HIGHEST * _ONE - 1) - _LOWEST * _ONE
    step, rest = inside >> _STEP_BITS, inside & ((1 << _STEP_BITS) - 1)
    below = factors[step]
    factor = below + ((factors[step + 1] - below) * rest >> _STEP_BITS)
    drawn: Integers = median * factor >> _BITS
    return drawn
