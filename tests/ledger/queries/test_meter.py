"""Sums of windows by groups."""

from __future__ import annotations

import numpy as np
import pytest

from metermock.ledger.calendar import DAY, HOUR, Window
from metermock.ledger.queries.meter import meters
from metermock.ledger.world import World


@pytest.mark.parametrize("account", ["tug", "tanker", "ferry", "lighthouse"])
@pytest.mark.parametrize("only", [(), (("outcome", ("error",)),)])
def test_groups_of_a_window_are_what_comes_before_its_ends(
    harbour: World, account: str, only: tuple[tuple[str, tuple[str, ...]], ...]
) -> None:
    """Windows of a moment, of days and of a whole life have the sums at their ends, one less the other."""
    usage, now = harbour.usage(account, harbour.clock), harbour.clock
    first = usage.first() or now
    for meter in meters(usage._select(only), ("endpoint", "status")):
        for start, end in (
            (now - 60, now),
            (now - 7 * HOUR, now - 5 * HOUR),
            (now - 9 * DAY, now),
            (now - 200 * DAY, now - DAY),
            (first, now + 1),
        ):
            before, after = meter.at((start, end))
            assert np.array_equal(meter.between(Window(start, end)), after - before)
            assert (after - before).any() or end - start <= DAY
