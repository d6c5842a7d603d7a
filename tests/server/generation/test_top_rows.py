"""The first rows of a breakdown are a part of the whole that stands beside them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import (
    AMOUNT,
    COUNT,
    DATE,
    TEXT,
    WHOLE,
    asking_all,
    object_of,
    query,
    rows_of,
)

PERCENT: dict[str, Any] = {"type": "number", "minimum": 0, "maximum": 100}
COUNTRIES = rows_of(country_code=TEXT, messages=COUNT, sharePercent=PERCENT)
PATHS: dict[str, Any] = {
    "/usage/countries": (
        object_of(totals=object_of(messages=COUNT), countries=COUNTRIES),
        query(top=WHOLE, sort={"type": "string", "default": "-messages"}),
    ),
    "/usage/daily": (object_of(days=rows_of(date=DATE, messages=COUNT, cost=AMOUNT)), ()),
}


@pytest.mark.parametrize("account", ["steady", "near-limit", "huge"])
def test_the_whole_is_one_however_many_rows_are_shown(tmp_path: Path, account: str) -> None:
    """No more rows than are asked for, each with the same numbers and its share of the whole."""
    ask = asking_all(tmp_path, PATHS, "/usage/countries")
    bodies = {top: ask(account, top=top) for top in (1, 3, 8)}
    wholes = {body["totals"]["messages"] for body in bodies.values()}

    assert wholes == {sum(row["messages"] for row in ask(account, path="/usage/daily")["days"])}
    for top, body in bodies.items():
        rows, (whole,) = body["countries"], wholes
        assert len(rows) == top
        assert rows == bodies[8]["countries"][:top]
        assert sum(row["messages"] for row in rows) <= whole
        for row in rows:
            assert row["sharePercent"] == pytest.approx(100 * row["messages"] / whole, abs=0.01)


def test_all_rows_make_the_whole(tmp_path: Path) -> None:
    """Where as many are asked for as there are."""
    ask = asking_all(tmp_path, PATHS, "/usage/countries")
    body = ask(top=100)

    assert sum(row["messages"] for row in body["countries"]) == body["totals"]["messages"]
    assert sum(row["sharePercent"] for row in body["countries"]) == pytest.approx(100, abs=0.1)


@pytest.mark.parametrize("pattern", [r"^\d+\.\d{2}$", r"^\d+$"])
@pytest.mark.parametrize("seed", [0, 7, 42])
def test_amounts_in_texts_are_sorted_as_numbers(tmp_path: Path, seed: int, pattern: str) -> None:
    """Ninety-six stands before eight, and behind a hundred, in whole cents too."""
    cost = {"type": "string", "pattern": pattern}
    schema = object_of(countries=rows_of(country_code=TEXT, cost=cost))
    sort = {"type": "string", "default": "-cost"}
    ask = asking_all(tmp_path, {"/countries": (schema, query(top=WHOLE, sort=sort))}, "/countries", seed=seed)
    found = [float(row["cost"]) for row in ask(top=12)["countries"]]

    assert found == sorted(found, reverse=True)


def test_a_whole_right_beside_its_rows_is_no_sum_of_a_page(tmp_path: Path) -> None:
    """Pages have the same numbers however long they are, and two of them are no more than the whole."""
    paths = {
        **PATHS,
        "/usage/countries": (
            object_of(total_messages=COUNT, by_country=rows_of(country=TEXT, messages=COUNT)),
            query(limit=WHOLE, page=WHOLE),
        ),
    }
    ask = asking_all(tmp_path, paths, "/usage/countries")
    first, second, both = ask(limit=2, page=1), ask(limit=2, page=2), ask(limit=4, page=1)

    assert first["by_country"] + second["by_country"] == both["by_country"]
    assert sum(row["messages"] for row in both["by_country"]) <= both["total_messages"]
