"""The minutes of days."""

from __future__ import annotations

import random
from bisect import bisect_left

import numpy as np

from metermock.ledger.arrays import Integers
from metermock.ledger.traffic.shape import Job
from metermock.ledger.traffic.weights import JobWeights, LimitedWeights


def searched(limit: int, weights: Integers, calls: int) -> int:
    """The largest level that keeps a limit, by trying them."""
    levels = range(1, max(int(weights.max()), 1) + 1)

    def breaks(level: int) -> bool:
        return calls * level > limit * int(np.minimum(weights, level).sum())

    return max(bisect_left(levels, x=True, key=breaks), 1)


def test_minutes_are_cut_at_the_largest_level_that_keeps_the_limit() -> None:
    """The level that is reckoned is the one that is found by trying, for busy days and for single minutes."""
    draw, cut = random.Random(1), 0  # noqa: S311 - cases, not secrets
    for _ in range(400):
        minutes = draw.choice((1, 2, 5, 60))
        weights = np.array(
            [draw.choice((0, draw.randint(0, 5), draw.randint(0, 3_000))) for _ in range(minutes)]
        )
        limit = draw.choice((0, 1, 2, 28, 1_000))
        calls = draw.choice((0, 1, 100, 15_000, 2**31 - 1, limit * minutes))
        level = LimitedWeights(
            JobWeights(Job(monthly=False, start=0, minutes=1, calls=1)), lambda _: 0, limit
        )._level(weights, calls)

        assert level == searched(limit, weights, calls)
        cut += level < weights.max()
    assert cut > 100
