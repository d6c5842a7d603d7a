"""What a field is called for who makes its values follows from the fields beside it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from metermock.server.generation.values.pools import pool
from metermock.server.generation.words.called import called
from tests.server.generation.made import COUNT, TEXT, asking, asking_all, object_of


@pytest.mark.parametrize(
    ("name", "beside", "like"),
    [
        ("state", ("id", "image"), "status"),
        ("state", ("city", "state"), "state"),
        ("State", ("PostalCode", "Line1"), "State"),
        ("from", ("from", "to", "subject", "html"), "from_email"),
        ("from", ("from", "to", "subject", "body"), "from_email"),
        ("to", ("to", "bcc"), "to_email"),
        ("to", ("to", "email_id"), "to_email"),
        ("from", ("from", "to", "subject"), "from"),
        ("to", ("to", "html", "attachments"), "to"),
        ("to", ("to", "num_segments"), "to_phone"),
        ("to", ("to", "body", "segments"), "to_phone"),
        ("to", ("to", "sms_id"), "to_phone"),
        ("to", ("to", "call_sid"), "to_phone"),
        ("from", ("from", "call_id", "direction"), "from_phone"),
        ("to", ("to", "segments"), "to"),
        ("from", ("from", "to", "call"), "from"),
        ("from", ("from", "to", "phone"), "from"),
        ("from", ("from", "to", "granularity"), "from"),
        ("caller", ("caller", "subject"), "caller"),
        ("to", ("from", "to", "email"), "to"),
    ],
)
def test_a_name_is_read_with_those_beside_it(name: str, beside: tuple[str, ...], like: str) -> None:
    """A state without an address is no place; parties of mails have addresses, those of calls numbers."""
    assert called(name, {"string"}, dict.fromkeys(beside, TEXT), is_limit=False) == like


@pytest.mark.parametrize("counted", ["sms", "sms_sent", "email_count"])
def test_counts_of_messages_say_nothing_about_the_ends_of_a_period(counted: str) -> None:
    """`{from, to, sms_sent}` is a report; the same name of a text would be of a message."""
    assert called("from", {"string"}, {"from": TEXT, "to": TEXT, counted: COUNT}, is_limit=False) == "from"


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({"maxLength": 2}, "state_code"),
        ({"description": "Two-letter code"}, "state_code"),
        ({"description": "The abbreviation of the state"}, "state_code"),
        ({"description": "US state"}, "state"),
        ({"description": "State or province"}, "state"),
        ({"description": "State, as told by us"}, "status"),
    ],
)
def test_a_state_is_a_place_where_its_schema_says_so(tmp_path: Path, told: Any, kind: str) -> None:
    """Also without an address beside it; a short one is a code."""
    asked = asking(tmp_path, object_of(id=TEXT, state={**TEXT, **told}), path="/h")
    assert asked()["state"] in pool(kind)


def test_limits_are_called_after_what_they_limit() -> None:
    """In an object of limits each number is one; a text is not."""
    assert called("calls", {"integer"}, {"calls": COUNT}, is_limit=True) == "calls_limit"
    assert called("calls", {"string"}, {"calls": TEXT}, is_limit=True) == "calls"


def test_values_follow_from_the_fields_beside(tmp_path: Path) -> None:
    """A machine is active or not, a house is in a state, and mails go from one address to another."""
    machine = asking(tmp_path, object_of(id=TEXT, state=TEXT), path="/machine")()
    house = asking(tmp_path, object_of(id=TEXT, state=TEXT, city=TEXT), path="/house")()
    mail = asking(tmp_path, {"type": "object", **object_of(subject=TEXT, html=TEXT, to=TEXT)}, path="/mail")()
    call = asking(tmp_path, object_of(num_segments=TEXT, to=TEXT), path="/call")()
    assert machine["state"] in pool("status")
    assert house["state"] in pool("state")
    assert "@" in mail["to"]
    assert re.fullmatch(r"\+1-\d{3}-555-01\d\d", call["to"])


def test_limits_of_a_few_things_are_small_whatever_their_type_is_called(tmp_path: Path) -> None:
    """`collaborators: {included, used}` are tens, also where all such objects are of one type."""
    shared = {"Share": object_of(included=COUNT, used=COUNT)}
    share = {"$ref": "#/components/schemas/Share"}
    schema = object_of(collaborators=share, calls=share)
    made = asking_all(tmp_path, {"/plan": (schema, [])}, "/plan", shared=shared)()
    assert made["collaborators"]["included"] <= 100
    assert made["calls"]["included"] >= 1_000
