"""A search chooses the rows of a list whose texts have the words; what nobody is called leads to one row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import (
    INSTANT,
    SEEDS,
    TEXT,
    WHOLE,
    Ask,
    asking_all,
    object_of,
    query,
    rows_of,
)

MAIL = {"type": "string", "format": "email"}
ROW: Any = {"id": TEXT, "name": TEXT, "email": MAIL, "created_at": INSTANT, "amount": WHOLE}
WORDS = ("q", "search", "query", "keyword", "searchTerm")


def members(folder: Path, seed: int = 0, **more: Any) -> Ask:
    """What asks a list of members that can be searched, and pages of it."""
    parameters = query(
        **dict.fromkeys((*WORDS, "name", "sort", "order_by", "sort_by", "sort_direction"), TEXT)
    )
    parameters += query(limit=WHOLE, offset=WHOLE)
    listed = object_of(members=rows_of(**{**ROW, **more}), total=WHOLE)
    return asking_all(folder, {"/members": (listed, parameters)}, "/members", seed=seed)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("word", WORDS)
def test_a_search_gives_the_rows_that_have_its_words(tmp_path: Path, seed: int, word: str) -> None:
    """In their name or mail, whatever the case; they are rows of the list, in its order, and counted."""
    ask = members(tmp_path, seed)
    whole = ask(limit=100)["members"]
    part = whole[2]["name"].split()[0].upper()
    found = ask(limit=100, **{word: part})
    wanted = [row for row in whole if part.lower() in f"{row['name']} {row['email']}".lower()]
    assert found["members"] == wanted
    assert found["total"] == len(wanted) >= 1


def test_several_words_are_all_there(tmp_path: Path) -> None:
    """In any of the texts that people look for."""
    ask = members(tmp_path)
    row = ask(limit=100)["members"][3]
    found = ask(limit=100, q=f"{row['email'].partition('@')[0]} {row['name'].split()[-1]}")["members"]
    assert row in found
    assert len(found) < ask(limit=100)["total"]


@pytest.mark.parametrize(("text", "field"), [("Quetzalcoatl", "name"), ("zz@harbour.example", "email")])
@pytest.mark.parametrize("account", ["steady", "near-limit"])
def test_what_no_row_has_leads_to_one_that_has_it(
    tmp_path: Path, text: str, field: str, account: str
) -> None:
    """So a page of results can be built with any words; a mail is looked for among mails."""
    found = members(tmp_path)(account, q=text, limit=100)
    (row,) = found["members"]
    assert (row[field], found["total"]) == (text, 1)


def test_a_name_chooses_rows_of_the_list(tmp_path: Path) -> None:
    """By a part of it, and the other rows keep theirs."""
    ask = members(tmp_path)
    whole = ask(limit=100)["members"]
    part = whole[0]["name"].split()[-1]
    assert ask(limit=100, name=part)["members"] == [row for row in whole if part in row["name"]]


def test_pages_of_a_search_make_it(tmp_path: Path) -> None:
    """They are cut out of what was found."""
    ask = members(tmp_path)
    whole = ask(q="a", limit=100)
    pages = [ask(q="a", limit=2, offset=at)["members"] for at in range(0, whole["total"], 2)]
    assert [row for page in pages for row in page] == whole["members"]
    assert len(pages) > 1


@pytest.mark.parametrize("text", ["status:'active'", "  ", "{a=b}"])
def test_another_language_chooses_nothing(tmp_path: Path, text: str) -> None:
    """Nobody can tell which rows an expression means: there are some, as without it, none of that name."""
    found = members(tmp_path)(q=text, limit=100)["members"]
    assert len(found) > 1
    assert text not in {row["name"] for row in found}


def test_a_row_is_called_so_only_where_it_may_be(tmp_path: Path) -> None:
    """Where no text takes what is looked for, nothing is found."""
    short = {**TEXT, "maxLength": 4}
    ask = members(tmp_path, name=short, email=short)
    assert ask(q="Quetzalcoatl", limit=100) == {"members": [], "total": 0}
    assert [row["name"] for row in ask(q="quet", limit=100)["members"]] == ["quet"]


def test_without_a_text_to_look_in_a_search_chooses_nothing(tmp_path: Path) -> None:
    """Names that a schema lists are no texts that people look for."""
    listed = {**TEXT, "enum": ["A", "B"]}
    assert len(members(tmp_path, name=listed, email=listed)(q="Quetzalcoatl", limit=100)["members"]) > 1


@pytest.mark.parametrize(
    ("asked", "field", "is_down"),
    [
        ({"sort": "-created_at"}, "created_at", True),
        ({"sort": "created_at"}, "created_at", False),
        ({"order_by": "-amount"}, "amount", True),
        ({"sort_by": "amount", "sort_direction": "desc"}, "amount", True),
        ({"sort_by": "amount", "sort_direction": "asc"}, "amount", False),
        ({"sort": "name:asc"}, "name", False),
        ({"sort": "amount desc"}, "amount", True),
    ],
)
def test_rows_stand_as_they_are_sorted(tmp_path: Path, asked: Any, field: str, is_down: bool) -> None:  # noqa: FBT001 - a parameter
    """Each of the ways in which APIs say it is heard, and beside a search too."""
    ask = members(tmp_path)
    for search in ({}, {"q": "a"}):
        values = [row[field] for row in ask(limit=100, **asked, **search)["members"]]
        assert values == sorted(values, reverse=is_down)
        assert len(set(values)) > 1
