"""Reasons for lies that nothing notices."""

from __future__ import annotations

from typing import Any

import pytest

from metermock.checker.audit.notes import notes_of
from metermock.errors import UsageError


def test_a_note_speaks_of_the_places_and_kinds_that_it_names() -> None:
    """Patterns of places; kinds and operation where they are given."""
    (note,) = notes_of({"x-audit-notes": [{"fields": ["/rows/*/n*"], "lies": ["cut"], "why": "free text"}]})
    assert note.explains("list", "/rows/*/name", "cut")
    assert not note.explains("list", "/rows/*/name", "removed")
    assert not note.explains("list", "/total", "cut")


def test_a_note_of_one_operation_says_nothing_about_others() -> None:
    """Without kinds it speaks of every kind."""
    (note,) = notes_of({"x-audit-notes": [{"fields": ["/id"], "operation": "one", "why": "an id"}]})
    assert note.explains("one", "/id", "removed")
    assert not note.explains("other", "/id", "removed")


@pytest.mark.parametrize(
    "written", [{"/id": "an id"}, ["an id"], [{"fields": "/id", "why": "an id"}], [{"fields": ["/id"]}]]
)
def test_a_note_that_is_not_written_as_it_has_to_be_is_told(written: Any) -> None:
    """The message shows the entry or the form."""
    with pytest.raises(UsageError, match="x-audit-notes") as caught:
        notes_of({"x-audit-notes": written})
    assert "fields" in str(caught.value)
