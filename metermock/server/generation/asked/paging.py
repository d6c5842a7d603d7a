"""Pages of one list: by limit and offset, by page number, by cursor."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from metermock.contract.json_types import ABSENT
from metermock.contract.page_names import BEFORE, CURSORS, LIMITS, NUMBERS, OFFSETS
from metermock.contract.parameter import Parameter
from metermock.ledger import dice
from metermock.server.generation.values.scene import Page

_ALL = LIMITS | OFFSETS | NUMBERS | CURSORS | BEFORE
_POINTERS = CURSORS | BEFORE
DEFAULT = 10
_LEAST, _MOST = 12, 57
_MARK = "row-"
_FARTHEST = 1 << 31
"""No list goes on so long. What follows from larger numbers cannot be written as JSON."""


def page_of(
    said: Mapping[str, Any],
    key: int,
    *,
    is_empty: bool,
    known: frozenset[str],
    part: int = 0,
    base: int = 1,
) -> Page | None:
    """The page that a request asks for; None for an operation whose parameters, `known`, have no pages.

    `part` is the key of a part of the list, which has fewer rows than the whole; nought for the whole.
    `base` is the number of the first page.
    """
    if not known & _ALL:
        return None
    total = 0 if is_empty else _LEAST + dice.below(_MOST - _LEAST, dice.draw(dice.key("rows", key), 0))
    if part and total:
        total = 1 + dice.below(total - 1, dice.draw(dice.key("rows", part), 0))
    # A document without bounds lets a request ask for less than nothing, which is nothing.
    size = max(_number(said, LIMITS, DEFAULT), 0)
    first = max(_number(said, OFFSETS, 0), 0)
    number = _number(said, NUMBERS, None)
    if number is not None:
        # Pages count from one, but for those who ask for page nought.
        first = max(number - base, 0) * size
    unread = None
    is_backward = False
    for name, value in said.items():
        if name in _POINTERS and name in known:
            row = position(value)
            is_backward = name in BEFORE
            first, unread = row or 0, (name, value) if row is None else None
    first = min(first, _FARTHEST)
    return Page(
        rows_at(first, size, total, is_backward=is_backward),
        total,
        size,
        goes_on=bool(known & (OFFSETS | NUMBERS | CURSORS)),
        is_sized=_number(said, LIMITS, None) is not None,
        is_numbered=not known & (OFFSETS | CURSORS),
        unread=unread,
        is_backward=is_backward,
        has_cursor=bool(known & CURSORS),
        base=base,
    )


def base_of(parameter: Parameter) -> int:
    """The number of the first page: nought where the document says so."""
    least = parameter.resolved.get("minimum")
    return 0 if parameter.default == 0 or (parameter.default is ABSENT and least == 0) else 1


def rows_at(row: int, size: int, total: int, *, is_backward: bool) -> range:
    """The rows of the page that begins at a row, or of the one that ends before it."""
    return rows_before(row, size, total) if is_backward else rows_from(row, size, total)


def rows_before(end: int, size: int, total: int) -> range:
    """The rows of the page that ends before a row."""
    end = min(end, total)
    return range(max(end - size, 0), end)


def rows_from(first: int, size: int, total: int) -> range:
    """The rows of a page; none behind the last."""
    return range(first, max(min(first + size, total), first))


def _number(said: Mapping[str, Any], wanted: frozenset[str], otherwise: Any) -> Any:
    found = [value for name, value in said.items() if name in wanted]
    return next((each for each in found if isinstance(each, int) and not isinstance(each, bool)), otherwise)


def cursor(row: int) -> str:
    """A cursor that stands before a row."""
    return base64.urlsafe_b64encode(f"{_MARK}{row}".encode()).decode().rstrip("=")


def position(value: Any) -> int | None:
    """The row that a cursor stands before; None for a text that no reply gave out as one."""
    if isinstance(value, int) and not isinstance(value, bool):
        return max(value, 0)
    if not isinstance(value, str) or not value:
        return 0
    try:
        text = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)).decode()
    except (binascii.Error, UnicodeError, ValueError):
        return None
    tail = text.removeprefix(_MARK)
    return int(tail) if text.startswith(_MARK) and tail.isdecimal() and tail.isascii() else None
