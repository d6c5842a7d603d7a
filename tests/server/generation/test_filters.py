"""A made list shows the rows that a request chooses, of one list, in their order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from metermock.contract.compiling import Compiled
from metermock.contract.schemas import Schemas
from metermock.server.generation.rows.columns_of_rows import columns_of
from metermock.server.generation.words.directions import is_down
from tests.server.generation.many_words import ALL, MAILS, SEEDS, Words, asker, document

MANY = 100
Listed = tuple[Words, Callable[..., Any]]


@pytest.fixture(params=[(words, seed) for words in ALL for seed in SEEDS], ids=lambda each: each[0].things)
def listed(request: pytest.FixtureRequest, tmp_path: Path) -> Listed:
    """The words of an API, and what asks it with a seed."""
    words, seed = request.param
    return words, asker(tmp_path, document(words), seed)


def rows(listed: Listed, **query: Any) -> list[dict[str, Any]]:
    """The rows of a list, whose total is their number."""
    words, ask = listed
    body = ask("list", limit=MANY, **query)
    assert body[words.total] == len(body[words.rows])
    found: list[dict[str, Any]] = body[words.rows]
    return found


def test_a_state_chooses_its_rows_and_all_states_make_the_list(listed: Listed) -> None:
    """`?status=` gives the rows of the whole list that have it; the states add up to the whole."""
    whole = rows(listed)
    parts = {state: rows(listed, status=state) for state in listed[0].states}

    assert len(whole) >= 12
    for state, part in parts.items():
        assert part == [row for row in whole if row["status"] == state]
    assert sum(map(len, parts.values())) == len(whole)


def test_several_values_choose_the_rows_of_each(listed: Listed) -> None:
    """`type[]=a&type[]=b` gives the rows of both kinds."""
    kinds = list(listed[0].kinds[:2])
    assert rows(listed, **{"type[]": kinds}) == [row for row in rows(listed) if row["type"] in kinds]


def test_bounds_choose_rows(listed: Listed) -> None:
    """`min_` and `max_` bound a number, `since` and `until` the instant by which rows are listed."""
    words, whole = listed[0], rows(listed)
    middle = sorted(row[words.amount] for row in whole)[len(whole) // 2]
    instant = whole[len(whole) // 3][words.born]

    least = rows(listed, **{f"min_{words.amount}": middle})
    assert least == [row for row in whole if row[words.amount] >= middle]
    most = rows(listed, **{f"max_{words.amount}": middle})
    assert most == [row for row in whole if row[words.amount] <= middle]
    assert rows(listed, since=instant) == [row for row in whole if row[words.born] >= instant]
    assert rows(listed, until=instant) == [row for row in whole if row[words.born] < instant]


def test_a_flag_and_two_parameters_choose_rows(listed: Listed) -> None:
    """What is chosen twice is chosen by both."""
    words, whole = listed[0], rows(listed)
    state = whole[0]["status"]
    for flag in (True, False):
        chosen = rows(listed, status=state, **{words.flag: flag})
        assert chosen == [row for row in whole if row[words.flag] is flag and row["status"] == state]


def test_a_text_that_nobody_has_said_has_fewer_rows_than_all(listed: Listed) -> None:
    """Rows of one customer have this customer, and are no more than all rows."""
    words = listed[0]
    part = rows(listed, **{words.whose: "c-1"})
    assert {row[words.whose] for row in part} == {"c-1"}
    assert 1 <= len(part) <= len(rows(listed))


def test_the_newest_comes_first_on_every_page(listed: Listed) -> None:
    """Pages cut one list, whose instants fall; `sort` turns it, or sorts it by another field."""
    words, ask = listed
    whole = rows(listed)
    pages = [ask("list", limit=5, **{words.offset: first})[words.rows] for first in range(0, len(whole), 5)]
    instants = [row[words.born] for row in whole]

    assert [row for page in pages for row in page] == whole
    assert instants == sorted(instants, reverse=True)
    up = [row[words.born] for row in rows(listed, sort=words.born)]
    assert up == sorted(instants)
    down = [row[words.amount] for row in rows(listed, sort=f"-{words.amount}")]
    assert down == sorted(down, reverse=True)


def test_a_row_is_the_same_thing_by_itself(listed: Listed) -> None:
    """Chosen or not, a row is what its id alone gives."""
    _, ask = listed
    for row in rows(listed, status=rows(listed)[0]["status"])[:3]:
        assert ask("one", id=row["id"]) == row


def test_each_clock_and_each_customer_has_a_list_of_its_own(listed: Listed) -> None:
    """What was chosen from one list says nothing of the list of another clock, account or customer."""
    words, ask = listed
    state = words.states[0]
    lists: list[dict[str, Any]] = [
        {"account": account, "now": now, **whose}
        for whose in ({}, {words.whose: "c-1"}, {words.whose: "c-2"})
        for now in (None, 1_770_000_000)
        for account in ("steady", "huge")
    ]
    for query in [*lists, *reversed(lists)]:
        whole = ask("list", limit=MANY, **query)[words.rows]
        chosen = ask("list", limit=MANY, status=state, **query)[words.rows]
        assert chosen == [row for row in whole if row["status"] == state]


def test_an_example_is_cut_too(tmp_path: Path) -> None:
    """Rows of the document's example that do not satisfy the request are left out, and counted out."""
    made = document(MAILS)
    ask = asker(tmp_path, made)
    rows = [ask("one", id=f"m-{number}") | {"status": state} for number, state in enumerate(MAILS.states)]
    media = made["paths"]["/messages"]["get"]["responses"]["200"]["content"]["application/json"]
    media["example"] = {"data": rows, "total": 4}
    ask = asker(tmp_path, made)

    assert ask("list") == {"data": rows, "total": 4}
    assert ask("list", status="sent") == {"data": [rows[1]], "total": 1}


def test_a_list_without_pages_is_chosen_from_too(tmp_path: Path) -> None:
    """Where no parameter speaks of pages, there are rows enough to choose among."""
    made = document(MAILS)
    get = made["paths"]["/messages"]["get"]
    get["parameters"] = [each for each in get["parameters"] if each["name"] not in ("limit", "offset")]
    ask = asker(tmp_path, made)
    whole = ask("list")["data"]

    assert 8 <= len(whole) <= 14
    assert sum(ask("list", status=state)["total"] for state in MAILS.states) == len(whole)
    assert ask("list", status=whole[0]["status"])["data"][0] == whole[0]


def test_no_field_is_compiled_that_nobody_filters_by() -> None:
    """A field may reach most of a large document: to compile each of them is most of a first reply."""
    compiled: list[Any] = []

    class Watched(Schemas):
        def validator(self, schema: Any, *, closed: bool, is_request: bool = False) -> Compiled:
            compiled.append(schema)
            return super().validator(schema, closed=closed, is_request=is_request)

    states = {"type": "string", "enum": ["a", "b"]}
    fields = {"state": states, "owner": {"type": "object", "properties": {"name": {"type": "string"}}}}
    columns = columns_of(Watched({}), {"type": "object", "properties": fields})

    assert [each.name for each in columns] == ["state", "owner"]
    assert compiled == []
    assert columns[0].takes("a")
    assert not columns[0].takes("c")
    assert compiled == [states]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        *(
            (each, True)
            for each in ("-createdAt", "createdAtDesc", "newestFirst", "newest_first", "created:DESC")
        ),
        *((each, False) for each in ("ASC", "amountAsc", "oldest-first", "earliest")),
        *((each, None) for each in ("description", "ascii", "cost", "-")),
    ],
)
def test_words_say_which_way_rows_go(text: str, told: bool | None) -> None:  # noqa: FBT001 - three answers
    """Words of a direction are heard in each spelling, and not inside other words."""
    assert is_down(text) is told
