"""A verdict that has something for each part of a report."""

from __future__ import annotations

from dataclasses import replace

import pytest

from metermock.checker.deployment.request import Request
from metermock.checker.findings.verdict import Finding, RuleCount, Verdict
from metermock.contract import Contract


def finding(rule: str, level: str = "must", **changes: str) -> Finding:
    """A finding of a rule."""
    made = Finding(
        rule=rule,
        level=level,  # type: ignore[arg-type]
        operation="getUsage",
        pointer="/paths/~1usage/get/x-rules/0",
        line=39,
        expected="sum(body.rows.map(r, r.calls)) == 3",
        received="4",
        message="the rows together are the total",
        curl="curl -sS -i 'https://tiny.example/usage?days=7' -H \"Authorization: Bearer $TINY_KEY\"",
        advice="Repeat the request.",
        times=12,
        request=Request("getUsage", "GET", "https://tiny.example/usage", (("days", "7"),)),
        place="/total",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.fixture
def verdict(contract: Contract) -> Verdict:
    """A broken contract: one finding, one warning, one known, one must rule that never ran."""
    rules = (
        RuleCount("T-1", "must", "getUsage", "the rows together are the total", 90, 12, 3),
        RuleCount("T-2", "should", "getUsage", "there is a row", 90, 1, 0),
        RuleCount("T-3", "must", "getUsage", "pages do not overlap", 0, 0, 7),
        RuleCount("T-4", "must", "getUsage", "numbers are numbers", 90, 0, 0),
    )
    return Verdict(
        target="staging",
        contract="tiny",
        url="https://tiny.example",
        verdict="broken",
        findings=(finding("T-1"), finding("T-2", "should", message="there is a row")),
        known=(finding("T-4", advice="Known until 2027-01-01: ticket 4711"),),
        rules=rules,
        requests=180,
        seconds=4.2,
        seed=7,
        document=contract.path,
    )


def untested(verdict: Verdict) -> Verdict:
    """The same, but the deployment went away half-way."""
    return replace(verdict, verdict="untested", reason="after 90 requests it answers 503")
