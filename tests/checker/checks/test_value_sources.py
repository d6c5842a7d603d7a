"""Values that only replies tell are found where lists, other replies and `x-values-from` show them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.checker.small import Answer, Asked, check, document, operation, small

TEXT = {"type": "string"}
FIRST = ("--max-requests", "12", "--allow-untested")
"""Each operation has been asked by then."""


def needs(name: str, place: str = "path", **more: Any) -> Any:
    """An operation that has to be sent a text of which the document tells no value."""
    return operation(parameters=[{"name": name, "in": place, "required": True, "schema": TEXT, **more}])


def answering(bodies: dict[str, Any], path: str, name: str, good: str) -> Answer:
    """A deployment of lists, and of a thing that it knows under one id, in the path or the query."""

    def answer(asked: Asked) -> tuple[int, Any]:
        if asked.path in bodies:
            return 200, bodies[asked.path]
        given = asked.query.get(name, [""])[-1] if "{" not in path else asked.path.rpartition("/")[2]
        if asked.path != path.replace("{" + name + "}", given):
            return 404, {"error": "nothing there"}
        return (200, {"total": 3}) if given == good else (404, {"error": "no such thing"})

    return answer


LISTED = {"/meters": [{"id": "m1"}]}
DEEP = {"/meters": {"data": {"page": {"items": [{"id": "m1"}]}}}}
FIELD = {"/me": {"account": {"org_id": "m1"}}}


@pytest.mark.parametrize(
    ("lists", "path", "name"),
    [
        pytest.param(DEEP, "/meters/{id}", "id", id="deep in the body"),
        pytest.param(LISTED, "/usage/{meterId}", "meterId", id="a list of that name"),
        pytest.param(LISTED, "/usage/meters/{id}", "id", id="a list elsewhere"),
        pytest.param(LISTED, "/usage", "meter_id", id="a parameter of the query"),
        pytest.param(FIELD, "/orgs/{orgId}", "orgId", id="a field of that name"),
        pytest.param({"/entries": [{"key": "m1"}]}, "/usage", "entry_key", id="entries"),
    ],
)
def test_ids_of_replies_are_sent(tmp_path: Path, lists: dict[str, Any], path: str, name: str) -> None:
    """The operation is asked with what another reply shows, and answers."""
    place = "path" if "{" in path else "query"
    paths = {each: {"get": operation()} for each in lists} | {path: {"get": needs(name, place)}}
    with small(answering(lists, path, name, "m1")) as server:
        code, report = check(tmp_path, document(paths=paths), server.url, *FIRST)
    assert (code, report["verdict"]) == (0, "kept")


@pytest.mark.parametrize(("path", "place"), [("/usage", "query"), ("/usage/{meter}", "path")])
def test_the_reply_that_the_document_names_is_asked_first(tmp_path: Path, path: str, place: str) -> None:
    """`x-values-from` tells values of parameters that have to be sent, wherever they stand."""
    source = {"operation": "listThem", "values": "column(body.them, 'called')"}
    paths = {
        "/them": {"get": operation() | {"operationId": "listThem"}},
        path: {"get": needs("meter", place, **{"x-values-from": source})},
    }
    lists = {"/them": {"them": [{"called": "m1"}]}}
    with small(answering(lists, path, "meter", "m1")) as server:
        code, report = check(tmp_path, document(paths=paths), server.url, *FIRST)
    assert (code, report["verdict"]) == (0, "kept")


def test_lists_that_need_each_other_end(tmp_path: Path) -> None:
    """Two lists, each of which has to be sent an id of the other, are named as what nobody could ask."""
    paths = {
        "/orders": {"get": needs("buyerId", "query")},
        "/buyers": {"get": needs("orderId", "query")},
        "/open": {"get": operation()},
    }
    with small(answering({"/open": {"total": 1}}, "/none", "id", "m1")) as server:
        code, report = check(tmp_path, document(paths=paths), server.url, *FIRST)
    assert (code, report["verdict"]) == (3, "untested")
