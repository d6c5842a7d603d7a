"""What happened to a thing goes on from its beginning to its state."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import INSTANT, TEXT, asking, object_of, rows_of

NOW = dt.datetime(2026, 3, 18, 15, 42, 7, tzinfo=dt.UTC)
STATES = ["queued", "sent", "delivered", "opened", "bounced", "failed"]
STATUS: dict[str, Any] = {"type": "string", "enum": STATES}
OR_NULL: dict[str, Any] = {"type": ["string", "null"], "format": "date-time"}
PATH = [{"name": "id", "in": "path", "required": True, "schema": TEXT}]
IDS = [f"msg_{number}" for number in range(24)]
PLACES = {state: min(place, 4) for place, state in enumerate(STATES)}


def read(text: str) -> dt.datetime:
    """An instant."""
    return dt.datetime.fromisoformat(text)


@pytest.mark.parametrize("name", ["events", "status_history", "timeline"])
@pytest.mark.parametrize("state", ["type", "status"])
def test_the_events_of_a_thing_are_its_story(tmp_path: Path, name: str, state: str) -> None:
    """From its creation on, in order, in states that follow each other up to its own."""
    fields = {
        "id": TEXT,
        "status": STATUS,
        "created_at": INSTANT,
        "updated_at": INSTANT,
        "sent_at": OR_NULL,
        "delivered_at": OR_NULL,
    }
    schema = object_of(**fields, **{name: rows_of(**{state: STATUS, "at": INSTANT, "note": TEXT})})
    ask = asking(tmp_path, schema, PATH, path="/messages/{id}")
    found = [ask(id=each) for each in IDS]

    assert len({body["status"] for body in found}) > 4
    for body in found:
        instants = [read(row["at"]) for row in body[name]]
        states = [row[state] for row in body[name]]
        assert instants == sorted(instants)
        assert read(body["created_at"]) <= instants[0]
        assert instants[-1] <= read(body["updated_at"]) <= NOW
        assert states[-1] == body["status"]
        assert len({*states}) == len(states)
        assert [PLACES[each] for each in states] == sorted(PLACES[each] for each in states)
        for word in ("sent", "delivered"):
            at = [row["at"] for row in body[name] if row[state] == word]
            assert at in ([], [body[f"{word}_at"]]), body


def test_events_without_states_are_in_order(tmp_path: Path) -> None:
    """They begin with the thing, and none lies ahead."""
    schema = object_of(id=TEXT, created_at=INSTANT, history=rows_of(timestamp=INSTANT, comment=TEXT))
    ask = asking(tmp_path, schema, PATH, path="/orders/{id}")

    for body in (ask(id=each) for each in IDS):
        instants = [read(row["timestamp"]) for row in body["history"]]
        assert [read(body["created_at"]), *instants, NOW] == sorted(
            [read(body["created_at"]), *instants, NOW]
        )


@pytest.mark.parametrize("name", ["subscribed_events", "attempts", "items"])
def test_other_lists_have_times_of_their_own(tmp_path: Path, name: str) -> None:
    """What is no story of the thing is as it is."""
    schema = object_of(id=TEXT, created_at=INSTANT, **{name: rows_of(at=INSTANT, note=TEXT)})
    ask = asking(tmp_path, schema, PATH, path="/orders/{id}")
    found = [[row["at"] for row in ask(id=each)[name]] for each in IDS]

    assert any(instants != sorted(instants) for instants in found)
