"""A right deployment on a live clock is kept, in every way in which it may be right."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.checker.engine.plain import checked, told

WIRE = ("key-order", "whitespace", "escaped", "extra-headers", "lower-case-headers", "charset", "gzip")
MANNERS = ("zero-offset", "chunked", "close")
BOUND_TO_A_MONTH_START = {"OO-8"}
"""Rules that only a month's first minutes show."""


@pytest.mark.parametrize(
    ("name", "variants"),
    [
        ("onceonly", ()),
        ("onceonly", (*WIRE, "clock-ahead")),
        ("essarion", ()),
        ("essarion", (*MANNERS, "key-order", "clock-behind", "lag")),
        ("glyphnet", ("gzip", "chunked", "counts-itself", "clock-behind")),
    ],
    ids=lambda value: value if isinstance(value, str) else "+".join(value) or "as it is",
)
def test_a_right_deployment_is_kept(name: str, variants: tuple[str, ...]) -> None:
    """No false alarm, and every rule was judged."""
    verdict = checked(name, variants=variants, accounts=("steady", "busy"))
    assert told(verdict) == []
    assert (verdict.verdict, verdict.reason) == ("kept", "")
    assert {rule.id for rule in verdict.never_ran} <= BOUND_TO_A_MONTH_START


@pytest.mark.parametrize(
    ("name", "operations", "variants"),
    [
        ("onepin", ("getUsageByLanguage",), ("zero-offset", "inclusive-ends", "clock-ahead")),
        ("onepin", ("listUsageActivity",), ("gzip", "close", "key-order")),
    ],
)
def test_a_right_onepin_is_kept(name: str, operations: tuple[str, ...], variants: tuple[str, ...]) -> None:
    """One operation at a time, with its relations to the others."""
    verdict = checked(name, operations=operations, variants=variants, accounts=("steady",))
    assert told(verdict) == []
    assert (verdict.verdict, verdict.reason) == ("kept", "")


@pytest.mark.parametrize(
    ("fault", "found"),
    [(None, set()), ("rolling-month", {"OO-8"}), ("lifetime-counters", {"OO-8"}), ("local-month", {"OO-8"})],
)
def test_a_month_that_begins(fault: str | None, found: set[str]) -> None:
    """Counters that begin anew are kept; those that do not are told from them in its first minute."""
    begins = datetime(2026, 12, 1, 0, 0, 5, tzinfo=UTC)
    rules = () if fault is None else ("OO-8",)
    verdict = checked("onceonly", fault=fault, accounts=("steady", "at-limit"), rules=rules, now=begins)
    assert {finding.rule for finding in verdict.findings} == found
    assert "OO-8" not in {rule.id for rule in verdict.never_ran}


def test_one_credential_under_two_names_is_no_other_account() -> None:
    """A key with its own workspace beside it shows what the key shows, and nobody need say so."""
    verdict = checked(
        "onepin",
        accounts=("steady", "own-workspace"),
        operations=("getUsageByLanguage",),
        rules=("isolation",),
    )
    assert told(verdict) == []
