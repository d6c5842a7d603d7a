"""Days in bodies that are made."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from metermock.checker.inputs.body_dates import settled_days
from metermock.checker.inputs.written_bodies import good_bodies
from metermock.contract.samples import Samples
from tests.contract.reading.documents import document, read

NOW = datetime.fromisoformat("2026-11-20T15:42:07Z")
DAY = {"type": "string", "format": "date"}


@pytest.mark.parametrize(
    ("value", "settled"),
    [
        (
            {"start_date": "2026-03-01", "end_date": "2026-03-01"},
            {"start_date": "2026-11-13", "end_date": "2026-11-20"},
        ),
        (
            {"endDate": "2025-01-31", "startDate": "2026-03-01"},
            {"endDate": "2026-11-13", "startDate": "2025-01-31"},
        ),
        ({"from": "2025-05-02", "to": "2025-05-01"}, {"from": "2025-05-01", "to": "2025-05-02"}),
        ([{"at": "2026-03-01T12:00:00Z"}], [{"at": "2026-11-20T12:00:00Z"}]),
        ({"day": "2025-05-02", "n": 3, "tags": ["2026"]}, {"day": "2025-05-02", "n": 3, "tags": ["2026"]}),
    ],
)
def test_days_are_near_the_clock_and_in_order(value: Any, settled: Any) -> None:
    """Only those move that stand for any day; two ends are exchanged where they are inverted."""
    assert settled_days(value, NOW) == settled


def test_no_made_body_is_inverted(tmp_path: Path) -> None:
    """Not even where one field of the example is changed."""
    schema = {
        "type": "object",
        "required": ["start_date", "end_date"],
        "properties": {"start_date": DAY, "end_date": DAY, "kind": {"enum": ["a", "b"]}},
    }
    shown = {"start_date": "2025-01-01", "end_date": "2025-01-31", "kind": "a"}
    for example in ({"example": shown}, {}):
        content = {"application/json": {"schema": schema, **example}}
        post = {
            "requestBody": {"required": True, "content": content},
            "responses": {"200": {"description": "x"}},
        }
        operation = read(tmp_path, document(paths={"/jobs": {"post": post}})).operations[0]
        bodies = [each.value for each in good_bodies(operation, Samples(operation.contract.schemas))]
        assert len(bodies) > 1
        assert all(each["start_date"] <= each["end_date"] for each in bodies)
