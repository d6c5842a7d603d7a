"""What single templates take for a law, and what for a habit."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any
from unittest.mock import sentinel
from uuid import UUID

import pytest

from metermock.contract import Exchange
from metermock.learn.lies import of_amounts
from metermock.learn.shapes import Shape
from metermock.learn.templates.columns import Columns
from metermock.learn.templates.forms import Forms
from metermock.learn.templates.nothing import Nothing
from metermock.learn.templates.numbers import Numbers
from metermock.learn.templates.orders import STEPS
from metermock.learn.templates.shares import Shares
from metermock.learn.templates.texts import Texts
from metermock.learn.terms import Scope, Term
from tests.learn.samples import scope, term


def rules_of(values: list[Any]) -> list[str]:
    """The rules about how these texts are written."""
    term = Term("body.id", "id", tuple(values), frozenset({"string"}), (), frozenset({"/id"}))
    scope = Scope(sentinel.operation, (), (), (term,), (), Shape((), ()))
    return [each.rule for each in Forms(scope).candidates()]


def test_an_id_with_a_prefix_has_a_form() -> None:
    """What stands behind the prefix is an alphabet and a length."""
    ids = [f"req_{number * 7919:012x}" for number in range(1, 20)]

    assert rules_of(ids) == ["body.id.matches('^req_[0-9a-f]{12}$')"]


@pytest.mark.parametrize(
    "ids",
    [
        [str(UUID(int=number * 2**90)) for number in range(1, 20)],
        [f"call_{number:07}" for number in range(1, 20)],
        [f"req_{'a' * number}" for number in range(8, 28)],
    ],
    ids=["uuid", "counter", "lengths"],
)
def test_a_habit_is_no_form(ids: list[str]) -> None:
    """Another server of the same API may use other ids, a counter grows, and lengths may differ."""
    assert rules_of(ids) == []


def test_days_are_not_counted_in_seconds() -> None:
    """A day has 23 hours where the clocks go forward, so only minutes and hours follow by seconds."""
    assert max(STEPS) == 3600


def sums_of(**columns: list[int]) -> list[str]:
    """The sums that the template of equations finds in columns."""
    found = Numbers(Columns(scope(*(term(name, values) for name, values in columns.items())))).candidates()
    return [each.rule for each in found if each.template == "sum"]


def test_a_sum_says_nothing_of_the_other_side_of_a_limit() -> None:
    """Of accounts within it nobody knows what is left above it; of those above, what is over below."""
    used, left = [120, 340, 77, 905], [880, 1660, 423, 95]
    limit = [one + other for one, other in zip(used, left, strict=True)]

    assert sums_of(used=used, left=left, limit=limit) == [
        "body.used > body.limit || body.used + body.left == body.limit"
    ]
    assert sums_of(total=limit, cap=used, over=left) == [
        "body.cap > body.total || body.cap + body.over == body.total"
    ]


def test_a_sum_of_no_limit_holds_always() -> None:
    """What is counted in parts has no other side."""
    ok, failed = [120, 340, 77, 905], [880, 1660, 423, 95]
    total = [one + other for one, other in zip(ok, failed, strict=True)]

    assert sums_of(ok=ok, failed=failed, total=total) == ["body.ok + body.failed == body.total"]


@pytest.mark.parametrize(
    ("halves", "rule"),
    [
        (4, "near(body.share, percent(body.part, body.whole), 0.501)"),
        (20, "near(body.share, round(percent(body.part, body.whole), 0), 0.000001)"),
    ],
)
def test_how_halves_are_rounded_is_told_if_it_was_seen(halves: int, rule: str) -> None:
    """A few halves that were rounded upwards would be so by chance: then either way is right."""
    parts = [3 * index + 1 for index in range(10)] + [2 * index + 1 for index in range(halves)]
    wholes = [17 * index + 40 for index in range(10)] + [200] * halves
    shares = [math.floor(100 * part / whole + 0.5) for part, whole in zip(parts, wholes, strict=True)]

    found = Shares(
        Columns(scope(term("share_percent", shares), term("part", parts), term("whole", wholes)))
    ).candidates()

    assert rule.replace("body.share", "body.share_percent") in [each.rule for each in found]


def test_a_sum_is_not_told_where_a_count_beside_it_was_never_seen() -> None:
    """Runs that are active may belong to the total: in these replies there are none."""
    ok, failed = [120, 340, 77, 905], [880, 1660, 423, 95]
    total = [one + other for one, other in zip(ok, failed, strict=True)]

    assert sums_of(ok=ok, failed=failed, total=total, active=[0, 0, 0, 0]) == [
        "body.active > 0 || body.ok + body.failed == body.total"
    ]


def test_what_was_not_used_is_no_law() -> None:
    """At the beginning of an hour all of its limit is left."""
    limits = [10, 100, 1000, 50]

    def told(name: str) -> list[str]:
        made = Columns(scope(term("limit", limits), term(name, limits)))
        return [each.rule for each in Numbers(made).candidates()]

    assert told("remaining") == []
    assert told("seats") == ["body.limit == body.seats"]


def nulls_of(rate: list[float | None], **counts: list[int]) -> list[str]:
    """The counts that a rate is told to be null by."""
    nullable = term("rate", rate, "number")
    nullable = replace(nullable, guards=(f"{nullable.text} != null",))
    made = scope(nullable, *(term(name, values) for name, values in counts.items()))
    return [each.rule for each in Nothing(made).candidates()]


def test_one_of_two_counts_that_are_zero_is_not_taken_for_the_cause() -> None:
    """A rate of what ended well among all that ended is null where neither is there."""
    rate = [None, None, None, 100.0, 100.0, 75.0, 80.0]
    ok, bad = [0, 0, 0, 3, 5, 3, 4], [0, 0, 0, 0, 0, 1, 1]
    runs = [one + other for one, other in zip(ok, bad, strict=True)]

    assert nulls_of(rate, ok=ok, bad=bad) == []
    assert nulls_of(rate, ok=ok, bad=bad, runs=runs) == ["(body.rate == null) == (body.runs == 0)"]


def test_a_share_of_a_row_in_its_reply_says_which_count_is_the_whole() -> None:
    """Both are called `calls`."""
    parts = [13 * number % 97 + 1 for number in range(1, 30)]
    wholes = [400 + 37 * number % 211 for number in range(1, 30)]
    shares = [math.floor(1e4 * part / whole + 0.5) / 1e4 for part, whole in zip(parts, wholes, strict=True)]
    of_reply = replace(term("calls", wholes), text="body.whole", is_outer=True)

    found = Shares(Columns(scope(term("share", shares), term("calls", parts), of_reply))).candidates()

    assert {each.message.partition(",")[0] for each in found} == {
        "share is the ratio of calls to calls of the whole reply"
    }


@pytest.mark.parametrize(("accounts", "is_told"), [(4, False), (40, True)])
def test_the_ends_of_two_lists_with_few_categories(accounts: int, is_told: bool) -> None:  # noqa: FBT001
    """Four accounts have the same one of three there by chance."""
    values = ["reduced", "standard", "zero", "standard"] * (accounts // 4)
    ends = [
        replace(term(name, values, "string", weight=3), text=f"body.{name}[0].category")
        for name in ("lines", "taxes")
    ]

    assert bool(Texts(scope(*ends)).candidates()) is is_told


def test_an_amount_in_a_text_is_told_wrongly_too() -> None:
    """A cut one breaks its pattern, so that no rule about it would ever notice anything."""
    truth = Exchange("get", {}, {}, 200, {}, {"total": "12.40", "rows": [{"cost": "0.5", "at": "x"}]}, "")

    told = [(each.place, each.exchange.body) for each in of_amounts(truth)]

    assert ("/total", {**truth.body, "total": "13.40"}) in told
    assert ("/rows/*/cost", {**truth.body, "rows": [{"cost": "1.0", "at": "x"}]}) in told
    assert {place for place, _ in told} == {"/total", "/rows/*/cost"}
