"""Numbers that wander from day to day: near each other on near days, and far off after weeks."""

from __future__ import annotations

import numpy as np

from metermock.ledger import dice
from metermock.ledger.arrays import Integers

MIDDLE = 500
"""The mean of `level`."""
_SPANS = ((31, 4), (9, 4), (3, 3), (1, 3))
"""Days between two random numbers, with straight lines between them; and how much these count."""
_BETWEEN = 1_000


def level(purpose: int, days: Integers) -> Integers:
    """A number from 0 to 1,000 for each day, two thirds of them within 125 of the middle."""
    total = np.zeros(days.shape, dtype=np.int64)
    for span, weight in _SPANS:
        knots, rest = np.divmod(days, span)
        own = dice.key("wander", purpose, span)
        low, high = (dice.words(own, knots + more) * (_BETWEEN + 1) >> 32 for more in (0, 1))
        total += weight * (low + (high - low) * rest // span)
    wandered: Integers = total // sum(weight for _, weight in _SPANS)
    return wandered


def bias(purpose: int) -> int:
    """A number from -1,000 to 1,000 that is one for all days."""
    return dice.below(2 * _BETWEEN + 1, dice.key("bias", purpose)) - _BETWEEN
