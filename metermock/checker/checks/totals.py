"""What the reply that a list stands in says of how many rows the list has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from metermock.checker.checks.as_asked import whole_list
from metermock.checker.checks.shown_ids import path_to
from metermock.checker.deployment.reply import Reply
from metermock.contract.json_types import is_number
from metermock.contract.page_names import CURSORS, MORE, NEXT, NUMBERS, OFFSETS
from metermock.contract.words import plain

_COUNTS = frozenset(
    {"total_count", "total_items", "total_elements", "total_results", "total_records", "total_rows"}
)
_ANYTHING = "total"
"""May be of rows, of pages, or of what the rows count."""
_OF_PAGES = frozenset({"meta", "metadata", "pagination", "paging", "page_info", "pageinfo", "pager", "page"})
"""Objects that speak of a list."""
_BESIDE = OFFSETS | NUMBERS | CURSORS | MORE | NEXT | {"per_page", "page_size"}
"""Fields that speak of a list; a `limit` may as well be of a plan."""
_HEADERS = ("x-total-count", "x-total")
_DEEPEST = 3


def totals_of(reply: Reply) -> Iterator[tuple[str, int]]:
    """The names and values of counts of rows, except what is the sum of a column, or not known."""
    body, rows = reply.exchange.body, whole_list(reply.exchange.body)
    sums = {sum(each) for each in _columns(rows, _DEEPEST)}
    for part in _parts(body, rows):
        for name, value in part.items():
            is_count = isinstance(value, int) and not isinstance(value, bool) and value >= 0
            if is_count and value not in sums and _is_of_rows(plain(name), value, part, body):
                yield name, value
    for name in _HEADERS:
        text = reply.exchange.headers.get(name, "")
        if text.isascii() and text.isdecimal():
            yield name, int(text)


def _parts(body: Any, rows: list[Any]) -> Iterator[Mapping[str, Any]]:
    """The objects of a reply that may count its rows: those that hold them, and those about its pages."""
    if not isinstance(body, dict):
        return
    yield body
    holder: Any = body
    held = []
    for name in (path_to(body, rows) or ())[:-1]:
        holder = holder[name]
        held.append(id(holder))
        yield holder
    for name, member in body.items():
        if isinstance(member, dict) and plain(name) in _OF_PAGES and id(member) not in held:
            yield member


def _is_of_rows(name: str, value: int, part: Mapping[str, Any], body: Any) -> bool:
    if name != _ANYTHING:
        return name in _COUNTS
    is_about_pages = any(each is part for key, each in body.items() if plain(key) in _OF_PAGES)
    # All rows are on one page.
    return value != 1 and (is_about_pages or any(plain(each) in _BESIDE for each in part))


def _columns(rows: list[Any], depth: int) -> Iterator[list[Any]]:
    """The numbers that rows say in one place, and how many items their lists have."""
    named = [row for row in rows if isinstance(row, dict)]
    for name in dict.fromkeys(name for row in named for name in row):
        values = [row[name] for row in named if row.get(name) is not None]
        if all(is_number(value) for value in values):
            yield values
        elif all(isinstance(value, list) for value in values):
            yield [len(value) for value in values]
        elif depth:
            yield from _columns(values, depth - 1)
