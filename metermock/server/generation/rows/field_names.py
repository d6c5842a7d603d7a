"""Names of fields as a request lists them: `id,owner.name`, `items(id,name)`, `items/id`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from metermock.remembered import remembered

Names = dict[str, "Names"]
"""Names, each with those that are listed inside of it; nothing there is all of it."""
_PART = re.compile(r"\s*([^\s,()./]+|[,()./])")
_NAME = re.compile(r"[\w@$-]+")
_DEEPEST = 5
"""Levels of names: what a request expands in lists of lists grows with each of them."""


def names_in(said: Any) -> Names:
    """What a text or a list of texts lists; nothing where it is in another language (`*`, `-name`)."""
    texts = said if isinstance(said, list) else [said]
    if not texts or not all(isinstance(each, str) for each in texts):
        return {}
    return _read(",".join(texts))


@remembered(256)
def _read(text: str) -> Names:
    parts = _PART.findall(text)
    found: Names = {}
    is_whole = "".join(parts) == re.sub(r"\s", "", text)
    return found if is_whole and _take(iter(parts), found, 0) else {}


def _take(parts: Iterator[str], found: Names, depth: int) -> bool:
    """Read the names up to a closing parenthesis, or the end; whether they are as they may be."""
    at, last, level = found, None, depth
    for part in parts:
        if part == ")":
            return depth > 0
        if part == ",":
            at, last, level = found, None, depth
        elif part in "./":
            level += 1
            if last is None or level >= _DEEPEST:
                return False
            at = at[last]
        elif part == "(":
            if last is None or level + 1 >= _DEEPEST or not _take(parts, at[last], level + 1):
                return False
        elif not _NAME.fullmatch(part) or part.startswith("-"):
            return False
        else:
            at.setdefault(part, {})
            last = part
    return depth == 0
