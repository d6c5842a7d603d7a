"""What a check with a limit keeps for deletions and other changes, which come after all that reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.checker.checks.test_writing import Store, meters
from tests.checker.small import Asked, check, operation, small

USAGE = [
    {"name": name, "in": "query", "schema": {"enum": [f"{name}{number}" for number in range(12)]}}
    for name in ("range", "view", "unit")
]


class Usage(Store):
    """Meters, and usage for which there is much to ask."""

    def __call__(self, asked: Asked) -> Any:
        """Take any usage."""
        if asked.path != "/usage":
            return super().__call__(asked)
        return (200, {"rows": []}) if asked.method == "GET" else (405, None, {"Allow": "GET, HEAD"})


def written() -> Any:
    """The document of both."""
    found = meters("400")
    usage = operation(schema={"type": "object"}, operationId="usage", parameters=USAGE)
    found["paths"]["/usage"] = {"get": usage}
    thing = found["paths"]["/meters/{meterId}"]["delete"]
    thing["responses"]["400"] = {"description": "bad"}
    gone = {"id": "T-1", "level": "must", "message": "it is gone", "rule": "true", "status": 204}
    thing["x-rules"] = [gone]
    return found


def never_ran(report: Any) -> list[tuple[str, str]]:
    """The must rules of what changes data that never ran."""
    its = (each for each in report["rules"] if each["level"] == "must" and each["operation"] != "usage")
    return [(each["id"], each["operation"]) for each in its if not each["ran"]]


@pytest.mark.parametrize("most", ["40", "60"])
def test_a_limit_leaves_requests_for_changes(tmp_path: Path, most: str) -> None:
    """Every must rule of what changes data runs, though reading alone would take all requests."""
    with small(Usage()) as server:
        code, report = check(tmp_path, written(), server.url, "--unsafe-methods", "--max-requests", most)
    asked = [(each.sent, each.path) for each in server.asked]
    assert ("DELETE", "/meters/m1") in asked
    assert len(asked) == report["requests"] <= int(most)
    assert never_ran(report) == []
    assert (code, report["verdict"]) == (0, "kept")
    assert report["reason"] == f"stopped after {len(asked)} requests (--max-requests)"


def test_random_requests_take_none_of_those_that_are_kept(tmp_path: Path) -> None:
    """Half of what is left is for them, but not of what deletions need."""
    limit = ["--unsafe-methods", "--max-requests", "40", "--fuzz"]
    with small(Usage()) as server:
        _, report = check(tmp_path, written(), server.url, *limit)
    assert ("DELETE", "/meters/m1") in [(each.sent, each.path) for each in server.asked]
    (line,) = (each for each in report["left_out"] if each.startswith("random requests"))
    assert line.endswith("too little of --max-requests or --max-time is left for them")


def test_each_operation_is_asked_before_any_is_asked_twice(tmp_path: Path) -> None:
    """A deletion is asked in the last request, where there are only as many as operations, and one more."""
    with small(Usage()) as server:
        _, report = check(tmp_path, written(), server.url, "--unsafe-methods", "--max-requests", "7")
    asked = [(each.sent, each.path) for each in server.asked]
    assert asked[-1] == ("DELETE", "/meters/m1")
    assert report["requests"] <= 7
