"""Totals are those of the time that a request asks for, also where no days are listed beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import (
    AMOUNT,
    COUNT,
    DATE,
    INSTANT,
    SEEDS,
    TEXT,
    Ask,
    asking,
    asking_all,
    object_of,
    query,
    rows_of,
)

ACCOUNTS = ("steady", "quiet", "near-limit", "over-limit", "huge", "unlimited")
WORDS = [("start_date", "end_date"), ("from", "to"), ("since", "until"), ("period_start", "period_end")]
TOTALS = object_of(parcels=COUNT, kilometres=COUNT, cost=AMOUNT, average_weight=AMOUNT, drivers_active=COUNT)
INSIDE = ("2026-02-03", "2026-02-08")
AROUND = ("2026-01-28", "2026-02-20")


def told(ask: Ask, words: Sequence[str], span: Sequence[str], account: str = "steady") -> Mapping[str, Any]:
    """The totals of a span."""
    found: Mapping[str, Any] = ask(account, **dict(zip(words, span, strict=True)))
    return found


@pytest.mark.parametrize("account", ACCOUNTS)
@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_a_longer_span_has_more(tmp_path: Path, words: tuple[str, str], account: str) -> None:
    """What is used in a part of a span is no more than in all of it, and in some weeks more than in one."""
    ask = asking(tmp_path, TOTALS, query(**dict.fromkeys(words, DATE)))
    inside, around = told(ask, words, INSIDE, account), told(ask, words, AROUND, account)
    for name in ("parcels", "kilometres", "cost"):
        assert 0 <= inside[name] < around[name]


@pytest.mark.parametrize("seed", SEEDS)
def test_two_halves_make_the_whole(tmp_path: Path, seed: int) -> None:
    """So a client that adds up months has what it gets for the year."""
    ask = asking_all(
        tmp_path, {"/usage": (TOTALS, query(start_date=DATE, end_date=DATE))}, "/usage", seed=seed
    )
    words = ("start_date", "end_date")
    halves = [told(ask, words, each) for each in (("2026-01-01", "2026-01-20"), ("2026-01-21", "2026-02-28"))]
    whole = told(ask, words, ("2026-01-01", "2026-02-28"))
    for name in ("parcels", "kilometres"):
        assert sum(half[name] for half in halves) == whole[name] > 0


def test_what_nobody_asked_for_is_what_the_shown_days_have(tmp_path: Path) -> None:
    """Thirty days until now, as the reply says; the same when it is asked for."""
    schema = object_of(start_date=DATE, end_date=DATE, parcels=COUNT)
    ask = asking(tmp_path, schema, query(start_date=DATE, end_date=DATE))
    usual = ask()
    assert usual == ask(start_date=usual["start_date"], end_date=usual["end_date"])
    assert usual["parcels"] > ask(start_date="2026-03-10", end_date=usual["end_date"])["parcels"]


def test_means_and_what_is_there_do_not_grow(tmp_path: Path) -> None:
    """A mean of a longer time is no greater for that, nor are there more drivers."""
    ask = asking(tmp_path, TOTALS, query(start_date=DATE, end_date=DATE))
    words = ("start_date", "end_date")
    inside, around = told(ask, words, INSIDE), told(ask, words, AROUND)
    for name in ("average_weight", "drivers_active"):
        assert inside[name] == around[name]


def test_rows_that_break_a_span_down_grow_with_it(tmp_path: Path) -> None:
    """Each of them, without a total beside them."""
    listed = object_of(data=rows_of(depot=TEXT, parcels=COUNT))
    ask = asking(tmp_path, listed, query(start_date=DATE, end_date=DATE))
    words = ("start_date", "end_date")
    inside, around = told(ask, words, INSIDE)["data"], told(ask, words, AROUND)["data"]
    assert [row["depot"] for row in inside] == [row["depot"] for row in around]
    assert all(less["parcels"] <= more["parcels"] for less, more in zip(inside, around, strict=True))
    assert sum(row["parcels"] for row in around) > 2 * sum(row["parcels"] for row in inside) > 0


def test_things_that_are_chosen_by_their_date_stay_as_they_are(tmp_path: Path) -> None:
    """A delivery weighs what it weighs, whatever days a list is of."""
    row = {"id": TEXT, "created_at": INSTANT, "parcels": COUNT, "cost": AMOUNT}
    asked = query(created_after=INSTANT, created_before=INSTANT)
    ask = asking(tmp_path, object_of(data=rows_of(**row)), asked, path="/reports/deliveries")
    every = {each["id"]: each for each in ask()["data"]}
    some = ask(created_after="2025-06-01T00:00:00Z")["data"]
    assert some
    assert all(every.get(each["id"], each) == each for each in some)
    assert every.keys() & {each["id"] for each in some}


@pytest.mark.parametrize("most", [1, 50])
def test_a_number_that_a_schema_bounds_stays_within(tmp_path: Path, most: int) -> None:
    """A reply that would be invalid is not made: the field keeps a number of its own."""
    schema = object_of(parcels={**COUNT, "maximum": most}, kilometres=COUNT)
    ask = asking(tmp_path, schema, query(start_date=DATE, end_date=DATE))
    assert ask(start_date="2020-01-01", end_date="2026-03-01")["parcels"] <= most


@pytest.mark.parametrize(
    ("periods", "days"),
    [
        (("thisMonth", "monthToDate", "current-month", "calendarMonth"), ("2026-03-01", "2026-03-18")),
        (("lastMonth", "PREV_MONTH", "previousMonth"), ("2026-02-01", "2026-02-28")),
    ],
)
def test_a_period_is_a_time_and_no_part_of_what_is_used(
    tmp_path: Path, periods: tuple[str, ...], days: tuple[str, str]
) -> None:
    """However its words are written, the total is that of its days, and one channel's is less."""
    columns = object_of(data=rows_of(date=DATE, messages=COUNT))
    asked = query(period={"type": "string"}, channel={"type": "string"})
    paths = {
        "/usage/summary": (object_of(messages=COUNT), asked),
        "/usage/series": (columns, query(**{"from": DATE, "to": DATE})),
    }
    ask = asking_all(tmp_path, paths, "/usage/summary")
    rows = ask(path="/usage/series", **{"from": days[0], "to": days[1]})["data"]

    told = [ask(period=each)["messages"] for each in periods]
    part = ask(period=periods[0], channel="sms")["messages"]

    assert told == [sum(row["messages"] for row in rows)] * len(periods)
    assert 0 < part < told[0]


def test_a_period_that_nobody_can_read_is_no_part_of_what_is_used(tmp_path: Path) -> None:
    """What says a time takes nothing away, also where its word is unknown."""
    paths = {
        "/usage/summary": (object_of(messages=COUNT), query(period={"type": "string"})),
        "/usage/series": (object_of(data=rows_of(date=DATE, messages=COUNT)), ()),
    }
    ask = asking_all(tmp_path, paths, "/usage/summary")

    assert ask(period="sinceLaunch") == ask()


@pytest.mark.parametrize(
    ("begin", "end", "asked"),
    [
        ("from", "to", ("2026-03-01", "2026-03-18")),
        ("from", "to", ("2026-03-01T00:00:00Z", "2026-03-18T00:00:00Z")),
        ("from", "to", (1_772_323_200, 1_773_800_000)),
        ("Start-From", "endTo", ("2026-03-01", "2026-03-18")),
    ],
)
def test_a_span_says_nothing_of_fields_that_are_no_times(
    tmp_path: Path, begin: str, end: str, asked: tuple[Any, Any]
) -> None:
    """The sender and the recipient of a message are its own; the span of the list is what was asked for."""
    address = {"type": ["string", "integer"], "maxLength": 60}
    row = {"id": TEXT, "created_at": INSTANT, begin: TEXT, end: address}
    listed = object_of(data=rows_of(**row))
    ask = asking(tmp_path, listed, query(**{begin: {}, end: {}}), path="/messages")

    every = {each["id"]: each for each in ask()["data"]}
    some = ask(**dict(zip((begin, end), asked, strict=True)))["data"]

    assert some
    assert all(each == every[each["id"]] for each in some)


@pytest.mark.parametrize(("schema", "is_told"), [(DATE, True), (INSTANT, False), (TEXT, False)])
def test_a_span_is_told_in_dates_of_rows(tmp_path: Path, schema: Any, *, is_told: bool) -> None:
    """Where a row has the same two days; a text that shows none is no day."""
    listed = object_of(data=rows_of(id=TEXT, **{"from": schema, "to": schema}))
    ask = asking(tmp_path, listed, query(**{"from": DATE, "to": DATE}), path="/exports")

    rows = ask(**{"from": "2026-03-01", "to": "2026-03-18"})["data"]

    assert rows
    assert all(((row["from"], row["to"]) == ("2026-03-01", "2026-03-18")) is is_told for row in rows)


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ({"period": "last7Days"}, "2026-03-12"),
        ({"period": "P3D"}, "2026-03-16"),
        ({"days": 7}, "2026-03-12"),
        ({"period": "last_2_weeks"}, "2026-03-05"),
        ({"period": "past_30_days"}, "2026-02-17"),
        ({"period": "thisMonth"}, "2026-03-01"),
    ],
)
@pytest.mark.parametrize("has_days", [True, False])
def test_days_until_now_are_those_that_are_told(
    tmp_path: Path, asked: dict[str, Any], first: str, *, has_days: bool
) -> None:
    """Today is one of the last seven days, and their sum is what they have, with or without a series."""
    span = object_of(**{"from": DATE, "to": DATE})
    parameters = query(**{"from": DATE, "to": DATE}, period=TEXT, days={"type": "integer"})
    paths = {"/summary": (object_of(period=span, parcels=COUNT), parameters)}
    if has_days:
        paths["/series"] = (object_of(data=rows_of(date=DATE, parcels=COUNT)), parameters)
    ask = asking_all(tmp_path, paths, "/summary")

    told = ask(**asked)

    assert told["period"] == {"from": first, "to": "2026-03-18"}
    assert told == ask(**told["period"])
    if has_days:
        rows = ask(path="/series", **asked)["data"]
        assert (rows[0]["date"], sum(row["parcels"] for row in rows)) == (first, told["parcels"])


@pytest.mark.parametrize(("asked", "rows"), [({"period": "7d"}, 168), ({"period": "72h"}, 72)])
def test_hours_until_now_begin_within_a_day(tmp_path: Path, asked: dict[str, Any], rows: int) -> None:
    """Where steps are hours, or the span is one of hours."""
    points = object_of(points=rows_of(timestamp=INSTANT, parcels=COUNT))
    ask = asking(tmp_path, points, query(period=TEXT, granularity=TEXT))

    assert len(ask(**asked, granularity="hour")["points"]) == rows


NUMBERS: dict[str, Any] = {"type": "array", "items": {"type": "integer"}}
FIRST, LAST = "2026-03-01", "2026-03-03"
EDGES = [1_772_323_200, 1_772_582_400]


@pytest.mark.parametrize(
    ("schemas", "asked"),
    [
        ({"fromdate": DATE, "todate": DATE}, [FIRST, LAST]),
        ({"min_date": DATE, "max_date": DATE}, [FIRST, LAST]),
        ({"date_gte": DATE, "date_lte": DATE}, [FIRST, LAST]),
        ({"date__gte": DATE, "date__lt": DATE}, [FIRST, "2026-03-04"]),
        ({"day[gte]": DATE, "day[lte]": DATE}, [FIRST, LAST]),
        ({"timeframe[]": NUMBERS}, [EDGES]),
    ],
)
def test_edges_in_other_spellings_choose_days(
    tmp_path: Path, schemas: dict[str, Any], asked: list[Any]
) -> None:
    """A series has the days from one edge to the other, however they are called."""
    ask = asking(tmp_path, object_of(data=rows_of(date=DATE, parcels=COUNT)), query(**schemas))
    days = [row["date"] for row in ask(**dict(zip(schemas, asked, strict=True)))["data"]]
    assert days == ["2026-03-01", "2026-03-02", "2026-03-03"]


def test_steps_in_other_spellings(tmp_path: Path) -> None:
    """What is aggregated by months has a row for each."""
    by = {"enum": ["day", "month"]}
    schema = object_of(data=rows_of(date=DATE, parcels=COUNT))
    ask = asking(tmp_path, schema, query(start_date=DATE, end_date=DATE, aggregated_by=by))
    rows = ask(start_date="2026-01-01", end_date="2026-03-10", aggregated_by="month")["data"]
    assert [row["date"] for row in rows] == ["2026-01-01", "2026-02-01", "2026-03-01"]


def test_bounds_of_other_things_are_no_edges(tmp_path: Path) -> None:
    """The least price of a parcel says nothing of its day."""
    schema = object_of(data=rows_of(date=DATE, parcels=COUNT))
    ask = asking(tmp_path, schema, query(min_price=AMOUNT, weight_gte=AMOUNT, update={"type": "string"}))
    assert len(ask(min_price=1_772_323_200)["data"]) == 30
