"""What was learnt is tried on a deployment once more."""

from __future__ import annotations

from pathlib import Path

from metermock.learn.learning import Learned, learned
from metermock.learn.proving import Proof, surviving
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
    assert lines == [
        f"getUsage: dropped, since a request on purpose broke it: {rule.message}\n  it has 1 == 2 is false"
    ]


def test_a_relation_that_never_ran_is_dropped(tmp_path: Path) -> None:
    """Two replies may differ for many reasons, so a relation has to hold where it was asked."""
    before = found(tmp_path)
    first = before[0].relations[0]

    after, _ = surviving(before, Proof({}, frozenset({first.id})))

    assert [each.id for each in after[0].relations] == [first.id]
