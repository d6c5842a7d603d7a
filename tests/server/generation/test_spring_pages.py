"""Pages as Spring has them: flags beside their opposites, `sort=name,desc`, and pages inside of an object."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import (
    AMOUNT,
    DATE,
    SEEDS,
    TEXT,
    WHOLE,
    Ask,
    asking,
    asking_all,
    object_of,
    query,
    rows_of,
)

FLAG: Any = {"type": "boolean"}
SORT = object_of(sorted=FLAG, unsorted=FLAG, empty=FLAG)
PAGE = object_of(
    content=rows_of(id=TEXT, issuedOn=DATE, name=TEXT, size=WHOLE),
    totalElements=WHOLE,
    totalPages=WHOLE,
    number=WHOLE,
    size=WHOLE,
    numberOfElements=WHOLE,
    first=FLAG,
    last=FLAG,
    empty=FLAG,
    sort=SORT,
    pageable=object_of(offset=WHOLE, pageNumber=WHOLE, pageSize=WHOLE, paged=FLAG, unpaged=FLAG, sort=SORT),
)
ASKED = query(
    page={**WHOLE, "default": 0, "minimum": 0},
    size={**WHOLE, "default": 20},
    sort={"type": "array", "items": TEXT},
)


def ask_of(folder: Path, schema: Any, seed: int = 0) -> Ask:
    """What asks a list of invoices."""
    return asking_all(folder, {"/invoices": (schema, ASKED)}, "/invoices", seed=seed)


def agrees(page: dict[str, Any], number: int, size: int, *, is_sorted: bool) -> None:
    """Everything that a page says of itself is so."""
    total, rows = page["totalElements"], len(page["content"])
    order = {"sorted": is_sorted, "unsorted": not is_sorted, "empty": not is_sorted}
    assert (page["number"], page["size"], page["numberOfElements"]) == (number, size, rows)
    assert page["totalPages"] == -(-total // size)
    assert rows == max(0, min(size, total - number * size))
    assert (page["first"], page["last"]) == (number == 0, (number + 1) * size >= total)
    assert page["empty"] is (rows == 0)
    assert page["sort"] == order
    assert page["pageable"] == {
        "offset": number * size,
        "pageNumber": number,
        "pageSize": size,
        "paged": True,
        "unpaged": False,
        "sort": order,
    }


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("around", ["", "transactions", "result"])
def test_a_page_says_where_it_is(tmp_path: Path, seed: int, around: str) -> None:
    """At the top, and in an object beside something else."""
    ask = ask_of(tmp_path, object_of(balance=AMOUNT, **{around: PAGE}) if around else PAGE, seed)
    asked: list[dict[str, Any]] = [{}, {"page": 1, "size": 5}, {"page": 2, "size": 4, "sort": ["name,desc"]}]
    for each in asked:
        page = ask(page=0, **{"size": 20, **each}) if "page" not in each else ask(**each)
        page = page[around] if around else page
        agrees(page, each.get("page", 0), each.get("size", 20), is_sorted="sort" in each)


def test_nothing_has_no_pages(tmp_path: Path) -> None:
    """An account that has done nothing has an empty first page, which is the last."""
    agrees(ask_of(tmp_path, PAGE)(account="empty", page=0, size=20), 0, 20, is_sorted=False)


def test_rows_stand_in_the_order_that_is_asked_for(tmp_path: Path) -> None:
    """One field after another, each with its direction; a name alone goes up."""
    ask = ask_of(tmp_path, PAGE)

    def rows(*sort: str) -> list[tuple[str, str]]:
        body = ask(page=0, size=100, sort=[*sort])
        return [(row["name"], row["issuedOn"]) for row in body["content"]]

    every = rows("issuedOn")
    assert len(every) > 9
    assert [day for _, day in every] == sorted(day for _, day in every)
    assert [day for _, day in rows("issuedOn,desc")] == sorted((day for _, day in every), reverse=True)
    assert [day for _, day in rows("issuedOn", "desc")] == sorted((day for _, day in every), reverse=True)
    down = sorted(every, key=lambda each: each[1], reverse=True)
    assert rows("name,asc", "issuedOn,desc") == sorted(down, key=lambda each: each[0])
    assert rows("-name,issuedOn") == sorted(sorted(every, key=lambda each: each[1]), key=_name, reverse=True)


def _name(row: tuple[str, str]) -> str:
    return row[0]


def test_an_order_beside_the_field_says_the_direction(tmp_path: Path) -> None:
    """As before: `sort=name&order=desc`."""
    ask = asking(tmp_path, rows_of(id=TEXT, name=TEXT), query(sort=TEXT, order=TEXT), path="/things")
    names = [row["name"] for row in ask(sort="name", order="desc")]
    assert names == sorted(names, reverse=True)
    assert [row["name"] for row in ask(sort="name")] == sorted(names)


def test_an_object_that_holds_no_page_is_none(tmp_path: Path) -> None:
    """The lists of two objects are not cut, and sizes of things stay what they are."""
    schema = object_of(files=object_of(tags={"type": "array", "items": TEXT, "minItems": 6}, size=WHOLE))
    body = asking(tmp_path, object_of(name=TEXT, **schema["properties"]), query(page=WHOLE, limit=WHOLE))(
        page=1, limit=2
    )
    assert len(body["files"]["tags"]) >= 6
