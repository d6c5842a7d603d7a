"""Limits by plan, dates by parameter, and headers that are always there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from metermock.learn.conditions import Condition
from metermock.learn.templates.moments import Moments
from metermock.learn.templates.plans import Plans
from metermock.learn.templates.presence import Presence
from metermock.learn.terms import Term
from tests.learn.samples import parameter, scope, term

DATES = ["2026-11-02", "2026-11-09", "2026-11-11", "2026-11-28T22:30:00-05:00", "2026-11-13T01:00:00"]
ENDS = ["2026-11-02", "2026-11-09", "2026-11-11", "2026-11-29", "2026-11-13"]


def test_a_limit_is_that_of_the_plan() -> None:
    """Two accounts of one plan with one limit, and another plan with another: a table."""
    plan = term("plan", ["free", "free", "pro", "pro"], "string")

    found = Plans(scope(plan, term("monthly_limit", [100, 100, 900, 900]))).candidates()

    assert [each.rule for each in found] == ["body.monthly_limit == {'free': 100, 'pro': 900}[body.plan]"]
    assert found[0].when == "body.plan in ['free', 'pro']"


def test_what_is_used_is_not_of_the_plan() -> None:
    """A count is no limit, and accounts that all have another plan show nothing."""
    plan = term("plan", ["free", "free", "pro", "pro"], "string")
    own = term("plan", ["a", "b", "c", "d"], "string")

    assert Plans(scope(plan, term("used", [100, 100, 900, 900]))).candidates() == []
    assert Plans(scope(own, term("limit", [1, 2, 3, 4]))).candidates() == []
    assert Plans(scope(plan, term("limit", [100, 101, 900, 900]))).candidates() == []


def test_a_date_of_the_request_comes_back_in_each_form() -> None:
    """Dates, instants with an offset, taken to UTC, and those without one: a rule for each."""
    asked = parameter("end", DATES, "string", "has(request.end)")

    found = Moments(scope(asked, term("until", ENDS, "string"))).candidates()

    assert {each.rule for each in found} == {
        "body.until == request.end",
        "body.until == local_date(request.end, 'UTC')",
        "body.until == substring(request.end, 0, 10)",
    }
    assert all("has(request.end) && " in each.when for each in found)


def test_an_offset_that_is_ignored_is_not_learnt() -> None:
    """Where one form does not agree nothing is said of the others."""
    asked = parameter("end", DATES)
    ignored = [*ENDS[:3], "2026-11-28", ENDS[4]]

    assert Moments(scope(asked, term("until", ignored, "string"))).candidates() == []


def test_half_a_range_begins_with_its_month() -> None:
    """An end alone may reach back to the first of its month."""
    asked = parameter("end", ["2026-10-02", "2026-11-09", "2026-09-11"])
    since = term("since", ["2026-10-01", "2026-11-01", "2026-09-01"], "string")
    alone = Condition("!has(request.start)", "with end alone", np.ones(3, dtype=bool))

    found = Moments(replace(scope(asked, since), conditions=(alone,))).candidates()

    assert [each.rule for each in found] == ["body.since == month_start(request.end)"]
    assert found[0].message.startswith("with end alone: since is the first of the month of")


def test_a_list_ends_with_its_period_or_today() -> None:
    """The last row is the period's end, or today where that lies ahead."""
    last = replace(
        term("day", ["2026-11-02", "2026-11-09", "2026-11-19", "2026-11-19"], "string"),
        text="last(body.days, 1)[0].day",
    )
    end = term("end", ["2026-11-02", "2026-11-09", "2026-11-30", "2026-11-22"], "string")

    found = Moments(scope(last, end)).candidates()

    assert [each.rule for each in found] == [f"{last.text} == min([body.end, local_date(now, 'UTC')])"]


def test_an_optional_header_that_is_always_there() -> None:
    """Every reply of several accounts has it, so a reply without it is worth a look."""
    there = Term(
        "headers['x-plan']",
        "X-Plan",
        ("a",) * 6,
        frozenset({"string"}),
        ("'x-plan' in headers",),
        frozenset({"headers/x-plan"}),
    )

    assert [each.rule for each in Presence(scope(there)).candidates()] == ["'x-plan' in headers"]
    assert Presence(scope(replace(there, values=("a",) * 5 + (None,)))).candidates() == []
