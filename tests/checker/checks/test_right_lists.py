"""Right lists that look odd by the names of the trade: nothing is said of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from metermock.checker.checks.as_asked import rows, thing
from tests.checker.checks.test_next_pages import parameter_of
from tests.checker.checks.test_whole_lists import NUMBER, ROWS, Cut, by_cursor, by_offset, by_page, told
from tests.checker.engine.test_right_refusals import described, replies
from tests.checker.small import Asked, check, document, small
from tests.contract.reading.documents import read

NINE = [{"id": f"r{number}", "calls": {"made": number}} for number in range(9)]
TEXT = {"type": "string"}
SECRET: dict[str, Any] = {"id": "secret"}


def from_a_time(size: int, at: str | None) -> Any:
    """`start` is a time, and no row lies before it."""
    return ROWS[:size] if int(at or 0) < 2_000_000_000 else []


def credits_beside(size: int, at: str | None) -> Any:
    """The total of something else."""
    return by_page(size, at) | {"meta": {}, "credits": {"total": 100, "used": 3}}


def sum_beside(size: int, at: str | None) -> Any:
    """The total of what the rows count, deep in them."""
    return {"total": 36, "data": NINE[int(at or 0) :][:size]}


def count_of_pages(size: int, at: str | None) -> Any:
    """The total of pages."""
    return by_page(size, at) | {"meta": {}, "pages": {"current": at, "total": -(-len(ROWS) // size)}}


def uncounted(size: int, at: str | None) -> Any:
    """A total that is not known."""
    return by_page(size, at) | {"meta": {"total": -1}}


def filtered_late(size: int, at: str | None) -> Any:
    """Rows that the account may not see are left out of their page."""
    several = [*ROWS[:2], SECRET, *ROWS[2:]]
    return [row for row in several[int(at or 0) :][:size] if row["id"] != "secret"]


def filtered_cursor(size: int, at: str | None) -> Any:
    """A page may be empty, and others follow."""
    several = [*ROWS[:3], *[SECRET] * 3, *ROWS[3:]]
    after = int(at or 0) + size
    seen = [row for row in several[int(at or 0) :][:size] if row["id"] != "secret"]
    return {"items": seen, "next_cursor": str(after) if after < len(several) else None}


def few_at_once(size: int, at: str | None) -> Any:
    """A page has one row only where the list is turned, and a cursor leads on."""
    return by_cursor(size if size > 5 else 1, at)


def most_of_all(size: int, at: str | None) -> Any:
    """`limit` is how many rows there are at most on all pages together."""
    return by_cursor(size, at) | {"next_cursor": None}


def last_again(size: int, at: str | None) -> Any:
    """Behind the last page that one is given."""
    number = min(max(int(at or 1), 1), -(-len(NINE) // size))
    return {"data": NINE[(number - 1) * size :][:size]}


def with_sum(size: int, at: str | None) -> Any:
    """Each page ends in a row for the sum."""
    return [*by_offset(size - 1, str(int(at or 0) // size * (size - 1))), {"id": "sum", "calls": 28}]


@pytest.mark.parametrize(
    ("cut", "name", "schema"),
    [
        (from_a_time, "start", {"type": "integer", "description": "Unix seconds"}),
        (from_a_time, "start", {"type": "integer"}),
        (credits_beside, "page", NUMBER),
        (sum_beside, "offset", NUMBER),
        (count_of_pages, "page", NUMBER),
        (uncounted, "page", NUMBER),
        (filtered_late, "offset", NUMBER),
        (filtered_cursor, "cursor", TEXT),
        (few_at_once, "cursor", TEXT),
        (most_of_all, "cursor", TEXT),
        (last_again, "page", NUMBER),
        (with_sum, "offset", NUMBER),
    ],
)
def test_right_pages(tmp_path: Path, cut: Cut, name: str, schema: Any) -> None:
    """Pages may be short or empty, totals may count other things, and names may mean times."""
    assert told(tmp_path, cut, name, schema) == []


STATES = {"type": "string", "enum": ["on", "off", "all", "ON"]}


@pytest.mark.parametrize(
    ("name", "schema", "body"),
    [
        ("state", STATES, [{"state": "on"}, {"state": "ON"}]),
        ("state", STATES, [{"state": "on"}, {"state": "all"}]),
        ("locale", STATES, [{"locale": "on"}, {"locale": "off"}]),
        ("limit", {"type": "integer"}, {"columns": ["a", "b", "c"], "data": {"a": {}}}),
        ("limit", {"type": "integer"}, {"data": None, "warnings": ["a", "b", "c"]}),
    ],
)
def test_right_rows(tmp_path: Path, name: str, schema: Any, body: Any) -> None:
    """A filter may mean more than one value of its rows, and a list beside them is none of rows."""
    parameter = parameter_of(tmp_path, name, schema)
    page = {"name": "page", "in": "query", "schema": NUMBER}
    given = described({"/rows": {"get": {"parameters": [page], "responses": replies("200")}}})
    value = 1 if name == "limit" else "on"
    found = rows(read(tmp_path, given).operations[0], parameter, value, body)
    assert [each for each in found if each] == []


@pytest.mark.parametrize(
    ("path", "asked", "body"),
    [
        ("/runs/{runId}", "prod", {"id": 12, "slug": "prod"}),
        ("/runs/{runId}", "m1", {"id": "projects/p/runs/m1"}),
        ("/runs/{model}", "gpt-4o", {"model": "gpt-4o-2026-01-01"}),
        ("/runs/{meter}/usage", "m1", {"meter": "API calls", "total": 3}),
        ("/groups/{id}/requests", "g1", {"id": "r7", "by": "anna"}),
    ],
)
def test_right_things(tmp_path: Path, path: str, asked: str, body: Any) -> None:
    """A thing may be asked for by its name, by a shorter id, or by a word for it."""
    name = path.partition("{")[2].partition("}")[0]
    run = {"name": name, "in": "path", "required": True, "schema": TEXT}
    given = described({path: {"get": {"parameters": [run], "responses": replies("200")}}})
    operation = read(tmp_path, given).operations[0]
    found = thing(operation, operation.parameters[0], asked, body)
    assert [each for each in found if each] == []


def test_only_an_id_that_is_listed_is_compared(tmp_path: Path) -> None:
    """`me` is another word for the first user."""
    user = {"name": "userId", "in": "path", "required": True, "schema": TEXT, "example": "me"}
    paths = {
        "/users": {"get": {"operationId": "list", "responses": replies("200")}},
        "/users/{userId}": {
            "get": {"operationId": "one", "parameters": [user], "responses": replies("200", "404")}
        },
    }

    def answer(asked: Asked) -> tuple[int, Any]:
        if asked.path == "/users":
            return 200, {"data": [{"id": "u1"}, {"id": "u2"}]}
        name = asked.path.rpartition("/")[2]
        known = {"me": "u1", "u1": "u1", "u2": "u2"}
        return (200, {"id": known[name]}) if name in known else (404, {})

    with small(answer) as served:
        report = check(tmp_path, document(paths=paths), served.url)[1]
    assert "as-asked" not in [each["rule"] for each in report["findings"]]
    assert "/users/me" in [each.path for each in served.asked]


@pytest.mark.parametrize(("documented", "code"), [("404", 0), ("default", 0), ("400", 1)])
def test_a_page_behind_the_last_may_be_missing(tmp_path: Path, documented: str, code: int) -> None:
    """How many pages there are no document says; where it has 404 they may not be there, else they are."""
    page = {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1}}
    get = {"operationId": "list", "parameters": [page], "responses": replies("200", documented)}

    def answer(asked: Asked) -> tuple[int, Any]:
        number = asked.query.get("page", ["1"])[-1]
        if asked.path != "/rows":
            return 404, {}
        if not number.isdecimal() or int(number) < 1:
            return (400 if documented != "404" else 404), {}
        return (200, {"rows": NINE}) if number == "1" else (404, {})

    with small(answer) as served:
        words = ["--rule", "valid-request", "--rule", "parameter-order", "--rule", "status"]
        found, report = check(tmp_path, document(paths={"/rows": {"get": get}}), served.url, *words)
    assert found == code, report["findings"]
    assert any(asked.query.get("page", ["1"]) != ["1"] for asked in served.asked)


def test_the_first_page_has_to_be_there(tmp_path: Path) -> None:
    """A documented 404 is no answer to the page that begins the list."""
    page = {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1}}
    get = {"operationId": "list", "parameters": [page], "responses": replies("200", "404")}

    def answer(asked: Asked) -> tuple[int, Any]:
        return (404, {}) if asked.path != "/rows" or "page" in asked.query else (200, {"rows": NINE})

    with small(answer) as served:
        found, report = check(tmp_path, document(paths={"/rows": {"get": get}}), served.url)
    assert (found, [each["rule"] for each in report["findings"] if each["level"] == "must"]) == (
        1,
        ["valid-request"],
    )
