"""How numbers are called that say how many rows a list has: `total`, `total_entries`, `row_count`."""

from __future__ import annotations

import functools
import re
from typing import Any

from metermock.contract.composing import together
from metermock.contract.schemas import Schemas
from metermock.server.generation.words import names

_ROWS = frozenset({"result", "record", "row", "entry", "item", "element"})
"""What the rows of any list are called."""
_MARKS = frozenset({"total", "count", "num", "number", "of"})
_OTHERS = frozenset(
    {"count", "total", "total_count", "totalcount", "length", "total_size", "total_hits", "total_matches"}
)
_OF_PAGE = re.compile(r"(?i)\b(current|this|each|returned|per) (page|response|reply|batch)\b")


@functools.lru_cache(maxsize=4096)
def names_rows(plain: str) -> bool:
    """Whether a plain name says that it is a number of rows: `total_entries`, `num_results`."""
    words = [names.singular(word) for word in plain.split("_")]
    says_number = bool({"total", "count", "num"} & {*words}) or words[:2] == ["number", "of"]
    return says_number and not _ROWS.isdisjoint(words) and {*words} <= _ROWS | _MARKS


def counts_rows(plain: str) -> bool:
    """Whether a number of this plain name counts the rows of the only list beside it."""
    return plain in _OTHERS or names_rows(plain)


def is_of_page(schemas: Schemas, name: str, schema: Any) -> bool:
    """Whether a field counts the rows of one page alone, as its description says."""
    if not counts_rows(names.plain(name)) or not isinstance(schema, dict):
        return False
    return _OF_PAGE.search(str(together(schemas, schema).get("description", ""))) is not None
