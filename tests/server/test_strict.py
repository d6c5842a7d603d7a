"""Answers that are judged before they are sent: once for all that are alike."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from metermock import Request
from metermock.contract import Breach, Exchange, Judgement, Rule
from metermock.contract.cel.expressions import Expression
from metermock.project import open_project
from metermock.server.answer import Answer
from metermock.server.strict import OF_HEADERS, Strict

WORLD = open_project().load_world("onepin")


class Operation:
    """Stands for an operation: counts the exchanges that it judges, and finds in all of them the same."""

    def __init__(self, rule: str, breaches: list[Breach]) -> None:
        self.id = "ask"
        self.rules = (Rule("R", "must", "", Expression(rule), None, None, ()),)
        self.breaches = breaches
        self.judged: list[Exchange] = []

    def judge(self, exchange: Exchange) -> Judgement:
        """Note an exchange."""
        self.judged.append(exchange)
        return Judgement(self.breaches)


def strict(rule: str = "request.days > 0", breaches: list[Breach] | None = None) -> tuple[Strict, Operation]:
    """Make a judge of answers, and the operation that it asks."""
    operation: Any = Operation(rule, breaches or [])
    return Strict(operation), operation


REQUEST = Request("ask", {"days": 7}, None, None, None, 1_000, {}, WORLD, {"accept": "text/csv"})
ANSWER = Answer(200, [(b"content-type", b"application/json")], b'{"calls":1}')
OTHERS = {
    "a parameter": (replace(REQUEST, parameters={"days": 8}), ANSWER),
    "the time": (replace(REQUEST, now=1_001), ANSWER),
    "the status": (REQUEST, replace(ANSWER, status=201)),
    "a header": (REQUEST, replace(ANSWER, headers=[])),
    "the body": (REQUEST, replace(ANSWER, body=b'{"calls":2}')),
}


def test_answers_that_are_alike_are_judged_once() -> None:
    """The same bytes for the same request are not judged again."""
    judge, operation = strict()

    assert [judge.judge(REQUEST, ANSWER) for _ in range(3)] == [ANSWER] * 3
    assert len(operation.judged) == 1


@pytest.mark.parametrize("what", OTHERS)
def test_answers_that_differ_are_judged(what: str) -> None:
    """An answer that differs in anything that a rule may speak of is judged."""
    judge, operation = strict()
    judge.judge(REQUEST, ANSWER)
    judge.judge(*OTHERS[what])

    assert len(operation.judged) == 2


@pytest.mark.parametrize(("rule", "times"), [("request.days > 0", 1), ("has(request.headers.accept)", 2)])
def test_headers_of_a_request_count_where_a_rule_reads_them(rule: str, times: int) -> None:
    """A request with other headers is judged only where the rules speak of headers."""
    judge, operation = strict(rule)
    judge.judge(REQUEST, ANSWER)
    judge.judge(replace(REQUEST, headers={"accept": "application/json"}), ANSWER)

    assert len(operation.judged) == times
    assert operation.judged[0].request_headers == ({} if times == 1 else REQUEST.headers)


@pytest.mark.parametrize(
    ("rule", "reads"),
    [
        ("request.range == '7d' && body.request_id != ''", False),
        ("request . headers.accept == 'a'", True),
        ("request['headers'].accept == 'a'", True),
        ("size(request) > 1", True),
        ("request.headers_sent == 1", False),
    ],
)
def test_what_reads_the_headers_of_a_request_is_seen(rule: str, *, reads: bool) -> None:
    """A rule that takes the request as a whole may read its headers too."""
    assert bool(OF_HEADERS.search(rule)) is reads


def test_a_breach_is_told_each_time() -> None:
    """An answer that breaks its contract is judged each time, so that each is a 500."""
    judge, operation = strict(breaches=[Breach("R", "must", "", "", "", "broken")])

    assert [judge.judge(REQUEST, ANSWER).status for _ in range(3)] == [500] * 3
    assert len(operation.judged) == 3


def test_what_only_should_hold_changes_no_answer() -> None:
    """A broken *should* is logged, and the answer sent; beside it a broken *must* makes a 500 of its own."""
    warning = Breach("W", "should", "", "", "", "odd")
    judge, _ = strict(breaches=[warning])
    assert judge.judge(REQUEST, ANSWER) == ANSWER

    judge, _ = strict(breaches=[warning, Breach("R", "must", "", "", "", "broken")])
    told = judge.judge(REQUEST, ANSWER)
    assert told.status == 500
    assert b'"rule":"R"' in told.body.replace(b" ", b"")
    assert b'"rule":"W"' not in told.body.replace(b" ", b"")
