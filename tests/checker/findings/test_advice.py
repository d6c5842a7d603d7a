"""What a finding says to do speaks of its own check."""

from __future__ import annotations

import pytest

from metermock.checker.findings.advice import advice_for
from metermock.checker.findings.check_ids import BUILT_IN_RULES

CUSTOMS = ("as-asked", "pages", "effect", "routing", "head", "repeatable", "default", "parameter-order")


@pytest.mark.parametrize("rule", [*BUILT_IN_RULES, *CUSTOMS, "unknown-parameter", "repeated-parameter"])
def test_a_check_that_no_document_words_has_advice_of_its_own(rule: str) -> None:
    """To mend a rule in the contract is advice where a contract has the rule."""
    assert "the rule where the contract has it" in advice_for("T-1")
    assert "the rule" not in advice_for(rule)
