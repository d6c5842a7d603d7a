"""Lists with cursors: a check goes to the next pages by what the replies say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from metermock.checker.inputs.cursors import next_cursor, takes_cursor
from tests.checker.engine.test_right_refusals import broken, described, replies
from tests.checker.small import Asked, check, small
from tests.contract.reading.documents import document, read

ROWS = [{"id": f"ev_{number}"} for number in range(5)]


def parameter_of(folder: Path, name: str, schema: Any = None, **parts: Any) -> Any:
    """A query parameter of a document with nothing else."""
    given = {"name": name, "in": "query", "schema": schema or {"type": "string"}, **parts}
    get = {"parameters": [given], "responses": replies("200")}
    return read(folder, document(paths={"/rows": {"get": get}})).operations[0].parameters[0]


@pytest.mark.parametrize(
    ("name", "body", "cursor"),
    [
        ("cursor", {"next_cursor": "b2"}, "b2"),
        ("cursor", {"next_cursor": None, "cursor": "b2"}, "b2"),
        ("cursor", {"has_more": False, "next_cursor": "b2"}, None),
        ("cursor", {"response_metadata": {"next_cursor": ""}}, None),
        ("cursor", {"pagination": {"next": "b2", "prev": "a1"}}, "b2"),
        ("cursor", {"links": {"next": "https://api.example/rows?limit=5&cursor=b%2F2"}}, "b/2"),
        ("cursor", {"links": {"next": "https://api.example/rows?page=2"}}, None),
        ("cursor", {"_links": {"next": {"href": "/rows?cursor=b2"}, "self": {"href": "/rows"}}}, "b2"),
        ("cursor", {"_links": {"next": {"href": "/rows"}, "self": {"href": "/rows?cursor=a1"}}}, None),
        ("pageToken", {"nextPageToken": "b2"}, "b2"),
        ("page_token", {"next_page_token": "b2"}, "b2"),
        ("after", {"paging": {"cursors": {"before": "a1", "after": "b2"}}}, "b2"),
        ("after", {"paging": {"next": {"after": "b2", "link": "https://api.example?after=b2"}}}, "b2"),
        ("after", {"has_more": True, "last_id": "ev_4"}, "ev_4"),
        ("starting_after", {"has_more": True, "data": ROWS}, "ev_4"),
        ("starting_after", {"has_more": False, "data": ROWS}, None),
        ("starting_after", {"data": ROWS}, None),
        ("page[after]", {"meta": {"page": {"next": "b2"}}}, "b2"),
        ("page", {"next_page": "b2"}, "b2"),
        ("page", {"next_page": 2}, "2"),
        ("cursor", [{"next_cursor": "b2"}], None),
        ("cursor", {"data": [{"next_cursor": "b2"}]}, None),
        ("cursor", "text", None),
    ],
)
def test_a_reply_says_the_next_cursor(tmp_path: Path, name: str, body: Any, cursor: Any) -> None:
    """By the names of the trade, beside the rows and not in them; a list that has ended says none."""
    parameter = parameter_of(tmp_path, name)
    assert takes_cursor(parameter)
    assert next_cursor(parameter, body, {}) == cursor


def test_a_link_header_says_the_next_cursor(tmp_path: Path) -> None:
    """It is the value of the parameter in the URL whose relation is `next`."""
    link = '</rows?cursor=a1>; rel="prev", </rows?limit=2&cursor=b2>; rel="next"'
    assert next_cursor(parameter_of(tmp_path, "cursor"), [], {"link": link}) == "b2"


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("after", {"schema": {"type": "string", "format": "date-time"}}),
        ("after", {"example": "2026-01-01"}),
        ("after", {"schema": {"type": "integer"}, "description": "Unix timestamp in seconds."}),
        ("page", {"schema": {"type": "integer"}}),
        ("next", {"schema": {"type": "string", "enum": ["week", "month"]}}),
        ("name", {}),
        ("p", {}),
    ],
)
def test_a_time_a_number_and_a_choice_are_no_cursors(tmp_path: Path, name: str, parts: Any) -> None:
    """What the schema or the description says counts more than the name."""
    assert not takes_cursor(parameter_of(tmp_path, name, **parts))


def listing(*codes: str, **more: Any) -> Any:
    """A document of one list with a cursor."""
    cursor = {"name": "cursor", "in": "query", "schema": {"type": "string"}, **more}
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "default": 50}}
    get = {"operationId": "list", "parameters": [cursor, limit], "responses": replies("200", *codes)}
    return {**described({"/rows": {"get": get}}), "security": []}


def paging(failing: Callable[[str], int] = lambda _: 0) -> Callable[[Asked], tuple[int, Any]]:
    """A list of five rows; a cursor holds for one size of pages, and `failing` tells its status instead."""

    def answer(asked: Asked) -> tuple[int, Any]:
        size = int(asked.query.get("limit", ["50"])[0])
        cursor = asked.query.get("cursor", asked.query.get("after", [""]))[0]
        if failing(cursor):
            return failing(cursor), {}
        known = {f"{size}-{row}": row for row in range(len(ROWS))} | {"": 0}
        if cursor not in known:
            return 400, {}
        end = known[cursor] + size
        return 200, {"data": ROWS[known[cursor] : end], "next_cursor": f"{size}-{end}" if end < 5 else None}

    return answer


def test_pages_are_turned_with_the_parameters_under_which_their_cursor_was_given(tmp_path: Path) -> None:
    """Where all rows stand on one page, pages of the smallest size are asked for, and two cursors sent."""
    with small(paging()) as served:
        _, report = check(tmp_path, listing("400"), served.url, "--rule", "valid-request")
    assert broken(report) == []
    assert "unvaried" not in report
    turned = [each.query for each in served.asked if each.query.get("cursor", [""])[0] in ("1-1", "1-2")]
    assert turned == [{"limit": ["1"], "cursor": ["1-1"]}, {"limit": ["1"], "cursor": ["1-2"]}]


def test_a_second_page_that_fails_is_a_finding(tmp_path: Path) -> None:
    """A list whose first page alone is good does not keep its contract."""
    with small(paging(lambda cursor: 500 if cursor == "1-1" else 0)) as served:
        _, report = check(tmp_path, listing("400"), served.url, "--rule", "valid-request")
    assert broken(report) == [("valid-request", "list", "status 500")]


@pytest.mark.parametrize(("name", "warnings"), [("cursor", 1), ("after", 0)])
def test_a_refused_cursor_that_was_given_out_is_a_warning(tmp_path: Path, name: str, warnings: int) -> None:
    """No contract says that it counts: it is asked again with a new one; of `after` nobody knows."""
    with small(paging(lambda cursor: 400 if cursor else 0)) as served:
        _, report = check(tmp_path, listing("400", name=name), served.url, "--rule", "valid-request")
    assert [each["level"] for each in report["findings"]] == ["should"] * warnings
    reasons = {each["parameter"]: each["reason"] for each in report["unvaried"]}
    assert name in reasons


def test_an_example_of_a_cursor_may_be_refused_as_documented(tmp_path: Path) -> None:
    """No deployment has to know the cursor that a document shows."""
    with small(paging()) as served:
        _, report = check(tmp_path, listing("400", example="b2xk"), served.url, "--rule", "valid-request")
    assert broken(report) == []
    assert any(each.query.get("cursor") == ["b2xk"] for each in served.asked)
