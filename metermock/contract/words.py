"""The words of a name, by which spellings of one name are alike."""

from __future__ import annotations

import re

from metermock.remembered import remembered

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|(?:(?![A-Za-z])[^\W\d_])+")


@remembered(8192)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a name, in lower case: `createdAt`, `created_at` and `Created-At` are alike."""
    return tuple(word.lower() for word in _WORD.findall(name))


@remembered(8192)
def plain(name: str) -> str:
    """A name by which spellings of one field are alike."""
    return "_".join(words_of(name))
