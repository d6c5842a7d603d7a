"""Texts of a URL, with the spelling that tells a delimiter from the same character inside a value."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Self
from urllib.parse import quote, unquote

Pairs = list[tuple[str, str]]

_ENCODED = re.compile(r"%(?:2c|3b|3d)", re.IGNORECASE)
"""Delimiters that mean nothing where they are percent-encoded (RFC 6570, 3.2.1).

The space and the bar are none of them: OpenAPI writes these percent-encoded where they delimit.
"""

_NOT_OF_URLS = re.compile(r'(\{[^{}]*\})|[^\x21-\x7e]+|["<>\\^`|]')
"""A parameter of a path, and what stands in no URL as it is (RFC 3986, 2)."""


class WireText(str):
    """A decoded text that knows how it was spelled in the URL."""

    __slots__ = ("wire",)
    wire: str

    @classmethod
    def of(cls, wire: str) -> Self:
        """The text that a spelling stands for."""
        made = cls(unquote(wire, errors="surrogateescape"))
        made.wire = wire
        return made


def decoded(wire: str) -> str:
    """The text of a part of a path; with its spelling where that tells more."""
    return WireText.of(wire) if _ENCODED.search(wire) else unquote(wire, errors="surrogateescape")


def pairs_of(query: str) -> Pairs:
    """The pairs of a query, decoded; bytes that are not UTF-8 become lone surrogates."""
    pairs = [part.partition("=") for part in query.split("&") if part]
    if "%" not in query and "+" not in query:
        return [(name, text) for name, _, text in pairs]
    spaced = [(name.replace("+", "%20"), text.replace("+", "%20")) for name, _, text in pairs]
    return [(unquote(name, errors="surrogateescape"), decoded(text)) for name, text in spaced]


def whole_text(pairs: Pairs) -> str:
    """A whole query as one text, which has no pairs of its own; one that is a form is read as an object."""
    return "&".join(name + (f"={text}" if text else "") for name, text in pairs)


def pieces(text: str, delimiter: str) -> list[str]:
    """A text split where the delimiter itself stands; what is percent-encoded stays in the pieces."""
    if isinstance(text, WireText):
        return [decoded(piece) for piece in text.wire.split(delimiter)]
    return text.split(delimiter)


def joined(texts: Iterable[str], delimiter: str, reserved: str = "") -> str:
    """The text that `pieces` takes apart again; `reserved` are delimiters of what it becomes a part of."""
    texts = list(texts)
    if not any(each in text for each in (delimiter, *reserved) for text in texts):
        return delimiter.join(texts)
    return WireText.of(delimiter.join(quoted(text, safe="=") for text in texts))


def in_url(path: str) -> str:
    """A path of a document as a URL spells it: parameters stay, and so does what is encoded already."""
    return _NOT_OF_URLS.sub(lambda found: found[1] or quote(found[0], safe=""), path)


def quoted(text: str, safe: str) -> str:
    """A text as a URL spells it."""
    if isinstance(text, WireText):
        return text.wire
    return quote(text, safe=safe, errors="surrogateescape")
