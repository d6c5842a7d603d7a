"""Things that are not there: one is asked for, of the form of those that are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from metermock.checker.checks.unknown_things import others_like
from tests.checker.engine.test_right_refusals import OF_ANNA, broken, described, replies
from tests.checker.small import Asked, check, small
from tests.contract.reading.documents import document, read

ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}, "example": "pl_a7"}


@pytest.mark.parametrize(
    ("documented", "status", "wrong"),
    [
        (("200", "404"), 404, []),
        (("200", "404", "410"), 410, []),
        (("200", "404"), 410, [("valid-request", "place", "status 410")]),
        (("200", "404"), 500, [("valid-request", "place", "status 500")]),
        (("200", "404"), 400, []),
        (("200", "404"), 200, []),
        (("200",), 404, []),
        (("200",), 500, [("status", "place", "500")]),
        (("200", "4XX"), 418, []),
    ],
)
def test_an_unknown_id_is_answered_as_documented(
    tmp_path: Path, documented: tuple[str, ...], status: int, wrong: list[tuple[str, str, str]]
) -> None:
    """It is asked for once; where the document does not say how it is refused only a failure is wrong."""
    get = {"operationId": "place", "parameters": [ID], "responses": replies(*documented)}
    written = {**described({"/places/{id}": {"get": get}}), "security": []}

    def answer(asked: Asked) -> tuple[int, Any]:
        if not re.fullmatch(r"/places/pl_\w\d", asked.path):
            return 404, {}
        return (200, {}) if asked.path == "/places/pl_a7" else (status, {})

    with small(answer) as served:
        _, report = check(tmp_path, written, served.url, "--rule", "valid-request", "--rule", "status")
    assert broken(report) == wrong
    assert [each.path for each in served.asked].count("/places/pl_d2") == 1


@pytest.mark.parametrize(
    ("schema", "value", "other"),
    [
        ({"type": "integer"}, 7, 1_000_010),
        ({"type": "integer", "maximum": 2000}, 7, 1_016),
        ({"type": "integer", "minimum": 1, "maximum": 7}, 7, 6),
        ({"type": "string"}, "12", "1000015"),
        ({"type": "string", "format": "uuid"}, OF_ANNA, "11111111-2222-4333-8444-555555000000"),
        ({"type": "string"}, "pl_Bz9", "pl_Om4"),
        ({"type": "string", "pattern": "^a$"}, "a", None),
    ],
)
def test_an_unknown_id_has_the_form_of_a_known_one(
    tmp_path: Path, schema: Any, value: Any, other: Any
) -> None:
    """Its letters and digits are others of their kind behind the last separator, as its schema allows."""
    get = {"parameters": [{**ID, "schema": schema}], "responses": replies("200")}
    parameter = read(tmp_path, document(paths={"/places/{id}": {"get": get}})).operations[0].parameters[0]
    assert next(iter(others_like(parameter, value)), None) == other


CURSOR = {
    "name": "cursor",
    "in": "query",
    "schema": {"type": "string"},
    "x-values-from": {"values": "body.next == null ? [] : [body.next]"},
}


@pytest.mark.parametrize(
    ("documented", "status", "wrong"),
    [
        (("200", "400"), 400, []),
        (("200", "422"), 422, []),
        (("200", "404"), 404, []),
        (("200", "400"), 200, []),
        (("200", "400", "403"), 403, []),
        (("200", "400"), 500, [("valid-request", "list", "status 500")]),
        (("200",), 500, []),
    ],
)
def test_a_cursor_that_no_reply_gave_out_is_asked_for_where_its_refusal_is_documented(
    tmp_path: Path, documented: tuple[str, ...], status: int, wrong: list[tuple[str, str, str]]
) -> None:
    """One like a known cursor is sent, and one that is like none: only a failure of them is wrong."""
    get = {"operationId": "list", "parameters": [CURSOR], "responses": replies(*documented)}
    written = {**described({"/rows": {"get": get}}), "security": []}

    def answer(asked: Asked) -> tuple[int, Any]:
        given = asked.query.get("cursor", [""])[0]
        if given in ("", "bmV4dA"):
            return 200, {"next": None if given else "bmV4dA"}
        return status, {}

    with small(answer) as served:
        _, report = check(tmp_path, written, served.url, "--rule", "valid-request")
    assert broken(report) == wrong
    sent = {given for each in served.asked for given in each.query.get("cursor", ())}
    made = {"ozI9qN", "not-given-out"} if len(documented) > 1 else set()
    assert sent - {""} == {"bmV4dA", *made}
