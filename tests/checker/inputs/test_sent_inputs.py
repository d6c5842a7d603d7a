"""How a check varied each parameter, by what it sent."""

from __future__ import annotations

from pathlib import Path

from metermock.checker.inputs.sent_inputs import SentRequest, as_json, sent_inputs
from tests.checker.inputs.parameters import operation_of, query

BASE = "http://127.0.0.1:9/api"


def test_each_request_counts_by_what_its_parameters_say(tmp_path: Path) -> None:
    """Good values count once each; bad ones by the keyword; a header is found by its name in any case."""
    limit = query({"type": "integer", "minimum": 1}, "limit")
    zone = {"name": "X-Zone", "in": "header", "schema": {"enum": ["utc", "local"]}}
    operation = operation_of(tmp_path, limit, zone)
    targets = ["limit=1", "limit=1", "limit=2", "limit=0", "limit=x", "limit=3&limit=4", "stranger=1"]
    requests = [SentRequest("GET", f"{BASE}/usage?{each}", {"x-zone": "utc"}) for each in targets]
    elsewhere = [
        SentRequest("GET", f"{BASE}/usage/nowhere", {}),
        SentRequest("HEAD", f"{BASE}/usage?limit=9", {}),
    ]
    first, second, unknown = sent_inputs(operation.contract, BASE, [*requests, *elsewhere])
    assert as_json(first) == {
        "operation": "getUsage",
        "in": "query",
        "parameter": "limit",
        "good": 3,
        "bad": {"minimum": 1, "type": 1},
        "repeated": 1,
        "left_out": 1,
    }
    assert first.line == "getUsage query limit: 3 good; bad: minimum 1, type 1; repeated 1"
    assert second.line == "getUsage header X-Zone: 1 good; bad: nothing"
    assert (unknown.name, len(unknown.good)) == ("(unknown)", 1)


def test_what_was_not_sent_is_not_told_as_sent(tmp_path: Path) -> None:
    """A parameter that was always left out has nothing good; an operation that was not asked has no row."""
    operation = operation_of(tmp_path, query({"type": "integer"}, "limit"))
    (row,) = sent_inputs(operation.contract, BASE, [SentRequest("GET", f"{BASE}/usage", {})])
    assert row.line == "getUsage query limit: nothing good; bad: nothing"
    assert sent_inputs(operation.contract, BASE, []) == []
