"""Patterns that look around, and for which no text is found: replies and requests cannot have one."""

from __future__ import annotations

import re
from typing import Any

from metermock.contract.format_texts import AROUND, keeping
from metermock.contract.pattern_texts import matching
from metermock.contract.reading.bundle import Bundle
from metermock.contract.reading.structure import Part, Pointer
from metermock.errors import ContractError

_LOOKS = re.compile(r"\(\?<?[=!]")
_NOT_FOUND = "no text was found for the pattern"
_UNREPLIED = "no text is known for the pattern"
"""Of what no response reaches."""


def tell_unmade_pattern(made: Bundle, part: Part) -> None:
    """Note a pattern that looks around, for which neither the author nor we know a text."""
    schema = part.value
    pattern = schema.get("pattern")
    if not isinstance(pattern, str) or not _LOOKS.search(pattern) or schema.get("format") in AROUND:
        return
    low, high = _length(schema.get("minLength")) or 0, _length(schema.get("maxLength"))
    takes = keeping("", pattern, low, high)
    is_shown = any(isinstance(each, str) and takes(each) for each in _shown(schema))
    if not is_shown and matching(pattern, low, high) is None:
        said = _NOT_FOUND if _is_replied(made, part.pointer) else _UNREPLIED
        made.note(
            (*part.pointer, "pattern"),
            f"{said} {pattern!r}, so what has to have one is not made",
            "give it an example",
        )


def is_unmade_pattern(note: ContractError) -> bool:
    """Whether a note is about such a pattern of a response, or of what one reaches."""
    return note.problem.startswith(_NOT_FOUND)


def _is_replied(made: Bundle, pointer: Pointer) -> bool:
    """Whether a part stands in a response, or is reached from one."""
    waiting, seen = [pointer], set[Pointer]()
    while waiting:
        here = waiting.pop()
        if "responses" in here:
            return True
        around = {here[:end] for end in range(1, len(here) + 1)} - seen
        seen |= around
        waiting += [holder for holder, target in made.references if target in around]
    return False


def _length(bound: Any) -> int | None:
    return bound if isinstance(bound, int) and bound >= 0 else None


def _shown(schema: dict[str, Any]) -> list[Any]:
    """What a schema names itself."""
    lists = [schema.get(name) for name in ("examples", "enum")]
    listed = [each for values in lists if isinstance(values, list) for each in values]
    return [*(schema.get(name) for name in ("example", "default", "const")), *listed]
