from __future__ import annotations

from typing import Any, get_args

import pytest

from metermock.checker.deployment.options import Grade, Options
from metermock.checker.findings.check_ids import CheckIds
from metermock.checker.findings.grading import Grading
from metermock.contract import Breach
from metermock.contract.exchange import Level

OPTIONS = {"undocumented-field": "undocumented_fields", "integer-as-float": "integer_as_float"}


def graded(rule: str, level: Level, ids: CheckIds | None = None, /, **options: Any) -> list[tuple[str, str]]:
    """Rule and level of a breach, once it is graded."""
    breach = Breach(rule, level, "/x", "", "", "")
    found = Grading(ids or CheckIds(), Options(**options)).graded([breach])
    return [(each.rule, each.level) for each in found]


@pytest.mark.parametrize("rule", OPTIONS)
@pytest.mark.parametrize("chosen", get_args(Grade))
@pytest.mark.parametrize("level", get_args(Level))
def test_an_option_decides_how_grave_a_breach_is(rule: str, level: Level, chosen: Grade) -> None:
    """Whatever it is otherwise; what is allowed is no breach."""
    found = graded(rule, level, **{OPTIONS[rule]: chosen})
    assert found == ([] if chosen == "allow" else [(rule, chosen)])


@pytest.mark.parametrize("rule", OPTIONS)
@pytest.mark.parametrize("level", get_args(Level))
def test_without_an_option_the_contract_decides(rule: str, level: Level) -> None:
    """A must stays one, and so does a should."""
    assert graded(rule, level) == [(rule, level)]


@pytest.mark.parametrize(
    ("key", "rule"), [("undocumented", "undocumented-field"), ("integers", "integer-as-float")]
)
def test_what_the_document_names_it_promises(key: str, rule: str) -> None:
    """The id of `x-checks` makes it a must; an option still has the last word."""
    ids = CheckIds.of({"x-checks": {key: "AC-7"}})
    assert graded(rule, "should", ids) == [("AC-7", "must")]
    assert graded(rule, "should", ids, **{OPTIONS[rule]: "should"}) == [("AC-7", "should")]


@pytest.mark.parametrize("rule", ["schema", "status", "AC-1"])
def test_other_breaches_stay_as_they_are(rule: str) -> None:
    """The options speak of two rules only."""
    assert graded(rule, "must", undocumented_fields="allow", integer_as_float="allow") == [(rule, "must")]
