"""The minutes of days."""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from metermock.ledger.arrays import Integers, Integers32
from metermock.ledger.traffic.limited import LimitedWeights
from metermock.ledger.traffic.weights import MinuteWeights


class Given(MinuteWeights):
    """The same minutes on every day."""

    def __init__(self, row: Integers32) -> None:
        super().__init__()
        self._row = row

    def _rows(self, days: Sequence[int]) -> Integers32:
        return np.tile(self._row, (len(days), 1))


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
        minutes = draw.choice((1, 2, 5, 60, 200))
        weights = np.array(
            [draw.choice((0, draw.randint(0, 5), draw.randint(0, 3_000))) for _ in range(minutes)]
        )
        limit = draw.choice((0, 1, 2, 28, 1_000))
        calls = draw.choice((0, 1, 100, 15_000, 2**31 - 1, limit * minutes))
        row = np.concatenate([[0], np.cumsum(weights)]).astype(np.int32)
        limited = LimitedWeights(Given(row), lambda days, calls=calls: np.full(len(days), calls), limit)  # type: ignore[misc]
        level = max(int(np.diff(limited.cumulative(0)).max()), 1)

        assert level == searched(limit, weights, calls)
        cut += level < weights.max()
    assert cut > 100
