"""Parameters in cookies: how the Cookie header is read for a style."""

from __future__ import annotations

from typing import Any

from metermock.contract.styles import Style
from metermock.contract.wire_text import Pairs, decoded

OF_COOKIES = "!#$&'()*+-./:<=>?@[]^_`{|}~,"
"""What the style `form` writes into a cookie as it is; all else is percent-encoded."""


def cookies_of(header: str) -> Pairs:
    """The cookies of a header, in its order, as they are spelled."""
    return [
        (name, text.strip('"'))
        for name, _, text in (part.strip().partition("=") for part in header.split(";"))
        if name
    ]


def of_cookies(style: Style, sent: Pairs, known: frozenset[str]) -> list[Any]:
    """The raw values that cookies may say for a parameter, the likeliest first."""
    if style.style == "form" and style.explode and not style.is_plain:
        # The specification writes the parts like those of a query, browsers like cookies.
        sent = [pair for name, text in sent for pair in _parts_of_cookie(name, text)]
    if style.is_plain or not style.explode:
        # Of two cookies with one name the first counts: it has the longer path (RFC 6265, 5.4).
        sent = list(dict(reversed(sent)).items())
    if style.style != "form" or not any("%" in text for _, text in sent):
        return style.all_of_query(sent, known)
    spelled_out = [(name, decoded(text)) for name, text in sent]
    return [*style.all_of_query(spelled_out, known), *style.all_of_query(sent, known)]


def _parts_of_cookie(name: str, text: str) -> Pairs:
    first, *others = text.split("&")
    pairs = [each.partition("=") for each in others]
    if not all(each[1] for each in pairs):
        return [(name, text)]
    return [(name, first), *((key, value) for key, _, value in pairs)]
