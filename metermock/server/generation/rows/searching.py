"""A search over the rows of a list: those whose texts have the words that are looked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from metermock.server.generation.rows.columns_of_rows import Column
from metermock.server.generation.words import names

_SEARCHES = frozenset(
    {"q", "search", "query", "keyword", "keywords", "term", "search_term", "search_query", "search_text"}
    | {"filter_text", "search_string", "find", "name_contains", "contains"}
)
_SAID = ("name", "title", "subject", "label", "summary", "description", "email", "username", "slug")
"""The last words of the names of texts that people look for, the likeliest first."""
_ALSO = frozenset({"company", "city", "note", "message", "text", "filename", "keyword", "mail", "caption"})
_PLAIN = re.compile(r"[\w .,@'&+-]{1,60}")
"""A search for words; what has colons, brackets or quotes is of a language of its own."""


def searched(plain: str, columns: Sequence[Column]) -> Sequence[Column]:
    """The texts of a row in which a parameter looks; nothing for a parameter that does not search.

    They are all that people read, the likeliest first, for a general search, and one for its own name.
    """
    texts = [each for each in columns if each.is_text and each.words]
    if plain in _SEARCHES:
        told = [each for each in texts if each.words[-1] in (*_SAID, *_ALSO)]
        return sorted(
            told, key=lambda each: _SAID.index(each.words[-1]) if each.words[-1] in _SAID else len(_SAID)
        )
    own = [each for each in texts if names.plain(each.name) == plain and each.words[-1] in _SAID]
    return own[:1]


def has_words(columns: Sequence[Column], value: Any, _now: int) -> Callable[[Mapping[str, Any]], bool] | None:
    """Whether the texts of a row have all words of a search; None for what is no search for words."""
    if not isinstance(value, str) or not _PLAIN.fullmatch(value.strip()):
        return None
    words = value.lower().split()
    looked_at = [each.name for each in columns]

    def test(row: Mapping[str, Any]) -> bool:
        text = "\n".join(each.lower() for name in looked_at if isinstance(each := row.get(name), str))
        return all(word in text for word in words)

    return test


def place_of(columns: Sequence[Column], value: str) -> str | None:
    """The text of a row, by its plain name, that may be what is looked for; None for none."""
    text = value.strip()
    liked = sorted(columns, key=lambda each: (each.words[-1] in ("email", "mail")) != ("@" in text))
    return next((names.plain(each.name) for each in liked if each.takes(text)), None)
