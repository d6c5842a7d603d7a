"""The fields of one object that say which page of a list a reply is, and how many rows there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from metermock.contract.json_types import ABSENT
from metermock.server.generation.agreeing.page_fields import ROWS, role_beside, role_of, said, wrapped
from metermock.server.generation.makers.fields import Field
from metermock.server.generation.makers.nodes import is_instant
from metermock.server.generation.values.scene import Page
from metermock.server.generation.words import names
from metermock.server.generation.words.row_counts import counts_rows, names_rows

_PAGING = frozenset(
    {
        "meta",
        "metadata",
        "pagination",
        "paging",
        "page",
        "pageable",
        "pages",
        "cursor",
        "cursors",
        "info",
        "links",
        "link",
    }
)


_COUNTS = frozenset({"total", "count", "total_count", "totalcount"})
"""What counts rows in what is said apart of a list, also where nothing speaks of pages."""


def is_about_pages(name: str) -> bool:
    """Whether an object of this name, of a type or a field, says where a page stands in its list."""
    return names.has(name, _PAGING)


class Turning:
    """Lets the fields of an object say which page this is, and whether there are more."""

    def __init__(self, fields: Sequence[Field], kind: str, name: str) -> None:
        self.tells_pages = is_about_pages(kind) or is_about_pages(name)
        """Whether the object says where a page stands in its list, by its type's name or its field's."""
        self._fields = fields
        self.roles = tuple(self._roles())
        """The fields that speak of pages, each with what it tells."""
        self.is_beside = self.tells_pages and bool(self.roles)
        """Whether the object tells of the page also where the reply is about something beside it."""
        self.counts = frozenset(field.name for field, role in self.roles if role in ROWS)
        """What counts rows or pages, and nothing that an account uses."""

    def _roles(self) -> Iterator[tuple[Field, str]]:
        beside = frozenset(field.plain for field in self._fields)
        is_apart = self.tells_pages and not any(field.is_list for field in self._fields)
        is_paged = any(role_of(each.name, each.form) for each in self._fields)
        # Of a count and a total, one is of the page.
        says_all = any(counts_rows(each.plain) and names.has(each.name, names.TOTAL) for each in self._fields)
        for field in self._fields:
            if field.is_list or (field.is_deep and not field.form):
                continue
            role = role_of(field.name, field.form)
            if not role and not is_instant(field.node):
                role = role_beside(field.name, beside)
            is_count = (
                names_rows(field.plain) or field.plain in _COUNTS or (counts_rows(field.plain) and is_paged)
            )
            if not role and is_apart and is_count:
                is_here = field.is_of_page or (says_all and not names.has(field.name, names.TOTAL))
                role = "here" if is_here else "whole"
            if role:
                yield field, role

    def turn(self, made: dict[str, Any], page: Page) -> None:
        """Change the fields of an object to what is true of a page."""
        for field, role in self.roles:
            for value in said(role, field.name, field.form, page):
                if value is ABSENT:
                    if not field.required:
                        made.pop(field.name, None)
                        break
                    continue
                value = wrapped(value, made.get(field.name)) if field.is_deep else value  # noqa: PLW2901 - its form
                if field.accepts(value):
                    made[field.name] = value
                    break
