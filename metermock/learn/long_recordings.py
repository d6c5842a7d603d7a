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
    is_inside = False
    left = _Left()
    for piece in _pieces(file, size):
        left.add(piece)
        if not left.is_worth_reading:
            continue
        text = left.taken()
        if not is_inside:
            begin = _LIST.search(text)
            if begin is None:
                left.put_back(text)
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
        left.put_back(text[at:])
    return None


class _Left:
    """What was read and could not be used yet, since it goes on behind.

    It is looked at again when twice as much is there: an entry of many pieces is else read as many times.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = self._needed = 0

    def add(self, piece: str) -> None:
        """Take one more piece; an empty one says that none follows."""
        self._pieces.append(piece)
        self._length += len(piece)
        if not piece:
            self._needed = 0

    @property
    def is_worth_reading(self) -> bool:
        """Whether so much has come that more may be found in it than the last time."""
        return self._length >= self._needed

    def taken(self) -> str:
        """All of it, in one text."""
        text = "".join(self._pieces)
        self._pieces, self._length = [], 0
        return text

    def put_back(self, text: str) -> None:
        """Keep a text for later, in front of what follows."""
        self._pieces, self._length, self._needed = [text], len(text), 2 * len(text)


def _is_entry(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("request"), dict)


def _pieces(file: Path, size: int) -> Iterator[str]:
    """The text, piece by piece, and nothing at its end."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    with file.open("rb") as stream:
        while piece := stream.read(size):
            text = decoder.decode(piece)
            # Half a letter is no end.
            if text:
                yield text
    yield ""
