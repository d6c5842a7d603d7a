"""`fields=` leaves out what is not asked for and may be left out; `expand=` shows what is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from metermock.server.generation.rows.field_names import names_in
from tests.server.generation.made import COUNT, SEEDS, TEXT, WHOLE, Ask, asking, object_of, query

NAMES: Any = {"type": "array", "items": TEXT}
OWNER = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": TEXT, "name": TEXT, "email": {"type": "string", "format": "email"}},
}
KEY: Any = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": TEXT, "name": TEXT, "calls": COUNT, "owner": OWNER},
}
PAGE = {
    "type": "object",
    "required": ["keys"],
    "properties": {"keys": {"type": "array", "items": KEY}, "total": COUNT},
}


def keys(folder: Path, **parameters: Any) -> Ask:
    """What asks a page of keys."""
    return asking(folder, PAGE, query(limit=WHOLE, **parameters), path="/keys")


@pytest.mark.parametrize("name", ["fields", "select", "$select", "include_fields", "returnFields"])
def test_rows_have_the_fields_that_are_asked_for(tmp_path: Path, name: str) -> None:
    """And those that they must have; what is said of the page stays, and each value is as it was."""
    ask = keys(tmp_path, **{name: TEXT})
    whole, cut = ask(limit=3), ask(limit=3, **{name: "name, calls"})
    assert cut == {
        **whole,
        "keys": [{each: row[each] for each in ("id", "name", "calls")} for row in whole["keys"]],
    }


@pytest.mark.parametrize(
    ("said", "owner"),
    [
        (["owner"], {"id", "name", "email"}),
        (["owner.name"], {"id", "name"}),
        (["owner(name)"], {"id", "name"}),
        (["owner/email", "calls"], {"id", "email"}),
        (["keys.owner.email"], {"id", "email"}),
        (["keys(name,owner(email))"], {"id", "email"}),
    ],
)
def test_fields_inside_of_fields_are_named_by_their_way(
    tmp_path: Path, said: list[str], owner: set[str]
) -> None:
    """With dots, slashes and parentheses, from the row or from the page."""
    cut = keys(tmp_path, fields=NAMES)(limit=2, fields=said)
    assert {frozenset(row["owner"]) for row in cut["keys"]} == {frozenset(owner)}
    assert ("total" in cut) is not said[0].startswith("keys")


def test_one_thing_has_the_fields_that_are_asked_for(tmp_path: Path) -> None:
    """Those of the thing itself, not of what it has inside."""
    ask = asking(tmp_path, KEY, query(fields=TEXT), path="/key")
    assert ask(fields="name") == {each: ask()[each] for each in ("id", "name")}


def test_fields_of_a_type_are_its_attributes(tmp_path: Path) -> None:
    """As JSON:API has it; those of other types stay."""
    attributes = {"type": "object", "properties": {"name": TEXT, "calls": COUNT}}
    row = object_of(type={"const": "keys"}, id=TEXT, attributes=attributes)
    ask = asking(
        tmp_path,
        object_of(data={"type": "array", "items": row}),
        query(**{"fields[keys]": TEXT, "fields[users]": TEXT}),
        path="/keys",
    )
    cut = ask(**{"fields[keys]": "name", "fields[users]": "calls"})
    assert cut["data"] == [
        {**each, "attributes": {"name": each["attributes"]["name"]}} for each in ask()["data"]
    ]


def test_attributes_of_things_of_several_types_stay(tmp_path: Path) -> None:
    """Of what is included beside them nobody knows which type it is: it was a 500."""
    attributes = {"type": "object", "properties": {"name": TEXT, "calls": COUNT}}
    kinds = [object_of(type={"const": each}, id=TEXT, attributes=attributes) for each in ("keys", "users")]
    schema = object_of(included={"type": "array", "items": {"anyOf": kinds}})
    ask = asking(tmp_path, schema, query(**{"fields[keys]": TEXT}), path="/keys")
    assert ask(**{"fields[keys]": "name"}) == ask()
    assert {each["type"] for each in ask()["included"]} == {"keys", "users"}


@pytest.mark.parametrize("said", ["*", "all", "-calls", "nothing.of.that", "", "a)(", "name;calls"])
def test_what_names_no_field_leaves_out_nothing(tmp_path: Path, said: str) -> None:
    """Nor does a language that nobody knows."""
    ask = keys(tmp_path, fields=TEXT)
    assert ask(limit=2, fields=said) == ask(limit=2)


def test_only_a_parameter_that_lists_texts_names_fields(tmp_path: Path) -> None:
    """A number does not, and neither does a parameter of another name."""
    ask = keys(tmp_path, fields=WHOLE, name=TEXT)
    assert set(ask(limit=2, fields=3, name="owner")["keys"][0]) == {"id", "name", "calls", "owner"}


def test_what_a_schema_needs_stays(tmp_path: Path) -> None:
    """Also where another keyword than `required` says so."""
    ask = asking(tmp_path, {**KEY, "minProperties": 3}, query(fields=TEXT), path="/key")
    assert ask(fields="name") == ask()


def test_fields_to_be_left_out_are_left_out(tmp_path: Path) -> None:
    """Save those that must be there."""
    ask = keys(tmp_path, exclude_fields=TEXT)
    assert {frozenset(row) for row in ask(limit=2, exclude_fields="id,owner")["keys"]} == {
        frozenset({"id", "name", "calls"})
    }


@pytest.mark.parametrize("name", ["expand", "include", "embed"])
@pytest.mark.parametrize("account", ["steady", "over-limit"])
def test_an_object_stands_in_place_of_its_id_where_it_is_asked_for(
    tmp_path: Path, name: str, account: str
) -> None:
    """It has that id; null becomes an object."""
    fields = {"id": TEXT, "owner": {"oneOf": [TEXT, OWNER]}, "team": {"oneOf": [OWNER, {"type": "null"}]}}
    rows = {"type": "array", "items": {"type": "object", "required": ["id"], "properties": fields}}
    ask = asking(tmp_path, object_of(keys=rows), query(limit=WHOLE, **{name: NAMES}), path="/keys")
    plain, asked = (ask(account, limit=40, **{name: said})["keys"] for said in ([], ["owner", "keys.team"]))
    assert {type(row["owner"]) for row in asked} == {type(row["team"]) for row in asked} == {dict}
    pairs = [(was["owner"], row["owner"]["id"]) for was, row in zip(plain, asked, strict=True)]
    ids = [pair for pair in pairs if isinstance(pair[0], str)]
    assert ids
    assert all(was == now for was, now in ids)
    assert None in [row["team"] for row in plain]


@pytest.mark.parametrize("seed", SEEDS)
def test_what_a_parameter_lists_stands_only_where_it_is_asked_for(tmp_path: Path, seed: int) -> None:
    """Where the parameter says nothing of what is shown without it."""
    del seed
    listed = {"type": "array", "items": {"type": "string", "enum": ["owner", "calls"]}}
    ask = keys(tmp_path, include=listed)
    assert set(ask(limit=2)["keys"][0]) == {"id", "name"}
    assert set(ask(limit=2, include=["owner"])["keys"][0]) == {"id", "name", "owner"}
    assert set(keys(tmp_path, include=TEXT)(limit=2)["keys"][0]) == {"id", "name", "calls", "owner"}


def test_what_a_parameter_lists_stays_where_all_is_shown_by_default(tmp_path: Path) -> None:
    """As its description says."""
    (listed,) = query(include={"type": "string", "enum": ["owner"]})
    listed["description"] = "Related objects; all of them by default."
    ask = asking(tmp_path, PAGE, [*query(limit=WHOLE), listed], path="/keys")
    assert "owner" in ask(limit=2)["keys"][0]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("a,b", {"a": {}, "b": {}}),
        ("a.b,a.c", {"a": {"b": {}, "c": {}}}),
        ("a(b,c(d)),e", {"a": {"b": {}, "c": {"d": {}}}, "e": {}}),
        (["a", "b/c"], {"a": {}, "b": {"c": {}}}),
        ("a(b", {}),
        ("a.b(c/d.e)", {"a": {"b": {"c": {"d": {"e": {}}}}}}),
        ("a.b(c/d.e.f)", {}),
        ("a.b(c/d.e(f))", {}),
        (".".join(["a"] * 3000), {}),
        ("a(" * 3000 + "a" + ")" * 3000, {}),
        ("a)", {}),
        (".a", {}),
        (7, {}),
        ([], {}),
    ],
)
def test_names_are_read_as_they_are_written(said: Any, found: Any) -> None:
    """What is not well written names nothing, nor does what is too deep to be shown."""
    assert names_in(said) == found
