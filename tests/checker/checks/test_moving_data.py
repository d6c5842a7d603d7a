"""Data that moves while we look is no breach; replies that go to and fro are one."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

import pytest

from metermock.checker.check import check
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.target import Target
from metermock.checker.findings.verdict import Verdict
from metermock.contract import Contract
from tests.checker.engine.plain import deployed

COMPARED = {"repeatable", "default", "unknown-parameter"}


@pytest.fixture
def verdict_on(
    serve: Callable[..., Any], contract: Contract, target: Target
) -> Callable[[Callable[[Any], int]], Verdict]:
    """A function that checks a deployment whose total depends on the request."""

    def look(total: Callable[[Any], int]) -> Verdict:
        def respond(seen: Any) -> tuple[int, dict[str, str], bytes]:
            if "s3cret-token" not in seen.headers.get("authorization", ""):
                return 401, {}, b'{"error": "unauthorized"}'
            number = total(seen)
            return 200, {}, f'{{"total": {number}, "rows": [{{"calls": {number}}}]}}'.encode()

        url = serve(respond).url
        options = Options(trust_env=False, fuzz=False, rules=tuple(COMPARED), later=0.3)
        return check(Target("tiny", contract, url, target.accounts), options)

    return look


def counts(verdict: Verdict) -> dict[str, tuple[int, int]]:
    """How often each comparison was broken, and how often nothing could be known."""
    return {rule.id: (rule.failed, rule.inapplicable) for rule in verdict.rules if rule.id in COMPARED}


def test_a_counter_that_rises_with_every_request_breaks_nothing(verdict_on: Callable[..., Verdict]) -> None:
    """Every reply differs from the one before: of the same request again nothing can be known."""
    verdict = verdict_on(lambda seen: 1000 + seen.number)
    ran = {rule.id: rule.ran for rule in verdict.rules if rule.id in COMPARED}
    assert verdict.findings == ()
    assert ran["repeatable"] == 0
    assert counts(verdict)["repeatable"][1] > 0


def test_a_counter_that_rises_now_and_then_is_compared(verdict_on: Callable[..., Verdict]) -> None:
    """Between two steps of the data each comparison is made."""
    verdict = verdict_on(lambda seen: 1000 + seen.number // 7)
    ran = {rule.id: rule.ran for rule in verdict.rules if rule.id in COMPARED}
    assert verdict.findings == ()
    assert all(ran[name] for name in COMPARED)


def test_random_replies_are_reported(verdict_on: Callable[..., Verdict]) -> None:
    """A reply that nobody can get twice under one Date is a finding of its own rule."""
    dice = random.Random(0)  # noqa: S311 -- repeatable on purpose
    verdict = verdict_on(lambda _: dice.randrange(1000))
    assert [finding.rule for finding in verdict.findings] == ["repeatable"]


def test_two_nodes_that_disagree_are_reported(verdict_on: Callable[..., Verdict]) -> None:
    """Every second reply from another state is no new data."""
    verdict = verdict_on(lambda seen: 1000 - seen.number % 2)
    assert "repeatable" in [finding.rule for finding in verdict.findings]


def test_a_parameter_that_should_not_matter_is_reported_although_data_move(
    verdict_on: Callable[..., Verdict],
) -> None:
    """A default that changes the reply when it is spelled out is told from new data."""
    verdict = verdict_on(lambda seen: 1000 + seen.number // 9 + 50 * ("days=7" in seen.target))
    assert "default" in [finding.rule for finding in verdict.findings]
    assert counts(verdict)["repeatable"][0] == 0


def test_a_check_whose_requests_are_spent_waits_for_nothing() -> None:
    """What would be asked again ninety seconds later is left, and the end comes at once."""
    began = time.monotonic()
    with deployed("essarion", accounts=("busy",)) as target:
        verdict = check(target, Options(trust_env=False, fuzz=False, max_requests=6, later=90))
    assert "6 requests" in verdict.reason
    assert time.monotonic() - began < 60
