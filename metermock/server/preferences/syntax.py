"""The syntax of a list of preferences (RFC 7240): `code=429, example="two words"; dynamic`.

Members are separated by commas, a member and its parameters by semicolons. A value may have any characters
but separators, quotes and white space: an instant needs no quotes, though the RFC asks for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_PAIR = re.compile(
    r"""\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)             # the name
        (?:\s*=\s*("(?:[^"\\]|\\.)*"|[^\s,;"]*))?    # the value, with or without quotes
        \s*(?:(?=[,;])|\Z)""",
    re.VERBOSE,
)
_GAP = re.compile(r"[\s;]*(?:(,)[\s,;]*)?")
_ESCAPED = re.compile(r"\\(.)")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NEXT = re.compile(r",(?=\s*[A-Za-z-]+\s*=)")
"""A comma of a base URL that separates; others belong to a value."""
LONGEST_SHOWN = 60
"""Characters of a client's text that a message repeats."""


class ListSyntaxError(ValueError):
    """A text that is no list of preferences; it holds what cannot be read."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A name and its value; the value of a name alone is empty."""

    name: str
    value: str
    begins: bool
    """Whether it begins a member of the list; it is a parameter of the one before if it does not."""


def pairs_of_header(text: str) -> Iterator[Pair]:
    """Yield the pairs of a header's value; ListSyntaxError where it has none."""
    begins, place = True, _GAP.match(text).end()  # type: ignore[union-attr]  # it matches the empty text
    while place < len(text):
        found = _PAIR.match(text, place)
        if found is None:
            raise ListSyntaxError(text[place:].partition(",")[0].strip())
        yield Pair(found[1].lower(), unquoted(found[2] or ""), begins)
        gap = _GAP.match(text, found.end())
        begins = bool(gap and gap[1])
        place = gap.end() if gap else len(text)


def pairs_of_url(text: str) -> Iterator[Pair]:
    """Yield the same of a decoded segment of a path, where commas may stand in values."""
    if not text.isprintable():
        raise ListSyntaxError(text)
    for part in _NEXT.sub(";", text).split(";"):
        name, _, value = part.partition("=")
        if not name.strip() and not value:
            continue
        if not _TOKEN.fullmatch(name.strip()):
            raise ListSyntaxError(part)
        yield Pair(name.strip().lower(), unquoted(value.strip()), begins=True)


def unquoted(value: str) -> str:
    """Return a value without its quotes."""
    if len(value) > 1 and value[0] == value[-1] == '"':
        return _ESCAPED.sub(r"\1", value[1:-1])
    return value


def quoted(value: str) -> str:
    """Return a value as a header has it: with quotes where it needs them."""
    if _TOKEN.fullmatch(value):
        return value
    escaped = re.sub(r'(["\\])', r"\\\1", value)
    return f'"{escaped}"'


def echoed(text: str) -> str:
    """Return a text as messages show it: in quotes, and no longer than a reader needs."""
    return repr(text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…")
