"""Preferences in a request's query, for links that people click and clients of Prism: `?__code=404`."""

from __future__ import annotations

from collections.abc import Container
from urllib.parse import unquote, unquote_plus

from metermock.server.preferences.keys import KEYS
from metermock.server.preferences.nearest import near
from metermock.server.preferences.syntax import Pair, unquoted

MARK = "__"
"""What a key begins with there."""


def has_marks(query: bytes) -> bool:
    """Tell whether a query may have preferences: a name in it begins with the mark."""
    return query.startswith(b"__") or b"&__" in query


def taken_out(query: bytes, vendors: Container[str]) -> tuple[bytes, tuple[Pair, ...]]:
    """Take the preferences out of a query, and return what is left and them.

    A name that is like no key is the client's, such as `__hstc`, and so is what a document declares: the
    `vendors`. One that differs in a letter or two from a key is a misspelt preference.
    """
    left, taken = [], []
    for part in query.split(b"&"):
        name, _, value = part.decode("latin-1").partition("=")
        name = unquote(name)
        key = name.removeprefix(MARK)
        if name.startswith(MARK) and (key in KEYS or near(key, KEYS)) and name not in vendors:
            taken.append(Pair(key, unquoted(unquote_plus(value)), begins=True))
        else:
            left.append(part)
    return b"&".join(left), tuple(taken)
