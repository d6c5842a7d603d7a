"""A list that says how much of each there is has each label once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import (
    ACCOUNTS,
    AMOUNT,
    COUNT,
    DATE,
    TEXT,
    asking_all,
    object_of,
    query,
    rows_of,
)

COLORS = {"enum": ["red", "blue", "green"]}


def replies(folder: Path, schema: Any, parameters: Any = ()) -> list[Any]:
    """The replies of a schema to each account, under many seeds."""
    asks = [asking_all(folder, {"/usage": (schema, parameters)}, "/usage", seed=seed) for seed in range(8)]
    return [ask(account) for ask in asks for account in ACCOUNTS]


@pytest.mark.parametrize(
    ("name", "label"),
    [("by_color", {"color": COLORS}), ("data", {"model": TEXT}), ("top_regions", {"region": TEXT})],
)
def test_each_label_stands_once(tmp_path: Path, name: str, label: dict[str, Any]) -> None:
    """Also where there are few of them; what is left makes the total."""
    schema = object_of(total_calls=COUNT, **{name: rows_of(**label, calls=COUNT)})
    (own,) = label
    found = replies(tmp_path, schema)
    for body in found:
        labels = [row[own] for row in body[name]]
        assert len(labels) == len(set(labels))
        assert sum(row["calls"] for row in body[name]) == body["total_calls"]
    assert max(len(body[name]) for body in found) > 1


def test_two_labels_together_tell_rows_apart(tmp_path: Path) -> None:
    """One color may stand for each of two shops."""
    schema = object_of(sales=rows_of(color=COLORS, shop={"enum": ["A", "B"]}, revenue=AMOUNT))
    found = replies(tmp_path, schema)
    pairs = [[(row["color"], row["shop"]) for row in body["sales"]] for body in found]
    assert all(len(each) == len(set(each)) for each in pairs)
    assert any(len({color for color, _ in each}) < len(each) for each in pairs)


@pytest.mark.parametrize("more", [{"id": TEXT}, {"date": DATE}])
def test_things_and_days_may_have_one_label_twice(tmp_path: Path, more: dict[str, Any]) -> None:
    """An order is red as another one is, and so is a day."""
    found = replies(tmp_path, object_of(orders=rows_of(**more, color=COLORS, quantity=COUNT)))
    colors = [[row["color"] for row in body["orders"]] for body in found]
    assert any(len(each) > len(set(each)) for each in colors)


def test_a_list_has_no_fewer_rows_than_it_must(tmp_path: Path) -> None:
    """Of five rows and three colors some stand twice; a page has the rows that are counted beside it."""
    rows = {**rows_of(color=COLORS, calls=COUNT), "minItems": 5}
    assert all(len(body["by_color"]) >= 5 for body in replies(tmp_path, object_of(by_color=rows)))
    paged = object_of(data=rows_of(color=COLORS, calls=COUNT), total_count=COUNT)
    for body in replies(tmp_path, paged, query(limit={**COUNT, "default": 4}, offset=COUNT)):
        assert len(body["data"]) == min(4, body["total_count"])


@pytest.mark.parametrize("label", [{}, {"color_name": TEXT}])
def test_a_request_chooses_among_labels(tmp_path: Path, label: dict[str, Any]) -> None:
    """By the label, by a bound of a number, and in an order; each row as in the whole list."""
    schema = object_of(total_calls=COUNT, rows=rows_of(color=COLORS, **label, calls=COUNT))
    parameters = query(color=COLORS, min_calls=COUNT, sort=TEXT)
    for seed in range(4):
        ask = asking_all(tmp_path, {"/usage": (schema, parameters)}, "/usage", seed=seed)
        every = ask()["rows"]
        least = max(row["calls"] for row in every)
        for color in COLORS["enum"]:
            assert ask(color=color)["rows"] == [row for row in every if row["color"] == color]
        assert ask(min_calls=least) == {
            "total_calls": least,
            "rows": [row for row in every if row["calls"] == least],
        }
        falling = sorted(every, key=lambda row: row["calls"], reverse=True)
        assert ask(sort="-calls")["rows"] == falling


def test_a_request_chooses_among_labels_that_stand_twice(tmp_path: Path) -> None:
    """Where a list needs more rows than there are labels, they are still put in their order."""
    rows = {**rows_of(color=COLORS, calls=COUNT), "minItems": 5}
    parameters = query(color=COLORS, sort=TEXT)
    ask = asking_all(tmp_path, {"/usage": (object_of(rows=rows), parameters)}, "/usage")
    calls = [row["calls"] for row in ask(sort="-calls")["rows"]]
    assert calls == sorted(calls, reverse=True)
    assert len(calls) >= len(COLORS["enum"]) + 2
