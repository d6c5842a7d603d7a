"""Dates that follow from today, on days on which several explanations fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from metermock.contract import Exchange
from metermock.learn.conditions import Condition
from metermock.learn.templates.windows import Windows
from metermock.learn.terms import Scope
from tests.learn.samples import scope, term

PERIODS = ("day", "week", "month")
EACH = 4


def of_a_day(today: str, name: str, dates: Sequence[str]) -> Scope:
    """Replies of one day to each period, with a date for each."""
    count = EACH * len(PERIODS)
    made = scope(term(name, [date for date in dates for _ in range(EACH)], "string"))
    whose = np.repeat(np.arange(len(PERIODS)), EACH)
    asked = [
        Condition(f"request.period == '{period}'", f"where period is {period}", whose == index)
        for index, period in enumerate(PERIODS)
    ]
    exchanges = tuple(Exchange("get", {}, {}, 200, {}, {}, f"{today}T10:00:00Z") for _ in range(count))
    return replace(made, exchanges=exchanges, conditions=(*made.conditions, *asked))


def found(scope: Scope) -> dict[str, str]:
    """The rules by their conditions."""
    return {each.when: each.rule for each in Windows(scope).candidates()}


def test_what_ends_today_on_a_sunday_is_no_weeks_end() -> None:
    """For the month it is today too, and that is not the month's end."""
    ended = of_a_day("2026-11-29", "until", ["2026-11-29"] * 3)

    assert found(ended) == {"": "body.until == local_date(now, 'UTC')"}


def test_what_ends_with_its_week_and_month_is_told_by_their_names() -> None:
    """On a Friday the week's end is no other day."""
    ended = of_a_day("2026-11-27", "until", ["2026-11-27", "2026-11-29", "2026-11-30"])

    assert found(ended)["request.period == 'week'"] == (
        "body.until == add_days(week_start(local_date(now, 'UTC')), 6)"
    )


@pytest.mark.parametrize(
    ("today", "name"),
    [("2026-05-31", "until"), ("2026-06-01", "since")],
    ids=["Sunday the last", "Monday the first"],
)
def test_on_some_days_nobody_can_tell(today: str, name: str) -> None:
    """The day, the week and the month end together, or begin together: it is today, or each its own."""
    assert found(of_a_day(today, name, [today] * 3)) == {}
