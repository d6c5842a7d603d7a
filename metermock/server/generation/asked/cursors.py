"""Cursors that are no place of the mock's own: the id of a row, or a text that no reply gave out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from metermock.contract import Operation, Parameter
from metermock.errors import Refused, Violation
from metermock.server.generation.asked import paging
from metermock.server.generation.values.scene import Page
from metermock.server.generation.words import names

_INVALID = (400, 422)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
"""`after` and `before` may speak of time."""
IDS = ("id", "uuid", "uid")
"""What a thing calls the text that tells it from others."""


def row_after(body: Any, own: str) -> int | None:
    """The number of the row after the one with this id, in the lists of a reply; None where none has it."""
    for rows in _lists(body):
        for number, row in enumerate(rows):
            if isinstance(row, dict) and own in (row.get(name) for name in IDS):
                return number + 1
    return None


def _lists(value: Any) -> Iterator[list[Any]]:
    if isinstance(value, list):
        yield value
    elif isinstance(value, dict):
        for member in value.values():
            yield from _lists(member)


def turned_to(operation: Operation, page: Page, own: str, body: Any) -> Page:
    """The page beside the row of a whole list whose id stands as a cursor.

    Raises Refused for a text that is neither an id nor a cursor, where the document has a refusal for it;
    else such a text means the first page.
    """
    row = row_after(body, own)
    if row is None:
        if page.unread is not None:
            refuse_unread(operation, page.unread)
        return page.first
    at = row - 1 if page.is_backward else row
    numbers = paging.rows_at(at, page.size, page.total, is_backward=page.is_backward)
    return replace(page, numbers=numbers)


def refuse_unread(operation: Operation, unread: tuple[str, str]) -> None:
    """Raise Refused for a text that is no cursor, where the operation documents a refusal of bad input."""
    plain, text = unread
    parameter = next((each for each in operation.parameters if names.plain(each.name) == plain), None)
    if parameter is None or not refuses_input(operation):
        return
    if not _shows(parameter, text) and not _DAY.match(text) and _takes_ours(operation, parameter):
        message = f"{text!r} is not a cursor that a reply gave out"
        raise Refused("invalid", violations=(Violation("query", parameter.name, message, "cursor", text),))


def refuses_input(operation: Operation) -> bool:
    """Whether an operation documents a refusal of bad input."""
    return any(status in operation.responses for status in _INVALID)


def _shows(parameter: Parameter, text: str) -> bool:
    """Whether the document itself shows a text as a good one."""
    return text == parameter.default or text in parameter.examples.values()


def _takes_ours(operation: Operation, parameter: Parameter) -> bool:
    """Whether the mock's own cursors are allowed there: only then do replies give them out."""
    if "format" in parameter.resolved:
        return False
    return operation.contract.schemas.validator(parameter.schema, closed=False).is_valid(paging.cursor(1))
