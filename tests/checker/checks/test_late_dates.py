"""A `Date` that is cached, or of a replica whose clock is behind, breaks no rule about now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from metermock.checker.checks.late_dates import LateDates
from metermock.contract import Exchange, Judgement
from tests.checker.engine.plain import contract_of

TRUE = datetime(2026, 11, 28, 12, 0, 50, tzinfo=UTC)
OPERATION = contract_of("glyphnet").operations[0]


def dated(late: float, *, reset: int = 60, has_date: bool = True) -> Exchange:
    """A reply whose Date is late by some seconds, and whose limit resets so many seconds from now."""
    date = TRUE - timedelta(seconds=late)
    headers = {"x-ratelimit-reset": str(int(TRUE.timestamp()) + reset)}
    if has_date:
        headers["date"] = format_datetime(date, usegmt=True)
    return Exchange(OPERATION.id, {}, {}, 200, headers, {}, f"{date:%Y-%m-%dT%H:%M:%SZ}")


def dates(wall: timedelta = timedelta()) -> LateDates:
    """Dates where no time passes, beside a clock of ours that is off by `wall`."""
    return LateDates(clock=lambda: 1000.0, wall=lambda: TRUE + wall)


def resets(late: LateDates, exchange: Exchange) -> list[str]:
    """What is broken of the rule on when the limit resets."""
    judgement: Judgement = late.settled(OPERATION, exchange, OPERATION.judge(exchange))
    return [breach.message for breach in judgement.breaches if "resets within" in breach.message]


@pytest.mark.parametrize("late", [10, 30])
def test_a_cached_date_breaks_no_rule_about_now(late: float) -> None:
    """The limit resets a minute from now, and more than a minute from the Date."""
    assert resets(dates(), dated(late)) == []


@pytest.mark.parametrize("reset", [-89, -30, 91, 150])
def test_a_server_whose_clock_is_off_gets_a_warning(reset: int) -> None:
    """A gateway writes the Date; the limit resets by the server's own clock, 90 s before or after."""
    breaches = (
        dates().settled(OPERATION, dated(0, reset=reset), OPERATION.judge(dated(0, reset=reset))).breaches
    )
    assert [each.level for each in breaches if "limit resets" in each.message] == ["should"]


def test_a_replica_behind_the_others_is_known_by_them() -> None:
    """Also where our own clock is an hour off."""
    late = dates(wall=timedelta(hours=1))
    assert resets(late, dated(0)) == []
    assert resets(late, dated(10)) == []


@pytest.mark.parametrize("make", [lambda: dated(0, reset=200), lambda: dated(30, reset=200)])
def test_what_no_clock_explains_is_broken(make: Callable[[], Exchange]) -> None:
    """Two hundred seconds are no minute, wherever now is."""
    assert len(resets(dates(), make())) == 1


def test_a_date_that_is_far_off_is_the_clock_of_the_deployment() -> None:
    """A clock that is set to another year is not late, and neither is a reply without a Date."""
    assert dates().behind(dated(86400)) == 0.0
    assert dates().behind(dated(30, has_date=False)) == 0.0
    assert dates().behind(dated(1.5)) == 0.0


def test_a_clock_goes_on_if_a_date_changed_or_is_near_now() -> None:
    """Only a Date that is far from now, and never changed, may be of a clock that stands."""
    far = dates(wall=timedelta(hours=1))
    assert far.behind(dated(30)) == 0.0
    assert not far.goes_on(dated(30))
    assert dates().goes_on(dated(30))
    far.behind(dated(29))
    assert far.goes_on(dated(29))


def test_a_slow_reply_without_a_date_may_have_been_made_before() -> None:
    """The limit reset when the reply was made, eight seconds before it came."""
    exchange = dated(0, reset=-8, has_date=False)
    judgement = OPERATION.judge(exchange)
    left = dates().settled(OPERATION, exchange, judgement, elapsed=9.0)
    assert len(left.breaches) == len(judgement.breaches) - 1
    assert len(resets(dates(), exchange)) == 1
