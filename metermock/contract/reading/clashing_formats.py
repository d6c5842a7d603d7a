"""Formats beside patterns that no text of the format has: an instant that begins with `se-`.

By the letter no text is right, whoever sends it. The format is what the author means, so the pattern is
passed over, with a note.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from typing import Any

from metermock.contract.reading.bundle import Bundle
from metermock.contract.reading.structure import Part
from metermock.contract.references import References

_OF_TIME = "0123456789-+:.TtZz "
_LETTERS: Mapping[str, frozenset[str]] = {
    "date": frozenset("0123456789-"),
    **dict.fromkeys(("date-time", "time"), frozenset(_OF_TIME)),
    "uuid": frozenset(string.hexdigits + "-"),
    "ipv4": frozenset("0123456789."),
}
"""The characters that texts of a format may have."""
_BEGIN = re.compile(r"\^?([A-Za-z_]+)(?![A-Za-z_?*{])")
"""Letters that each text of a pattern has; one that is repeated may be missing."""
_ADVICE = "leave out the pattern or the format"
_OF_TEXTS = frozenset({"type", "pattern", "minLength", "maxLength", "title", "description", "example"})


def mend_clashing_format(made: Bundle, references: References, part: Part) -> None:
    """Take out a pattern that needs a character which no text of the schema's format has."""
    form = part.value.get("format")
    letters = _LETTERS.get(form) if isinstance(form, str) else None
    if letters is None:
        return
    if _clashes(part.value.get("pattern"), letters):
        _tell(made, (*part.pointer, "pattern"), form)
        del part.value["pattern"]
    parts = part.value.get("allOf")
    for number, entry in enumerate(parts if isinstance(parts, list) else ()):
        known = references.follow(entry)
        # What else such a part says of texts, is said of those of its pattern.
        if isinstance(known, dict) and known.keys() <= _OF_TEXTS and _clashes(known.get("pattern"), letters):
            _tell(made, (*part.pointer, "allOf", number), form)
            parts[number] = {}


def _tell(made: Bundle, where: tuple[str | int, ...], form: Any) -> None:
    made.note(where, f"no {form} fits the pattern; the pattern is passed over", _ADVICE)


def _clashes(pattern: Any, letters: frozenset[str]) -> bool:
    """Whether a pattern begins with a character that those texts do not have; False where nobody knows."""
    if not isinstance(pattern, str) or "|" in pattern:
        return False
    begin = _BEGIN.match(pattern)
    return begin is not None and not letters.issuperset(begin[1])
