"""What templates say of lists: whole ones, pages, windows that trail, and ties."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from metermock.learn.conditions import Condition
from metermock.learn.templates.orders import Orders
from metermock.learn.templates.rates import Rates
from metermock.learn.templates.ties import Ties
from metermock.learn.templates.trailing import Trailing, _span
from metermock.learn.templates.wholes import Wholes
from tests.learn.samples import parameter, rows, scope, size, term

CALLS = rows("calls", {"ms": "integer", "tokens": "integer"})


def calls(count: int, account: int) -> list[dict[str, Any]]:
    """Calls of an account, none like another."""
    return [{"ms": 100 + number * 7 + account, "tokens": number + account} for number in range(count)]


def test_a_list_of_the_first_so_many() -> None:
    """Five at most, or all where there are not so many; then the columns make the totals."""
    counts = [3, 2, 4, 11, 12, 90, 7]
    bodies = [{"calls": calls(min(count, 5), 40 * index)} for index, count in enumerate(counts)]
    totals = [
        sum(each["tokens"] for each in body["calls"]) + 9 * (n > 5)
        for body, n in zip(bodies, counts, strict=True)
    ]
    terms = size("calls", [min(count, 5) for count in counts]), term("total", counts), term("tokens", totals)

    found = {
        each.rule: each.when for each in Wholes(scope(*terms, bodies=bodies, lists=[CALLS])).candidates()
    }

    assert "size(body.calls) == min([5, body.total])" in found
    whole = found["body.tokens == sum(column(body.calls, 'tokens'))"]
    assert whole.startswith("size(body.calls) == body.total")


def test_an_average_that_is_weighted() -> None:
    """The mean of the rows' means is another number, so the weights are found."""
    bodies = [{"calls": calls(4, 31 * account)} for account in range(1, 6)]
    means = [
        sum(each["ms"] * each["tokens"] for each in body["calls"])
        / sum(each["tokens"] for each in body["calls"])
        for body in bodies
    ]
    shown = term("avg_ms", [round(mean, 1) for mean in means], "number")

    found = Wholes(scope(size("calls", [4] * 5), shown, bodies=bodies, lists=[CALLS])).candidates()

    assert [each.message for each in found] == ["avg_ms is the average of calls.ms, weighted by tokens"]


def test_a_page_and_whether_more_follow() -> None:
    """The rows that are left, at most the limit, and a flag that says whether there are more."""
    totals, offsets, limit = [30, 12, 25, 4, 40], [20, 10, 0, 0, 35], 20
    sizes = [min(max(n - o, 0), limit) for n, o in zip(totals, offsets, strict=True)]
    terms = (
        size("calls", sizes),
        term("total", totals),
        parameter("limit", [limit] * 5, "integer"),
        parameter("offset", offsets, "integer"),
        term("more", [o + limit < n for n, o in zip(totals, offsets, strict=True)], "boolean"),
    )

    found = {each.rule for each in Wholes(scope(*terms, lists=[CALLS])).candidates()}

    assert "size(body.calls) == clamp(body.total - request.offset, 0, request.limit)" in found
    assert "body.more == (request.offset + request.limit < body.total)" in found


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        ("last_24h", 86400),
        ("last7Days", 7 * 86400),
        ("past_30d", 30 * 86400),
        ("last_name", 0),
        ("ok_24h", 0),
    ],
)
def test_the_span_of_a_name(name: str, seconds: int) -> None:
    """Only a name that says so is a window that trails."""
    assert _span(name) == seconds


def test_a_trailing_count_lies_between_days() -> None:
    """The last two days hold no more than it, three no less."""
    days = rows("days", {"day": "string", "calls": "integer"})
    bodies = [
        {"days": [{"day": f"2026-11-{10 + n}", "calls": n * account} for n in range(9)]}
        for account in range(1, 6)
    ]
    count = term("last_2d", [15 * account + account for account in range(1, 6)])

    (found,) = Trailing(scope(count, bodies=bodies, lists=[days])).candidates()

    low, high = "sum(column(last(body.days, 2), 'calls'))", "sum(column(last(body.days, 3), 'calls'))"
    assert found.rule == f"{low} <= body.last_2d && body.last_2d <= {high}"


def test_rows_that_are_equal_go_by_another_column() -> None:
    """Where the counts are equal, the codes go upwards; where the codes do not, nothing is learnt."""
    listed = rows("codes", {"count": "integer", "code": "integer"})
    table = [[9, 3, 3, 3, 1], [5, 5, 5, 2, 2], [8, 8, 8, 8, 1], [6, 6, 4, 4, 4]]

    def learnt(*, step: int) -> list[str]:
        bodies = [
            {"codes": [{"count": count, "code": 400 + step * n % 7 + n} for n, count in enumerate(one)]}
            for one in table
        ]
        return [each.rule for each in Ties(scope(bodies=bodies, lists=[listed])).candidates()]

    text = "body.codes.all(row, ascending(column(where(body.codes, 'count', row.count), 'code')))"
    assert learnt(step=0) == [text]
    assert learnt(step=5) == []


def test_a_rate_is_a_count_over_the_window() -> None:
    """Where a parameter is 7d, the calls per day are a seventh, with two decimals."""
    counts = [100, 250, 777, 4000, 12]
    week = Condition("request.window == '7d'", "where window is 7d", np.ones(5, dtype=bool))
    rate = term("callsPerDay", [round(count / 7, 2) for count in counts], "number")
    plain = scope(term("calls", counts), rate)

    (found,) = Rates(replace(plain, conditions=(week,))).candidates()

    assert found.rule == "near(body.callsPerDay, ratio(body.calls * 86400, 604800), 0.01)"
    assert Rates(plain).candidates() == []


def test_counters_in_texts_go_by_their_length() -> None:
    """call_10 comes after call_9, so that such ids are compared by length and then by their text."""
    listed = rows("calls", {"at": "integer", "id": "string"})
    ids = [f"call_{number}" for number in (12, 11, 10, 9, 8, 7)]
    bodies = [
        {"calls": [{"at": at - shift, "id": id_} for at, id_ in zip((5, 4, 4, 4, 3, 3), ids, strict=True)]}
        for shift in range(5)
    ]

    (found,) = Ties(scope(bodies=bodies, lists=[listed])).candidates()

    keys = "string(1000 + length(each.id)) + each.id"
    assert found.rule == f"body.calls.all(row, descending(where(body.calls, 'at', row.at).map(each, {keys})))"


RUNS = rows("runs", {"started": "string", "ended": "string"})


def run_of(number: int, seconds: int) -> dict[str, str]:
    """A run that began some minutes before noon, and how long it took."""
    begin = 12 * 3600 - 400 * number - 7
    return {
        name: f"2026-11-19T{at // 3600:02}:{at // 60 % 60:02}:{at % 60:02}Z"
        for name, at in (("started", begin), ("ended", begin + seconds))
    }


def orders_of(lists: list[list[dict[str, str]]]) -> list[str]:
    """The rules about the order of runs."""
    return [
        each.rule
        for each in Orders(scope(bodies=[{"runs": runs} for runs in lists], lists=[RUNS])).candidates()
    ]


def test_short_runs_end_in_their_order_by_luck() -> None:
    """A list by when runs began is one by when they ended too, as long as none outlasts the next."""
    lists = [[run_of(number, 30 + number + account) for number in range(9)] for account in range(4)]

    assert orders_of(lists) == ["descending(column(body.runs, 'started'))"]


def test_instants_of_events_may_be_alike() -> None:
    """That none came twice in a second is luck, so upwards does not mean that none is there twice."""
    lists = [[run_of(number, 900 * (number % 3) + 9) for number in range(9, 0, -1)] for _ in range(4)]

    assert orders_of(lists) == ["ascending(column(body.runs, 'started'))"]


def test_an_average_says_nothing_of_rows_that_were_never_seen() -> None:
    """Runs that are active may weigh in it, or not: in these replies there are none."""
    listed = rows("calls", {"ms": "integer", "tokens": "integer", "active": "integer"})
    bodies = [{"calls": [{**one, "active": 0} for one in calls(4, 31 * account)]} for account in range(1, 6)]
    means = [
        sum(each["ms"] * each["tokens"] for each in body["calls"])
        / sum(each["tokens"] for each in body["calls"])
        for body in bodies
    ]
    shown = term("avg_ms", [round(mean, 1) for mean in means], "number")

    (found,) = Wholes(scope(size("calls", [4] * 5), shown, bodies=bodies, lists=[listed])).candidates()

    assert found.when.startswith("sum(column(body.calls, 'active')) == 0")


MODELS = rows("models", {"name": "string", "cost": "string"})


def goes(
    bodies: list[dict[str, Any]], models: Any = MODELS, condition: Condition | None = None
) -> dict[str, str]:
    """In what order the models are, by the rules."""
    made = scope(size("models", [len(each["models"]) for each in bodies]), bodies=bodies, lists=[models])
    made = replace(made, conditions=(condition,)) if condition is not None else made
    return {each.rule: each.message for each in Orders(made).candidates() if each.template == "order"}


def priced(*costs: Any) -> dict[str, Any]:
    """A reply with models of these costs."""
    return {"models": [{"name": f"m{number}", "cost": cost} for number, cost in enumerate(costs)]}


def test_money_in_texts_goes_downwards() -> None:
    """As numbers: as a text 9.50 stands behind 10.50."""
    bodies = [priced(f"{100 + n}.50", f"{9 + n}.50", f"{n}.50", "0.25") for n in range(5)]

    assert goes(bodies) == {
        "descending(body.models.map(row, double(row.cost)))": "models goes by cost, downwards"
    }

    bodies[3]["models"].reverse()
    assert goes(bodies) == {}


def test_what_is_null_stands_at_the_end() -> None:
    """The others are in order; where nulls stand among them, only if the request names the column."""
    cost = replace(MODELS.fields[1], types=frozenset({"integer"}), guards=("row.cost != null",))
    models = replace(MODELS, fields=(MODELS.fields[0], cost))
    bodies = [priced(*(100 - 7 * each - n for each in range(4)), *[None] * (n % 4)) for n in range(9)]
    sorted_by = Condition("request.sort == 'cost'", "where sort is cost", np.ones(9, dtype=bool))

    found = goes(bodies, models, sorted_by)

    filled = "body.models.filter(row, row.cost != null)"
    assert found == {
        f"descending(column({filled}, 'cost'))": (
            "where sort is cost: models goes by cost, downwards, where it is not null"
        ),
        f"first(body.models, size({filled})).all(row, row.cost != null)": (
            "where sort is cost: the rows of models without cost come last"
        ),
    }
    assert len(goes(bodies, models)) == len(found)
    bodies[3]["models"].insert(0, bodies[3]["models"].pop())
    assert goes(bodies, models) == {}
    assert list(goes(bodies, models, sorted_by)) == [f"descending(column({filled}, 'cost'))"]


def test_amounts_that_are_all_unlike_may_be_alike() -> None:
    """Two invoices of one amount are right, however seldom they come."""
    bodies = [priced(*(f"{100 + 37 * n + each}.50" for each in (3, 1, 2, 9, 7))) for n in range(9)]
    made = scope(size("models", [5] * 9), bodies=bodies, lists=[rows("models", {"cost": "string"})])

    assert Orders(made).candidates() == []


def test_lists_of_equal_values_show_no_order() -> None:
    """Nobody saw a list that is sorted upwards and has two values: the rule is about both parameters."""
    bodies = [priced(*(f"{90 - 9 * each - n}.5" for each in range(4))) for n in range(8)]
    bodies += [priced(*["1.5"] * 4) for _ in range(8)] + [priced("1.5", "7.5", "3.5", "9.5")]
    is_down, is_asked = np.arange(17) < 8, np.arange(17) < 16
    by, both = "where sort is cost", "where sort is cost, where order is desc"
    made = scope(size("models", [4] * 17), bodies=bodies, lists=[MODELS])
    conditions = (
        Condition("", "", np.ones(17, dtype=bool)),
        Condition("sort", by, is_asked),
        Condition("desc", "where order is desc", is_down),
        Condition("asc", "where order is asc", is_asked & ~is_down),
        Condition("both", both, is_down),
    )

    found = [each.message for each in Orders(replace(made, conditions=conditions)).candidates()]

    assert found == [f"{both}: models goes by cost, downwards"]
