"""Paths with `#…`, by which some documents tell operations of one method and path apart: nobody sends it.

What is sent of such an operation is the path before it. Which operation a request is for is told by the
parameters that each request to it has, first by those that always have the same value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from metermock.contract.contract import Mark, Operation, sent_path
from metermock.contract.parameter import Parameter
from metermock.contract.reading.bundle import Problem
from metermock.contract.reading.written import Written

_NAMED = re.compile(r"\{[^{}]*\}")


def marks_of(path: str, parameters: Iterable[Parameter]) -> frozenset[Mark]:
    """What tells requests to an operation of such a path; nothing for other paths."""
    if sent_path(path) == path:
        return frozenset()
    return frozenset(
        (each.location, each.name.lower() if each.location == "header" else each.name, _only(each.resolved))
        for each in parameters
        # Of one with a media type the value is sent as JSON, in more than one spelling.
        if each.required and each.location in ("query", "header") and each.style.is_plain and not each.media
    )


def _only(schema: Any) -> str | None:
    """The only value that a schema takes, if it is a text."""
    listed = [schema["const"]] if "const" in schema else schema.get("enum")
    is_one = isinstance(listed, list) and len(listed) == 1 and isinstance(listed[0], str)
    return listed[0] if is_one else None


class Apart:
    """Finds operations whose requests nobody can tell from those to an earlier one."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, str, frozenset[Mark]], tuple[str, str]] = {}

    def problem(self, written: Written, operation: Operation) -> Problem | None:
        """What is wrong with an operation that an earlier one has the requests of."""
        # Whatever its parameters are called, a path of this form is the same one.
        path = _NAMED.sub("{}", sent_path(operation.path))
        own = written.title, operation.path
        first, its = self._first.setdefault((operation.method, path, operation.marks), own)
        if first == written.title or (its != operation.path and "#" not in first + written.title):
            return None
        text = f"{written.title} takes the same requests as {first}: what stands behind # is never sent"
        advice = "give it a path of its own, or a required parameter that the other has not"
        return Problem(written.item_pointer, text, advice)
