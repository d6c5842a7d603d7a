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
    return found if is_whole and _take(iter(parts), found, is_inner=False) else {}


def _take(parts: Iterator[str], found: Names, *, is_inner: bool) -> bool:
    """Read the names up to a closing parenthesis, or the end; whether they are well written."""
    at, last = found, None
    for part in parts:
        if part == ")":
            return is_inner
        if part == ",":
            at, last = found, None
        elif part in "./":
            if last is None:
                return False
            at = at[last]
        elif part == "(":
            if last is None or not _take(parts, at[last], is_inner=True):
                return False
        elif not _NAME.fullmatch(part) or part.startswith("-"):
            return False
        else:
            at.setdefault(part, {})
            last = part
    return not is_inner
