"""JSON as plain values, strictly; and where each part stands, found only when it is asked for."""

from __future__ import annotations

import bisect
import functools
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NoReturn

from metermock.errors import UnreadableError

_SPACE = re.compile(r"[ \t\n\r]*")
_VALUES = json.JSONDecoder(parse_int=str)  # a value is only skipped here; a long number need not be one


def read(text: str) -> Any:
    """The value of a JSON text; UnreadableError for other texts, NaN and a key that is there twice."""
    try:
        return json.loads(text, object_pairs_hook=_members, parse_constant=no_number)
    except json.JSONDecodeError as problem:
        raise UnreadableError(f"is not JSON: {problem.msg}", problem.lineno, problem.colno) from None
    except _TwiceError as problem:
        line, column = Places(text).of_first_repeated_key()
        raise UnreadableError(f"is not usable JSON: {problem}", line, column) from None
    except RecursionError:
        raise UnreadableError("is not usable JSON: it is nested too deep") from None
    except ValueError as problem:
        raise UnreadableError(f"is not usable JSON: {problem}") from None


class Places:
    """Where the parts of a JSON text stand.

    A container is scanned once, when something inside it is asked for; its values are skipped at the speed
    of the decoder. So a line in a document of 10 MB costs tenths of a second, and reading it costs nothing
    more.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._known: dict[int, dict[str, tuple[int, int]]] = {}

    def find(self, path: tuple[str, ...]) -> tuple[int, int] | None:
        """The offsets of a part's key (or of the item itself) and of its value; None where nothing is."""
        key = value = _SPACE.match(self._text).end()  # type: ignore[union-attr] # it matches nothing, too
        for token in path:
            found = self._members(value).get(token)
            if found is None:
                return None
            key, value = found
        return key, value

    def line(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, from 1."""
        row = bisect.bisect_right(self._starts, offset) - 1
        return row + 1, offset - self._starts[row] + 1

    @functools.cached_property
    def _starts(self) -> list[int]:
        """The offset of each line's first character."""
        return [0, *(match.end() for match in re.finditer("\n", self._text))]

    def text_at(self, offset: int) -> str | None:
        """The text that a value at an offset is; None for other values."""
        return str(_VALUES.raw_decode(self._text, offset)[0]) if self._text[offset] == '"' else None

    def of_first_repeated_key(self) -> tuple[int, int]:
        """Line and column of the first key that its object has already."""
        waiting = [_SPACE.match(self._text).end()]  # type: ignore[union-attr] # see find
        repeated: list[int] = []
        while waiting:
            seen: set[str] = set()
            for name, key, value in self._scan(waiting.pop()):
                if name in seen:
                    repeated.append(key)
                seen.add(name)
                if self._text[value] in "{[":
                    waiting.append(value)
        return self.line(min(repeated)) if repeated else (0, 0)

    def _members(self, start: int) -> dict[str, tuple[int, int]]:
        if start not in self._known:
            self._known[start] = {name: (key, value) for name, key, value in self._scan(start)}
        return self._known[start]

    def _scan(self, start: int) -> Iterator[tuple[str, int, int]]:
        """Name, offset of the key and offset of the value of each member or item of a container."""
        opening = self._text[start]
        if opening not in "{[":
            return
        at, index = self._skip(start + 1), 0
        while self._text[at] not in "}]":
            key, name = at, str(index)
            if opening == "{":
                name, at = _VALUES.raw_decode(self._text, at)
                at = self._skip(self._skip(at) + 1)
            yield name, key, at
            at = self._skip(_VALUES.raw_decode(self._text, at)[1])
            at = self._skip(at + 1) if self._text[at] == "," else at
            index += 1

    def _skip(self, at: int) -> int:
        """Past white space."""
        return _SPACE.match(self._text, at).end()  # type: ignore[union-attr] # see find


class _TwiceError(ValueError):
    """An object has a key twice."""


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        times = Counter(name for name, _ in pairs)
        twice = next(name for name, count in times.items() if count > 1)
        raise _TwiceError(f"the key {twice!r} is there twice")
    return members


def no_number(name: str) -> NoReturn:
    """Refuse NaN and Infinity, which Python reads and JSON does not have."""
    message = f"{name} is no JSON number"
    raise ValueError(message)
