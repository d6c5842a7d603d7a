"""A right deployment on a live clock is kept, in every way in which it may be right."""

from __future__ import annotations

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
