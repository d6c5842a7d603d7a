"""A reply says one count of rows, wherever it says it, also where no parameter cuts the list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from metermock.server.generation.words.row_counts import counts_rows
from tests.server.generation.made import (
    ACCOUNTS,
    COUNT,
    DATE,
    TEXT,
    WHOLE,
    asking,
    asking_all,
    object_of,
    query,
    rows_of,
)

FLAG = {"type": "boolean"}
SOME = {"type": ["integer", "null"]}
BOATS = rows_of(id=TEXT, name=TEXT)
PAGED = query(page=WHOLE, per_page=WHOLE)


@pytest.mark.parametrize("account", ACCOUNTS)
@pytest.mark.parametrize(
    "name", ["total", "count", "total_entries", "total_results", "totalRows", "num_records"]
)
def test_what_stands_apart_from_the_rows_counts_all_of_them(tmp_path: Path, name: str, account: str) -> None:
    """`meta: {total}` is the number of rows of all pages, in operations of use too."""
    schema = object_of(boats=BOATS, meta=object_of(pagination=object_of(**{name: SOME, "last_page": WHOLE})))
    ask = asking(tmp_path, schema, PAGED, path="/billing/boats")
    first, whole = ask(account, page=1, per_page=5), ask(account, page=1, per_page=1000)

    pagination = first["meta"]["pagination"]
    assert pagination[name] == len(whole["boats"])
    assert pagination["last_page"] == max(-(-len(whole["boats"]) // 5), 1)


def test_the_history_of_an_account_counts_no_rows(tmp_path: Path) -> None:
    """A total that an operation of use tells is not that of another one's rows."""
    boats = object_of(boats=BOATS, meta=object_of(total=WHOLE))
    days = query(start=DATE, end=DATE)
    paths = {"/billing/boats": (boats, PAGED), "/usage/summary": (object_of(total=COUNT), days)}
    body = asking_all(tmp_path, paths, "/billing/boats")(page=1, per_page=1000)
    assert body["meta"]["total"] == len(body["boats"])


@pytest.mark.parametrize("account", ACCOUNTS)
def test_a_list_that_nothing_cuts_is_counted_too(tmp_path: Path, account: str) -> None:
    """Without parameters the total is the number of the rows that are shown."""
    schema = object_of(boats=BOATS, meta=object_of(total=WHOLE, has_more=FLAG), total_row_count=WHOLE)
    body = asking(tmp_path, schema, path="/usage/boats")(account)

    assert body["meta"] == {"total": len(body["boats"]), "has_more": False}
    assert body["total_row_count"] == len(body["boats"])


def test_results_beside_pages_are_all_rows(tmp_path: Path) -> None:
    """`results` beside `page` and `pages` counts rows; elsewhere it is any number."""
    ask = asking(tmp_path, object_of(data=BOATS, page=WHOLE, pages=WHOLE, results=WHOLE), PAGED)
    body = ask(page=2, per_page=5)

    assert body["results"] == len(ask(page=1, per_page=1000)["data"])
    assert (body["page"], body["pages"]) == (2, -(-body["results"] // 5))


def test_start_and_end_beside_a_page_are_rows(tmp_path: Path) -> None:
    """`start` and `end` are the first and the last row of the page, unless they are instants."""
    day = {"type": "string", "format": "date"}
    schema = object_of(data=BOATS, page=WHOLE, start=WHOLE, end=WHOLE)
    body = asking(tmp_path, schema, PAGED)(page=2, per_page=5)
    assert (body["start"], body["end"]) == (5, 4 + len(body["data"]))

    dated = asking(tmp_path, object_of(data=BOATS, page=WHOLE, start=day, end=day), PAGED)(page=2)
    assert dated["start"] <= dated["end"]


def test_a_count_of_one_page_counts_its_rows(tmp_path: Path) -> None:
    """A description says whether `count` is of the page alone."""
    of_page = {"type": "integer", "description": "Number of boats in the current page."}
    of_all = {"type": "integer", "description": "Number of boats in the whole list, across all pages."}
    for count, is_of_page in ((of_page, True), (of_all, False)):
        ask = asking(tmp_path, object_of(boats=BOATS, pagination=object_of(count=count, next=SOME)), PAGED)
        whole = len(ask(page=1, per_page=1000)["boats"])
        assert ask(page=1, per_page=5)["pagination"]["count"] == (5 if is_of_page else whole)


def test_a_flag_says_whether_there_is_a_next_page(tmp_path: Path) -> None:
    """`next_page: true` stands on each page but the last."""
    ask = asking(tmp_path, object_of(rows=BOATS, next_page=FLAG), PAGED)
    whole = len(ask(page=1, per_page=1000)["rows"])
    last = -(-whole // 5)

    assert ask(page=1, per_page=5)["next_page"] is True
    assert ask(page=last, per_page=5)["next_page"] is False
    assert ask(page=1, per_page=1000)["next_page"] is False


def test_a_list_inside_of_a_thing_has_no_more(tmp_path: Path) -> None:
    """A list in a row is whole: nothing asks for more of it."""
    schema = rows_of(id=TEXT, crew=object_of(data=rows_of(id=TEXT), has_more=FLAG, total_count=WHOLE))
    for account in ACCOUNTS:
        for row in asking(tmp_path, schema, PAGED)(account):
            crew = row["crew"]
            assert crew["has_more"] is False
            assert crew["total_count"] == len(crew["data"])


@pytest.mark.parametrize("name", ["row_number", "page_count", "document_count", "total_tokens", "hit_count"])
def test_other_numbers_count_no_rows(name: str) -> None:
    """Numbers of other things do not change with the rows beside them."""
    assert not counts_rows(name)


def test_what_is_used_is_no_count_of_rows(tmp_path: Path) -> None:
    """A limit of use beside a list stays what it is when the list is cut."""
    schema: dict[str, Any] = object_of(data=BOATS, monthly_limit=WHOLE, used=WHOLE, total_requests=WHOLE)
    ask = asking(tmp_path, schema, PAGED)
    few, many = ask(page=1, per_page=2), ask(page=1, per_page=50)
    assert {**few, "data": []} == {**many, "data": []}
