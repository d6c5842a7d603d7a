"""What was learnt is tried on a deployment once more."""

from __future__ import annotations

from pathlib import Path

from metermock.learn.learning import Learned, learned
from metermock.learn.overlay import actions_of
from metermock.learn.proving import Proof, demanded, surviving
from metermock.learn.witness import Witnesses
from tests.learn import api


def found(folder: Path) -> list[Learned]:
    """What the small API teaches."""
    result, _ = learned(api.contract(folder).operations, Witnesses(tuple(api.witnesses())), lambda _: None)
    return result


def test_what_broke_is_dropped_and_told(tmp_path: Path) -> None:
    """The line names the rule, and what the deployment answered."""
    before = found(tmp_path)
    rule = before[0].rules[0].candidate

    after, lines = surviving(before, Proof({rule.id: "1 == 2 is false"}, frozenset()))

    assert rule.id not in {each.candidate.id for each in after[0].rules}
    assert lines[:1] == [
        f"getUsage: dropped, since a request on purpose broke it: {rule.message}\n  it has 1 == 2 is false"
    ]


def test_a_relation_that_never_ran_is_dropped(tmp_path: Path) -> None:
    """Two replies may differ for many reasons, so a relation has to hold where it was asked."""
    before = found(tmp_path)
    first = before[0].relations[0]

    after, lines = surviving(before, Proof({}, frozenset({first.id})))

    assert [each.id for each in after[0].relations] == [first.id]
    count = len(before[0].relations) - 1
    assert count
    assert f"left out, since no request tried it: {count} relation" in lines[-1]


def test_every_rule_is_tried_as_a_must(tmp_path: Path) -> None:
    """A check lets each *must* run once before it asks anything else, so that a few requests try them all."""
    before = found(tmp_path)
    actions = actions_of(api.contract(tmp_path), before)

    tried = [demanded(each).update for each in actions]

    levels = {rule["level"] for update in tried for rules in update.values() for rule in rules}
    assert levels == {"must"}
    assert {rule["level"] for each in actions for rules in each.update.values() for rule in rules} == {
        "should"
    }
