"""An audit from end to end, over a till."""

from __future__ import annotations

import json

import pytest

from metermock.checker.audit.audit import Audit, Depth
from metermock.checker.audit.notes import notes_of
from metermock.checker.audit.report import Result, as_json, as_table
from metermock.checker.audit.score import Field, Score
from metermock.checker.checks.session import Session


@pytest.fixture
def score(session: Session) -> Score:
    """What the till's contract notices of lies about the first reply, and one more."""
    counted = Score(notes_of(session.contract.document))
    audit = Audit(session, session.contract.operations, counted, seed=0, depth=Depth(first=2))
    audit.run(lambda _: None)
    return counted


def row(score: Score, place: str) -> Field:
    """What became of the lies about a place."""
    return next(field for field in score.fields if field.place == place)


def test_schema_rules_and_relations_each_notice_what_they_can(score: Score) -> None:
    """A removed field is the schema's, a header the rule's, the total the relation's, as it is told twice."""
    assert row(score, "headers/x-count").by["T-1"]
    assert row(score, "/total").by["T-3"]
    assert row(score, "/rows/*").missed.total() == 0
    noticed = {"integer-as-float", "undocumented-field", "schema", "T-3"}
    assert set(row(score, "/total").by) == noticed


def test_what_a_should_alone_notices_is_counted_apart(score: Score) -> None:
    """A lie about the rate is only a warning of a check."""
    rate = row(score, "/rate")
    assert rate.warned == rate.by["T-2"] > 0


def test_survivors_are_listed_by_kind_and_explained_by_notes(score: Score) -> None:
    """A name may be cut unnoticed, as the notes say; that nobody holds the second day is told."""
    assert set(row(score, "/rows/*/name").missed) == {"case", "cut"}
    assert not row(score, "/rows/*/name").unexplained
    assert set(row(score, "/rows/*/day").unexplained) == {"+1 day"}


def test_the_shares_count_all_lies_and_those_that_no_note_gives_up(score: Score) -> None:
    """Notes take their lies out of the second share, noticed ones too."""
    given_up = sum(row(score, "/rows/*/name").told[kind] for kind in ("case", "cut"))
    assert score.all.lies - score.constrained.lies == given_up
    assert 0 < score.all.percent < score.constrained.percent < 100


def test_the_table_marks_what_no_note_explains(score: Score) -> None:
    """Reasons stand below, each once."""
    told = as_table(Result("till", (), 0, 2, 1.0, score), survivors=True)
    assert told.count("What the keeper calls it.") == 1
    assert "cut (1 of 2) [1]" in told
    assert "NOT EXPLAINED" in told


def test_the_json_has_the_same_counts(score: Score) -> None:
    """Per field: lies, caught, what noticed, and what survived with its reason."""
    told = json.loads(as_json(Result("till", ("2026-03-02T00:00:00Z",), 7, 2, 1.0, score)))
    assert told["all"]["lies"] == sum(field["lies"] for field in told["fields"])
    assert told["constrained"]["percent"] == score.constrained.percent
    (name,) = [field for field in told["fields"] if field["field"] == "/rows/*/name"]
    assert {entry["why"] for entry in name["survived"]} == {"What the keeper calls it."}
