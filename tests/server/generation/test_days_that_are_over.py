"""What is over does not change as the clock goes on."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import AMOUNT, COUNT, DATE, TEXT, asking_all, object_of, query, rows_of

SPAN = query(**{"from": DATE, "to": DATE})


@pytest.mark.parametrize(
    "beside",
    [
        {},
        {"/usage/summary": (object_of(calls=COUNT), SPAN)},
        {"/usage/summary": (object_of(calls=COUNT, cost=AMOUNT), SPAN)},
        {"/quota": (object_of(calls_limit=COUNT, calls_used=COUNT), ())},
        {"/usage/regions": (object_of(regions=rows_of(region=TEXT, calls=COUNT), total_calls=COUNT), SPAN)},
    ],
)
@pytest.mark.parametrize("account", ["steady", "quiet", "huge", "unlimited"])
def test_days_that_are_over_stand_still(tmp_path: Path, beside: dict[str, Any], account: str) -> None:
    """Whatever the clock is, the same days have the same calls."""
    daily = object_of(days=rows_of(date=DATE, calls=COUNT), total_calls=COUNT)
    ask = asking_all(tmp_path, {"/usage/daily": (daily, SPAN), **beside}, "/usage/daily")
    clocks = [
        int(dt.datetime.fromisoformat(f"{day}T10:00:00Z").timestamp())
        for day in ("2026-03-18", "2026-03-19", "2026-03-31", "2026-04-01", "2026-07-15")
    ]
    told = [ask(account, now=now, **{"from": "2026-03-09", "to": "2026-03-11"}) for now in clocks]

    assert told[0]["total_calls"] > 0
    assert all(each == told[0] for each in told)
