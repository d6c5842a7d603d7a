"""Parts of replies that are written as JSON once, and then put into bodies as they are."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import orjson

from metermock.ledger.cache import ANSWERS, HELD

_MOST = 8 << 20  # bytes of rows under one name; beyond it, only the rows of the last part are kept


def written_part(key: Hashable, make: Callable[[], Any]) -> orjson.Fragment:
    """The part that is kept under a key; if there is none, `make` makes it."""
    part: orjson.Fragment | None = ANSWERS.get(key)
    return part if part is not None else ANSWERS.put(key, *_written(make()))


def written_rows(
    key: Hashable, rows: Sequence[Hashable], make: Callable[[list[int]], list[Any]]
) -> list[orjson.Fragment]:
    """The rows of a part that are kept under a key; `make` gets the indices of those that are not.

    All rows of a key are one entry of the cache: so a page of a thousand rows costs a thousand look-ups in a
    dict, and not in the cache, which reorders its entries at each.
    """
    kept: tuple[dict[Hashable, orjson.Fragment], int] | None = ANSWERS.get(key)
    known, size = kept or ({}, 0)
    found: list[Any] = list(map(known.get, rows))
    if None in found:
        unknown = [index for index, part in enumerate(found) if part is None]
        for index, part in zip(unknown, make(unknown), strict=True):
            known[rows[index]], length = _written(part)
            found[index] = known[rows[index]]
            size += length
        if size > _MOST:
            size = size * len(rows) // len(known)
            known = dict(zip(rows, found, strict=True))
        ANSWERS.put(key, (known, size), size)
    return found


def _written(part: Any) -> tuple[orjson.Fragment, int]:
    """A part as JSON, and how many bytes it takes."""
    # orjson's own bytes keep a buffer that is larger than the text (tests/ledger/test_volume.py measures it).
    text = bytes(memoryview(orjson.dumps(part)))
    return orjson.Fragment(text), HELD + len(text)
