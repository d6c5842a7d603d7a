"""A few seeded faults of several kinds: what found them must go on finding them."""

from __future__ import annotations

import pytest

from tests.checker.engine.plain import checked

FAULTS = [
    # contract, fault, the rule it breaks, operations asked, accounts asked
    ("onceonly", "usage-capped", "OO-1", (), ("over-limit", "steady")),
    ("onceonly", "header-month-as-date", "OO-2", (), ("steady",)),
    ("onceonly", "unlimited-agency", "OO-4", (), ("agency",)),
    ("onceonly", "other-default", "X-3", ("getMonthlyUsage",), ("steady",)),
    ("onceonly", "any-scheme", "X-5", ("getMonthlyUsage",), ("steady",)),
    # The latest calls of `steady` and `busy` reach behind the morning in some hours only; of `job` always.
    ("essarion", "days-of-los-angeles", "ES-8", (), ("job", "steady")),
    ("essarion", "cookie-beside-key", "X-5", (), ("steady",)),
    # The latest calls of `steady` and `busy` share a second in some hours only; two of `quiet` always do.
    ("essarion", "ties-ascending", "ES-12", (), ("quiet", "steady")),
    # What differs is read again some seconds later, until nothing but two nodes can explain it: two minutes.
    pytest.param(*("essarion", "two-nodes", "X-1", (), ("steady", "busy")), marks=pytest.mark.timeout(400)),
    ("glyphnet", "end-date-left-out", "GL-10", (), ("steady",)),
    ("glyphnet", "no-date-times", "GL-12", (), ("steady",)),
    ("glyphnet", "parameters-first", "X-6", (), ("steady",)),
    ("onepin", "share-as-percent", "ON-15", ("getUsageByLanguage",), ("steady",)),
    ("onepin", "pages-skip", "ON-17", ("listUsageActivity",), ("steady",)),
]


LATE = [
    ("essarion", "ES-11", "getAccountUsage"),
    ("zkscore", "ZK-10", "getDeveloperUsage"),
    ("onepin", "ON-17", "listUsageActivity"),
]


@pytest.mark.parametrize(("name", "rule", "operation"), LATE, ids=lambda value: value)
def test_numbers_that_lag_are_a_warning(name: str, rule: str, operation: str) -> None:
    """What shows up long after it happened was not there when the same was asked ten seconds before."""
    verdict = checked(
        name, fault="five-minutes-late", accounts=("busy",), operations=(operation,), rules=(rule,)
    )
    (found,) = verdict.findings
    assert (found.rule, found.level) == (rule, "should")
    assert "\nsleep 10; curl " in found.advice
    assert verdict.verdict == "kept"


def test_a_rounding_that_few_values_show_is_looked_for() -> None:
    """Of the ranges of days, the check asks for those whose percentage lies half-way."""
    verdict = checked("glyphnet", fault="percentage-half-even", accounts=("busy",), rules=("GL-2",))
    assert [(finding.rule, finding.level) for finding in verdict.findings] == [("GL-2", "should")]


@pytest.mark.parametrize(
    ("name", "fault", "rule", "operations", "accounts"),
    FAULTS,
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_fault_is_found_by_the_rule_it_breaks(
    name: str, fault: str, rule: str, operations: tuple[str, ...], accounts: tuple[str, ...]
) -> None:
    """The contract is broken, and a finding names the rule and repeats the request."""
    verdict = checked(name, fault=fault, operations=operations, accounts=accounts)
    findings = {finding.rule: finding for finding in verdict.findings}
    assert verdict.verdict == "broken"
    assert rule in findings
    assert findings[rule].curl.startswith("curl ")
    assert findings[rule].message
