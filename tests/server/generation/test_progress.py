"""A job's progress, what it has made and why it failed are what its state says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import AMOUNT, TEXT, WHOLE, asking, object_of, query, rows_of
from tests.server.generation.many_words import FLAG

MAYBE: dict[str, Any] = {"type": ["string", "null"]}
ADDRESS = {**MAYBE, "format": "uri"}
PART = {"type": "number", "minimum": 0, "maximum": 1}
RESULT = {**object_of(url={"type": "string", "format": "uri"}, bytes=WHOLE), "type": ["object", "null"]}
FAILURE = {**object_of(code=TEXT, message=TEXT), "type": ["object", "null"]}
STATES = {
    "PENDING": "waiting",
    "TRAINING": "running",
    "SUCCEEDED": "done",
    "FAILED": "failed",
    "CANCELED": "stopped",
}
JOB: dict[str, Any] = {
    "id": TEXT,
    "state": {"enum": list(STATES)},
    "percent_complete": {**WHOLE, "minimum": 0, "maximum": 100},
    "progress": PART,
    "result": RESULT,
    "download_url": ADDRESS,
    "failure": FAILURE,
    "error_code": {"enum": ["oom", "bad_input", None]},
}


def jobs(folder: Path, **fields: Any) -> list[dict[str, Any]]:
    """Many jobs with such fields."""
    ask = asking(folder, object_of(jobs=rows_of(**fields)), query(limit=WHOLE))
    found: list[dict[str, Any]] = ask(limit=100)["jobs"]
    return found


@pytest.fixture
def trainings(tmp_path: Path) -> dict[str, list[dict[str, Any]]]:
    """Jobs that train models, by how far they have come."""
    rows = jobs(tmp_path, **JOB)
    found = {stage: [row for row in rows if STATES[row["state"]] == stage] for stage in STATES.values()}
    assert all(found.values())
    return found


Trainings = dict[str, list[dict[str, Any]]]


def test_progress_begins_with_nought_and_ends_with_all(trainings: Trainings) -> None:
    """In hundredths or as a part of one; what goes on, and what ended early, is between."""
    assert {(row["percent_complete"], row["progress"]) for row in trainings["waiting"]} == {(0, 0)}
    assert {(row["percent_complete"], row["progress"]) for row in trainings["done"]} == {(100, 1)}
    for stage in ("running", "failed", "stopped"):
        assert all(0 < row["percent_complete"] < 100 for row in trainings[stage])
        assert all(0 < row["progress"] < 1 for row in trainings[stage])


def test_only_what_is_done_has_a_result(trainings: Trainings) -> None:
    """Each that is done has one, and none of the others."""
    for stage, rows in trainings.items():
        is_done = stage == "done"
        assert {row["result"] is not None for row in rows} == {is_done}
        assert {row["download_url"] is not None for row in rows} == {is_done}


def test_what_failed_says_why(trainings: Trainings) -> None:
    """Each that failed, in an object or a code; what goes well says nothing."""
    assert all(row["failure"] and row["failure"]["message"] for row in trainings["failed"])
    for stage in ("waiting", "running", "done"):
        assert {row["failure"] for row in trainings[stage]} == {None}
        assert {row["error_code"] for row in trainings[stage]} == {None}


def test_reasons_differ_from_thing_to_thing(trainings: Trainings) -> None:
    """A reason is one of the job, not of its document."""
    failed = trainings["failed"]
    assert len({str(row["failure"]) for row in failed}) > len(failed) / 4


def test_what_may_be_left_out_is(tmp_path: Path) -> None:
    """An optional field that cannot be null is not there; a required one stays."""
    row = object_of(id=TEXT, state=JOB["state"], output_url={"type": "string", "format": "uri"})
    row["properties"]["result_url"] = {"type": "string", "format": "uri"}
    body = asking(tmp_path, {"type": "array", "items": row}, query(limit=WHOLE))(limit=60)
    assert {("result_url" in each, each["state"] == "SUCCEEDED") for each in body} == {
        (True, True),
        (False, False),
    }
    assert all(each["output_url"] for each in body)


@pytest.mark.parametrize("name", ["output_format", "results_count", "error_rate", "progress_note"])
def test_what_only_sounds_like_it_stays(tmp_path: Path, name: str) -> None:
    """What was asked for, and what counts or describes, is there in all states."""
    schema = {"output_format": MAYBE, "progress_note": MAYBE}.get(name, AMOUNT)
    rows = jobs(tmp_path, id=TEXT, state=JOB["state"], **{name: schema})
    told = {row["state"] for row in rows if row[name] is not None}
    assert told == set(STATES)


def test_states_that_nobody_knows_say_nothing(tmp_path: Path) -> None:
    """A tier is no state of work: its progress and results are as they are made."""
    tiers = {"enum": ["bronze", "silver", "gold"]}
    rows = jobs(tmp_path, id=TEXT, status=tiers, progress=PART, output_url=ADDRESS, error=MAYBE)
    assert len({row["progress"] for row in rows}) > len(rows) / 2
    assert {row["output_url"] is None for row in rows} == {True, False}


def test_a_flag_called_error_is_no_reason(tmp_path: Path) -> None:
    """It keeps its value."""
    row = object_of(id=TEXT, state=JOB["state"])
    row["properties"]["error"] = FLAG
    body = asking(tmp_path, {"type": "array", "items": row}, query(limit=WHOLE))(limit=40)
    assert all("error" in each for each in body)


@pytest.mark.parametrize("word", ["rendering", "transcoding", "in_progress", "Uploading"])
def test_words_of_work_mean_that_it_goes_on(tmp_path: Path, word: str) -> None:
    """Whatever is done: it has begun and has not ended."""
    instants = {
        "started_at": {**MAYBE, "format": "date-time"},
        "completed_at": {**MAYBE, "format": "date-time"},
    }
    rows = jobs(tmp_path, id=TEXT, status={"enum": [word, "ready"]}, progress=WHOLE, **instants)
    for row in rows:
        is_ready = row["status"] == "ready"
        assert row["started_at"] is not None
        assert (row["completed_at"] is not None, row["progress"] == 100) == (is_ready, is_ready)
