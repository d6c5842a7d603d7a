"""What a rule was learnt from, and what is shown of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from metermock.checker.deployment.concealment import concealment
from metermock.learn.evidence import applied, evidence
from metermock.learn.learning import Learned, learned
from metermock.learn.overlay import source_of
from metermock.learn.witness import Witnesses
from tests.learn import api


@pytest.fixture
def found(tmp_path: Path) -> Learned:
    """What the small API teaches."""
    (result,), _ = learned(
        api.contract(tmp_path).operations, Witnesses(tuple(api.witnesses())), lambda _: None
    )
    return result


def test_a_rule_counts_the_replies_where_it_applies(found: Learned) -> None:
    """Of thirty replies, those to one period of two accounts are told."""
    rule = replace(found.rules[0].candidate, when="request.period == 'all' && body.quota < 500")

    sample = applied(found, rule)

    assert {each.parameters["period"] for each in sample.replies} == {"all"}
    assert source_of(sample) == "learned from 6 replies of 2 accounts, 2026-11-24"


def test_evidence_is_of_replies_where_the_rule_applies(found: Learned) -> None:
    """No value of another reply stands beside the rule."""
    rule = replace(
        found.rules[0].candidate, when="body.quota == 900", pointers=frozenset({"/quota", "/used"})
    )

    shown = evidence(found, rule, concealment(()))

    assert len(shown) == 3
    assert {each["/quota"] for each in shown} == {"900"}


def test_evidence_is_of_several_accounts(found: Learned) -> None:
    """Three replies from end to end show quotas that differ."""
    rule = replace(found.rules[0].candidate, when="", pointers=frozenset({"/quota", "/used"}))

    shown = evidence(found, rule, concealment(()))

    assert len({each["/quota"] for each in shown}) == 3
