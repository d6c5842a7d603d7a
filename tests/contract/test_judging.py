from __future__ import annotations

import copy
import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from metermock.contract import Exchange, Operation, load_contract
from metermock.contract.schema_breaches import breaches_of
from metermock.contract.schemas import Schemas

Reply = Callable[..., Exchange]

DAYS = [{"date": "2026-03-17", "orders": 2}, {"date": "2026-03-18", "orders": 3}]


def with_day(**members: Any) -> dict[str, Any]:
    """A body whose second day has these members."""
    days = copy.deepcopy(DAYS)
    days[1].update(members)
    return {"days": days}


def test_a_sound_reply_has_no_breaches(usage: Operation, reply: Reply) -> None:
    """Every rule that applies has run; the one for peaks and the one for 422 did not apply."""
    judgement = usage.judge(reply())
    assert judgement.breaches == []
    assert judgement.ran == ("status", "header", "media-type", "schema", "SH-1", "SH-2")
    assert judgement.inapplicable == ("SH-3", "SH-4")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"body": {"total": "5"}}, ("schema", "/total", "type integer", '"5"')),
        ({"body": {"total": -5}}, ("schema", "/total", "at least 0", "-5")),
        ({"body": {"total": 5.0}}, ("integer-as-float", "/total", "an integer, such as 25", "5.0")),
        ({"body": {"extra": 1}}, ("undocumented-field", "/extra", "no undocumented field", "1")),
        (
            {"body": {"peak": {"date": "2026-03-18", "orders": 3, "x": 1}}},
            ("undocumented-field", "/peak/x", "no undocumented field", "1"),
        ),
        ({"body": {"peak": {"orders": 3}}}, ("schema", "/peak", "a field 'date'", "none among orders")),
        (
            {"body": {"peak": {"date": "2026-03-18", "orders": 3.0}}},
            ("integer-as-float", "/peak/orders", "an integer, such as 25", "3.0"),
        ),
        ({"body": {"mean": "x"}}, ("schema", "/mean", "type null or number", '"x"')),
        ({"body": {"span": "year"}}, ("schema", "/span", 'one of "day", "week"', '"year"')),
        ({"body": with_day(date="2026-02-30")}, ("schema", "/days/1/date", 'a "date"', '"2026-02-30"')),
        ({"headers": {"x-limit": "0"}}, ("header", "headers/x-limit", "at least 1", "0")),
        ({"headers": {"x-limit": "ten"}}, ("header", "headers/x-limit", "integer", '"ten"')),
        (
            {"headers": {"content-type": "text/html"}},
            ("media-type", "headers/content-type", "application/json", "text/html"),
        ),
        ({"status": 500, "body": {}}, ("status", "", "one of 200, 422", "500")),
        (
            {"status": 422, "body": {"error": 1, "code": "invalid"}},
            ("undocumented-field", "/error", "no undocumented field", "1"),
        ),
        (
            {"status": 422, "body": {"code": "odd"}, "headers": {}},
            ("SH-4", "/code", "body.code == 'invalid'", '"odd" == "invalid" is false'),
        ),
        (
            {"body": {"total": 6}},
            ("SH-1", "/days", "sum(column(body.days, 'orders')) == body.total", "5 == 6 is false"),
        ),
        ({"body": b"<html>"}, ("json", "", "JSON", '"<html>" (Expecting value: line 1 column 1 (char 0))')),
        (
            {"body": b'{"code": NaN}', "status": 422},
            ("json", "", "JSON", '"{\\"code\\": NaN}" (NaN is no JSON number)'),
        ),
    ],
)
def test_one_fault_is_one_breach(usage: Operation, reply: Reply, changes: Any, told: tuple[str, ...]) -> None:
    """Each fault is told once: by what, where, what was expected and what came."""
    breaches = usage.judge(reply(**changes)).breaches
    found = [(each.rule, each.pointer, each.expected, each.received) for each in breaches]
    assert [each for each in found if each[0] == told[0]] == [told]
    assert all(each[0].startswith("SH-") or each[0] == told[0] for each in found)


def test_a_missing_required_header_is_a_breach(usage: Operation, reply: Reply) -> None:
    """A header that must be there and is not; one that may be there is not missed."""
    exchange = reply()
    del exchange.headers["x-limit"]  # type: ignore[attr-defined]
    (breach,) = usage.judge(exchange).breaches
    assert (breach.rule, breach.pointer, breach.received) == ("header", "headers/x-limit", "nothing")


def test_charset_and_case_of_the_media_type_do_not_matter(usage: Operation, reply: Reply) -> None:
    """`Application/JSON; charset=utf-8` is application/json."""
    exchange = reply(headers={"content-type": "Application/JSON; charset=utf-8"})
    assert usage.judge(exchange).breaches == []


def test_the_same_fault_in_many_rows_is_one_breach(usage: Operation, reply: Reply) -> None:
    """The first row is shown, and how many more there are."""
    days = [{"date": "2026-03-18", "orders": "1"} for _ in range(40)]
    found = [each for each in usage.judge(reply(body={"days": days})).breaches if each.rule == "schema"]
    assert [(each.pointer, each.received) for each in found] == [("/days/0/orders", '"1" (and 39 more such)')]


@pytest.mark.parametrize(
    ("schema", "value", "expected", "received"),
    [
        ({"minimum": 0.0}, -1, "at least 0", "-1"),
        ({"minimum": 0.5}, -1, "at least 0.5", "-1"),
        ({"minItems": 3}, [1], "at least 3 in the list", "1 of them: [1]"),
        ({"minItems": 3}, [], "at least 3 in the list", "0 of them: []"),
        ({"const": "x"}, "y", '"x"', '"y"'),
        ({"exclusiveMaximum": 1}, 1, "less than 1", "1"),
        ({"maxLength": 1}, "a is longer", "at most 1 characters", '"a is longer"'),
        ({"uniqueItems": True}, [1, 1], "no item twice", "[1, 1]"),
        ({"anyOf": [{"minimum": 5}, {"maximum": 1}]}, 3, "at least one of the forms under anyOf", "3"),
        ({"not": {"const": 3}}, 3, "to satisfy not", "3"),
    ],
)
def test_what_a_keyword_wants_does_not_depend_on_what_came(
    schema: dict[str, Any], value: Any, expected: str, received: str
) -> None:
    """So all values that break it are one cause; what came stands apart."""
    (breach,) = breaches_of(Schemas({}).validator(schema, closed=False), value)
    assert (breach.expected, breach.received) == (expected, received)


def test_a_rule_that_has_no_answer_is_a_breach(usage: Operation, reply: Reply) -> None:
    """A field that the rule needs and the reply lacks ends in a breach, never in an exception."""
    judgement = usage.judge(reply(body={"days": [{"date": "2026-03-18"}]}))
    (breach,) = [each for each in judgement.breaches if each.rule == "SH-1"]
    assert (
        breach.received == """the rule has no answer: column: row 0 has no 'orders': {"date": "2026-03-18"}"""
    )
    assert "SH-1" in judgement.ran


def test_a_should_rule_stays_a_should(usage: Operation, reply: Reply) -> None:
    """A breach has its rule's level and message."""
    peak = {"date": "2026-03-17", "orders": 2}
    (breach,) = usage.judge(reply(body={"peak": peak})).breaches
    assert (breach.rule, breach.level, breach.message) == (
        "SH-3",
        "should",
        "a peak is the best day's orders",
    )


@pytest.mark.parametrize("body", [None, [], "x", 7, {"days": None}, {"days": [None]}, {"\ud800": "\ud800"}])
def test_no_body_makes_judging_fail(usage: Operation, reply: Reply, body: Any) -> None:
    """Whatever a deployment sends is judged; it never raises."""
    assert usage.judge(dataclasses.replace(reply(), body=body)).breaches


def test_where_no_response_is_documented_nothing_is_claimed(tmp_path: Path) -> None:
    """No status is wrong, and the judgement does not say that one was documented."""
    document = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"/usage": {"get": {"operationId": "usage"}}},
    }
    path = tmp_path / "t.json"
    path.write_text(json.dumps(document))
    judgement = (
        load_contract(path)
        .operation("usage")
        .judge(Exchange("usage", {}, {}, 200, {}, {"calls": 7}, "2026-03-18T12:00:00Z"))
    )

    assert (judgement.breaches, judgement.ran) == ([], ())
