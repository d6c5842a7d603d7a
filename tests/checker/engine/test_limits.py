"""What a check with limits may claim: what ran, what did not apply, and what was not reached."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from metermock.checker.checks.variation import Variation
from metermock.contract import load_contract
from metermock.contract.exchange import Exchange
from tests.checker.small import Asked, check, document, operation, small

ROWS = {"type": "object", "properties": {"range": {"type": "string"}, "rows": {"type": "array"}}}


def chosen(name: str, *values: str) -> Any:
    """A query parameter with these values, the first one by default."""
    return {"name": name, "in": "query", "schema": {"enum": list(values), "default": values[0]}}


def ruled(*rules: Any, **more: Any) -> Any:
    """A document of one operation with many requests, and these rules."""
    parameters = [
        chosen("other", *(f"o{number}" for number in range(12))),
        chosen("range", "7d", "30d"),
        chosen("view", "day", "week"),
        chosen("unit", "calls", "bytes"),
    ]
    get = operation(schema=ROWS, operationId="get", parameters=parameters, **more)
    get["x-rules"] = [{"id": "T-1", "level": "must", "message": "it says so", **rule} for rule in rules]
    return document(paths={"/usage": {"get": get}})


def answer(asked: Asked) -> tuple[int, Any]:
    """No rows, whatever is asked, and always the usual range."""
    return (200, {"range": "7d", "rows": []}) if asked.path == "/usage" else (404, {})


def of_rule(report: Any) -> tuple[int, bool]:
    """How often T-1 ran, and whether it was reached."""
    return next((rule["ran"], rule["reached"]) for rule in report["rules"] if rule["id"] == "T-1")


def test_what_does_not_apply_is_no_gap_of_a_short_run(tmp_path: Path) -> None:
    """Where no request that is left may let a rule run, that it never ran is told, and the run is kept."""
    written = ruled({"when": "size(body.rows) > 0", "rule": "body.rows[0] != null"})
    with small(answer) as deployed:
        code, report = check(tmp_path, written, deployed.url, "--max-requests", "40")
    assert (code, report["requests"]) == (0, 40)
    assert of_rule(report) == (0, True)


def test_what_was_not_reached_is_a_gap(tmp_path: Path) -> None:
    """A rule that another request might let run is not taken for one that does not apply."""
    written = ruled({"when": "request.range == '30d'", "rule": "body.range == '7d'"})
    with small(answer) as deployed:
        code, report = check(tmp_path, written, deployed.url, "--max-requests", "1")
    assert code == 3
    assert report["reason"].startswith("kept as far as it was asked: ")
    assert "not reached" in report["reason"]
    assert of_rule(report) == (0, False)


def test_a_short_run_has_as_many_rules_as_a_whole_one(tmp_path: Path) -> None:
    """Rules of every reply count also for operations that were not reached: x of y has the same y."""
    written = ruled({"rule": "body.range == '7d'"})
    written["paths"]["/other"] = {"get": operation(schema=ROWS, operationId="other")}

    def both(asked: Asked) -> tuple[int, Any]:
        return answer(asked) if asked.path != "/other" else (200, {"range": "7d", "rows": []})

    with small(both) as deployed:
        short = check(tmp_path, written, deployed.url, "--max-requests", "1")[1]["rules"]
        whole = check(tmp_path, written, deployed.url)[1]["rules"]
    musts = [
        [(rule["operation"], rule["id"]) for rule in rules if rule["level"] == "must"]
        for rules in (short, whole)
    ]
    assert musts[0] == musts[1]
    assert ("other", "schema") in musts[0]
    assert not any(rule["ran"] or rule["reached"] for rule in short if rule["operation"] == "other")


def test_a_short_run_tries_a_second_value_of_what_a_rule_speaks_of(tmp_path: Path) -> None:
    """A deployment that ignores a parameter is right for its default, and broken for any other value."""
    written = ruled({"rule": "body.range == request.range"})
    with small(answer) as deployed:
        code, report = check(tmp_path, written, deployed.url, "--max-requests", "6", "--rule", "T-1")
    assert (code, [found["rule"] for found in report["findings"]]) == (1, ["T-1"])


def test_rules_that_ran_with_one_value_only_are_told(tmp_path: Path) -> None:
    """Where the limit comes before the second value, the rule and its parameters are named."""
    written = ruled({"rule": "[request.range, request.view, request.unit].all(v, v != '')"})
    with small(answer) as deployed:
        _, report = check(tmp_path, written, deployed.url, "--max-requests", "1", "--rule", "T-1")
        (line,) = report["left_out"]
        assert line.startswith("ran with one value only, since the check had reached its limits: ")
        assert line.endswith(": get T-1 (range), get T-1 (unit), get T-1 (view)")
        _, report = check(tmp_path, written, deployed.url, "--rule", "T-1")
    assert not [line for line in report.get("left_out", []) if "one value only" in line]


@pytest.mark.parametrize(
    ("rule", "single"),
    [
        ({"rule": "body.range == request.range"}, {("T-1", "range"): "'7d'"}),
        ({"when": "has(request.view)", "rule": "true"}, {("T-1", "view"): "'day'"}),
        ({"rule": "body.range != 'request.range'"}, {}),
        ({"rule": "body.range == request.range", "level": "should"}, {}),
    ],
)
def test_a_rule_speaks_of_parameters(tmp_path: Path, rule: Any, single: Any) -> None:
    """In its condition or its text; one that speaks of none needs no second value."""
    path = tmp_path / "api.json"
    path.write_text(json.dumps(ruled(rule)))
    (usage,) = load_contract(path).operations
    seen = Variation()
    exchange = Exchange("get", {"range": "7d", "view": "day"}, {}, 200, {}, {}, "2026-11-29T00:00:00Z")
    seen.note(usage, exchange, ["T-1"])
    assert seen.single(usage) == single
