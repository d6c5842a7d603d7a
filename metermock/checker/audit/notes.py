"""The reasons that a contract gives for lies that nothing in it can notice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from metermock.errors import UsageError

KEY = "x-audit-notes"


@dataclass(frozen=True, slots=True)
class Note:
    """One entry of `x-audit-notes`: why lies of these kinds about these fields go unnoticed.

    `fields` are patterns of places, `kinds` patterns of kinds; `operation` is empty where it speaks of all.
    """

    fields: tuple[str, ...]
    kinds: tuple[str, ...]
    operation: str
    why: str

    def explains(self, operation: str, place: str, kind: str) -> bool:
        """Whether the note is about this lie."""
        return (
            self.operation in {"", operation}
            and _matches(place, self.fields)
            and (not self.kinds or kind in self.kinds)
        )


def notes_of(document: Mapping[str, Any]) -> tuple[Note, ...]:
    """The notes of a document; UsageError for a note in another form."""
    written = document.get(KEY, [])
    if not isinstance(written, list):
        raise UsageError(f"{KEY} is a list of {{fields: […], why: text}}")
    return tuple(_note(entry) for entry in written)


def _note(entry: Any) -> Note:
    if not isinstance(entry, dict) or not {"fields", "why"} <= entry.keys() <= {
        "fields",
        "why",
        "lies",
        "operation",
    }:
        raise UsageError(f"{KEY}: write fields, why, and maybe lies and operation, not {entry!r}")
    fields, kinds = entry["fields"], entry.get("lies", [])
    if not all(
        isinstance(each, list) and all(isinstance(text, str) for text in each) for each in (fields, kinds)
    ):
        raise UsageError(f"{KEY}: fields and lies are lists of texts, in {entry!r}")
    return Note(tuple(fields), tuple(kinds), str(entry.get("operation", "")), str(entry["why"]))


def _matches(text: str, patterns: tuple[str, ...]) -> bool:
    # The `*` that stands for rows matches itself, so a place is a pattern of itself.
    return any(fnmatchcase(text, pattern) for pattern in patterns)
