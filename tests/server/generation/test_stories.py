"""What happened to a thing agrees with its state, and what is made now has just begun."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import (
    ACCOUNTS,
    AMOUNT,
    INSTANT,
    TEXT,
    WHOLE,
    asking,
    object_of,
    query,
    rows_of,
)
from tests.server.generation.many_words import ALL, FLAG, MAYBE_INSTANT, SEEDS, Words, asker, document

NOW = "2026-03-18T15:42:07Z"
REACHED = {
    "messages": {"queued": 0, "sent": 1, "delivered": 2},
    "jobs": {"PENDING": 0, "RUNNING": 1, "COMPLETED": 2},
    "orders": {"new": 0, "shipped": 1},
}
"""How many of the later instants each state has come to."""
Made = tuple[Words, Callable[..., Any]]


@pytest.fixture(params=[(words, seed) for words in ALL for seed in SEEDS], ids=lambda each: each[0].things)
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Made:
    """The words of an API, and what asks it with a seed."""
    words, seed = request.param
    return words, asker(tmp_path, document(words), seed)


def rows(made: Made) -> list[dict[str, Any]]:
    """All rows of the list."""
    found: list[dict[str, Any]] = made[1]("list", limit=100)[made[0].rows]
    return found


def test_only_what_the_state_tells_has_come(made: Made) -> None:
    """What is queued was never sent; what is sent was not delivered."""
    words = made[0]
    reached = REACHED[words.things]
    told = [row for row in rows(made) if row["status"] in reached]
    assert told
    for row in told:
        later = words.ends[reached[row["status"]] :]
        assert [row[name] for name in later] == [None] * len(later), row


def test_what_failed_or_was_cancelled_has_not_reached_its_aim(made: Made) -> None:
    """A failed message was not delivered; a cancelled order says when."""
    words = made[0]
    for row in rows(made):
        if row["status"].lower() == "failed":
            assert row[words.ends[-1]] is None, row
        if "cancelled_at" in row:
            assert (row["cancelled_at"] is not None) is (row["status"] == "cancelled"), row


def test_events_follow_each_other_within_hours(made: Made) -> None:
    """From one event to the next it takes less than a day, in the order of the story, and none lies ahead."""
    words = made[0]
    for row in rows(made):
        told = [row[name] for name in (words.born, *words.ends) if row[name] is not None]
        instants = [dt.datetime.fromisoformat(each) for each in told]
        assert all(dt.timedelta() <= b - a < dt.timedelta(days=1) for a, b in pairwise(instants)), row
        assert row[words.born] <= row["updated_at"] <= NOW
        assert told[-1] <= NOW


@pytest.mark.parametrize("body", [{}, {"tags": ["mine"]}])
def test_what_is_made_begins_now(made: Made, body: dict[str, Any]) -> None:
    """It is created now, in the first state, with no tag that nobody gave it, and nothing came of it."""
    words, ask = made
    thing = ask("make", body=body)

    assert thing[words.born] == thing["updated_at"] == NOW
    assert thing["status"] == words.states[0]
    assert [thing[name] for name in words.ends] == [None, None]
    assert thing["tags"] == body.get("tags", [])


def test_what_is_made_begins_now_also_without_a_state(tmp_path: Path) -> None:
    """A thing that has an instant and nothing that has to agree with it is created now too."""
    thing = object_of(id=TEXT, created_at=INSTANT)
    made = {"description": "made", "content": {"application/json": {"schema": thing}}}
    paths = {"/things": {"post": {"operationId": "make", "responses": {"201": made}}}}
    ask = asker(tmp_path, {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths})
    assert ask("make")["created_at"] == NOW


def test_the_state_that_the_request_gives_stays(made: Made) -> None:
    """A body that says a state is repeated; the thing is made now all the same."""
    words, ask = made
    thing = ask("make", body={"status": words.states[1], words.whose: "c-9"})

    assert (thing["status"], thing[words.whose], thing[words.born]) == (words.states[1], "c-9", NOW)


@pytest.mark.parametrize(
    ("end", "flag", "who"),
    [("deletedAt", "isDeleted", "deletedBy"), ("archived_at", "archived", "archived_by")],
)
@pytest.mark.parametrize("end_schema", [INSTANT, MAYBE_INSTANT], ids=["optional", "nullable"])
def test_few_things_have_come_to_an_end_that_no_state_tells(
    tmp_path: Path, end: str, flag: str, who: str, end_schema: dict[str, Any]
) -> None:
    """Of the things of a list few were deleted; and flag, instant and author of that agree."""
    row = object_of(id=TEXT, created_at=INSTANT, updated_at=INSTANT, **{flag: FLAG})
    row["properties"] |= {end: end_schema, who: TEXT}
    ask = asking(tmp_path, object_of(data={"type": "array", "items": row, "minItems": 20}))
    things = [
        thing
        for account in ("steady", "huge", "quiet", "near-limit", "over-limit")
        for thing in ask(account)["data"]
    ]

    ended = [each for each in things if each.get(end) is not None]
    assert 0 < len(ended) < len(things) / 2
    for each in things:
        assert each[flag] is (each.get(end) is not None), each
        assert (who in each) <= (each.get(end) is not None), each
        assert each["created_at"] <= (each.get(end) or NOW) <= NOW


def test_an_end_that_has_to_be_there_is(tmp_path: Path) -> None:
    """A log of deletions says when; a thing made now has none that may be left out."""
    body = asking(tmp_path, object_of(data=rows_of(id=TEXT, deleted_at=INSTANT, deleted=FLAG)))()
    assert [(row["deleted_at"] <= NOW, row["deleted"]) for row in body["data"]] == [(True, True)] * len(
        body["data"]
    )
    assert body["data"]


def test_an_open_invoice_is_not_paid(tmp_path: Path) -> None:
    """Nor is a void one; what is paid says when."""
    states = {"enum": ["open", "paid", "void", "overdue"]}
    row = rows_of(id=TEXT, status=states, created_at=INSTANT, paid_at=MAYBE_INSTANT)
    body = asking(tmp_path, object_of(invoices=row), query(limit=WHOLE))(limit=50)
    told = {(row["status"], row["paid_at"] is not None) for row in body["invoices"]}
    assert told <= {("open", False), ("paid", True), ("void", False), ("overdue", False)}
    assert {("paid", True), ("open", False)} <= told


def test_what_may_be_null_says_no_error_of_what_went_well(tmp_path: Path) -> None:
    """A queued or finished job has no error; some of those that failed have one."""
    states = {"enum": ["queued", "running", "done", "failed"]}
    row = rows_of(id=TEXT, status=states, created_at=INSTANT, error={"type": ["string", "null"]})
    body = asking(tmp_path, object_of(jobs=row), query(limit=WHOLE))(limit=80)
    assert {row["status"] for row in body["jobs"] if row["error"] is not None} == {"failed"}


def test_what_is_ongoing_has_not_ended(tmp_path: Path) -> None:
    """A session that goes on has no end where null is allowed, and a completed one has."""
    status = {"type": "string", "enum": ["ongoing", "completed"]}
    end = {"type": ["string", "null"], "format": "date-time"}
    row = object_of(id=TEXT, status=status, started_at=INSTANT, ended_at=end)
    rows = asking(tmp_path, {"type": "array", "items": row}, query(limit=WHOLE))(limit=40)

    assert {each["status"] for each in rows} == {"ongoing", "completed"}
    assert all((each["ended_at"] is None) == (each["status"] == "ongoing") for each in rows)


def test_a_draft_is_not_issued(tmp_path: Path) -> None:
    """What is open or paid is, and only what is paid has been paid: all of it, and nothing is due."""
    maybe = {"type": ["string", "null"], "format": "date-time"}
    status = {"type": "string", "enum": ["draft", "open", "paid"]}
    invoice = {"id": TEXT, "status": status, "issued_at": maybe, "paid_at": maybe}
    money = dict.fromkeys(("subtotal", "tax", "total", "amount_due", "amount_paid"), AMOUNT)
    ask = asking(tmp_path, object_of(invoices=rows_of(**invoice, **money)), path="/invoices")
    seen = set()
    for row in (row for account in ACCOUNTS for row in ask(account)["invoices"]):
        seen.add(row["status"])
        assert (row["issued_at"] is None) is (row["status"] == "draft")
        assert (row["paid_at"] is not None) is (row["status"] == "paid")
        assert row["amount_paid"] == (row["total"] if row["status"] == "paid" else 0)
        assert row["amount_due"] + row["amount_paid"] == pytest.approx(row["total"])
    assert seen == {*status["enum"]}
