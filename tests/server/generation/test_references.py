"""Ids that refer to the things of a list are ids of that list, of the same account."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import (
    COUNT,
    INSTANT,
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

ACCOUNTS = ("steady", "quiet", "huge", "near-limit")
MAYBE: dict[str, Any] = {"type": ["string", "null"]}
SHIP = object_of(id={**TEXT, "example": "shp_8f3a21c"}, name=TEXT, created_at=INSTANT)
VOYAGE = object_of(
    id=TEXT,
    ship_id={**TEXT, "example": "shp_8f3a21c"},
    relief_ship_id=TEXT,
    portCallId=WHOLE,
    agent_id=MAYBE,
    request_id=TEXT,
    captain_id={**TEXT, "format": "uuid"},
)
PORT_CALL = object_of(id=WHOLE, ship_id=TEXT, berth=COUNT)


def listed(schema: Any) -> dict[str, Any]:
    """A list of such things, in a field."""
    return object_of(data={"type": "array", "items": schema})


@pytest.fixture(params=SEEDS)
def ask(tmp_path: Path, request: pytest.FixtureRequest) -> Ask:
    """What asks a shipping line."""
    named = [{"name": "ship_id", "in": "path", "required": True, "schema": TEXT}]
    paths: dict[str, tuple[Any, Any]] = {
        "/ships": (listed(SHIP), query(limit={**COUNT, "default": 7}, cursor=TEXT)),
        "/ships/{ship_id}": (SHIP, named),
        "/ships/{ship_id}/voyages": (listed(VOYAGE), named),
        "/voyages": (listed(VOYAGE), query(limit=COUNT, ship_id=TEXT)),
        "/v2/port-calls": ({"type": "array", "items": PORT_CALL}, []),
        "/agents": (listed(object_of(id=TEXT, ship_id=TEXT)), []),
        "/requests": (listed(object_of(id=TEXT)), []),
        "/berths": (listed(object_of(berth_id=TEXT, ship_id=TEXT)), []),
        "/captains": (listed(object_of(id={**TEXT, "pattern": "^c[0-9]+$"})), []),
    }
    return asking_all(tmp_path, paths, "/voyages", seed=request.param)


def ids(rows: list[dict[str, Any]], name: str = "id") -> set[Any]:
    """The ids of rows."""
    return {row[name] for row in rows}


@pytest.mark.parametrize("account", ACCOUNTS)
def test_an_id_is_one_of_the_list_that_it_refers_to(ask: Ask, account: str) -> None:
    """Of the first page, where there are pages, by any spelling, also where the ids are numbers."""
    voyages = ask(account, limit=40)["data"]
    ships = ids(ask(account, path="/ships")["data"])
    assert len(ships) == 7
    assert ids(voyages, "ship_id") <= ships
    assert len(ids(voyages, "ship_id")) > 1
    assert ids(voyages, "portCallId") <= ids(ask(account, path="/v2/port-calls"))
    assert ids(voyages, "agent_id") <= ids(ask(account, path="/agents")["data"]) | {None}


def test_each_account_has_things_of_its_own(ask: Ask) -> None:
    """What one account refers to is nothing of another."""
    own, other = (ids(ask(name, limit=40)["data"], "ship_id") for name in ("steady", "huge"))
    assert not own & other


def test_what_is_referred_to_can_be_asked_for(ask: Ask) -> None:
    """By its id it is the thing that the list shows."""
    ships = {row["id"]: row for row in ask(path="/ships")["data"]}
    for ship in ids(ask(limit=10)["data"], "ship_id"):
        assert ask(path="/ships/{ship_id}", ship_id=ship) == ships[ship]


def test_what_a_request_says_counts_more(ask: Ask) -> None:
    """A ship of a path or a filter is the ship of its voyages, whether or not a list has it."""
    ship = next(iter(ids(ask(limit=20)["data"], "ship_id")))
    filtered = ask(limit=20, ship_id=ship)["data"]
    assert filtered
    assert ids(filtered, "ship_id") == {ship}
    assert ids(ask(path="/ships/{ship_id}/voyages", ship_id=ship)["data"], "ship_id") == {ship}


def test_ids_that_tell_of_no_list_stay_as_they_are(ask: Ask) -> None:
    """Another role, an id of a message, and a list whose ids the field does not take."""
    voyages = ask(limit=20)["data"]
    assert not ids(voyages, "relief_ship_id") & ids(ask(path="/ships")["data"])
    assert not ids(voyages, "request_id") & ids(ask(path="/requests")["data"])
    assert not ids(voyages, "captain_id") & ids(ask(path="/captains")["data"])


def test_lists_may_refer_to_each_other(ask: Ask) -> None:
    """Agents and port calls name ships; the order in which they are asked for changes nothing."""
    first = ask(path="/agents")
    assert ids(ask(path="/v2/port-calls"), "ship_id") <= ids(ask(path="/ships")["data"])
    assert ids(first["data"], "ship_id") <= ids(ask(path="/ships")["data"])
    assert ask(path="/agents") == first


def test_what_has_no_id_of_its_own_may_be_the_thing_itself(ask: Ask) -> None:
    """The rows of a list that is known by another name than `id` are not drawn from that list again."""
    rows = ask(path="/berths")["data"]
    assert len(ids(rows, "berth_id")) == len(rows) > 0


def test_an_account_without_things_refers_to_none_that_is_listed(ask: Ask) -> None:
    """Its lists are empty, and replies that have to name a thing are valid all the same."""
    assert ask("empty", path="/ships")["data"] == []
    assert isinstance(ask("empty", path="/ships/{ship_id}", ship_id="shp_9")["name"], str)


def test_a_text_instead_of_a_thing_is_its_id(tmp_path: Path) -> None:
    """A reference that may be expanded is an id; a text beside an object without an id is any text."""
    thing, body = object_of(id=TEXT, total=COUNT), object_of(text=TEXT)
    schema = rows_of(
        order={"anyOf": [TEXT, thing]}, default_price={"anyOf": [TEXT, thing]}, remark={"anyOf": [TEXT, body]}
    )
    rows = [row for number in range(6) for row in asking(tmp_path, schema, path=f"/a{number}")()]
    texts = {name: [row[name] for row in rows if isinstance(row[name], str)] for name in rows[0]}
    assert all(re.fullmatch("orde_[a-z0-9]{14}", each) for each in texts["order"])
    assert all(re.fullmatch("pric_[a-z0-9]{14}", each) for each in texts["default_price"])
    assert all("_" not in each for each in texts["remark"])
    assert all(texts.values())
