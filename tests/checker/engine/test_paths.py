"""Bad values of a path, where nothing but a 404 is documented, or not even that."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.checker.small import Asked, check, document, small

YEAR = {"name": "year", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 2000}}
GOOD = {"2000", "2001", "2024"}


def yearly(*statuses: str) -> Any:
    """A document that says how `GET /years/{year}` refuses."""
    replies = {status: {"description": status} for status in statuses}
    good = {"description": "ok", "content": {"application/json": {"schema": {"type": "object"}}}}
    get = {"operationId": "getYear", "responses": {"200": good, **replies}}
    parameters = [{**YEAR, "example": 2024}]
    return document(paths={"/years/{year}": {"get": get, "parameters": parameters}})


def answering(status: int) -> Any:
    """A server that answers a bad year with a status; other paths are 404."""

    def answer(asked: Asked) -> tuple[int, Any]:
        if not asked.path.startswith("/years/"):
            return 404, {}
        year = asked.path.removeprefix("/years/")
        return (200, {}) if year.isdecimal() and int(year) >= 2000 else (status, {})

    return answer


@pytest.mark.parametrize(("documented", "status"), [("404", 404), ("404", 400), ("400", 404), ("410", 404)])
def test_any_refusal_of_a_bad_path_is_right(tmp_path: Path, documented: str, status: int) -> None:
    """A 404 always: such a path may lead to no operation at all."""
    with small(answering(status)) as server:
        code, report = check(tmp_path, yearly(documented), server.url)
        asked = {each.path for each in server.asked}
    assert (code, [each for each in report["findings"] if each["level"] == "must"]) == (0, [])
    assert {"/years/1999", "/years/abc"} <= asked


@pytest.mark.parametrize("documented", ["404", "400"])
@pytest.mark.parametrize("status", [200, 500])
def test_a_bad_path_that_is_answered_is_a_finding(tmp_path: Path, documented: str, status: int) -> None:
    """A good reply for a value that the schema forbids is one finding, and so is a crash."""
    with small(answering(status)) as server:
        code, report = check(tmp_path, yearly(documented), server.url)
    told = [each for each in report["findings"] if each["level"] == "must"]
    assert code == 1
    assert [each["rule"] for each in told] == ["invalid-parameter" if status == 200 else "status"]


def test_where_no_refusal_is_documented_no_bad_path_is_sent(tmp_path: Path) -> None:
    """The document does not say that there is one."""
    with small(answering(200)) as server:
        code, _ = check(tmp_path, yearly(), server.url)
        assert "/years/1999" not in {each.path for each in server.asked}
    assert code == 0


def test_parameters_of_one_name_are_varied_in_each_place(tmp_path: Path) -> None:
    """Good and bad values of the path's, the query's and the header's are sent."""
    written = yearly("400", "404")
    get = written["paths"]["/years/{year}"]["get"]
    places = {"query": [7, 8], "header": [30, 31]}
    get["parameters"] = [
        {"name": "year", "in": place, "schema": {"enum": values}} for place, values in places.items()
    ]
    with small(answering(400)) as server:
        check(tmp_path, written, server.url)
        paths = {each.path.removeprefix("/years/") for each in server.asked}
        queries = {text for each in server.asked for text in each.query.get("year", [])}
        headers = {each.headers["year"] for each in server.asked if "year" in each.headers}
    assert {"2024", "1999"} <= paths
    assert {"7", "8", "no-such-value"} <= queries
    assert {"30", "31", "no-such-value"} <= headers
