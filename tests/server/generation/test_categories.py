"""Rows of categories are all of the span that is asked for, and paths name spans and steps."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from metermock.server.generation.agreeing.facts import Facts
from metermock.server.generation.agreeing.ordering import categories
from tests.server.generation.made import (
    AMOUNT,
    COUNT,
    DATE,
    INSTANT,
    TEXT,
    WHOLE,
    asking,
    asking_all,
    object_of,
    query,
    rows_of,
)

NAMES = ["calls", "sms", "totalprice"]
RECORD: dict[str, Any] = {
    "category": {"type": "string", "enum": NAMES},
    "start_date": DATE,
    "end_date": DATE,
    "count": COUNT,
    "price": AMOUNT,
}
RECORDS = object_of(usage_records=rows_of(**RECORD))
DATES = query(start_date=DATE, end_date=DATE, category=TEXT)
NOW = 1_773_848_527
"""2026-03-18T15:42:07Z."""


def edges(rows: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """The spans that rows say."""
    return {(row["start_date"], row["end_date"]) for row in rows}


def test_each_category_has_one_row_of_the_span_that_is_asked_for(tmp_path: Path) -> None:
    """Where nothing is asked it is that of the last thirty days, as of totals."""
    ask = asking(tmp_path, RECORDS, DATES)
    usual, asked = ask(now=NOW), ask(now=NOW, start_date="2026-01-05", end_date="2026-02-04")

    assert [row["category"] for row in usual["usage_records"]] == NAMES
    assert edges(usual["usage_records"]) == {("2026-02-17", "2026-03-18")}
    assert edges(asked["usage_records"]) == {("2026-01-05", "2026-02-04")}
    assert usual["usage_records"][0]["count"] != asked["usage_records"][0]["count"]


def test_a_category_is_the_same_alone(tmp_path: Path) -> None:
    """Who asks for one gets its row of the whole list."""
    ask = asking(tmp_path, RECORDS, DATES)
    every = ask(now=NOW)["usage_records"]

    assert [ask(now=NOW, category=name)["usage_records"] for name in NAMES] == [[row] for row in every]


def test_pages_of_categories_are_all_of_them(tmp_path: Path) -> None:
    """A total beside the number of a page counts rows, not what they count."""
    schema = object_of(usage_records=rows_of(**RECORD), page=WHOLE, page_size=WHOLE, total=WHOLE)
    pages = query(page={**WHOLE, "default": 0}, page_size={**WHOLE, "default": 2})
    ask = asking(tmp_path, schema, pages)
    first, second = ask(now=NOW), ask(now=NOW, page=1)

    assert [row["category"] for row in first["usage_records"] + second["usage_records"]] == NAMES
    assert first["total"] == second["total"] == len(NAMES)


@pytest.mark.parametrize(
    ("word", "first", "last"),
    [
        ("Today", "2026-03-18", "2026-03-18"),
        ("Yesterday.json", "2026-03-17", "2026-03-17"),
        ("ThisMonth", "2026-03-01", "2026-03-18"),
        ("this-month", "2026-03-01", "2026-03-18"),
        ("LastMonth.json", "2026-02-01", "2026-02-28"),
        ("last_year", "2025-01-01", "2025-12-31"),
    ],
)
@pytest.mark.parametrize("column", [{}, {"category": TEXT}], ids=["listed", "free"])
def test_a_path_names_the_span(tmp_path: Path, word: str, first: str, last: str, column: Any) -> None:
    """By the mock's clock, of listed categories and of any others, which are told apart."""
    path = f"/Accounts/Usage/Records/{word}"
    ask = asking(tmp_path, object_of(records=rows_of(**{**RECORD, **column})), path=path)
    rows = ask(now=NOW)["records"]

    assert edges(rows) == {(first, last)}
    assert len({row["category"] for row in rows}) == len(rows) > 1


@pytest.mark.parametrize(
    ("word", "first", "days"), [("Daily", "2026-02-17", {1}), ("monthly.json", "2025-04-01", {28, 30, 31})]
)
def test_a_path_names_the_steps(tmp_path: Path, word: str, first: str, days: set[int]) -> None:
    """Days and months follow each other, each with its own end, up to that of the clock."""
    path = f"/Accounts/Usage/Records/{word}"
    body = asking(tmp_path, object_of(records=rows_of(**RECORD), start_date=DATE, end_date=DATE), path=path)(
        now=NOW
    )
    rows = body["records"]
    read = [tuple(dt.date.fromisoformat(row[name]) for name in ("start_date", "end_date")) for row in rows]

    assert rows[0]["start_date"] == body["start_date"] == first
    assert all(one[1] + dt.timedelta(days=1) == other[0] for one, other in pairwise(read))
    assert {(end - start).days + 1 for start, end in read} == days


def test_a_path_names_the_span_of_series_and_totals(tmp_path: Path) -> None:
    """What is asked for goes before it, and things with dates of their own are left alone."""
    days, things = rows_of(date=DATE, calls=COUNT), rows_of(id=TEXT, created_at=INSTANT, amount=AMOUNT)
    paths: dict[str, Any] = {
        "/usage/last-month": (object_of(days=days), query(start_date=DATE)),
        "/usage": (object_of(days=days), query(start_date=DATE)),
        "/orders/today": (object_of(orders=things), ()),
        "/orders": (object_of(orders=things), ()),
    }
    ask = asking_all(tmp_path, paths, "/usage/last-month")
    shown = [row["date"] for row in ask(now=NOW)["days"]]

    assert (shown[0], shown[-1], len(shown)) == ("2026-02-01", "2026-02-28", 28)
    assert [row["date"] for row in ask(now=NOW, start_date="2026-03-17")["days"]] == [
        "2026-03-17",
        "2026-03-18",
    ]
    assert len(ask(path="/usage", now=NOW)["days"]) == 30
    assert len(ask(path="/orders/today", now=NOW)["orders"]) > 1


def test_an_empty_account_has_no_categories(tmp_path: Path) -> None:
    """Nothing was used of any of them."""
    assert asking(tmp_path, RECORDS, DATES)("empty", now=NOW)["usage_records"] == []


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("rows", ("start_date", "end_date", "count")),
        ("rows", ("model", "start_date", "end_date", "count")),
        ("rows", ("category", "bucket_start", "bucket_end", "count")),
        ("daily", ("category", "start_date", "end_date", "count")),
        ("rows", ("id", "category", "start_date", "end_date", "count")),
        ("rows", ("category", "date", "start_date", "end_date", "count")),
        ("rows", ("category", "start_date", "count")),
        ("appointments", ("service", "start_date", "end_date", "price")),
        ("rows", ("service", "start_time", "end_time", "count")),
    ],
)
def test_what_looks_like_categories_is_left_alone(name: str, columns: tuple[str, ...]) -> None:
    """Steps of time, things with ids, rows without an end, and what was booked rather than used."""
    rows = [
        Facts(
            each,
            notation="date" if each.endswith(("start", "end", "date", "time")) else None,
            is_number=each in ("count", "price"),
        )
        for each in columns
    ]

    assert categories(Facts(name, is_list=True, rows=rows)) is None


FIGURES = ("count", "usage", "price")


@pytest.mark.parametrize("account", ["steady", "quiet", "huge", "over-limit"])
def test_a_category_has_no_more_of_a_day_than_of_its_month(tmp_path: Path, account: str) -> None:
    """Nor of a week than of the weeks around it, in each figure and whichever operation tells it."""
    rows = rows_of(**RECORD, usage={"type": "string", "examples": ["12", "340"]}, unit_price=AMOUNT)
    paths: dict[str, Any] = {
        f"/Records/{each}": (object_of(records=rows), ()) for each in ("Today", "ThisMonth")
    }
    paths["/Records"] = (object_of(records=rows), DATES)
    ask = asking_all(tmp_path, paths, "/Records")
    week = ask(account, start_date="2026-02-02", end_date="2026-02-08")
    around = ask(account, start_date="2026-02-01", end_date="2026-02-28")
    for less, more in (
        (ask(account, path="/Records/Today"), ask(account, path="/Records/ThisMonth")),
        (week, around),
    ):
        assert [row["category"] for row in less["records"]] == NAMES
        for row, whole in zip(less["records"], more["records"], strict=True):
            assert all(0 <= float(row[name]) <= float(whole[name]) for name in FIGURES)
            assert row["unit_price"] == whole["unit_price"]
        for name in FIGURES:
            parts, wholes = (sum(float(row[name]) for row in each["records"]) for each in (less, more))
            assert parts < wholes / 2
