"""What people write about things is about what they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from metermock.server.generation.values.pools import pool
from metermock.server.generation.values.wording import texts_of
from tests.server.generation.made import TEXT, asking, object_of, rows_of


@pytest.mark.parametrize(
    ("field", "owner", "word"),
    [
        ("description", "UsageRecord", "calls"),
        ("description", "Invoice", "plan"),
        ("description", "ApiKey", "used by"),
        ("summary", "Parcel", "parcel"),
        ("note", "Parcel", "keep"),
        ("message", "Chat", "your"),
        ("message", "ErrorDetail", "cannot"),
        ("title", "Survey", "report"),
    ],
)
def test_texts_are_about_their_thing(field: str, owner: str, word: str) -> None:
    """A description of a parcel is of a parcel, and an error's message says what went wrong."""
    kind = "title" if field == "title" else "sentence"
    assert any(word in each.lower() for each in texts_of(kind, (field,), owner))


@pytest.mark.parametrize("kind", ["sentence", "title"])
@pytest.mark.parametrize("field", ["description", "note", "message", "prompt", "bio", "title"])
def test_no_text_is_of_random_words(tmp_path: Path, field: str, kind: str) -> None:
    """What is made is one of the texts that are written here."""
    random = {*pool(kind)}
    ask = asking(tmp_path, object_of(parcels=rows_of(id=TEXT, **{field: TEXT})), path="/parcels")
    made = {row[field] for account in ("steady", "quiet", "huge") for row in ask(account)["parcels"]}
    assert made
    assert not made & random


def test_other_texts_come_from_their_pools() -> None:
    """A city is no sentence."""
    assert texts_of("city", ("city",), "Parcel") == pool("city")
