"""One way in which a reply is not about what was asked, and where in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from metermock import json_pointer
from metermock.checker.checks.shown_ids import path_to


@dataclass(frozen=True, slots=True)
class Unlike:
    """What is wrong of a reply; `place` is a JSON pointer."""

    place: str
    expected: str
    received: str
    message: str


def place_of(body: Any, found: Sequence[Any], field: str) -> str:
    """Where a field of each row of a list stands in a body, as a JSON pointer."""
    return json_pointer.text_of([*(path_to(body, found) or ()), "*", field])
