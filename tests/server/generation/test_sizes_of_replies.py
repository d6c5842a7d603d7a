"""Types that refer to each other make no huge replies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import AMOUNT, DATE, TEXT, WHOLE, asking_all, object_of, query, rows_of

NAMES = ("Invoice", "Contact", "Payment", "Account", "Credit")


def types(*, nullable: bool) -> dict[str, Any]:
    """Five types, each of which has lists of the other four."""
    shared = {}
    for name in NAMES:
        others: dict[str, Any] = {
            f"{other.lower()}s": {
                "type": ["array", "null"] if nullable else "array",
                "items": {"$ref": f"#/components/schemas/{other}"},
            }
            for other in NAMES
            if other != name
        }
        own = object_of(id=TEXT, name=TEXT, amount=AMOUNT)
        shared[name] = {**own, "properties": {**own["properties"], **others}}
    return shared


@pytest.mark.parametrize("nullable", [False, True])
def test_a_list_of_things_that_have_each_other_is_small(tmp_path: Path, *, nullable: bool) -> None:
    """Each has what it is made of, and things beside it, but not all things of those without an end."""
    one = {"$ref": "#/components/schemas/Invoice"}
    listed = {"type": "object", "properties": {"invoices": {"type": "array", "items": one}}}
    by_id = [{"name": "id", "in": "path", "required": True, "schema": TEXT}]
    ask = asking_all(
        tmp_path,
        {"/invoices": (listed, ()), "/invoices/{id}": (one, by_id)},
        "/invoices",
        shared=types(nullable=nullable),
    )
    rows = ask()["invoices"]

    assert rows[1:]
    assert any(row.get("contacts") for row in rows)
    assert len(json.dumps(rows)) / len(rows) < 20_000
    assert ask(path="/invoices/{id}", id=rows[1]["id"]) == rows[1]


def test_a_series_in_each_row_of_a_list_is_short(tmp_path: Path) -> None:
    """Nobody asked for a month of each row; a span that is asked for is told in full."""
    prices = rows_of(date=DATE, price=AMOUNT)
    rates = rows_of(name=TEXT, rooms=rows_of(kind=TEXT, dates=prices))
    ask = asking_all(tmp_path, {"/rates": (object_of(data=rates), query(days=WHOLE))}, "/rates")
    shown = [room["dates"] for rate in ask()["data"] for room in rate["rooms"]]
    asked = [room["dates"] for rate in ask(days=14)["data"] for room in rate["rooms"]]

    assert {len(each) for each in shown} == {7}
    assert {len(each) for each in asked} == {14}
    assert asked[0][-1]["date"] == shown[0][-1]["date"] == "2026-03-18"


def test_wide_rows_beside_others_are_few(tmp_path: Path) -> None:
    """Of a sheet of fifty figures for each day not all thirty are shown, unless a span is asked for."""
    sheet = {f"figure_{number}": WHOLE for number in range(50)}
    wide, narrow = rows_of(date=DATE, **sheet), rows_of(date=DATE, figure=WHOLE)
    game = object_of(name=TEXT, players=wide, days=narrow)
    paths = {"/game": (game, query(days=WHOLE)), "/games": (object_of(games=rows_of(game=game)), ())}
    ask = asking_all(tmp_path, paths, "/game")
    alone, asked = ask(), ask(days=30)
    inside = [row["game"] for row in ask(path="/games")["games"]]

    assert (len(alone["players"]), len(alone["days"])) == (19, 30)
    assert (len(asked["players"]), len(asked["days"])) == (30, 30)
    assert {(len(each["players"]), len(each["days"])) for each in inside} == {(5, 7)}


def test_a_list_whose_rows_have_an_id_of_their_own_is_no_series(tmp_path: Path) -> None:
    """Invoices with a date are as few as other things, also where their id is called after them."""
    own = {"InvoiceID": TEXT, "Date": DATE, "Total": AMOUNT}
    ask = asking_all(tmp_path, {"/invoices": (object_of(Invoices=rows_of(**own)), ())}, "/invoices")
    assert 1 < len(ask()["Invoices"]) < 5
