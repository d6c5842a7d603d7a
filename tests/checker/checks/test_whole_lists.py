"""A list is held beside its pages, and replies beside what was asked, by the names of the trade."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from metermock.checker.checks.as_asked import rows, thing
from tests.checker.checks.test_next_pages import parameter_of
from tests.checker.engine.test_right_refusals import described, replies
from tests.checker.small import Asked, check, document, small
from tests.contract.reading.documents import read

ROWS = [{"id": f"r{number}", "calls": number, "state": ("on", "off")[number % 2]} for number in range(8)]
SIZE = {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 50}}
NUMBER = {"type": "integer", "minimum": 0}
Cut = Callable[[int, str | None], Any]


def by_offset(size: int, at: str | None) -> Any:
    """From a row on."""
    return ROWS[int(at or 0) :][:size]


def by_page(size: int, at: str | None, *, first: int = 1) -> Any:
    """Pages that are counted; the lowest number that the document allows may be another."""
    number = max(int(at or first), first) - first
    return {"meta": {"total": len(ROWS)}, "data": ROWS[number * size :][:size]}


def by_cursor(size: int, at: str | None) -> Any:
    """A cursor, until nothing follows."""
    after = int(at or 0) + size
    return {"items": ROWS[int(at or 0) :][:size], "next_cursor": str(after) if after < len(ROWS) else None}


def told(folder: Path, cut: Cut, name: str, schema: Any, *words: str) -> list[tuple[str, str]]:
    """The level of each finding and what came, of a list that is cut so."""
    turner = {"name": name, "in": "query", "schema": schema}
    get = {"operationId": "list", "parameters": [SIZE, turner], "responses": replies("200", "400")}

    def answer(asked: Asked) -> tuple[int, Any]:
        size, at = asked.query.get("limit", ["5"])[-1], asked.query.get(name, [None])[-1]
        is_good = all((each or "0").isdecimal() for each in (size, at)) and 0 < int(size or 0) <= 50
        return (200, cut(int(size), at)) if is_good and asked.path == "/rows" else (400, {})

    with small(answer) as served:
        given = document(paths={"/rows": {"get": get}})
        report = check(folder, given, served.url, "--rule", "pages", "--rule", "as-asked", *words)[1]
    return [(each["level"], each["received"]) for each in report.get("findings", [])]


@pytest.mark.parametrize(
    ("cut", "name", "schema"),
    [
        (by_offset, "offset", NUMBER),
        (by_page, "page", NUMBER),
        (lambda size, at: by_page(size, at, first=0), "page", NUMBER),
        (by_cursor, "cursor", {"type": "string"}),
    ],
    ids=["offset", "page", "page 0", "cursor"],
)
def test_pages_are_the_list(tmp_path: Path, cut: Cut, name: str, schema: Any) -> None:
    """However pages are turned, and whichever number the first one has."""
    assert told(tmp_path, cut, name, schema) == []


def overlapping(size: int, at: str | None) -> Any:
    """One row too early."""
    return by_offset(size, str(max(int(at or 0) - 1, 0)))


def ignoring(size: int, _: str | None) -> Any:
    """The first page, whichever is asked for."""
    return by_page(size, "1")


def counting(size: int, at: str | None) -> Any:
    """A total of its own."""
    return by_page(size, at) | {"meta": {"total": 11}}


def far_inside(size: int, at: str | None) -> Any:
    """A list two objects in, as HAL has it, with a total of its own beside it."""
    links = {"self": {"href": "/rows"}, "curies": [{"name": "v"}]}
    held = {"total_items": 11, "rows": by_offset(size, at)}
    return {"_links": links, "_embedded": {"data": held}}


def ending(size: int, at: str | None) -> Any:
    """The last page is never told of."""
    return by_cursor(size, at) | ({"next_cursor": None} if at else {})


def generous(size: int, at: str | None) -> Any:
    """A row more than is asked for."""
    return by_offset(size + 1, at)


@pytest.mark.parametrize(
    ("cut", "name", "received"),
    [
        (overlapping, "offset", ["1 row again"]),
        (ignoring, "page", ["5 of 8 rows missing, 9 rows again"]),
        (counting, "page", ["total is 11, of 8 rows"]),
        (far_inside, "offset", ["total_items is 11, of 8 rows"]),
        (ending, "cursor", ["2 of 8 rows missing"]),
        (generous, "offset", ["2 rows", "2 rows again"]),
    ],
)
def test_pages_that_are_not_the_list(tmp_path: Path, cut: Cut, name: str, received: list[str]) -> None:
    """A warning says how many rows are missing or come again, or what the total should be."""
    schema = {"type": "string"} if name == "cursor" else NUMBER
    assert told(tmp_path, cut, name, schema) == [("should", each) for each in received]


def capped(size: int, at: str | None) -> Any:
    """Four rows at most, which no document says; the total is of all."""
    return {"total": len(ROWS), "rows": by_offset(min(size, 4), at)}


def test_a_list_of_which_only_a_part_is_given_proves_nothing(tmp_path: Path) -> None:
    """Nobody knows all its rows then."""
    assert told(tmp_path, capped, "offset", NUMBER) == []


def test_a_list_that_moves_proves_nothing(tmp_path: Path) -> None:
    """New rows push others onto the next page."""
    asked = []

    def cut(size: int, at: str | None) -> Any:
        asked.append(at)
        return ([{"id": f"new{number}"} for number in range(len(asked))][::-1] + ROWS)[int(at or 0) :][:size]

    assert told(tmp_path, cut, "offset", NUMBER) == []


STATES = {"enum": ["on", "off"]}


@pytest.mark.parametrize(
    ("name", "schema", "body", "found"),
    [
        ("state", STATES, ROWS[::2], [None]),
        ("state", STATES, {"data": ROWS[:2], "n": 2}, ["'off'"]),
        ("filter[state]", STATES, {"data": ROWS[:2]}, ["'off'"]),
        ("state", {"enum": ["on", "paused"]}, ROWS, []),
        ("state", STATES, {"a": ROWS, "b": ROWS}, []),
        ("severity", STATES, [{"severity": "off"}], []),
        ("limit", {}, ROWS, []),
    ],
)
def test_a_filter_chooses_rows(tmp_path: Path, name: str, schema: Any, body: Any, found: list[Any]) -> None:
    """Where the rows say what the parameter knows; what may mean something else is not judged."""
    parameter = parameter_of(tmp_path, name, {"type": "string", **schema})
    given = described({"/rows": {"get": {"responses": replies("200")}}})
    unlike = rows(read(tmp_path, given).operations[0], parameter, "on", body)
    assert [each.received if each else None for each in unlike] == found


def test_a_row_is_told_by_its_place(tmp_path: Path) -> None:
    """Where the list stands in the body."""
    parameter = parameter_of(tmp_path, "state", {"type": "string", **STATES})
    operation = read(tmp_path, described({"/rows": {"get": {"responses": replies("200")}}})).operations[0]
    far_in = {"_links": {"curies": [{"name": "v"}]}, "_embedded": {"data": {"a": ROWS}}}
    bodies = (ROWS, {"items": ROWS}, {"_embedded": {"a/b": ROWS}}, far_in)
    found = [each.place for body in bodies for each in rows(operation, parameter, "on", body) if each]
    assert found == ["/*/state", "/items/*/state", "/_embedded/a~1b/*/state", "/_embedded/data/a/*/state"]


@pytest.mark.parametrize(
    ("path", "body", "found"),
    [
        ("/runs/{runId}", {"id": "A-1"}, [None]),
        ("/runs/{runId}", {"id": "a2"}, ["a2"]),
        ("/runs/{runId}", {"run": {"run_id": "a2"}}, ["a2"]),
        ("/runs/{runId}/plan", {"id": "a2"}, []),
        ("/runs/{runId}/plan", {"run_id": "a2"}, ["a2"]),
        ("/runs/{runId}", {"id": None}, []),
    ],
)
def test_a_thing_has_the_id_that_was_asked_for(
    tmp_path: Path, path: str, body: Any, found: list[Any]
) -> None:
    """In any spelling; of what lies below a thing, a mere `id` is its own."""
    run = {"name": "runId", "in": "path", "required": True, "schema": {"type": "string"}}
    given = described({path: {"get": {"parameters": [run], "responses": replies("200")}}})
    operation = read(tmp_path, given).operations[0]
    unlike = thing(operation, operation.parameters[0], "a1", body)
    assert [each.received if each else None for each in unlike] == found
