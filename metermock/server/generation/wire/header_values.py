"""The texts of headers: what HTTP itself describes, and what they tell of the page of a list."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from email.utils import formatdate
from typing import Any

from metermock.contract.json_types import ABSENT
from metermock.contract.parameter import written
from metermock.contract.response import Header, Response
from metermock.ledger import dice
from metermock.ledger.calendar import DAY
from metermock.server.generation.agreeing import page_fields
from metermock.server.generation.values.formats import url
from metermock.server.generation.values.scene import Page, between
from metermock.server.generation.words import names
from metermock.server.headers import CONTROL, NAME

_USUAL: Mapping[str, str] = {
    "cache-control": "no-store",
    "pragma": "no-cache",
    "content-language": "en",
    "access-control-allow-origin": "*",
    "vary": "Accept",
    "www-authenticate": "Bearer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
}
"""What most APIs write."""
_MADE: Mapping[str, Callable[[int, int], str]] = {
    "location": lambda _now, key: url("location")(key),
    "etag": lambda _now, key: f'"{dice.draw(key, 1):x}"',
    "retry-after": lambda _now, key: str(between(key, 1, 30)),
    "age": lambda _now, key: str(between(key, 1, 30)),
    "last-modified": lambda now, key: formatdate(now - between(key, 60, 30 * DAY), usegmt=True),
    "expires": lambda now, key: formatdate(now + between(key, 60, 30 * DAY), usegmt=True),
    "sunset": lambda now, key: formatdate(now + between(key, 60, 30 * DAY), usegmt=True),
    "set-cookie": lambda _now, key: f"session={dice.draw(key, 1):x}; Path=/; HttpOnly; SameSite=Lax",
}
"""What they make of the clock and of a key."""
UNUSUAL = frozenset({"deprecation", "link", "warning"})
"""Headers that say something unusual, or something of pages: they are left out where they may be."""
_ENDINGS: Mapping[str, str] = {
    "application/json": ".json",
    "application/pdf": ".pdf",
    "application/xml": ".xml",
    "application/zip": ".zip",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "text/csv": ".csv",
    "text/plain": ".txt",
    "text/xml": ".xml",
}
"""How the names of files end, by media type."""


def tell_page(headers: dict[str, str], response: Response, page: Page | None, *, is_made: bool) -> None:
    """Let headers tell of the page as the body does; an example has no other pages.

    They are `Link` (RFC 8288), and what many write beside it or instead: `X-Total-Count`, `X-Next-Page` …
    """
    if page is None:
        return
    # Without pages an optional `Link` has nothing to say, so that it is not there yet.
    links = (name for name in response.headers if name.lower() == "link")
    for name in dict.fromkeys((*headers, *links)):
        header, said = response.headers.get(name), ("",)
        if name.lower() != "link":
            role = _role(name)
            if header is None or not role or not is_made:
                continue
            said = page_fields.said(role, _of_page(name), "", page)
        elif is_made:
            said = (page_fields.header_text(page),)
        _tell(headers, name, header, said, is_made=is_made)


def _tell(
    headers: dict[str, str], name: str, header: Header | None, said: tuple[Any, ...], *, is_made: bool
) -> None:
    """Write the first of what may be said that the header's schema takes; nothing leaves the header out."""
    if header is None:
        return
    for value in said:
        is_nothing = value is None or value is ABSENT or value == ""
        if is_nothing and not header.required and (is_made or header.example is None):
            headers.pop(name, None)
            return
        text = None if is_nothing else header_text(header, value)
        if text is not None and (header.reader.accepts(value) or header.reader.accepts(text)):
            headers[name] = text
            return


def _of_page(name: str) -> str:
    """The name of a header without what all such names begin with, as a field is called."""
    return names.plain(name).removeprefix("x_").removeprefix("pagination_")


def _role(name: str) -> str:
    """What a header tells of a page; empty for one that tells nothing, or may tell of a rate limit."""
    bare = _of_page(name)
    if bare == "limit" and "pagination" not in names.words_of(name):
        return ""
    return "whole" if bare in ("total", "count_total") else page_fields.role_of(bare, "")


def standard(name: str, now: int, key: int, media: str) -> str | None:
    """The text of a header that HTTP itself describes, beside a body of a media type; None for any other."""
    plain = name.lower()
    made = _MADE.get(plain)
    if made is not None:
        return made(now, key)
    if plain == "content-disposition":
        return f'attachment; filename="export{_ENDINGS.get(media, "")}"'
    return _USUAL.get(plain)


def header_text(header: Header, value: Any) -> str | None:
    """The text of a header's value, as its style writes it; None for what no header says, such as null.

    Line breaks and other controls, which none can have, become spaces.
    """
    if value is None or not NAME.fullmatch(header.name):
        return None
    text = json.dumps(value) if header.media else header.style.to_text(written(value))
    return CONTROL.sub(" ", text).strip(" ").encode("ascii", "replace").decode()
