from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from metermock.contract import examine, load_contract
from metermock.errors import RuleError
from tests.contract.reading.documents import document

SUM = "sum(column(body.days, 'orders')) == body.total"


CASES = [
    ("body.total\n", "body.^totl\n", "there is no field 'totl' in body\n  did you mean 'total'?"),
    ("body.days, 'orders'", "body.days, ^'order'", "have no field 'order'"),
    ("column(body.days", "column(^bdy.days", "there is no variable 'bdy'"),
    (SUM, "^summ([1]) == 1", "there is no function 'summ'\n  did you mean 'sum'?"),
    (SUM, "^sum([1], 2) == 1", "sum takes 1 arguments and got 2\n  it is written sum(list)"),
    (SUM, "body.total.^matches() == true", "matches takes 2 arguments and got 1"),
    (SUM, "body.total == ^08", "'08' cannot be read here"),
    (SUM, "body.total / ^0 == 1", "divides by zero"),
    (SUM, "body.total % ^0 == 1", "divides by zero"),
    (SUM, "^body.total + 1", "gives an int, not a bool"),
    (SUM, "^body.span == 5", "body.span (a text) and 5 (an int) are never equal"),
    (SUM, "^body.span < 5", "have no common order"),
    (SUM, "^body.span - 5 == 2", "CEL has no a text - an int"),
    (SUM, "^body.total * 1.5 > 2.0", "write double(…) around the int"),
    (SUM, "^body.mean * 2.0 > 2.0", "write double(…) around each"),
    (SUM, "body.total.^x == 5", "body.total is an int and has no field 'x'"),
    (SUM, "^body.total && true", "'&&' wants a bool"),
    (SUM, "true && !^body.total", "'!' wants a bool"),
    (SUM, "body.total.^all(d, true)", "all wants a list"),
    (SUM, "body.days.^all(d)", "all is written list.all(x, …)"),
    (SUM, "body.days.all(d, ^d.orders)", "all wants a bool"),
    (SUM, "body.days[^'x'] == 1", "body.days is a list and has no field 'x'"),
    (SUM, "body.days[^body.span] == 1", "a list's place is an int"),
    (SUM, "request.^spam == 'x'", "there is no field 'spam' in request\n  did you mean 'span'?"),
    (SUM, "headers[^'x-limits'] == '1'", "did you mean 'x-limit'?"),
    (SUM, "headers[^'X-Limit'] == '1'", "there is no field 'X-Limit' in headers"),
    (SUM, "omit(body, [^'pek']) == body", "there is no field 'pek' in body\n  did you mean 'peak'?"),
    (SUM, "omit(body, ['peak']).^peak == null", "there is no field 'peak'"),
    (SUM, "weekday(^body.total) == 1", "weekday wants a text, and body.total is an int"),
    (SUM, "body.days.map(d, d.^when) == []", "there is no field 'when' in d"),
    (SUM, "body.peak.orders + body.peak.^order == 1", "did you mean 'orders'?"),
    (SUM, "sum( ^==", "'==' is not expected here\n  in: sum( =="),
    (SUM, "body.total ^= body.mean", "'=' means nothing here: write == to compare"),
    (SUM, "body.total ^=> body.mean", "'=>' means nothing here: write >= to compare"),
    (SUM, "body.total ^=< body.mean", "'=<' means nothing here: write <= to compare"),
    (SUM, "body.total ==^", "ends too early\n  in: body.total =="),
    (SUM, "sum([body.total]^", "ends too early: ')' is missing"),
    (SUM, "body.total == body.^", "ends too early: a name is missing after '.'"),
    (
        SUM,
        "body.total >= 0 && body.^x == 0 || body.total == 3 && body.total == 4",
        "in: ….total >= 0 && body.x == 0",
    ),
    (
        SUM,
        "body.^x == 0 || body.total == 3 && body.total == 4",
        "body.x == 0 || body.total == 3 && body.total…",
    ),
    ("<= local_date(now, 'UTC'))", "<= ^local_dat(now, 'UTC'))", "did you mean 'local_date'?"),
    ("level: must", "^level: may", "unknown level 'may'"),
    ("id: SH-1\n          level: must", "^id: SH-1", "the rule SH-1 has no level"),
    ("rule: sum", "^rul: sum", "unknown key 'rul'\n  did you mean 'rule'?"),
    ("status: 422", "^status: 423", "the status 423 is not documented\n  there are: 200, 422, any"),
    ("whole: {limit: 100}", "whole: {^limt: 100}", "getUsage has no parameter 'limt'"),
    ("whole: {limit: 100}", "whole: {^limit: 101}", "101 is not valid for the parameter limit"),
    ("whole: {limit: 100}", "whole: {^operation: getUsed}", "there is no operation 'getUsed'"),
    ("whole: {limit: 100}", "whole: {^later: 601}", "later is 601\n  write seconds, from 1 to 600"),
    ("example: main", "x-values-from: {values: body.^dayz}", "there is no field 'dayz' in body"),
    ("example: main", "x-values-from: {values: ^body.total}", "gives an int, not a list"),
    ("example: main", "^x-values-from: {value: body.days}", "has other keys than operation, values and gone"),
    ("example: main", "x-belongs: {values: body.^dayz, refused: 404}", "there is no field 'dayz' in body"),
    ("example: main", "^x-belongs: {value: body.days}", "has other keys than given, values, refused and"),
    (
        "example: main",
        "x-belongs: {values: body.days, ^refused: four}",
        "the status 'four' is not documented",
    ),
    ("example: main", "^x-belongs: {values: body.days}", "the status None is not documented"),
    ("example: main", "x-belongs: {values: body.days, refused: 400, ^given: []}", "given is not a map"),
    ("example: main", "x-belongs: {values: body.days, refused: 400, given: {^a: 1}}", "has no parameter 'a'"),
    ("example: main", "x-belongs: {values: body.days, refused: 400, ^complete: 0.5}", "complete is 0.5"),
    ("== whole.body.days", "== ^whol.body.days", "there is no variable 'whol'"),
    ("size(body.days) == 1 ?", "size(body.^day) == 1 ?", "there is no field 'day'"),
    ("one.body.span]", "^two.body.span]", "there is no variable 'two'"),
    ("['day', one.body.span].map(s, {'span': s})", "^[{'spam': 1}]", "there is no parameter 'spam'"),
    ("size(body.days) == 1 ? {'limit': request.limit + 1} : null", "^7", "gives an int, not a map"),
]
"""What is altered, into what (`^` stands where the error must point), and what it must say."""


@pytest.mark.parametrize(("old", "new", "problem"), CASES, ids=[new for _, new, _ in CASES])
def test_a_faulty_rule_is_refused_at_load_with_its_place(
    altered: Callable[[str, str], Path], old: str, new: str, problem: str
) -> None:
    """Whatever could never hold, or names what is not there, is an error with file, line and column."""
    path = altered(old, new)
    before, _, after = path.read_text().partition("^")
    path.write_text(before + after)
    with pytest.raises(RuleError) as caught:
        load_contract(path)
    assert problem in str(caught.value)
    assert (caught.value.line, caught.value.column) == (
        before.count("\n") + 1,
        len(before.split("\n")[-1]) + 1,
    )


@pytest.mark.parametrize(
    ("others", "is_told"),
    [
        ({"additionalProperties": {"type": "object", "properties": {"calls": {"type": "integer"}}}}, True),
        ({"properties": {"sms": {"type": "object", "properties": {"calls": {"type": "integer"}}}}}, True),
        ({"additionalProperties": True}, False),
        ({}, False),
    ],
)
def test_a_field_under_a_key_that_varies_is_known(
    tmp_path: Path, others: dict[str, object], *, is_told: bool
) -> None:
    """`map[key].field` is checked where each member of the map is described."""
    by_channel = {"type": "object", **others}
    written = document(schema={"type": "object", "required": ["by"], "properties": {"by": by_channel}})
    rule = {"id": "r", "level": "must", "message": "m", "rule": "body.by.all(c, body.by[c].cals >= 0)"}
    written["paths"]["/usage"]["get"]["x-rules"] = [rule]
    (tmp_path / "api.json").write_text(json.dumps(written))
    _, problems = examine(tmp_path / "api.json")
    told = ["there is no field 'cals' in body.by[c]" in each.problem for each in problems]
    assert told == ([True] if is_told else [])


@pytest.mark.parametrize(
    "rule",
    [
        "request.limit == 5 || !has(request.limit)",
        "request['X-Workspace-Id'] == 'x'",
        "request.headers['x-anything'] == 'x'",
        "body.mean == null || near(double(body.mean) * 2.0, body.total, 0.1)",
        "body.peak == null || body.peak.orders == 3",
        "{'day': 1, 'week': 7}[request.span] > size(body.days)",
        "['orders'].all(name, body.days.all(d, d[name] >= 0))",
        "sum(body.days.map(d, d.orders > 0, d.orders)) + 1 > body.total",
        "omit(body.days, ['date'])[0].orders == 1 && pick(body, ['days']).days == body.days",
        "where(body.days, 'orders', 2)[0].date < between(body.days, 'orders', 3, 4)[0].date",
        "sums(during(body.days, 'date', now, now), ['orders']).orders == 0",
        "timestamp(now) - timestamp('2026-01-01T00:00:00Z') < duration('9000h')",
        "header_int(headers['x-limit']) - 1 == clamp(body.total, 0, 7) || headers['date'] != ''",
        "type(body.total) == int && string(body.total) + 'x' != ''",
        "(body.total > 0 ? body.days : [])[0].orders == 1",
    ],
)
def test_a_sound_rule_is_not_refused(altered: Callable[[str, str], Path], rule: str) -> None:
    """The check before running knows the language well enough to let sound rules through."""
    _, problems = examine(altered(SUM, json.dumps(rule)))
    assert problems == []


@pytest.mark.parametrize(
    "rule", ["!" * 2000 + "true", " + ".join(["1"] * 2000) + " == 0", "-" * 2000 + "1 == 1"]
)
def test_a_rule_of_too_many_parts_is_refused_in_words(altered: Callable[[str, str], Path], rule: str) -> None:
    """Such a rule comes out of a generator; its author gets a line, and no stack trace."""
    _, problems = examine(altered(SUM, json.dumps(rule)))
    assert [problem.problem for problem in problems] == ["has too many parts in one another to be read"]


def test_every_faulty_rule_is_told(altered: Callable[[str, str], Path]) -> None:
    """An author sees all problems at once, in the order of the document's entries."""
    _, problems = examine(altered("body.total\n", "body.totl && bdy\n"))
    assert [problem.problem for problem in problems][-2:] == [
        "there is no field 'totl' in body",
        "there is no variable 'bdy'",
    ]


@pytest.mark.parametrize(
    ("code", "status", "is_documented"),
    [
        ("2XX", 200, True),
        ("2xx", 204, True),
        ("2XX", 404, False),
        ("4XX", 404, True),
        ("default", 200, True),
        ("201", 200, False),
    ],
)
def test_a_range_documents_each_of_its_statuses(
    tmp_path: Path, code: str, status: int, *, is_documented: bool
) -> None:
    """Its fields are known to a rule of one of them; `default` is of errors where a success has its own."""
    body = {"type": "object", "properties": {"total": {"type": "integer"}}}
    rule = {"id": "A-1", "level": "must", "message": "some", "status": status, "rule": "body.total > 0"}
    written = document()
    operation = written["paths"]["/usage"]["get"]
    operation["x-rules"] = [rule]
    reply = {"description": "ok", "content": {"application/json": {"schema": body}}}
    operation["responses"] = {code: reply, **({"default": {"description": "bad"}} if code == "201" else {})}
    (tmp_path / "a.openapi.yaml").write_text(json.dumps(written))
    _, problems = examine(tmp_path / "a.openapi.yaml")
    told = [f"the status {status} is not documented"]
    assert [each.problem for each in problems if "status" in each.problem] == ([] if is_documented else told)
    operation["x-rules"] = [{**rule, "rule": "body.totl > 0"}]
    (tmp_path / "b.openapi.yaml").write_text(json.dumps(written))
    _, problems = examine(tmp_path / "b.openapi.yaml")
    misspelled = [each.problem for each in problems if "totl" in each.problem]
    assert bool(misspelled) == is_documented
