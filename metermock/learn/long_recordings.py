"""Reads the entries of long recordings one by one: a text with one odd letter takes four bytes for each."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

LONG = 16 * 2**20
"""Bytes from which a recording is read in pieces."""
_PIECE = 4 * 2**20
_LIST = re.compile(r'(?<!\\)"entries"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")


def entries_in_pieces(
    file: Path, hook: Callable[[dict[str, Any]], Any], size: int = _PIECE
) -> list[Any] | None:
    """The first list called `entries`; None where it is none of requests, or does not end.

    `size` is how many bytes are read at once. What stands behind the list is not looked at. OSError and
    UnicodeDecodeError as of any file.
    """
    decoder = json.JSONDecoder(object_hook=hook)
    found: list[Any] = []
    text, is_inside = "", False
    for piece in _pieces(file, size):
        text += piece
        if not is_inside:
            begin = _LIST.search(text)
            if begin is None:
                continue
            text, is_inside = text[begin.end() :], True
        at = 0
        while True:
            gap = _BETWEEN.match(text, at)
            at = gap.end() if gap is not None else at
            if text[at : at + 1] == "]":
                return found if found and all(map(_is_entry, found)) else None
            try:
                value, at = decoder.raw_decode(text, at)
            except (ValueError, RecursionError):
                # It may go on in the next piece.
                break
            found.append(value)
        text = text[at:]
    return None


def _is_entry(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("request"), dict)


def _pieces(file: Path, size: int) -> Iterator[str]:
    """The text, piece by piece."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    with file.open("rb") as stream:
        while piece := stream.read(size):
            yield decoder.decode(piece)
