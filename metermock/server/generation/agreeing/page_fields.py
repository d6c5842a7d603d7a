"""What the fields of a reply say of its page: the next one, how many there are, the URLs of others."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Mapping
from typing import Any, Literal
from urllib.parse import urlsplit

from metermock.contract.composing import together
from metermock.contract.json_types import ABSENT, types_of
from metermock.contract.page_names import LIMITS, MORE, NEXT
from metermock.contract.schemas import Schemas
from metermock.server.generation.asked.paging import cursor
from metermock.server.generation.values.scene import Page
from metermock.server.generation.words import names

Form = Literal["", "url", "path", "query"]
"""How a field writes the address of a page; empty for a field that is no address."""
_ADDRESSES = frozenset({"url", "uri", "link", "href"})
_URIS = frozenset({"uri", "uri-reference", "iri", "iri-reference", "url"})
HREFS = ("href", "url", "uri")
"""Fields of an object that is a link."""
_OWNERS = frozenset({"links", "link"})
"""What an object is called whose fields are addresses."""
_FILLERS = _ADDRESSES | {"page", "results", "odata"}
_WAYS: Mapping[tuple[str, ...], str] = {
    ("next",): "next",
    ("previous",): "previous",
    ("prev",): "previous",
    ("first",): "first",
    ("last",): "last",
    ("self",): "self",
    ("current",): "self",
    ("this",): "self",
}
_BARE = frozenset({"next", "previous", "prev", "next_page", "previous_page", "prev_page"})
"""Texts of these names are addresses where no parameter takes a cursor."""
_SIZES = LIMITS - {"count", "size", "first"}
_NAMED: Mapping[str, frozenset[str]] = {
    "more": MORE,
    "earlier": frozenset({"has_previous", "has_prev", "has_previous_page", "has_prev_page"}),
    "next": NEXT,
    "previous": frozenset(
        {"prev_page", "previous_page", "prev_cursor", "previous_cursor", "previous", "prev", "before"}
        | {"start_cursor", "previous_page_token", "prev_page_token", "previous_token", "previous_offset"}
    ),
    "pages": frozenset({"total_pages", "pages", "page_count", "last_page", "num_pages"}),
    "whole": frozenset({"total_count", "total_items", "total_results", "total_records", "total_elements"})
    | {"total_entries", "total_rows"},
    "first row": frozenset({"offset", "skip"}),
    "size": _SIZES,
    "number": frozenset({"page", "page_number", "current_page"}),
}

ROWS = frozenset({"whole", "pages", "number", "here", "last row", "first row"})
"""What is told of rows and pages by numbers that may be called like what an account uses."""

_OF_PAGES = frozenset({"total_pages", "total_elements", "total_items", "pages", "page", "page_number"})
_ROWS_OF_PAGES = frozenset({"content", "items", "data", "results", "rows", "records", "entries"})
"""What the list of a page is called, whatever the page is."""
_BESIDE: Mapping[str, str] = {
    "size": "size",
    "number": "number",
    "first": "is first",
    "last": "is last",
    "empty": "is empty",
    "number_of_elements": "here",
    "results": "whole",
    "start": "first row",
    "end": "last row",
}
"""What names tell of pages that mean something else elsewhere."""


def form_in(schemas: Schemas, name: str, schema: Any, owner: str) -> Form:
    """How a field writes the address of a page: a text, or an object with one."""
    whole = together(schemas, schema) if isinstance(schema, dict) else {}
    inner = whole.get("properties")
    if not isinstance(inner, dict):
        return form_of(name, owner, whole) if "string" in types_of(schemas, schema) else ""
    href = next((each for each in inner if names.plain(each) in HREFS), None)
    return "" if href is None else form_of(href, owner, together(schemas, inner[href]))


def form_of(name: str, owner: str, schema: Mapping[str, Any]) -> Form:
    """How a field of a schema writes an address: by its example, format, name, or its object's name."""
    shown = schema.get("example", next(iter(schema.get("examples") or ()), None))
    if isinstance(shown, str) and shown:
        if "://" in shown:
            return "url"
        return "query" if shown.startswith("?") else "path" if shown.startswith("/") else ""
    words = frozenset(names.words_of(name))
    is_link = schema.get("format") in _URIS or bool(words & _ADDRESSES) or names.has(owner, _OWNERS)
    return "url" if is_link else ""


@functools.lru_cache(maxsize=4096)
def role_of(name: str, form: Form) -> str:
    """What a field tells of a page; empty for one that tells nothing."""
    plain = names.plain(name)
    if form:
        words = tuple(word for word in names.words_of(name) if word not in _FILLERS)
        return _WAYS.get(words, "")
    return next((role for role, known in _NAMED.items() if plain in known), "")


def role_beside(name: str, beside: Collection[str]) -> str:
    """What a field tells of a page by the fields beside it, by their plain names: `size` beside `pages`."""
    return "" if _OF_PAGES.isdisjoint(beside) else _BESIDE.get(names.plain(name), "")


def holds_page(schemas: Schemas, schema: Any) -> bool:
    """Whether a schema is of an object with a list, and with what says which page of it that is."""
    fields = together(schemas, schema).get("properties") if isinstance(schema, dict) else None
    if not isinstance(fields, dict) or not any(
        together(schemas, each).get("type") == "array" for each in fields.values()
    ):
        return False
    beside = frozenset(map(names.plain, fields))
    told = [each for each in fields if role_of(each, "") or role_beside(each, beside)]
    return len(told) > 1 or (not beside.isdisjoint(_ROWS_OF_PAGES) and "total" in beside)


def said(role: str, name: str, form: Form, page: Page) -> tuple[Any, ...]:
    """What a field of a role says, the likeliest first; ABSENT where it is left out."""
    size = max(page.size, 1)
    start, after = page.numbers.start, page.numbers.stop
    if role in ("next", "previous", "first", "last", "self"):
        return _address(role, form, page) if form else _place(role, name, page)
    if role == "pages":
        pages = -(-page.total // size)
        # The last page of an empty list is its first.
        return (pages or page.base,) if names.plain(name) == "last_page" else (pages, 1)
    values: Mapping[str, Callable[[], Any]] = {
        "more": lambda: start > 0 if page.is_backward else after < page.total,
        "earlier": lambda: start > 0,
        "whole": lambda: page.total,
        "first row": lambda: start,
        "last row": lambda: max(after - 1, start),
        "size": lambda: page.size,
        "number": lambda: start // size + page.base,
        "is first": lambda: start == 0,
        "is last": lambda: after >= page.total,
        "is empty": lambda: not page.numbers,
        "here": lambda: len(page.numbers),
    }
    return (values[role](),)


def row_of(role: str, page: Page) -> int | None:
    """The row that a neighbour of a page begins with; None where there is no such page."""
    size, start, after = max(page.size, 1), page.numbers.start, page.numbers.stop
    if role == "next":
        return after if after < page.total else None
    if role == "previous":
        # Before a page behind the last stands the last.
        return max(min(start, page.total) - size, 0) if start > 0 else None
    last = max(page.total - 1, 0) // size * size
    return {"first": 0, "last": last}.get(role, start)


def _place(role: str, name: str, page: Page) -> tuple[Any, ...]:
    """A cursor or a number of the next or the previous page."""
    row = row_of(role, page)
    found = _places(name, page, page.numbers.stop if row is None else row)
    if row is not None:
        return (*found, True)
    # A schema that lets nothing say that there is no page gets the empty one behind the last.
    return (None, False, ABSENT, "", *(found if role == "next" else (page.base if page.is_numbered else 0,)))


def _places(name: str, page: Page, row: int) -> tuple[Any, ...]:
    size = max(page.size, 1)
    step = row // size + page.base if page.is_numbered or "page" in names.words_of(name) else row
    if page.has_cursor or page.address is None or names.plain(name) not in _BARE:
        return cursor(row), step
    return step, page.address(row, size), cursor(row)


def _address(role: str, form: Form, page: Page) -> tuple[Any, ...]:
    """The URL of a page, as the field writes it."""
    row = row_of(role, page)
    url = (
        None
        if page.address is None
        else page.address(page.numbers.stop if row is None else row, max(page.size, 1))
    )
    if url is None:
        return (None, ABSENT, "")
    parts = urlsplit(url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    forms = {"url": (url, path), "path": (path, url), "query": (f"?{parts.query}", path)}[form]
    return forms if row is not None else (None, ABSENT, "", *forms)


def wrapped(value: Any, around: Any) -> Any:
    """An address in the object that is a link, `{href: …}`; None and ABSENT as they are."""
    if not isinstance(value, str) or not isinstance(around, dict):
        return value
    name = next((each for each in around if names.plain(each) in HREFS), None)
    return value if name is None else {**around, name: value}


def header_text(page: Page) -> str:
    """A Link header (RFC 8288) that leads to the pages beside this one; empty where there is none."""
    if page.address is None:
        return ""
    rows = {role: row_of(role, page) for role in ("next", "previous", "first", "last")}
    found = {role: page.address(row, max(page.size, 1)) for role, row in rows.items() if row is not None}
    relations = {"previous": "prev"}
    return ", ".join(f'<{url}>; rel="{relations.get(role, role)}"' for role, url in found.items() if url)
