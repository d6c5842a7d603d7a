"""Pages of one list: by limit and offset, by page number, by cursor."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from metermock.contract.page_names import CURSORS, LIMITS, MORE, NEXT, NUMBERS, OFFSETS
from metermock.ledger import dice
from metermock.server.generation import names
from metermock.server.generation.scene import Page

_LAST_PAGE = frozenset({"total_pages", "pages", "page_count", "last_page", "num_pages"})

_BEFORE = frozenset({"prev_page", "previous_page", "prev_cursor", "previous", "prev"})
_WHOLE = frozenset({"total_count", "total_items", "total_results", "total_records", "total_elements"})
_FIRST_ROW = frozenset({"offset", "skip"})
_SIZES = LIMITS - {"count", "size", "first"}
_PAGES = frozenset({"page", "page_number", "current_page"})

DEFAULT = 10
_LEAST, _MOST = 12, 57
_MARK = "row-"
_FARTHEST = 1 << 31
"""No list goes on so long. What follows from larger numbers cannot be written as JSON."""


def page_of(
    said: Mapping[str, Any], key: int, *, is_empty: bool, known: frozenset[str], part: int = 0
) -> Page | None:
    """The page that a request asks for; None for an operation whose parameters, `known`, have no pages.

    `part` is the key of a part of the list, which has fewer rows than the whole; nought for the whole.
    """
    if not known & (LIMITS | OFFSETS | NUMBERS | CURSORS):
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
        first = max(number - 1, 0) * size
    unread = None
    for name, value in said.items():
        if name in CURSORS & known:
            row = position(value)
            first, unread = row or 0, (name, value) if row is None else None
    first = min(first, _FARTHEST)
    return Page(
        rows_from(first, size, total),
        total,
        size,
        goes_on=bool(known & (OFFSETS | NUMBERS | CURSORS)),
        is_sized=_number(said, LIMITS, None) is not None,
        is_numbered=not known & (OFFSETS | CURSORS),
        unread=unread,
    )


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


def links(name: str, page: Page) -> tuple[Any, ...]:
    """What a field that speaks of pages says, the likeliest first; nothing for another field."""
    plain, size = names.plain(name), max(page.size, 1)
    after = page.numbers.stop
    number = page.numbers.start // size + 1
    has_more = after < page.total
    step = number + 1 if page.is_numbered or "page" in names.words_of(name) else after
    ahead: tuple[Any, ...] = (cursor(after), step) if has_more else (None, "")
    said: tuple[tuple[frozenset[str], tuple[Any, ...]], ...] = (
        (MORE, (has_more,)),
        (_LAST_PAGE, (max(-(-page.total // size), 1),)),
        (NEXT, ahead),
        (_BEFORE, (number - 1,) if number > 1 else (None, "")),
        (_WHOLE, (page.total,)),
        (_FIRST_ROW, (page.numbers.start,)),
        (_SIZES, (page.size,)),
        (_PAGES, (number,)),
    )
    return next((values for known, values in said if plain in known), ())
